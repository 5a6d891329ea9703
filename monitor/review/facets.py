"""Counts beside the queue's filters: one walk over the tallies for all of them."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from monitor.review.query import ASPECTS, FACETS, FLAGGED, VERDICT, VIEWS, Query
from notices.listing import ANY, NONE
from notices.review import UNSURE
from storage.facets import Column, Tallies
from storage.tallies import UNREVIEWED

COUNTED = (*FACETS, *ASPECTS)
_Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Counts:
    """`total` of the query; of each view under its filters; of each filter's values under the view and the others."""

    total: int
    views: Counter[str]
    values: dict[str, Counter[str]]


def count_tallies(tallies: Tallies, query: Query, days: Sequence[str] = ()) -> Counts:
    """What the queue's links would show; `tallies` are those of the query without view, facets and aspects.

    `days` are those before which findings due are counted.
    """
    numbers = tallies.numbers
    asked = {name: value for name in COUNTED if (value := getattr(query, name)) is not None}
    missed = {name: ~_meeting(tallies, name, value) for name, value in asked.items()}
    misses = sum(missed.values(), np.zeros(len(numbers), np.intp))
    views = {view: _in_view(tallies, view) for view in VIEWS}
    seen = views.get(query.view, np.ones(len(numbers), np.bool_))
    found = misses == 0
    values = {}
    for name in COUNTED:
        # Under the other filters: what misses this one alone counts too.
        chosen = seen & (misses == missed.get(name, 0))
        counts = Counter({asked[name]: 0} if name in asked else {})
        if name == "due_before":
            counts.update({day: int(numbers[chosen & _meeting(tallies, name, day)].sum()) for day in days})
            counts.update({day: int(numbers[chosen & ~missed[name]].sum()) for day in counts if day not in days})
        else:
            counts.update(_count(tallies.columns[name], numbers, chosen, _SPREAD.get(name, _alone)))
        values[name] = counts
    return Counts(
        int(numbers[found & seen].sum()),
        Counter({view: int(numbers[found & inside].sum()) for view, inside in views.items()}),
        values,
    )


def _meeting(tallies: Tallies, name: str, value: str) -> _Mask:
    """Which rows a filter lets through."""
    if name == "due_before":
        undecided = tallies.columns["verdict"].meeting(lambda verdict: verdict in (UNREVIEWED, UNSURE))
        return undecided & tallies.columns["due"].meeting(lambda due: "" < due < value)
    spread = _SPREAD.get(name, _alone)
    return tallies.columns[name].meeting(lambda each: value in spread(each))


def _in_view(tallies: Tallies, view: str) -> _Mask:
    asked = {"flagged": FLAGGED.get(view), "verdict": VERDICT.get(view)}
    inside = np.ones(len(tallies.numbers), np.bool_)
    for name, value in asked.items():
        if value is not None:
            inside &= tallies.columns[name].equal(value)
    return inside


def _count(
    column: Column, numbers: NDArray[np.int64], chosen: _Mask, spread: Callable[[object], tuple[str, ...]]
) -> Counter[str]:
    sums = np.zeros(len(column.values), np.int64)
    np.add.at(sums, column.codes[chosen], numbers[chosen])
    counts: Counter[str] = Counter()
    for kept, total in zip(column.values, sums, strict=True):
        for value in spread(kept) if total else ():
            counts[value] += int(total)
    return counts


def _alone(kept: object) -> tuple[str, ...]:
    """The value of a filter by which a kept value is found; none where there is nothing."""
    return (str(kept),) if kept != "" else ()


def _lists(kept: object) -> tuple[str, ...]:
    return (ANY, *str(kept).splitlines()) if kept else (NONE,)


# Where a kept value is found by other values than itself.
_SPREAD: dict[str, Callable[[object], tuple[str, ...]]] = {
    "listed": _lists,
    "unread": lambda kept: ("yes",) if kept else ("no",),
}
