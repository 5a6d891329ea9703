"""Commands that hand over what is kept: export, and the proof that captures are what was served."""

import sys
from contextlib import redirect_stdout
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.application import NOT_DONE, Application, Format
from monitor.cli.listing import print_rows
from notices.errors import StoreError
from notices.finding import report_row
from notices.record import notice_row
from storage import archive
from storage.findings import FindingFilter

proving = typer.Typer(no_args_is_help=True, help="The captures as evidence.")


class Kept(StrEnum):
    """What can be exported."""

    findings = "findings"
    notices = "notices"


def add_to(app: typer.Typer) -> None:
    app.command()(export)
    app.add_typer(proving, name="evidence")


def export(
    context: typer.Context,
    what: Annotated[Kept, typer.Argument(help="findings or notices.")],
    form: Annotated[Format, typer.Option("--format", help="jsonl or csv.")] = Format.jsonl,
    output: Annotated[Path | None, typer.Option(help="A file to write; default: standard output.")] = None,
    flagged: Annotated[bool | None, typer.Option("--flagged/--not-flagged", help="Findings only.")] = None,
) -> None:
    """Export all rows, with no cap and without contacts of persons."""
    app: Application = context.obj
    if form is Format.table:
        raise typer.BadParameter("an export is jsonl or csv; for a table use `tenderwatch findings`")
    with app.store() as store, store.read() as unit:
        if what is Kept.findings:
            rows = (report_row(report) for report in unit.findings.reports(FindingFilter(flagged=flagged)))
        else:
            rows = (
                notice_row(each.notice, each.revision, each.capture.sha256 if each.capture else None, each.procedure)
                for each in unit.notices.all()
            )
        if output is None:
            print_rows(rows, form, ())
            return
        try:
            with output.open("w", encoding="utf-8", newline="") as file, redirect_stdout(file):
                print_rows(rows, form, ())
        except OSError as error:
            raise StoreError(f"{output} cannot be written: {error.strerror}") from error


@proving.command("verify")
def verify(context: typer.Context) -> None:
    """Check every capture against its hash and its record."""
    app: Application = context.obj
    sound, broken = 0, []
    with app.store() as store, store.read() as unit:
        total = unit.captures.count()
        with app.progress("captures", total) as progress:
            for stored in unit.captures.all():
                problem = archive.verify(app.settings.captures, stored.capture)
                if problem is None:
                    sound += 1
                else:
                    broken.append(f"{stored.capture.url}: {problem}")
                progress(1)
    typer.echo(f"evidence: {sound:,} of {total:,} captures are what was served")
    for problem in broken:
        print(f"tenderwatch: {problem}", file=sys.stderr)
    if broken:
        raise typer.Exit(NOT_DONE)
