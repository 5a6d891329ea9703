"""The command that hands over what is kept: rows of findings and notices as files."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import IO, Annotated
from urllib.parse import parse_qsl

import typer

from monitor.cli.application import Application
from monitor.clock import now
from monitor.export.columns import (
    FINDINGS,
    NOTICES,
    Column,
    Row,
    finding_row_of,
    notice_row_of,
    sheet_columns,
)
from monitor.export.delimited import BOM, csv_lines, json_lines
from monitor.export.reading import choose
from monitor.export.workbook import write_workbook
from monitor.review.query import UnknownFilterError, allowed_values, read_query
from notices.errors import StoreError
from storage import Store, Unit
from storage.findings import FindingFilter


class Kept(StrEnum):
    """What can be exported."""

    findings = "findings"
    notices = "notices"


class Form(StrEnum):
    """How an export is written."""

    jsonl = "jsonl"
    csv = "csv"
    xlsx = "xlsx"


Filter = Annotated[
    str | None, typer.Option("--filter", help="The query of a queue's address: 'view=all&item=nvidia-h100'.")
]


def add_to(app: typer.Typer) -> None:
    app.command()(export)


def export(
    context: typer.Context,
    what: Annotated[Kept, typer.Argument(help="findings or notices.")],
    form: Annotated[Form, typer.Option("--format", help="jsonl, csv or xlsx.")] = Form.jsonl,
    output: Annotated[Path | None, typer.Option("--output", "--out", help="A file; default: standard output.")] = None,
    flagged: Annotated[bool | None, typer.Option("--flagged/--not-flagged", help="Findings only.")] = None,
    asked: Filter = None,
    bom: Annotated[bool, typer.Option("--bom", help="CSV begins with a byte order mark, as Excel wants it.")] = False,
) -> None:
    """Export all rows, with no cap and without contacts of persons."""
    app: Application = context.obj
    if form is Form.xlsx and output is None:
        raise typer.BadParameter("a workbook is written to a file: give --output FILE")
    if what is Kept.notices and (asked is not None or flagged is not None):
        raise typer.BadParameter("--filter and --flagged choose findings: leave them out for notices")
    with app.store() as store:
        columns = FINDINGS if what is Kept.findings else NOTICES
        rows = _findings(app, store, flagged, asked) if what is Kept.findings else _notices(store)
        if form is Form.xlsx and output is not None:
            write_workbook(output, what.value, rows, sheet_columns(columns), now())
            return
        with _opened(output) as file:
            file.write(BOM if bom and form is Form.csv else "")
            file.writelines(_lines(rows, form, columns))


def chosen_by(unit: Unit, asked: str) -> FindingFilter:
    """The findings that a queue's query chooses; typer.BadParameter names what of it means nothing."""
    sources = unit.notices.sources()
    allowed = allowed_values(sorted(unit.findings.labels()), sources)
    try:
        return read_query(parse_qsl(asked.rpartition("?")[2], keep_blank_values=True), allowed).chosen()
    except UnknownFilterError as error:
        known = "; ".join(f"{each.name}: {', '.join(each.allowed) or each.hint}" for each in error.problems)
        raise typer.BadParameter(f"{error} (known: {known})", param_hint="--filter") from error


def _lines(rows: Iterable[Row], form: Form, columns: Sequence[Column]) -> Iterator[str]:
    return csv_lines(rows, columns) if form is Form.csv else json_lines(rows)


def _findings(app: Application, store: Store, flagged: bool | None, asked: str | None) -> Iterator[Row]:  # noqa: FBT001
    with store.read() as unit:
        chosen = chosen_by(unit, asked) if asked is not None else FindingFilter()
    found = choose(store, chosen if flagged is None else replace(chosen, flagged=flagged))
    with app.progress("findings", len(found)) as progress:
        for report in found:
            yield finding_row_of(report)
            progress(1)


def _notices(store: Store) -> Iterator[Row]:
    with store.read() as unit:
        yield from map(notice_row_of, unit.notices.all())


@contextmanager
def _opened(output: Path | None) -> Iterator[IO[str]]:
    if output is None:
        yield sys.stdout
        return
    try:
        with output.open("w", encoding="utf-8", errors="replace", newline="") as file:
            yield file
    except OSError as error:
        raise StoreError(f"{output} cannot be written: {error.strerror}") from error
