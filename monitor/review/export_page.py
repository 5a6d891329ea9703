"""The queue's findings as files: every row of a filter, for whoever may read them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from starlette.background import BackgroundTask
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse

from monitor.export.columns import FINDINGS, sheet_columns
from monitor.export.delimited import BOM, csv_lines, json_lines
from monitor.export.reading import Chosen, choose
from monitor.export.workbook import write_workbook
from monitor.review.desk import Desk, check_language, language_of
from monitor.review.dossier import Dossiers
from monitor.review.dossier_archive import write_dossiers
from monitor.review.people import who
from monitor.review.query import Problem, Query, UnknownFilterError
from monitor.review.queue_page import queue_asked
from notices.audit import Detail

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROWS = "tenderwatch-rows"
# A request waits for its file: so many dossiers take about half a minute. The terminal makes any number.
MOST_DOSSIERS = 500
LONGEST_QUERY = 2_000


@dataclass(frozen=True, slots=True)
class File:
    """What a download is called and of which type it is."""

    ending: str
    media_type: str


def export_jsonl(desk: Desk, request: Request) -> Response:
    found, _ = _asked(desk, request)
    note_export(desk, request, "findings.jsonl", len(found))
    lines = json_lines(found.rows())
    return _streamed(desk, found, lines, File("jsonl", "application/x-ndjson"))


def export_csv(desk: Desk, request: Request) -> Response:
    """`bom=yes` puts a byte order mark first: without it Excel takes UTF-8 for something else."""
    found, bom = _asked(desk, request)
    note_export(desk, request, "findings.csv", len(found))
    rows = csv_lines(found.rows(), FINDINGS)
    return _streamed(desk, found, _after(BOM if bom else "", rows), File("csv", "text/csv; charset=utf-8"))


def export_xlsx(desk: Desk, request: Request) -> Response:
    found, _ = _asked(desk, request)
    note_export(desk, request, "findings.xlsx", len(found))
    rows = found.rows()
    return made_file(
        desk,
        len(found),
        File("xlsx", XLSX),
        lambda path: write_workbook(path, "findings", rows, sheet_columns(FINDINGS), desk.clock()),
    )


def dossier(desk: Desk, request: Request) -> Response:
    """One finding's dossier, as a file: its own style would not be let run on a page of the desk."""
    check_language(request)
    key = request.path_params["key"]
    page = dossiers_of(desk).page(key, desk.clock(), language_of(request))
    note_export(desk, request, key, 1)
    headers = {"content-disposition": f'attachment; filename="dossier-{key}.html"', "cache-control": "no-store"}
    return Response(page, media_type="text/html; charset=utf-8", headers=headers)


def export_dossiers(desk: Desk, request: Request) -> Response:
    check_language(request)
    found = findings_asked(desk, request)
    if len(found) > MOST_DOSSIERS:
        raise HTTPException(413, "dossiers_many")
    note_export(desk, request, "dossiers.zip", len(found))
    language = language_of(request)
    return made_file(
        desk,
        len(found),
        File("zip", "application/zip"),
        lambda path: write_dossiers(path, dossiers_of(desk), found, desk.clock(), language),
    )


def note_export(desk: Desk, request: Request, what: str, count: int | None) -> None:
    """Writes to the audit log who takes how much of what away, before it goes; StoreError if the log cannot be had."""
    person = who(desk, request)
    assert person is not None, "an export is behind a role"
    told: Detail = {"query": request.url.query[:LONGEST_QUERY], "rows": count}
    with desk.store.begin() as unit:
        unit.audit.append(person.name, "export", what, told, desk.clock())


def dossiers_of(desk: Desk) -> Dossiers:
    return Dossiers(desk.store, desk.captures, desk.watchlist, desk.templates)


def made_file(desk: Desk, count: int, file: File, make: Callable[[Path], Any]) -> Response:
    """A file that is made whole before it is sent; it is gone once it was."""
    folder = TemporaryDirectory(prefix="tenderwatch-export-")
    path = Path(folder.name) / f"export.{file.ending}"
    try:
        make(path)
    except BaseException:
        folder.cleanup()
        raise
    headers = _headers(desk, count, file)
    return FileResponse(path, media_type=file.media_type, headers=headers, background=BackgroundTask(folder.cleanup))


def findings_asked(desk: Desk, request: Request, own: tuple[str, ...] = ()) -> Chosen:
    """The findings of the queue's query in the address; parameters named in `own` are not part of it."""
    pairs = [pair for pair in request.query_params.multi_items() if pair[0] not in own]
    with desk.store.read() as unit:
        query = queue_asked(desk, unit, pairs, desk.labels(unit))
    return choose(desk.store, query.chosen())


def _asked(desk: Desk, request: Request) -> tuple[Chosen, bool]:
    bom = request.query_params.get("bom", "no")
    if bom not in {"yes", "no"}:
        raise UnknownFilterError((Problem("bom", bom, ("yes", "no")),), Query())
    return findings_asked(desk, request, ("bom",)), bom == "yes"


def _streamed(desk: Desk, found: Chosen, lines: Iterator[str], file: File) -> Response:
    parts = (line.encode("utf-8", "replace") for line in lines)
    return StreamingResponse(parts, media_type=file.media_type, headers=_headers(desk, len(found), file))


def _headers(desk: Desk, count: int, file: File) -> dict[str, str]:
    name = f"findings-{desk.clock():%Y%m%dT%H%MZ}.{file.ending}"
    return {
        "content-disposition": f'attachment; filename="{name}"',
        "cache-control": "no-store",
        ROWS: str(count),
    }


def _after(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest
