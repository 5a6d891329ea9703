"""An alert as a reader or a program gets it: e-mail subject, text and HTML, and the webhook's body."""

import json
from dataclasses import dataclass
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from alerts import wording
from notices.alert import Alert
from notices.finding import SEVERITIES, FindingReport, report_row

MOST_SHOWN = 40
QUOTE_LIMIT = 900


@dataclass(frozen=True, slots=True)
class Content:
    """An e-mail's content; `subject` is one line without control characters."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class FindingView:
    """One finding in words; None or an empty tuple where the notice does not state it."""

    severity: str
    label: str
    relation: str
    basis: str
    candidates: tuple[str, ...]
    quantity: str | None
    quote: tuple[tuple[str, bool], ...]
    places: tuple[str, ...]
    control: str
    status: str
    title: str
    stage: str
    published: str | None
    buyer: str | None
    agency: str | None
    suppliers: tuple[str, ...]
    region: str | None
    amount: str | None
    reasons: tuple[str, ...]
    unread: tuple[str, ...]
    verdict: str | None
    source: str
    url: str
    url_is_web: bool
    desk_url: str
    capture_sha256: str | None
    key: str


def email_content(alert: Alert, desk_url: str) -> Content:
    """Subject, text and HTML of an alert; the same alert gives the same words on every try.

    `desk_url` is the desk's address without a final slash; a finding stands there under /findings/KEY. Of more than
    40 findings the most severe 40 are shown and the rest counted.
    """
    views = [view_of(report, desk_url) for report in alert.reports[:MOST_SHOWN]]
    more = len(alert.reports) - len(views)
    words = {"alert": alert, "route": wording.one_line(alert.route), "findings": views, "more": more}
    words |= {"subject": _subject(alert), "desk_url": desk_url, "opening": _opening(alert)}
    text = _templates().get_template("alert.txt").render(words)
    html = _templates().get_template("alert.html").render(words)
    return Content(_subject(alert), text, html)


def webhook_body(alert: Alert) -> bytes:
    """The webhook's JSON as ASCII bytes; equal alerts give equal bytes, whenever they are made."""
    findings = [report_row(report) for report in alert.reports]
    body = {"type": "findings.flagged", "route": alert.route, "alert": alert.id, "findings": findings}
    return json.dumps(body, ensure_ascii=True, separators=(",", ":")).encode("ascii")


def view_of(report: FindingReport, desk_url: str) -> FindingView:
    """A finding's facts in words for a reader."""
    finding = report.finding
    return FindingView(
        severity=finding.severity,
        label=wording.one_line(finding.label),
        relation=wording.RELATIONS_IN_ENGLISH.get(finding.relation, finding.relation),
        basis=wording.BASES_IN_ENGLISH.get(finding.basis, finding.basis),
        candidates=tuple(map(wording.one_line, finding.candidates)),
        quantity=wording.quantity_words(finding.quantity),
        quote=wording.shortened(wording.highlighted(finding), QUOTE_LIMIT),
        places=tuple(wording.place_words(place.origin) for place in (finding.place, *finding.also)),
        control=wording.control_words(finding),
        status=wording.status_words(finding),
        title=wording.one_line(report.title),
        stage=wording.stage_words(report.kind),
        published=report.published,
        buyer=_line(report.buyer),
        agency=_line(report.agency),
        suppliers=tuple(map(wording.one_line, report.suppliers)),
        region=wording.region_words(report.region) if report.region else None,
        amount=wording.amount_words(report.amount_cny),
        reasons=tuple(wording.one_line(reason) for reason in finding.reasons if reason != finding.control.sentence),
        unread=tuple(map(wording.one_line, report.unread_documents)),
        verdict=report.verdict,
        source=wording.one_line(report.source),
        url=wording.one_line(report.url),
        url_is_web=report.url.startswith(("https://", "http://")),
        desk_url=f"{desk_url}/findings/{report.key}",
        capture_sha256=report.capture_sha256,
        key=report.key,
    )


def _subject(alert: Alert) -> str:
    first = alert.reports[0]
    quantity = wording.quantity_words(first.finding.quantity)
    product = f"{first.finding.label} ({quantity})" if quantity else first.finding.label
    labels = dict.fromkeys(report.finding.label for report in alert.reports)
    others = f" and {len(labels) - 1} more" if len(labels) > 1 else ""
    stage = wording.stage_english(first.kind)
    about = wording.one_line(first.buyer or first.title, 60)
    return wording.one_line(f"{first.finding.severity.capitalize()}: {product}{others} – {about} – {stage}", 150)


def _opening(alert: Alert) -> str:
    total, notices = len(alert.reports), len({(report.source, report.finding.notice) for report in alert.reports})
    counts = [(sum(report.finding.severity == one for report in alert.reports), one) for one in SEVERITIES]
    by_severity = ", ".join(f"{count} {severity}" for count, severity in counts if count)
    return f"{total} finding{'s' * (total != 1)} in {notices} notice{'s' * (notices != 1)}: {by_severity}"


def _line(text: str | None) -> str | None:
    return wording.one_line(text) if text else None


@cache
def _templates() -> Environment:
    # What ends in .html is escaped, .txt is not; an unknown name in a template is an error.
    return Environment(
        loader=PackageLoader("alerts", "templates"),
        autoescape=select_autoescape(("html",), default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
