"""Commands of the review: what waits for it, verdicts from the terminal, and how precise the terms are."""

import json
from typing import Annotated

import typer

from monitor.cli.application import Application, Format
from monitor.cli.listing import print_rows
from monitor.cli.listings import As, Most
from monitor.clock import now
from monitor.review.verdict_form import LONGEST_NOTE
from monitor.review.words import shown
from notices.account import ANALYST
from notices.dates import read_day
from notices.duty import Assignment
from notices.errors import UnreadableValueError
from notices.finding import FindingReport, report_row
from notices.review import REASONS, REJECTED, VERDICTS, Note, Review
from storage.findings import FindingFilter
from storage.precision import Precision

reviewing = typer.Typer(no_args_is_help=True, help="Verdicts from the terminal.")


def add_to(app: typer.Typer) -> None:
    app.add_typer(reviewing, name="review")


@reviewing.command("list")
def list_unreviewed(context: typer.Context, form: As = Format.table, limit: Most = None) -> None:
    """List the flagged findings that have no verdict yet."""
    app: Application = context.obj
    with app.store() as store, store.read() as unit:
        reports = unit.findings.reports(FindingFilter(flagged=True, verdict="none"), limit=limit)
    columns = ("finding", "severity", "item", "relation", "published", "buyer", "quote")
    print_rows([report_row(report) for report in reports], form, columns)


@reviewing.command("set")
def set_verdict(
    context: typer.Context,
    finding: Annotated[str, typer.Argument(help="The finding's id; its first characters are enough.")],
    verdict: Annotated[str, typer.Argument(help=", ".join(VERDICTS))],
    note: Annotated[str, typer.Option(help="Why.")] = "",
    reason: Annotated[str, typer.Option(help=f"Why it is rejected: {', '.join(REASONS)}.")] = "",
) -> None:
    """Give a finding a verdict; earlier ones stay on record."""
    app: Application = context.obj
    if verdict not in VERDICTS:
        raise typer.BadParameter(f"{verdict!r} is no verdict: give one of {', '.join(VERDICTS)}")
    if reason and (verdict != REJECTED or reason not in REASONS):
        known = f"for a rejection, one of {', '.join(REASONS)}"
        raise typer.BadParameter(f"{reason!r} is no reason: give, {known}", param_hint="--reason")
    with app.store() as store, store.begin() as unit:
        report = _the_finding(finding, unit.findings.reports())
        unit.reviews.add(Review(report.key, verdict, note, app.settings.desk.reviewer, now(), reason))
    typer.echo(f"{report.key}: {verdict}")


@reviewing.command("note")
def note(
    context: typer.Context,
    finding: Annotated[str, typer.Argument(help="The finding's id; its first characters are enough.")],
    text: Annotated[str, typer.Argument(help="What to note.")],
) -> None:
    """Note something on a finding without judging it; notes are only ever added."""
    app: Application = context.obj
    said = shown(text).strip()
    if not said or len(said) > LONGEST_NOTE:
        raise typer.BadParameter(f"a note has 1 to {LONGEST_NOTE:,} characters")
    with app.store() as store, store.begin() as unit:
        report = _the_finding(finding, unit.findings.reports())
        added = unit.notes.add(Note(report.key, said, app.settings.desk.reviewer, now()))
    typer.echo(f"{report.key}: {'noted' if added else 'noted already'}")


@reviewing.command("assign")
def assign(
    context: typer.Context,
    finding: Annotated[str, typer.Argument(help="The finding's id; its first characters are enough.")],
    name: Annotated[str, typer.Argument(help="To whom; an empty name gives it back to nobody.")],
    due: Annotated[str | None, typer.Option(help="By which day, YYYY-MM-DD.")] = None,
) -> None:
    """Give a finding to a person; with accounts, to one who may judge."""
    app: Application = context.obj
    try:
        day = read_day(due).isoformat() if due else None
    except UnreadableValueError as error:
        raise typer.BadParameter(str(error), param_hint="--due") from None
    with app.store() as store, store.begin() as unit:
        known = [each.name for each in unit.accounts.all() if each.disabled_at is None and each.person.may(ANALYST)]
        if name and app.settings.desk.with_accounts and name not in known:
            raise typer.BadParameter(f"{name!r} has no account that may judge: list them with `tenderwatch accounts`")
        report = _the_finding(finding, unit.findings.reports())
        seen = len(unit.duties.assignments(report.key))
        unit.duties.assign(seen, Assignment(report.key, name.strip(), day, app.settings.desk.reviewer, now()))
    typer.echo(f"{report.key}: {name.strip() or 'nobody'}{f', due {day}' if day else ''}")


@reviewing.command("precision")
def precision(
    context: typer.Context,
    form: As = Format.table,
    whole: Annotated[bool, typer.Option("--json", help="Print one JSON array.")] = False,
) -> None:
    """Print what share of decided flagged findings was confirmed, by item and by its terms."""
    app: Application = context.obj
    with app.store() as store, store.read() as unit:
        rows = [_precision_row(each) for each in unit.precision.all()]
    if whole:
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=1))
    else:
        print_rows(rows, form, ("item", "term", "precision", "confirmed", "rejected", "unsure", "reasons"))


def _precision_row(line: Precision) -> dict[str, object]:
    """`term` is null for the item as a whole, "" where parameter rows led to the findings."""
    return {
        "item": line.item,
        "term": line.term,
        "precision": None if line.share is None else round(line.share, 4),
        "confirmed": line.confirmed,
        "rejected": line.rejected,
        "unsure": line.unsure,
        "reasons": line.reasons,
    }


def _the_finding(start: str, reports: list[FindingReport]) -> FindingReport:
    matching = [report for report in reports if report.key.startswith(start)]
    if len(matching) != 1:
        found = "no finding's id begins" if not matching else f"{len(matching)} findings' ids begin"
        raise typer.BadParameter(f"{found} with {start!r}: list them with `tenderwatch findings`")
    return matching[0]
