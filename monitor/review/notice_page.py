"""A notice's own page, with the words that it was found by marked in all its texts."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from monitor.review.desk import Desk, check_language
from monitor.review.excerpts import word_marks
from monitor.review.marked_text import LONG, Block, Gap, Mark, marked_blocks, part_at, part_of
from monitor.review.words import shown
from notices.document import Text
from storage import Unit
from storage.notices import StoredNotice
from storage.search_index import page_texts
from storage.search_results import FoundNotice
from storage.search_words import QueryError, SearchQuery, read_search

PART, ROOM, LEAST = 15_000, 14_000, 1_500
MOST_MARKS = 2_000


@dataclass(frozen=True, slots=True)
class Shown:
    """One text of the notice in blocks."""

    text: Text
    blocks: tuple[Block, ...]

    def part(self, gap: Gap) -> int:
        """The part of the whole text in which a gap begins."""
        return part_at(self.text.content, gap.start, PART) + 1


def notice(desk: Desk, request: Request) -> Response:
    check_language(request)
    words, query = _words(request)
    with desk.store.read() as unit:
        stored, found, texts = _read(unit, request.path_params["id"])
    shown_texts = tuple(_shown(texts, query))
    return desk.page(request, "notice.html", stored=stored, found=found, texts=shown_texts, words=words)


def notice_text(desk: Desk, request: Request) -> Response:
    """One text of a notice in parts of PART characters."""
    check_language(request)
    words, query = _words(request)
    with desk.store.read() as unit:
        stored, _, texts = _read(unit, request.path_params["id"])
    origin, part = request.query_params.get("origin", "body"), request.query_params.get("part", "1")
    chosen = next((text for text in texts if text.origin == origin), None)
    parts = -(-len(chosen.content) // PART) if chosen else 0
    if chosen is None or not (part.isascii() and part.isdecimal() and 1 <= int(part[:9]) <= parts):
        raise HTTPException(404)
    blocks = part_of(chosen.content, _marks(chosen, query), int(part) - 1, PART)
    given: dict[str, Any] = {
        "stored": stored,
        "origin": origin,
        "part": int(part),
        "count": parts,
        "blocks": blocks,
        "words": words,
    }
    return desk.page(request, "notice_text.html", **given)


def _read(unit: Unit, notice_id: int) -> tuple[StoredNotice, FoundNotice, list[Text]]:
    stored = unit.notices.by_id(notice_id) if notice_id < 2**62 else None
    if stored is None:
        raise HTTPException(404, "no_notice")
    (found,) = unit.search.read([notice_id])
    texts = [each for each in page_texts(stored.notice) if each.origin not in {"title", "facts"}]
    texts += unit.search.attached(notice_id)
    return stored, found, [each for each in texts if each.content.strip()]


def _words(request: Request) -> tuple[str, SearchQuery | None]:
    """What was searched for; a query that means nothing marks nothing."""
    words = shown(request.query_params.get("q", "")).strip()
    try:
        return words, read_search(words) if words else None
    except QueryError:
        return "", None


def _marks(text: Text, query: SearchQuery | None) -> list[Mark]:
    return word_marks(query, text.content)[:MOST_MARKS] if query else []


def _shown(texts: list[Text], query: SearchQuery | None) -> Iterator[Shown]:
    """The body, then the texts that have the words, as far as a page has room; behind a gap what it has not."""
    room = ROOM
    marks = {text.origin: _marks(text, query) for text in texts}
    for text in sorted(texts, key=lambda each: (each.origin != "body", not marks[each.origin])):
        blocks: tuple[Block, ...] = (Gap(0, len(text.content)),)
        if room > LEAST:
            blocks = marked_blocks(text.content, marks[text.origin], long=min(LONG, room))
            room -= len(text.content) - sum(block.characters for block in blocks if isinstance(block, Gap))
        yield Shown(text, blocks)
