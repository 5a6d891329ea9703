"""What the demonstration prints: each stage's line, the findings, and where each alert went."""

from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from monitor.demo.sinks import MailSink, WebhookSink
from monitor.stages.report import Report
from notices.alert import SENT, Alert, Delivery
from notices.finding import FindingReport

WIDE = 120
COLOURS = {"critical": "bold red", "high": "red", "medium": "yellow", "low": "cyan", "info": "dim"}


def print_stage(console: Console, report: Report, name: str = "") -> None:
    console.print(f"{name + ' ' if name else ''}{report.line()}", soft_wrap=True)
    for problem in report.problems:
        console.print(Text(f"  {problem}", style="yellow"), soft_wrap=True)


def print_findings(console: Console, reports: Sequence[FindingReport]) -> None:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, title=f"{len(reports)} flagged findings", title_justify="left")
    for heading in ("severity", "item", "relation", "date", "stage", "status on that date", "buyer", "quote"):
        table.add_column(heading, no_wrap=heading != "quote", overflow="fold")
    for report in reports:
        found = report.finding
        table.add_row(
            Text(found.severity, style=COLOURS[found.severity]),
            found.item,
            found.relation,
            report.published or "–",
            report.kind,
            found.control.status,
            Text(report.buyer or "–"),
            Text(found.place.quote.replace("\n", " ")),
        )
    console.print()
    _print_wide(console, table)


def print_arrivals(
    console: Console, alerts: Sequence[Alert], deliveries: Sequence[Delivery], mail: MailSink, hook: WebhookSink
) -> None:
    """Each delivery beside what the receivers on this machine really got."""
    mails = {str(each.message["Message-ID"] or "") for each in mail.received}
    hooks = {each.id for each in hook.received}
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, title=f"{len(deliveries)} deliveries", title_justify="left")
    about = {alert.id: alert for alert in alerts}
    for heading in ("alert", "route", "about", "channel", "to", "state", "tries", "seen by the receiver"):
        table.add_column(heading, no_wrap=True)
    for each in sorted(deliveries, key=lambda delivery: (delivery.channel, delivery.id)):
        seen = each.id in hooks or any(each.id in message_id for message_id in mails)
        state = Text(each.state, style="green" if each.state == SENT else "red")
        alert = about[each.alert]
        row = (each.alert[:8], alert.route, _subject(alert), each.channel, each.target)
        table.add_row(*row, state, str(each.tries), "yes" if seen else "no")
    _print_wide(console, table)


def _subject(alert: Alert) -> str:
    items = ", ".join(dict.fromkeys(report.finding.item for report in alert.reports))
    return f"{items} · {alert.reports[0].buyer or '–'}"


def _print_wide(console: Console, table: Table) -> None:
    width = console.width if console.is_terminal else max(console.width, WIDE * 2)
    Console(highlight=False, width=width).print(table)
