"""Commands that list what is stored."""

from dataclasses import asdict, replace
from datetime import date
from typing import Annotated

import typer

from monitor.cli.application import PARTLY_DONE, Application, Format
from monitor.cli.crawling import Day
from monitor.cli.listing import print_rows
from monitor.clock import now
from monitor.health import SourceLine, source_lines
from monitor.reconcile import window_totals
from notices.dates import SHANGHAI, read_moment
from notices.document import STATES
from notices.finding import report_row
from notices.listing import ANY, NONE
from notices.ocds import record_of
from notices.record import notice_row, procedure_row
from storage.documents import StoredDocument
from storage.findings import FindingFilter
from storage.notices import StoredNotice
from storage.procedures import Procedure

As = Annotated[Format, typer.Option("--format", help="How to print the rows.")]
Most = Annotated[int | None, typer.Option(min=1, help="At most this many rows.")]

of_sources = typer.Typer(invoke_without_command=True, help="List the sources; reconcile what they state.")


def add_to(app: typer.Typer) -> None:
    for command in (notices, procedures, findings, documents, issues):
        app.command()(command)
    app.add_typer(of_sources, name="sources")


@of_sources.callback()
def sources(context: typer.Context, form: As = Format.table) -> None:
    """List the sources: last run, state, staleness, notices in the last 7 days."""
    app: Application = context.obj
    if context.invoked_subcommand:
        return
    with app.store_made() as store:
        lines = source_lines(store, now())
    rows = [line.row() for line in lines]
    if form is Format.table:
        rows = [row | _in_words(line) for row, line in zip(rows, lines, strict=True)]
    shown = ("id", "title", "family", "state", "staleness", "last_run", "last_success", "notices_7d", "gone")
    print_rows(rows, form, (*shown, "requests", "read", "new", "items_per_request", "failures", "gap", "trouble"))


def _in_words(line: SourceLine) -> dict[str, str]:
    """What a table shows in one cell: the gap and what is not as expected share theirs."""
    stale = line.staleness.sentence if line.staleness else ""
    return {"failures": line.failed, "gap": "; ".join(filter(None, (line.gap, *line.concerns))), "staleness": stale}


@of_sources.command("reconcile")
def reconcile(
    context: typer.Context,
    form: As = Format.table,
    source: Annotated[str | None, typer.Option(help="One source's id.")] = None,
) -> None:
    """Hold each portal's own totals against what was listed and kept, window by window; 3 if any is short."""
    app: Application = context.obj
    with app.store() as store:
        totals = window_totals(store, source)
    rows = [
        {name: _plain(value) for name, value in asdict(total).items()} | {"missing": total.missing} for total in totals
    ]
    print_rows(rows, form, ("source", "channel", "facet", "since", "until", "stated", "listed", "kept", "missing"))
    if any(total.missing for total in totals):
        raise typer.Exit(PARTLY_DONE)


def notices(
    context: typer.Context,
    form: As = Format.table,
    source: Annotated[str | None, typer.Option(help="One source's id.")] = None,
    since: Day = None,
    limit: Most = None,
) -> None:
    """List the stored notices, newest first."""
    app: Application = context.obj
    with app.store() as store, store.read() as unit:
        rows = map(_notice_row, unit.notices.all(source, since=read_moment(since) if since else None, limit=limit))
        print_rows(rows, form, ("published", "kind", "title", "buyer", "amount_cny", "source", "id", "gone"))


def _notice_row(stored: StoredNotice) -> dict[str, object]:
    """`gone`: the day on which its page was found not to be there any more, `gone_reason` what the site said."""
    sha256 = stored.capture.sha256 if stored.capture else None
    gone = stored.gone_at.astimezone(SHANGHAI).date().isoformat() if stored.gone_at else None
    row = notice_row(stored.notice, stored.revision, sha256, stored.procedure)
    return row | {"gone": gone, "gone_reason": stored.gone_reason}


