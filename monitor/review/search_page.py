"""Search over every stored notice and its attachments: words in, results with their places out."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from monitor.review.desk import Desk, check_language, language_of
from monitor.review.excerpts import Excerpt, excerpts_of, marked, word_marks
from monitor.review.marked_text import Line
from monitor.review.query import PASSING, Problem, Query, UnknownFilterError
from monitor.review.words import Words, shown
from notices.codelists import NOTICE_KINDS
from notices.document import Text
from storage import Unit
from storage.search import FACETS, MOST_COUNTED, NEWEST, ORDERS, SearchFilter, SearchPage
from storage.search_index import FLAGGED, NOTHING, REPORTED, page_texts
from storage.search_results import FoundNotice
from storage.search_words import LONGEST, MOST_TERMS, QueryError, SearchQuery, read_search

PAGE_SIZE = 20
# Months are gathered by year while they are too many to read.
MOST_MONTHS = 24
NAMES = ("source", "kind", "month", "region", "found")
_MONTH = re.compile(r"(?:19|20)\d\d(?:-(?:0[1-9]|1[0-2]))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Asked:
    """A search as its address says it; None does not restrict."""

    q: str = ""
    source: str | None = None
    kind: str | None = None
    month: str | None = None
    region: str | None = None
    found: str | None = None
    order: str = NEWEST
    page: int = 1

    def chosen(self) -> SearchFilter:
        return SearchFilter(**{name: getattr(self, name) for name in NAMES})

    def with_(self, **changes: str | int | None) -> "Asked":
        """The search with some parts changed, from its first page again."""
        return replace(self, **({"page": 1} | changes))  # type: ignore[arg-type]

    def url(self) -> str:
        plain = Asked()
        parts = {part.name: getattr(self, part.name) for part in fields(self)}
        kept = {name: value for name, value in parts.items() if value not in (None, getattr(plain, name))}
        return f"/search?{urlencode(kept)}" if kept else "/search"


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter: where its link leads and how many of the results have it."""

    label: str
    count: int
    url: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Result:
    """One notice found: its title with the words marked, and where else they stand."""

    found: FoundNotice
    title: Line
    excerpts: tuple[Excerpt, ...]


def search(desk: Desk, request: Request) -> Response:
    check_language(request)
    words = Words(language_of(request))
    with desk.store.read() as unit:
        asked = read_asked(request.query_params.multi_items(), unit)
        waiting = unit.search.waiting()
        if not asked.q:
            return _page(desk, request, asked, waiting=waiting)
        try:
            query = read_search(asked.q)
        except QueryError as error:
            sentence = words(error.code, limit=LONGEST, most=MOST_TERMS)
            return _page(desk, request, asked, 400, waiting=waiting, problem=sentence)
        offset = (asked.page - 1) * PAGE_SIZE
        page = unit.search.find(
            query, asked.chosen(), order=asked.order, offset=offset, limit=PAGE_SIZE, known=desk.searched
        )
        results = [_result(unit, query, found) for found in unit.search.read(page.notices)]
    facets = {name: choices for name in NAMES if (choices := _choices(asked, page, name, words))}
    return _page(desk, request, asked, waiting=waiting, page=page, results=results, facets=facets)


def read_asked(pairs: Iterable[tuple[str, str]], unit: Unit) -> Asked:
    """The search of an address; UnknownFilterError names every part that means nothing."""
    read: dict[str, str | int] = {}
    problems: list[Problem] = []
    names = tuple(part.name for part in fields(Asked))
    for name, raw in pairs:
        value = shown(raw).strip()
        if name in PASSING or (name in names and not value):
            continue
        problem = _problem(name, value, names, unit)
        if problem:
            problems.append(problem)
        else:
            read[name] = int(value) if name == "page" else value
    if problems:
        raise UnknownFilterError(problems, Query())
    return replace(Asked(), **read)  # type: ignore[arg-type]


def _problem(name: str, value: str, names: tuple[str, ...], unit: Unit) -> Problem | None:
    allowed = {"kind": NOTICE_KINDS.codes, "found": (FLAGGED, REPORTED, NOTHING), "order": ORDERS}
    if name not in names:
        return Problem(name, value, names)
    if name in allowed:
        return None if value in allowed[name] else Problem(name, value, allowed[name])
    if name in {"source", "region"}:
        known = tuple(filter(None, unit.search.values(name)))
        return None if value in known else Problem(name, value, known)
    if name == "month" and not _MONTH.fullmatch(value):
        return Problem(name, value, (), "YYYY, YYYY-MM")
    last = MOST_COUNTED // PAGE_SIZE
    if name == "page" and not (value.isascii() and value.isdecimal() and 1 <= int(value[:9]) <= last):
        return Problem(name, value, (), f"1 … {last}")
    return None


def _result(unit: Unit, query: SearchQuery, found: FoundNotice) -> Result:
    """The excerpts come from the body where it has the words, else from what else the notice is found by."""
    title = found.notice.title
    return Result(
        found,
        marked(title, word_marks(query, title), 0, len(title)),
        tuple(excerpts_of(query, _texts(unit, found))),
    )


def _texts(unit: Unit, found: FoundNotice) -> Iterator[Text]:
    _, *texts = page_texts(found.notice)
    yield from texts
    if found.notice.documents:
        yield from unit.search.attached(found.id)


def _choices(asked: Asked, page: SearchPage, name: str, words: Words) -> list[Choice]:
    """The values of one filter among the results, the most frequent first; the chosen one's link takes it away."""
    present = getattr(asked, name)
    counts = dict(page.counts[name])
    if name == "month":
        counts = _periods(counts, present)
    if present is not None:
        counts.setdefault(present, 0)
    by_time = name == "month"
    order = sorted(counts, reverse=True) if by_time else sorted(counts, key=lambda code: (-counts[code], code))
    return [
        Choice(
            _label(name, code, words),
            counts[code],
            asked.with_(**{name: None if code == present else code}).url(),
            code == present,
        )
        for code in order
        if code
    ]


def _periods(counts: Mapping[str, int], present: str | None) -> dict[str, int]:
    """Months, or years where the months are too many."""
    dated = {month: count for month, count in counts.items() if month}
    if len(dated) <= MOST_MONTHS and present is not None:
        return {month: count for month, count in dated.items() if month != present} | {present: sum(dated.values())}
    if len(dated) <= MOST_MONTHS:
        return dated
    years: dict[str, int] = {}
    for month, count in dated.items():
        years[month[:4]] = years.get(month[:4], 0) + count
    return years


def _label(name: str, code: str, words: Words) -> str:
    if name == "kind":
        return words.name(name, code)
    if name == "found":
        return words(f"found_{code}")
    return words.region(code) if name == "region" else code


def _page(desk: Desk, request: Request, asked: Asked, status: int = 200, **values: object) -> Response:
    given: dict[str, object] = {"page": None, "results": (), "facets": {}, "problem": "", "orders": ORDERS}
    last = -(-MOST_COUNTED // PAGE_SIZE)
    chosen = {name: asked.with_(**{name: None}).url() for name in NAMES if getattr(asked, name) is not None}
    given |= {"asked": asked, "size": PAGE_SIZE, "last": last, "chosen": chosen, "label": _label}
    return desk.page(request, "search.html", status, **(given | values))


__all__ = ["FACETS", "search"]
