"""Charts: well-formed, told to a screen reader, and every figure of them also in their table."""

import re
from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from xml.etree import ElementTree as Xml

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.review.charts import Series, Sign, Span, bars, columns, history, percent, reach_of, shares, with_room
from monitor.review.figures import Figure, by_month, by_reading, by_region, control_history
from monitor.review.words import Words
from monitor.watchlist import load_watchlist

SVG = "{http://www.w3.org/2000/svg}"
EN = Words("en")
TODAY = date(2026, 3, 6)
HOSTILE = "</title><script>alert(1)</script>\x00\ud800\u202e\"'&"


def drawn(svg: str) -> Xml.Element:
    """The picture read as XML, its name and description checked."""
    root = Xml.fromstring(svg)
    said = [root.find(f"{SVG}{name}") for name in ("title", "desc")]
    ids = [each.get("id") for each in said if each is not None]
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == " ".join(str(each) for each in ids)
    assert all(each is not None and each.text for each in said)
    assert root.find(f".//{SVG}script") is None
    return root


def figures_in(svg: str) -> list[int]:
    return [int(str(each.get("data-value"))) for each in drawn(svg).iter(f"{SVG}rect") if each.get("data-value")]


def numbers(rows: Sequence[Sequence[str]], column: int) -> list[int]:
    return [int(row[column].replace(",", "")) for row in rows]


def rem(length: str | None) -> float:
    return float(str(length).removesuffix("rem"))


def inside(svg: str) -> bool:
    """Whether every mark lies within the picture."""
    return all(
        float(str(rect.get("x")).rstrip("%")) >= 0
        and float(str(rect.get("x")).rstrip("%")) + float(str(rect.get("width")).rstrip("%")) <= 100.05
        and rem(rect.get("y")) >= -0.001
        and rem(rect.get("y")) + rem(rect.get("height")) <= rem(drawn(svg).get("height")) + 0.005
        for rect in drawn(svg).iter(f"{SVG}rect")
    )


months = st.one_of(st.just(""), st.dates(date(2019, 1, 1), date(2026, 12, 31)).map(lambda day: day.isoformat()[:7]))
counted = st.dictionaries(
    st.tuples(st.sampled_from([f"item-{number}" for number in range(12)]), months), st.integers(1, 40), max_size=40
)


@given(counted)
def test_the_columns_of_months_and_their_table_add_up_to_the_same(found: dict[tuple[str, str], int]) -> None:
    figure = by_month(EN, found, {"item-1": HOSTILE})
    total = sum(found.values())
    if not found:
        assert figure is None
        return
    assert figure is not None
    assert sum(figures_in(figure.svg)) == total
    assert inside(figure.svg)
    assert numbers(figure.rows, -1)[-1] == total
    assert sum(numbers(figure.rows[:-1], -1)) == total
    for column in range(1, len(figure.head)):
        assert sum(numbers(figure.rows[:-1], column)) == numbers(figure.rows, column)[-1]
    assert len(figure.legend) == len(figure.head) - 2 <= 8
    assert len({colour for colour, _ in figure.legend}) == len(figure.legend)


def test_a_column_stands_for_each_month_between_first_and_last_and_for_what_has_no_date() -> None:
    figure = by_month(EN, {("a", "2025-11"): 2, ("a", "2026-02"): 1, ("b", ""): 3}, {"a": "A", "b": "B"})
    assert figure is not None
    assert [row[0] for row in figure.rows] == ["2025-11", "2025-12", "2026-01", "2026-02", "no date", "Total"]
    assert figure.head == ("Month", "A", "B", "Total") or figure.head == ("Month", "B", "A", "Total")
    assert "6 findings, dated from 2025-11 to 2026-02; " in figure.svg


def test_many_months_are_shown_by_year_and_a_year_that_nobody_meant_adds_no_empty_ones() -> None:
    figure = by_month(EN, {("a", "2019-01"): 2, ("a", "2026-02"): 1}, {})
    assert figure is not None
    assert [row[0] for row in figure.rows] == [*(str(year) for year in range(2019, 2027)), "Total"]
    odd = by_month(EN, {("a", "0202-01"): 2, ("a", "2026-02"): 1}, {})
    assert odd is not None
    assert [row[0] for row in odd.rows] == ["0202", "2026", "Total"]


def test_a_region_is_one_however_it_is_written_and_a_buyer_counts_once_in_it() -> None:
    found = [("110000", "甲"), ("北京市", "甲"), ("北京", "乙"), ("", "乙"), ("东屏", HOSTILE)]
    figure = by_region(EN, found)
    assert figure is not None
    assert dict(figure.rows) == {"Beijing · 北京": "2", "not stated": "1", "东屏": "1"}
    assert sorted(figures_in(figure.svg)) == [1, 1, 2]
    assert by_region(EN, []) is None


def test_of_very_many_regions_the_greatest_are_drawn_and_all_are_in_the_table() -> None:
    figure = by_region(EN, [(f"某地{number}", str(buyer)) for number in range(30) for buyer in range(number + 1)])
    assert figure is not None
    assert len(figures_in(figure.svg)) == 12
    assert sum(numbers(figure.rows, 1)) == sum(range(1, 31))
    assert "18 further regions stand in the table." in figure.notes