def procedures(
    context: typer.Context,
    form: As = Format.table,
    source: Annotated[str | None, typer.Option(help="Procurements of which this source has a notice.")] = None,
    limit: Most = None,
) -> None:
    """List the procurements, each with its notices in stage order; as JSON Lines one OCDS record each."""
    app: Application = context.obj
    with app.store() as store, store.read() as unit:
        found = unit.procedures.all(source, limit)
        if form is Format.jsonl:
            print_rows((record_of(each.id, each.releases, each.again) for each in found), form, ())
        else:
            columns = ("procedure", "published", "stages", "title", "buyer", "places")
            print_rows(map(_procedure_row, found), form, columns)


def _procedure_row(found: Procedure) -> dict[str, object]:
    places = sum(len(release.places) for release in found.releases)
    return procedure_row(found.id, found.releases, found.again) | {"places": places}


def findings(
    context: typer.Context,
    form: As = Format.table,
    flagged: Annotated[bool | None, typer.Option("--flagged/--not-flagged", help="Default: both.")] = None,
    since: Day = None,
    until: Day = None,
    source: Annotated[str | None, typer.Option(help="One source's id.")] = None,
    item: Annotated[str | None, typer.Option(help="One item's id.")] = None,
    verdict: Annotated[str | None, typer.Option(help="confirmed, rejected, unsure, or none.")] = None,
    listed: Annotated[str | None, typer.Option(help="A party list that names a party; any; or none.")] = None,
    limit: Most = None,
) -> None:
    """List the findings, the most severe first."""
    app: Application = context.obj
    chosen = FindingFilter(flagged=flagged, source=source, item=item, verdict=verdict, listed=listed)
    if since:
        chosen = replace(chosen, since=read_moment(since).astimezone(SHANGHAI))
    if until:
        chosen = replace(chosen, until=read_moment(until + " 24:00"))
    with app.store() as store, store.read() as unit:
        known = (ANY, NONE, *app.watchlist.lists(), *unit.listings.lists())
        if listed is not None and listed not in known:
            known_lists = "; ".join(dict.fromkeys(known))
            raise typer.BadParameter(f"{listed!r} is no party list: give one of {known_lists}", param_hint="--listed")
        rows = [report_row(report) for report in unit.findings.reports(chosen, limit=limit)]
    shown = ("finding", "severity", "item", "relation", "published", "kind", "buyer", "quote")
    print_rows(rows, form, shown)


def documents(
    context: typer.Context,
    form: As = Format.table,
    state: Annotated[str | None, typer.Option(help="read, read_by_ocr, partly_read, unread or failed.")] = None,
    limit: Most = None,
) -> None:
    """List the attachments and what became of them."""
    app: Application = context.obj
    if state is not None and state not in STATES:
        raise typer.BadParameter(f"{state!r} is none of {', '.join(STATES)}", param_hint="--state")
    with app.store() as store, store.read() as unit:
        rows = [_document_row(each) for each in unit.documents.all(state, limit)]
    print_rows(rows, form, ("source", "notice", "title", "state", "reason"))


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def _document_row(stored: StoredDocument) -> dict[str, object]:
    document = stored.document
    return {
        "source": stored.source,
        "notice": stored.notice,
        "number": stored.number,
        "title": document.title,
        "url": document.url,
        "kind": document.kind,
        "state": document.state,
        "reason": document.reason or None,
        "sha256": stored.capture.sha256 if stored.capture else None,
    }


def issues(
    context: typer.Context,
    form: As = Format.table,
    source: Annotated[str | None, typer.Option(help="One source's id.")] = None,
    limit: Most = 100,
) -> None:
    """List what the runs met that needs a person, newest first."""
    app: Application = context.obj
    with app.store() as store, store.read() as unit:
        rows = [
            {
                "at": each.issue.at.astimezone(SHANGHAI).isoformat(timespec="seconds") if each.issue.at else None,
                "source": each.issue.source,
                "kind": each.issue.kind,
                "message": each.issue.message,
                "url": each.issue.url,
                "run": each.run_id,
            }
            for each in unit.runs.issues(source, limit=limit)
        ]
    print_rows(rows, form, ("at", "source", "kind", "message"))
