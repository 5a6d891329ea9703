"""Counts beside the queue's filters: one walk over the tallies for all of them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from monitor.review.query import FACETS, FLAGGED, VERDICT, VIEWS, Query
from storage.tallies import Tally


@dataclass(frozen=True, slots=True)
class Counts:
    """`total` of the query; of each view under its filters; of each filter's values under the view and the others."""

    total: int
    views: Counter[str]
    values: dict[str, Counter[str]]


def count_tallies(tallies: Iterable[Tally], query: Query) -> Counts:
    """What the queue's links would show; `tallies` are those of the query without view and facets."""
    places = {name: Tally._fields.index(name) for name in FACETS}
    asked = [(name, places[name], value) for name in FACETS if (value := getattr(query, name)) is not None]
    asked_views = {view: (FLAGGED.get(view), VERDICT.get(view)) for view in VIEWS}
    total, views = 0, Counter(dict.fromkeys(VIEWS, 0))
    values: dict[str, Counter[str]] = {name: Counter() for name in FACETS}
    for name, _, value in asked:
        values[name][value] = 0
    everywhere = [(values[name], place) for name, place in places.items()]
    views_of: dict[tuple[bool, str], list[str]] = {}
    for tally in tallies:
        missed = [(name, place) for name, place, value in asked if tally[place] != value]
        if len(missed) > 1:
            continue
        state = tally.flagged, tally.verdict
        if state not in views_of:
            views_of[state] = [view for view, wanted in asked_views.items() if _is_in(tally, *wanted)]
        seen = views_of[state]
        if not missed:
            for view in seen:
                views[view] += tally.number
        if query.view not in seen and query.view in asked_views:
            continue
        if missed:
            name, place = missed[0]
            values[name][str(tally[place])] += tally.number
            continue
        total += tally.number
        for counter, place in everywhere:
            counter[str(tally[place])] += tally.number
    return Counts(total, views, values)


def _is_in(tally: Tally, flagged: bool | None, verdict: str | None) -> bool:  # noqa: FBT001 - None: not asked
    return (flagged is None or tally.flagged == flagged) and (verdict is None or tally.verdict == verdict)