def test_the_share_that_was_not_read_is_said() -> None:
    figure = by_reading(EN, {"read": 6, "read_by_ocr": 1, "unread": 2, "failed": 1})
    assert figure is not None
    assert sum(figures_in(figure.svg)) == 10
    assert "3 of 10 attachments were not read whole (30 %)." in figure.svg
    assert figure.rows[-1] == ("Total", "10", "100 %")
    assert by_reading(EN, {}) is None


def history_of(item: str, days: Sequence[date] = (), today: date = TODAY) -> Figure | None:
    watchlist = load_watchlist()
    return control_history(EN, watchlist.items[item], watchlist, days, today)


def test_the_history_of_an_item_shows_each_rule_on_its_day_and_its_findings() -> None:
    days = [date(2022, 1, 5), date(2024, 5, 6), date(2024, 5, 6)]
    figure = history_of("nvidia-h100", days)
    assert figure is not None
    assert sum(figures_in(figure.svg)) == 3
    assert inside(figure.svg)
    rules = [row for row in figure.rows if row[0]]
    assert [row[1] for row in rules] == ["2022-08-26", "2022-10-21", "2026-01-15"]
    signs = [each.find(f"{SVG}title") for each in drawn(figure.svg).iter(f"{SVG}g")]
    assert [str(each.text)[:10] for each in signs if each is not None] == [row[1] for row in rules]
    assert "NVIDIA H100 on 2026-03-06: Licensable. 3 dated findings are marked beneath." in figure.svg
    assert figure.rows[0][1] == "2022-01-05"


def test_findings_on_very_many_days_are_marked_by_month_and_add_up_to_the_same() -> None:
    days = [date.fromordinal(date(2022, 6, 1).toordinal() + number) for number in range(1000)]
    figure = history_of("nvidia-h100", days)
    assert figure is not None
    assert sum(figures_in(figure.svg)) == 1000
    assert len(figures_in(figure.svg)) < 40
    assert ("event", "1000 findings, by the month of their notice") in figure.legend


def test_the_days_of_the_rules_stand_in_words_beneath_the_picture() -> None:
    figure = history_of("nvidia-h20")
    assert figure is not None
    assert [note.split(",")[0] for note in figure.notes] == [
        "1: Restricted from 2025-04-09", "2: Licensable from 2025-08-08"
    ]  # fmt: skip
    signs = [str(each.text) for each in drawn(figure.svg).iter(f"{SVG}text") if each.get("class") == "axis"]
    assert signs == ["1", "2"]


@given(
    st.lists(st.text("年月2026-", min_size=1, max_size=9), min_size=1, max_size=60), st.sampled_from([240, 480, 800])
)
def test_the_names_beneath_a_chart_never_run_into_each_other(names: list[str], px: int) -> None:
    step = 100 / max(5, len(names))
    middles = [(index + 0.5) * step for index in range(len(names))]
    shown = with_room(names, middles, px)
    assert shown[-1] == len(names) - 1, "the last is always named"
    ends = [reach_of(names[index], middles[index], px) for index in shown]
    assert all(before[1] < after[0] for before, after in pairwise(ends))
    assert len({after - before for before, after in pairwise(shown[:-1])}) <= 1, "at even steps"


def test_a_year_of_months_is_named_whole_where_there_is_room() -> None:
    svg = columns("x", "t", "d", [f"2025-{month:02}" for month in range(1, 13)], [Series("s", (1,) * 12, "c0")])
    kinds = [str(each.get("class")) for each in drawn(svg).iter(f"{SVG}text")][1:]
    assert sum("at-wide" in each for each in kinds) == 12
    assert 2 <= sum("at-least" in each for each in kinds) <= 4


def test_a_rule_that_is_to_come_is_in_the_table_and_not_in_force_in_the_picture() -> None:
    figure = history_of("nvidia-h100", today=date(2025, 12, 31))
    assert figure is not None
    assert ": Restricted. 0 dated findings" in figure.svg
    assert len(list(drawn(figure.svg).iter(f"{SVG}g"))) == 2


def test_an_item_without_dated_rules_has_no_history() -> None:
    assert history_of("aws") is None
    assert history_of("nvidia-l20") is None


@pytest.mark.parametrize(
    "svg",
    [
        columns("x", HOSTILE, HOSTILE, [HOSTILE], [Series(HOSTILE, (3,), "c0")]),
        columns("x", "t", "d", [], []),
        columns("x", "t", "d", ["a"], [Series("s", (0,), "c0")]),
        bars("x", HOSTILE, "d", [(HOSTILE, 0), ("b", 10**12)]),
        bars("x", "t", "d", []),
        shares("x", "t", HOSTILE, [(HOSTILE, 0, "c0")]),
        history("x", "t", "d", [Span(HOSTILE, TODAY, TODAY, "c0")], [Sign(TODAY, HOSTILE, HOSTILE)], [(TODAY, 1)]),
    ],
)
def test_hostile_names_and_empty_figures_make_a_well_formed_picture(svg: str) -> None:
    drawn(svg)
    assert inside(svg)
    assert not re.search(r"<script|onload|\x00", svg)


@pytest.mark.parametrize(("part", "whole", "said"), [(1, 8, "12.5 %"), (1, 2, "50 %"), (0, 0, "0 %"), (2, 3, "66.7 %")])
def test_shares_in_words(part: int, whole: int, said: str) -> None:
    assert percent(part, whole) == said
