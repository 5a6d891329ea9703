"""The queue: findings to review, the most severe and newest first, with filters and their counts."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from monitor.review.desk import Desk, check_language, language_of
from monitor.review.duty_view import today, worklists
from monitor.review.facets import Counts, count_tallies
from monitor.review.flash import flash_of
from monitor.review.people import who
from monitor.review.query import FACETS, PAGE_SIZE, VIEWS, Query, UnknownFilterError, allowed_values, read_query
from monitor.review.quotes import quotes_of
from monitor.review.words import Words
from notices.dates import SHANGHAI
from notices.finding import SEVERITIES
from notices.listing import ANY, NONE
from storage import Unit

AROUND = 36
# The counted filters in the order in which they stand beside the queue.
ORDER = (*FACETS[:5], "listed", "kind", "source", "region", "unread", "change", "assignee", "due_before", "reading")
# Those that narrow a list even if all their findings have one value; and those of which the most frequent are linked.
ALONE = frozenset({"change", "assignee", "due_before", "reading"})
MOST = {"region": 20, "assignee": 20}


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter: where its link leads and how many findings it would show."""

    code: str
    label: str
    count: int
    url: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Chosen:
    """A filter in force, and the address of the queue without it."""

    name: str
    label: str
    url: str


def queue(desk: Desk, request: Request) -> Response:
    check_language(request)
    words = Words(language_of(request))
    with desk.store.read() as unit:
        labels = desk.labels(unit)
        query = queue_asked(desk, unit, request.query_params.multi_items(), labels)
        counts = count_tallies(unit.findings.tally(query.widened().chosen(), desk.facets), query, _days(desk))
        pages = max(1, -(-counts.total // PAGE_SIZE))
        query = replace(query, page=min(query.page, pages))
        reports = unit.findings.reports(query.chosen(), PAGE_SIZE, (query.page - 1) * PAGE_SIZE)
        rows = list(zip(reports, quotes_of(unit, reports, around=AROUND), strict=True))
        duties, work = unit.duties.of([each.key for each in reports]), worklists(desk, unit)
        person, regions = who(desk, request), desk.remembered.of(unit, "regions", unit.findings.regions)
        saved = unit.saved_filters.seen_by(person.name) if person else []
        keys, flash = [each.key for each in reports], flash_of(desk, unit, request)
        seen, noted = unit.reviews.counts(keys), unit.notes.counts(keys)
    return desk.page(
        request,
        "queue.html",
        query=query,
        rows=rows,
        total=counts.total,
        first=(query.page - 1) * PAGE_SIZE + 1,
        pages=pages,
        views=_views(counts, query, words),
        facets={name: choices for name in ORDER if (choices := _choices(counts, query, name, words, labels))},
        chosen=_chosen(query, words, labels),
        seen=seen,
        noted=noted,
        duties=duties,
        work=work,
        saved=saved,
        regions=regions,
        today=today(desk),
        picked=request.query_params.get("picked") == "page",
        flash=flash,
    )


def _days(desk: Desk) -> tuple[str, str]:
    """Before which days findings due are counted: before today, and within a week."""
    now = desk.clock().astimezone(SHANGHAI).date()
    return now.isoformat(), (now + timedelta(days=8)).isoformat()


def queue_asked(desk: Desk, unit: Unit, pairs: Sequence[tuple[str, str]], labels: Mapping[str, str]) -> Query:
    """The query of a URL's pairs, checked against what there is; UnknownFilterError names what there is not.

    A source may be asked for that is declared, or that a stored notice has.
    """
    asked = {value for name, value in pairs if name == "source"}
    sources = unit.notices.sources() if asked else []
    if not asked.issubset({*sources, ""}):
        # The lines of all sources take long to make; what has notices is found without.
        sources = [*(line.id for line in desk.sources()), *sources]
    lists = dict.fromkeys([*desk.watchlist.lists(), *unit.listings.lists()]) if "listed" in dict(pairs) else ()
    return read_query(pairs, allowed_values(sorted(labels), dict.fromkeys(sources), lists))


def queue_of(desk: Desk, unit: Unit, pairs: Sequence[tuple[str, str]]) -> Query:
    """The queue that the reader came from; parts of it that mean nothing are left out."""
    try:
        return queue_asked(desk, unit, pairs, desk.labels(unit))
    except UnknownFilterError as error:
        return error.rest


def filter_label(name: str, value: str, words: Words, labels: Mapping[str, str]) -> str:
    """A filter's value as a reader knows it."""
    if name == "item":
        return labels.get(value, value)
    if name in {"severity", "category", "relation", "control", "kind", "reading", "change"}:
        return words.name(name, value)
    if name == "region":
        return words.region(value)
    if name == "listed":
        return words.name("listed", value) if value in (ANY, NONE) else value
    return words(value) if name == "unread" else value


def _views(counts: Counts, query: Query, words: Words) -> list[Choice]:
    return [
        Choice(view, words(view), counts.views[view], query.with_(view=view).url(), view == query.view)
        for view in VIEWS
    ]


def _choices(counts: Counts, query: Query, name: str, words: Words, labels: Mapping[str, str]) -> list[Choice]:
    """The values of one filter, with the counts under the other filters; the chosen one's link takes it away."""
    present, values = getattr(query, name), counts.values[name]
    if present is None and (len(values) < 2 if name not in ALONE else not any(values.values())):
        return []
    order = [
        code for code in sorted(values, key=lambda code: _rank(name, code, values)) if values[code] or code == present
    ]
    kept = [code for place, code in enumerate(order) if place < MOST.get(name, len(order)) or code == present]
    urls = query.urls(name, (None if code == present else code for code in kept))
    told = [filter_label(name, code, words, labels) for code in kept]
    # One province that the notices write in two ways (山东, 370000) is two filters: each is shown with its own.
    twice = {label for label, count in Counter(told).items() if count > 1}
    return [
        Choice(code, f"{label} ({code})" if label in twice else label, values[code], url, code == present)
        for code, label, url in zip(kept, told, urls, strict=True)
    ]


def _rank(name: str, code: str, values: Mapping[str, int]) -> tuple[int, str]:
    """Where a value of a filter stands: by severity or day, any list first and none last, else by how many."""
    if name == "severity":
        return SEVERITIES.index(code), ""
    if name == "due_before":
        return 0, code
    ends = {ANY: -(10**9), NONE: 1} if name == "listed" else {}
    return ends.get(code, -values[code]), code


def _chosen(query: Query, words: Words, labels: Mapping[str, str]) -> list[Chosen]:
    return [
        Chosen(name, filter_label(name, value, words, labels), query.with_(**{name: None}).url())
        for name, value in query.filters.items()
    ]
