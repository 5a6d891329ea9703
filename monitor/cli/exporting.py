"""The command that hands over what is kept: rows of findings and notices as files."""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import IO, Annotated, Any
from urllib.parse import parse_qsl, urlencode

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
from monitor.export.reading import About, Chosen, choose
from monitor.export.workbook import Written, write_workbook
from monitor.review.desk import environment
from monitor.review.dossier import Dossiers
from monitor.review.dossier_archive import write_dossiers
from monitor.review.export_about import about_csv, about_json, about_lines, about_sheet
from monitor.review.query import Query, UnknownFilterError, allowed_values, read_query
from monitor.review.words import ENGLISH, LANGUAGES, Words
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
    said: Annotated[bool, typer.Option("--about", help="CSV and JSON Lines begin with a line on the export.")] = False,
    language: Annotated[str, typer.Option("--lang", help="Of a dossier and a workbook: en or zh.")] = ENGLISH,
) -> None:
    """Export all rows, with no cap and without contacts of persons; or the dossiers of findings, as HTML or ZIP."""
    app: Application = context.obj
    if bool(finding) != (what is Kept.dossier):
        raise typer.BadParameter("a dossier is of one finding, give its id; the others are of all in --filter")
    if language not in LANGUAGES:
        raise typer.BadParameter("give --lang en or zh")
    if what in (Kept.dossier, Kept.dossiers):
        if output is None:
            raise typer.BadParameter("give --out FILE")
        _dossiers(app, finding, asked, output, language)
        return
    if form is Form.xlsx and output is None:
        raise typer.BadParameter("a workbook is written to a file: give --output FILE")
    if what is Kept.notices and (asked is not None or flagged is not None):
        raise typer.BadParameter("--filter and --flagged choose findings: leave them out for notices")
    with app.store() as store:
        if what is Kept.notices:
            _write(_notices(store), form, NOTICES, output, what)
            return
        with _chosen(store, app.watchlist, flagged, asked) as (found, about):
            rows = _findings(app, found)
            if form is Form.xlsx:
                _write(rows, form, FINDINGS, output, what, about_sheet(Words(language), about))
            else:
                lead = (BOM if bom else "") + (about_csv(about) if said else "")
                lead = lead if form is Form.csv else about_json(about) if said else ""
                _write(rows, form, FINDINGS, output, what, lead=lead)
            _tell(app, about, output)


def _write(
    rows: Iterable[Row],
    form: Form,
    columns: Sequence[Column],
    output: Path | None,
    what: Kept,
    about: Callable[[Written], Iterable[tuple[str, str]]] | None = None,
    lead: str = "",
) -> None:
    if form is Form.xlsx and output is not None:
        write_workbook(output, what.value, rows, sheet_columns(columns), now(), about=about)
        return
    with _opened(output) as file:
        file.write(lead)
        file.writelines(csv_lines(rows, columns) if form is Form.csv else json_lines(rows))


def _tell(app: Application, about: About, output: Path | None) -> None:
    """What was written to a file, on stderr."""
    if output is not None:
        app.errors.print(
            f"{output}: " + "; ".join(f"{label}: {said}" for label, said in about_lines(Words(ENGLISH), about))
        )


def _dossiers(app: Application, finding: str, asked: str | None, output: Path, language: str) -> None:
    with app.store() as store:
        made = Dossiers(store, app.settings.captures, app.watchlist, environment())
        if finding:
            page = made.page(_key(store, finding), now(), language)
            with _opened(output, "wb") as file:
                file.write(page)
            return
        with (
            _chosen(store, app.watchlist, None, asked) as (found, about),
            app.progress("dossiers", found.count) as progress,
        ):
            count = write_dossiers(output, made, found, about, language, progress)
    typer.echo(f"{count:,} dossiers written to {output}")


def _key(store: Store, start: str) -> str:
    """The finding whose id begins so; typer.BadParameter if there is not exactly one."""
    with store.read() as unit:
        matching = [key for key in unit.findings.keys() if key.startswith(start)]  # noqa: SIM118
    if len(matching) != 1:
        found = "no finding's id begins" if not matching else f"{len(matching)} findings' ids begin"
        raise typer.BadParameter(f"{found} with {start!r}: list them with `tenderwatch findings`")
    return matching[0]


def chosen_by(unit: Unit, asked: str, watchlist: Watchlist) -> Query:
    """The query of a queue's address; typer.BadParameter names what of it means nothing."""
    sources = unit.notices.sources()
    lists = dict.fromkeys([*watchlist.lists(), *unit.listings.lists()])
    allowed = allowed_values(sorted(unit.findings.labels()), sources, lists)
    try:
        return read_query(parse_qsl(asked.rpartition("?")[2], keep_blank_values=True), allowed)
    except UnknownFilterError as error:
        known = "; ".join(f"{each.name}: {', '.join(each.allowed) or each.hint}" for each in error.problems)
        raise typer.BadParameter(f"{error} (known: {known})", param_hint="--filter") from error


@contextmanager
def _chosen(
    store: Store,
    watchlist: Watchlist,
    flagged: bool | None,  # noqa: FBT001
    asked: str | None,
) -> Iterator[tuple[Chosen, About]]:
    with store.read() as unit:
        query = chosen_by(unit, asked, watchlist) if asked is not None else None
    chosen = query.chosen() if query else FindingFilter()
    parts = {"view": query.view} | query.parts() if query else {}
    if flagged is not None:
        chosen, parts = replace(chosen, flagged=flagged), parts | {"flagged": "yes" if flagged else "no"}
    with choose(store, chosen) as found:
        yield found, found.about(urlencode(parts), now())


def _findings(app: Application, found: Chosen) -> Iterator[Row]:
    with app.progress("findings", found.count) as progress:
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
