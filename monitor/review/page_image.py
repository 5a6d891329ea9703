"""Pictures of the pages of attachments on which a finding stands: drawn in the confined process, kept for a while."""

import re
import threading
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from monitor.documents import draw_safely
from monitor.review.finding_subject import Subject, read_subject
from notices.finding import Place
from storage.archive import read_capture
from storage.documents import StoredDocument

if TYPE_CHECKING:
    from monitor.review.desk import Desk

MOST_BYTES = 24 * 1024 * 1024
LARGEST_FILE = 64 * 1024 * 1024
MOST_PAGES = 6
_ORIGIN = re.compile(r"document:(\d{1,9})(?:#(.*))?", re.DOTALL)
_PAGE = re.compile(r"(?:^|&)page=(\d{1,6})(?:&|$)")


class Pictures:
    """The pictures drawn last, up to MOST_BYTES together; not more than two are drawn at a time."""

    def __init__(self, most: int = MOST_BYTES) -> None:
        self._most = most
        self._kept: OrderedDict[tuple[str, int, tuple[str, ...]], bytes] = OrderedDict()
        self._lock = threading.Lock()
        self._drawing = threading.Semaphore(2)

    def get(self, key: tuple[str, int, tuple[str, ...]]) -> bytes | None:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def draw(self, key: tuple[str, int, tuple[str, ...]], data: bytes) -> bytes:
        """The picture of a page of a file, drawn now; NotReadError with the reason if it cannot be."""
        with self._drawing:
            drawn = draw_safely(data, key[1], key[2])
        with self._lock:
            self._kept[key] = drawn
            while sum(map(len, self._kept.values())) > self._most:
                self._kept.popitem(last=False)
        return drawn


@dataclass(frozen=True, slots=True)
class PageShown:
    """A page of an attachment on which a finding stands: where its picture is, or the code of why there is none."""

    origin: str
    url: str = ""
    lacks: str = ""
    kind: str = ""


def pages_shown(subject: Subject, documents: list[StoredDocument]) -> Iterator[PageShown]:
    """One for each page or part of an attachment that holds the quote or another mention, the quote's first."""
    by_number = {each.number: each for each in documents}
    origins = dict.fromkeys(place.origin for place in _places(subject) if place.origin.startswith("document:"))
    for origin in list(origins)[:MOST_PAGES]:
        stored, number = _asked(origin, by_number)
        kind = (stored.document.kind or "") if stored else ""
        lacks = _lacks(origin, stored, number)
        url = f"/findings/{subject.report.key}/page.png?origin={quote(origin, safe='')}"
        yield PageShown(origin, "" if lacks else url, lacks, kind)


def finding_page_image(desk: "Desk", request: Request) -> Response:
    """The picture of one page on which the finding, or another mention of it, stands; 404 for any other page."""
    origin = request.query_params.get("origin", "")
    with desk.store.read() as unit:
        subject = read_subject(unit, request.path_params["key"])
        documents = unit.documents.of_notice(subject.stored.id)
    places = [place for place in _places(subject) if place.origin == origin]
    stored, number = _asked(origin, {each.number: each for each in documents})
    if not places or _lacks(origin, stored, number) or stored is None or stored.capture is None:
        raise HTTPException(404, "no_picture")
    key = (stored.capture.sha256, number, tuple(_words(places)))
    drawn = desk.pictures.get(key) or desk.pictures.draw(key, read_capture(desk.captures, stored.capture))
    return Response(drawn, media_type="image/png", headers={"cache-control": "private, max-age=3600"})


def _places(subject: Subject) -> tuple[Place, ...]:
    return (subject.report.finding.place, *subject.report.finding.also)


def _asked(origin: str, documents: dict[int, StoredDocument]) -> tuple[StoredDocument | None, int]:
    """The document and the page that an origin names; page 0 if it names none of the file itself."""
    match = _ORIGIN.fullmatch(origin)
    if not match:
        return None, 0
    inside = match[2] or ""
    page = _PAGE.search(inside)
    return documents.get(int(match[1])), 0 if "file=" in inside or not page else int(page[1])


def _lacks(origin: str, stored: StoredDocument | None, number: int) -> str:
    """Why no picture can be drawn, as a code of words; empty if one can."""
    if stored is None or stored.capture is None:
        return "picture_not_kept"
    if "file=" in origin:
        return "picture_packed"
    if stored.document.kind != "pdf" or not number:
        return "picture_kind"
    return "picture_large" if stored.capture.size > LARGEST_FILE else ""


def _words(places: list[Place]) -> Iterator[str]:
    """What is looked for on the page: the quotes, then their parts, which a table parts in lines or cells."""
    quotes = list(dict.fromkeys(place.quote for place in places))
    yield from quotes
    parts = (part.strip() for each in quotes for part in re.split(r"[|\n，,；;。]", each))
    yield from dict.fromkeys(part for part in parts if len(part) > 2 and part not in quotes)
