"""The command that hands over what is kept: rows of findings and notices as files."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import IO, Annotated, Any
from urllib.parse import parse_qsl

import typer

from monitor.cli.application import Application
from monitor.clock import now
from monitor.export.columns import (
    FINDINGS,
    NOTICES,
    Column,
    Row,
    notice_row_of,
    sheet_columns,
)
from monitor.export.delimited import BOM, csv_lines, json_lines
from monitor.export.reading import Chosen, choose
from monitor.export.workbook import write_workbook
from monitor.review.desk import environment
from monitor.review.dossier import Dossiers
from monitor.review.dossier_archive import write_dossiers
from monitor.review.query import UnknownFilterError, allowed_values, read_query
from monitor.review.words import ENGLISH, LANGUAGES
from monitor.watchlist import Watchlist
from notices.errors import StoreError
from storage import Store, Unit
from storage.findings import FindingFilter


class Kept(StrEnum):
    """What can be exported."""

    findings = "findings"
    notices = "notices"
    dossier = "dossier"
    dossiers = "dossiers"


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
    what: Annotated[Kept, typer.Argument(help="findings, notices, dossier or dossiers.")],
    finding: Annotated[str, typer.Argument(help="Of a dossier: the finding's id, or how it begins.")] = "",
    form: Annotated[Form, typer.Option("--format", help="jsonl, csv or xlsx.")] = Form.jsonl,
    output: Annotated[Path | None, typer.Option("--output", "--out", help="A file; default: standard output.")] = None,
    flagged: Annotated[bool | None, typer.Option("--flagged/--not-flagged", help="Findings only.")] = None,
    asked: Filter = None,
    bom: Annotated[bool, typer.Option("--bom", help="CSV begins with a byte order mark, as Excel wants it.")] = False,
    language: Annotated[str, typer.Option("--lang", help="Of a dossier: en or zh.")] = ENGLISH,
) -> None:
    """Export all rows, with no cap and without contacts of persons; or the dossiers of findings, as HTML or ZIP."""
    app: Application = context.obj
    if bool(finding) != (what is Kept.dossier):
        raise typer.BadParameter("a dossier is of one finding, give its id; the others are of all in --filter")
    if what in (Kept.dossier, Kept.dossiers):
        if output is None or language not in LANGUAGES:
            raise typer.BadParameter("give --out FILE, and --lang en or zh")
        _dossiers(app, finding, asked, output, language)
        return
    if form is Form.xlsx and output is None:
        raise typer.BadParameter("a workbook is written to a file: give --output FILE")
    if what is Kept.notices and (asked is not None or flagged is not None):
        raise typer.BadParameter("--filter and --flagged choose findings: leave them out for notices")
    with app.store() as store:
        columns = FINDINGS if what is Kept.findings else NOTICES
        rows = (
            _findings(app, _chosen(store, app.watchlist, flagged, asked)) if what is Kept.findings else _notices(store)
        )
        if form is Form.xlsx and output is not None:
            write_workbook(output, what.value, rows, sheet_columns(columns), now())
            return
        with _opened(output) as file:
            file.write(BOM if bom and form is Form.csv else "")
            file.writelines(_lines(rows, form, columns))


def _dossiers(app: Application, finding: str, asked: str | None, output: Path, language: str) -> None:
    with app.store() as store:
        made = Dossiers(store, app.settings.captures, app.watchlist, environment())
        if finding:
            page = made.page(_key(store, finding), now(), language)
            with _opened(output, "wb") as file:
                file.write(page)
            return
        found = _chosen(store, app.watchlist, None, asked)
        with app.progress("dossiers", len(found)) as progress:
            count = write_dossiers(output, made, found, now(), language, progress)
    typer.echo(f"{count:,} dossiers written to {output}")


def _key(store: Store, start: str) -> str:
    """The finding whose id begins so; typer.BadParameter if there is not exactly one."""
    with store.read() as unit:
        matching = [key for key in unit.findings.keys() if key.startswith(start)]  # noqa: SIM118
    if len(matching) != 1:
        found = "no finding's id begins" if not matching else f"{len(matching)} findings' ids begin"
        raise typer.BadParameter(f"{found} with {start!r}: list them with `tenderwatch findings`")
    return matching[0]


def chosen_by(unit: Unit, asked: str, watchlist: Watchlist) -> FindingFilter:
    """The findings that a queue's query chooses; typer.BadParameter names what of it means nothing."""
    sources = unit.notices.sources()
    lists = dict.fromkeys([*watchlist.lists(), *unit.listings.lists()])
    allowed = allowed_values(sorted(unit.findings.labels()), sources, lists)
    try:
        return read_query(parse_qsl(asked.rpartition("?")[2], keep_blank_values=True), allowed).chosen()
    except UnknownFilterError as error:
        known = "; ".join(f"{each.name}: {', '.join(each.allowed) or each.hint}" for each in error.problems)
        raise typer.BadParameter(f"{error} (known: {known})", param_hint="--filter") from error


def _lines(rows: Iterable[Row], form: Form, columns: Sequence[Column]) -> Iterator[str]:
    return csv_lines(rows, columns) if form is Form.csv else json_lines(rows)


def _chosen(store: Store, watchlist: Watchlist, flagged: bool | None, asked: str | None) -> Chosen:  # noqa: FBT001
    with store.read() as unit:
        chosen = chosen_by(unit, asked, watchlist) if asked is not None else FindingFilter()
    return choose(store, chosen if flagged is None else replace(chosen, flagged=flagged))


def _findings(app: Application, found: Chosen) -> Iterator[Row]:
    with app.progress("findings", len(found)) as progress:
        for row in found.rows():
            yield row
            progress(1)


def _notices(store: Store) -> Iterator[Row]:
    with store.read() as unit:
        yield from map(notice_row_of, unit.notices.all())


@contextmanager
def _opened(output: Path | None, mode: str = "w") -> Iterator[IO[Any]]:
    if output is None:
        yield sys.stdout
        return
    how = {} if "b" in mode else {"encoding": "utf-8", "errors": "replace", "newline": ""}
    try:
        with output.open(mode, **how) as file:  # type: ignore[call-overload]
            yield file
    except OSError as error:
        raise StoreError(f"{output} cannot be written: {error.strerror}") from error
