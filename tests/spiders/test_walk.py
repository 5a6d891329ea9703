"""Where a channel's walk stops, what it asks for, and when it may say that a channel is known."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from notices.dates import SHANGHAI
from spiders.walk import Walk
from spiders.window import Window

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=SHANGHAI)


@dataclass(frozen=True, slots=True)
class Listed:
    id: str
    published: datetime | None
    url: str = ""
    title: str = ""


def page(*hours_ago: float | None, start: int = 0) -> list[Listed]:
    return [
        Listed(str(start + n), None if ago is None else NOON - timedelta(hours=ago)) for n, ago in enumerate(hours_ago)
    ]


def ids(rows: object) -> list[str]:
    return [row.id for row in rows]  # type: ignore[attr-defined]


def hours(ago: float) -> datetime:
    return NOON - timedelta(hours=ago)


def test_without_a_watermark_a_walk_goes_on_to_the_end_and_then_knows_the_channel() -> None:
    walk = Walk("gkzb", Window(), None)
    assert walk.read(page(1, 2, 3), ()).go_on
    assert walk.read(page(4, 5, start=3), ()).go_on
    assert walk.end() is None
    assert walk.new_watermark is None
    for number in range(5):
        walk.settle(str(number))
    assert walk.new_watermark == hours(1)


def test_a_walk_stops_at_a_page_that_ends_in_known_notices() -> None:
    walk = Walk("gkzb", Window(), hours(2))
    step = walk.read(page(1, 2, 3, 4, 5, 6), {"1", "2", "3", "4", "5"})
    assert ids(step.fetch) == ["0"]
    assert not step.go_on
    walk.settle("0")
    assert walk.new_watermark == hours(1)


def test_known_notices_newer_than_the_watermark_do_not_end_a_walk() -> None:
    # An interrupted run stored them; what lies behind them was never seen.
    walk = Walk("gkzb", Window(), hours(50))
    assert walk.read(page(1, 2, 3, 4, 5), {"0", "1", "2", "3", "4"}).go_on


def test_a_late_post_among_known_notices_is_fetched_and_the_walk_goes_on() -> None:
    walk = Walk("gkzb", Window(), hours(1))
    step = walk.read(page(1, 2, 3, 4, 5, 6), {"0", "1", "2", "3", "5"})
    assert ids(step.fetch) == ["4"]
    assert step.go_on


def test_an_explicit_since_walks_past_the_watermark() -> None:
    walk = Walk("gkzb", Window(since=date(2026, 11, 20)), hours(1))
    assert walk.read(page(1, 2, 3, 4, 5), {"0", "1", "2", "3", "4"}).go_on
    step = walk.read(page(13, 14, start=5), ())
    assert not step.go_on
    assert step.fetch == ()
    assert walk.new_watermark == hours(1)


def test_a_since_after_the_watermark_leaves_the_watermark_where_it_was() -> None:
    walk = Walk("gkzb", Window(since=date(2026, 11, 20)), hours(60))
    walk.read(page(13, 14), ())
    assert walk.reached_end
    assert walk.new_watermark is None


def test_notices_after_until_are_not_fetched_and_not_claimed_as_known() -> None:
    walk = Walk("gkzb", Window(until=date(2026, 11, 19)), None)
    step = walk.read(page(1, 2, 13, 14), ())
    assert ids(step.fetch) == ["2", "3"]
    walk.end()
    for notice_id in ("2", "3"):
        walk.settle(notice_id)
    assert walk.new_watermark == hours(13)


def test_a_row_without_a_date_is_fetched() -> None:
    walk = Walk("gkzb", Window(since=date(2026, 11, 20)), None)
    assert ids(walk.read(page(None, 30), ()).fetch) == ["0"]


def test_rows_that_a_shift_shows_twice_are_fetched_once_and_break_nothing() -> None:
    walk = Walk("gkzb", Window(), None)
    walk.read(page(1, 2, 3), ())
    step = walk.read(page(3, 4, 5, start=2), ())
    assert ids(step.fetch) == ["3", "4"]
    assert step.broken is None


def test_a_page_that_begins_newer_than_the_last_one_ended_is_a_break() -> None:
    walk = Walk("gkzb", Window(), None)
    walk.read(page(1, 2, 3), ())
    step = walk.read(page(2.5, 4, start=7), ())
    assert step.broken is not None
    assert "2026-11-20 09:30" in step.broken
    assert "2026-11-20 09:00" in step.broken


def test_two_rows_with_one_title_are_two_notices() -> None:
    walk = Walk("gkzb", Window(), None)
    rows = [Listed("1", hours(1), title="服务器采购"), Listed("2", hours(1), title="服务器采购")]
    assert ids(walk.read(rows, ()).fetch) == ["1", "2"]


def test_the_end_of_the_sites_memory_is_a_gap_only_before_what_was_known() -> None:
    known = Walk("gkzb", Window(), hours(3))
    known.read(page(1, 2, 3), ())
    assert known.end() is None
    lost = Walk("gkzb", Window(), hours(30))
    lost.read(page(1, 2, 3), ())
    gap = lost.end()
    assert gap is not None
    assert "2026-11-19 06:00" in gap
    assert "2026-11-20 09:00" in gap
    unwanted = Walk("gkzb", Window(since=date(2026, 11, 20)), hours(300))
    unwanted.read(page(1, 2, 13), ())
    assert unwanted.end() is None


def test_an_unsettled_or_shortened_walk_claims_nothing() -> None:
    walk = Walk("gkzb", Window(), None)
    walk.read(page(1), ())
    walk.end()
    assert walk.new_watermark is None
    walk.settle("0")
    walk.cut_short = True
    assert walk.new_watermark is None
