"""The counts beside the filters are what their links show."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from monitor.review.facets import count_tallies
from monitor.review.query import FACETS, FLAGGED, VERDICT, VIEWS, Query
from storage.facets import Tallies
from storage.tallies import Tally

VALUES = {
    "severity": ("high", "low"),
    "category": ("gpu", "us_ai"),
    "item": ("a", "b", "c"),
    "kind": ("award", "tender"),
}
TALLIES = st.lists(
    st.builds(
        Tally,
        **{name: st.sampled_from(values) for name, values in VALUES.items()},
        relation=st.sampled_from(("buys", "rents")),
        control=st.just("restricted"),
        source=st.sampled_from(("one", "two")),
        flagged=st.booleans(),
        verdict=st.sampled_from(("none", "confirmed", "rejected", "unsure")),
        number=st.integers(1, 5),
    ),
    max_size=30,
)
QUERIES = st.builds(
    Query, view=st.sampled_from(VIEWS), **{name: st.sampled_from((None, *values)) for name, values in VALUES.items()}
)


def shown(tallies: list[Tally], query: Query) -> int:
    """How many findings the list of a query has, counted one by one."""
    asked = {name: getattr(query, name) for name in FACETS}
    asked |= {"flagged": FLAGGED.get(query.view), "verdict": VERDICT.get(query.view)}
    return sum(
        each.number
        for each in tallies
        if all(value is None or getattr(each, name) == value for name, value in asked.items())
    )


@given(TALLIES, QUERIES)
def test_each_count_is_what_its_link_shows(tallies: list[Tally], query: Query) -> None:
    counts = count_tallies(Tallies.of(tallies), query)
    assert counts.total == shown(tallies, query)
    assert counts.views == {view: shown(tallies, replace(query, view=view)) for view in VIEWS}
    for name, values in counts.values.items():
        for value, number in values.items():
            assert number == shown(tallies, replace(query, **{name: value})), (name, value)
        unnamed = {getattr(each, name) for each in tallies} - set(values)
        assert not any(shown(tallies, replace(query, **{name: value})) for value in unnamed)
