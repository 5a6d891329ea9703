"""Counts beside the queue's filters: one walk over the tallies for all of them."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from monitor.review.query import FACETS, FLAGGED, VERDICT, VIEWS, Query
from storage.facets import Column, Tallies


@dataclass(frozen=True, slots=True)
class Counts:
    """`total` of the query; of each view under its filters; of each filter's values under the view and the others."""

    total: int
    views: Counter[str]
    values: dict[str, Counter[str]]


def count_tallies(tallies: Tallies, query: Query) -> Counts:
    """What the queue's links would show; `tallies` are those of the query without view and facets."""
    columns, numbers = tallies.columns, tallies.numbers
    asked = {name: value for name in FACETS if (value := getattr(query, name)) is not None}
    missed = {name: ~columns[name].equal(value) for name, value in asked.items()}
    misses = sum(missed.values(), np.zeros(len(numbers), np.intp))
    views = {view: _in_view(tallies, view) for view in VIEWS}
    seen = views.get(query.view, np.ones(len(numbers), np.bool_))
    found = misses == 0
    return Counts(
        int(numbers[found & seen].sum()),
        Counter({view: int(numbers[found & inside].sum()) for view, inside in views.items()}),
        {
            # Under the other filters: what misses this one alone counts too.
            name: _count(columns[name], numbers, seen & (misses == missed.get(name, 0)), asked.get(name))
            for name in FACETS
        },
    )


def _in_view(tallies: Tallies, view: str) -> NDArray[np.bool_]:
    asked = {"flagged": FLAGGED.get(view), "verdict": VERDICT.get(view)}
    inside = np.ones(len(tallies.numbers), np.bool_)
    for name, value in asked.items():
        if value is not None:
            inside &= tallies.columns[name].equal(value)
    return inside


def _count(column: Column, numbers: NDArray[np.int64], chosen: NDArray[np.bool_], asked: str | None) -> Counter[str]:
    """How many findings have each value; the one that is asked for is there with none too."""
    sums = np.zeros(len(column.values), np.int64)
    np.add.at(sums, column.codes[chosen], numbers[chosen])
    counts = Counter({} if asked is None else {asked: 0})
    counts.update({str(value): int(total) for value, total in zip(column.values, sums, strict=True) if total})
    return counts
