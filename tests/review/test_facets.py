"""The counts beside the filters are what their links show."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from monitor.review.facets import COUNTED, count_tallies
from monitor.review.query import FLAGGED, VERDICT, VIEWS, Query
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
        region=st.sampled_from(("", "110000", "320000")),
        unread=st.booleans(),
        listed=st.sampled_from(("", "First List", "First List\nSecond List", "Second List")),
        change=st.sampled_from(("", "appeared")),
        assignee=st.sampled_from(("", "核查员甲", "none")),
        due=st.sampled_from(("", "2026-03-01", "2026-03-09")),
        reading=st.sampled_from(("", "once")),
        number=st.integers(1, 5),
    ),
    max_size=30,
)
ASKED = {
    **VALUES,
    "region": ("110000", "430000"),
    "unread": ("yes", "no"),
    "listed": ("any", "none", "First List", "Second List", "First"),
    "change": ("appeared", "disappeared"),
    "assignee": ("核查员甲", "none"),
    "due_before": ("2026-03-05", "2026-03-10", "2026-03-01"),
    "reading": ("once", "twice"),
}
DAYS = ("2026-03-06", "2026-03-14")
QUERIES = st.builds(
    Query, view=st.sampled_from(VIEWS), **{name: st.sampled_from((None, *values)) for name, values in ASKED.items()}
)


def meets(each: Tally, name: str, value: str) -> bool:
    """Whether a filter of the store would let a finding through."""
    lists = each.listed.split("\n") if each.listed else []
    if name == "listed":
        return {"any": bool(lists), "none": not lists}.get(value, value in lists)
    if name == "unread":
        return each.unread == (value == "yes")
    if name == "due_before":
        return bool(each.due) and each.due < value and each.verdict in ("none", "unsure")
    return bool(getattr(each, name) == value)


def shown(tallies: list[Tally], query: Query) -> int:
    """How many findings the list of a query has, counted one by one."""
    asked = {name: value for name in COUNTED if (value := getattr(query, name)) is not None}
    view = {"flagged": FLAGGED.get(query.view), "verdict": VERDICT.get(query.view)}
    return sum(
        each.number
        for each in tallies
        if all(value is None or getattr(each, name) == value for name, value in view.items())
        and all(meets(each, name, value) for name, value in asked.items())
    )


@given(TALLIES, QUERIES)
def test_each_count_is_what_its_link_shows(tallies: list[Tally], query: Query) -> None:
    counts = count_tallies(Tallies.of(tallies), query, DAYS)
    assert counts.total == shown(tallies, query)
    assert counts.views == {view: shown(tallies, replace(query, view=view)) for view in VIEWS}
    assert set(counts.values) == set(COUNTED)
    for name, values in counts.values.items():
        for value, number in values.items():
            assert number == shown(tallies, replace(query, **{name: value})), (name, value)
        for value in {*ASKED.get(name, ()), *(str(getattr(each, name, "")) for each in tallies)} - {*values, ""}:
            assert name == "due_before" or not shown(tallies, replace(query, **{name: value})), (name, value)


@given(
    st.builds(
        Query,
        view=st.sampled_from(VIEWS),
        severity=st.none() | st.just("high"),
        buyer=st.none() | st.just("东屏 & 理工"),
        words=st.none() | st.just("a=b"),
        unread=st.none() | st.just("yes"),
        page=st.integers(1, 3),
    ),
    st.sampled_from(("severity", "kind", "buyer", "unread", "since")),
    st.lists(st.none() | st.sampled_from(("yes", "high", "x&y")), max_size=3),
)
def test_the_addresses_of_a_filters_values_are_those_of_the_changed_query(
    query: Query, name: str, values: list[str | None]
) -> None:
    assert list(query.urls(name, values)) == [query.with_(**{name: value}).url() for value in values]
