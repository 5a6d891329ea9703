"""The queue's findings as files: every row of a filter, for whoever may read them."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import IO, cast
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from monitor.export.columns import FINDINGS, Row, sheet_columns
from monitor.export.delimited import BOM, csv_lines, json_lines
from monitor.export.reading import About, Chosen, choose
from monitor.export.workbook import write_workbook
from monitor.review.desk import Desk, check_language, language_of
from monitor.review.dossier import Dossiers
from monitor.review.dossier_archive import write_dossiers
from monitor.review.export_about import about_csv, about_headers, about_json, about_sheet
from monitor.review.made_file import MadeFile, Making
from monitor.review.people import who
from monitor.review.query import Problem, Query, UnknownFilterError
from monitor.review.queue_page import queue_asked
from monitor.review.words import Words
from notices.audit import Detail

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
YES_NO = ("yes", "no")
LONGEST_QUERY = 2_000


@dataclass(frozen=True, slots=True)
class File:
    """What a download is called and of which type it is."""

    name: str
    ending: str
    media_type: str


@dataclass(frozen=True, slots=True)
class Export:
    """What was asked for: the findings of the queue's query, and how the file is to begin."""

    desk: Desk
    request: Request
    query: Query
    language: str
    at: datetime
    bom: bool
    about: bool

    @property
    def filter(self) -> str:
        """The query that chose them; the view always stands in it."""
        return urlencode({"view": self.query.view} | self.query.parts())

    def chosen(self) -> AbstractContextManager[Chosen]:
        return choose(self.desk.store, self.query.chosen())


def export_jsonl(desk: Desk, request: Request) -> Response:
    """`about=yes` puts a line first that says what the export is of."""

    def make(making: Making, found: Chosen, about: About) -> None:
        making.write(about_json(about).encode() if asked.about else b"")
        _write_lines(making, json_lines(_going_on(making, found)))

    asked = _asked(desk, request, ("about",))
    return _file(asked, File("findings", "jsonl", "application/x-ndjson"), make)


def export_csv(desk: Desk, request: Request) -> Response:
    """`bom=yes` puts a byte order mark first: without it Excel takes UTF-8 for something else."""

    def make(making: Making, found: Chosen, about: About) -> None:
        making.write((BOM if asked.bom else "").encode() + (about_csv(about) if asked.about else "").encode())
        _write_lines(making, csv_lines(_going_on(making, found), FINDINGS))

    asked = _asked(desk, request, ("bom", "about"))
    return _file(asked, File("findings", "csv", "text/csv; charset=utf-8"), make)


def export_xlsx(desk: Desk, request: Request) -> Response:
    def make(making: Making, found: Chosen, about: About) -> None:
        rows = _going_on(making, found)
        said = about_sheet(Words(asked.language), about)
        write_workbook(making.path, "findings", rows, sheet_columns(FINDINGS), asked.at, about=said)

    asked = _asked(desk, request)
    return _file(asked, File("findings", "xlsx", XLSX), make)


def export_dossiers(desk: Desk, request: Request) -> Response:
    def make(making: Making, found: Chosen, about: About) -> None:
        # The archive is written front to back, which needs no more of a file than `write`.
        write_dossiers(cast("IO[bytes]", making), dossiers_of(desk), found, about, asked.language, making.go_on)

    asked = _asked(desk, request)
    return _file(asked, File("dossiers", "zip", "application/zip"), make)


def dossier(desk: Desk, request: Request) -> Response:
    """One finding's dossier, as a file: its own style would not be let run on a page of the desk."""
    check_language(request)
    key = request.path_params["key"]
    page = dossiers_of(desk).page(key, desk.clock(), language_of(request))
    note_export(desk, request, key, 1)
    headers = {"content-disposition": f'attachment; filename="dossier-{key}.html"', "cache-control": "no-store"}
    return Response(page, media_type="text/html; charset=utf-8", headers=headers)


def note_export(desk: Desk, request: Request, what: str, count: int | None) -> None:
    """Writes to the audit log who takes how much of what away, before it goes; StoreError if the log cannot be had."""
    if request.method == "HEAD":
        return
    person = who(desk, request)
    assert person is not None, "an export is behind a role"
    told: Detail = {"query": request.url.query[:LONGEST_QUERY], "rows": count}
    with desk.store.begin() as unit:
        unit.audit.append(person.name, "export", what, told, desk.clock())


def dossiers_of(desk: Desk) -> Dossiers:
    return Dossiers(desk.store, desk.captures, desk.watchlist, desk.templates)


def _asked(desk: Desk, request: Request, switches: Sequence[str] = ()) -> Export:
    """What the address asks for; UnknownFilterError for what means nothing. Only `switches` are not the queue's."""
    check_language(request)
    given = {name: request.query_params.get(name, "no") for name in switches}
    wrong = [Problem(name, value, YES_NO) for name, value in given.items() if value not in YES_NO]
    if wrong:
        raise UnknownFilterError(wrong, Query())
    pairs = [pair for pair in request.query_params.multi_items() if pair[0] not in switches]
    with desk.store.read() as unit:
        query = queue_asked(desk, unit, pairs, desk.labels(unit))
    bom, about = (given.get(name) == "yes" for name in ("bom", "about"))
    return Export(desk, request, query, language_of(request), desk.clock(), bom, about)


def _file(asked: Export, file: File, make: Callable[[Making, Chosen, About], None]) -> Response:
    def made(making: Making) -> None:
        with asked.chosen() as found:
            about = found.about(asked.filter, asked.at)
            making.say(about_headers(about))
            note_export(asked.desk, asked.request, f"{file.name}.{file.ending}", about.rows)
            make(making, found, about)

    headers = {
        "content-disposition": f'attachment; filename="{file.name}-{asked.at:%Y%m%dT%H%MZ}.{file.ending}"',
        "cache-control": "no-store",
    }
    return MadeFile(
        made, headers=headers, media_type=file.media_type, limiter=asked.desk.exports, give_way=asked.desk.turns.file()
    )


def _going_on(making: Making, found: Chosen) -> Iterable[Row]:
    for row in found.rows():
        making.go_on()
        yield row


def _write_lines(making: Making, lines: Iterable[str]) -> None:
    for line in lines:
        making.write(line.encode("utf-8", "replace"))
