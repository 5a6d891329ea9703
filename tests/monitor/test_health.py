"""A source's health is what its last run says, not what it once stored."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.health import SourceLine, source_lines
from monitor.staleness import COLUMNS, staleness
from notices.notice import Notice
from notices.run import FAILED, PARTIAL, SUCCEEDED, Issue
from storage import Store

NOW = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
SOURCE = "ccgp-local"


def line_after(store: Store, outcome: str | None, kinds: tuple[str, ...] = (), stored_hours_ago: int = 1) -> SourceLine:
    """The line of a source with one stored notice and one run that met issues of some kinds."""
    with store.begin() as unit:
        stored = NOW - timedelta(hours=stored_hours_ago)
        unit.notices.save(Notice(SOURCE, "1", "", "采购公告", "tender", stored), stored)
        if outcome:
            run = unit.runs.start("crawl", SOURCE, NOW)
            for kind in kinds:
                unit.runs.add_issue(Issue(SOURCE, kind, f"{kind} it was"), NOW, run)
            unit.runs.finish(run, outcome, {}, NOW)
    return next(line for line in source_lines(store, NOW) if line.id == SOURCE)


@pytest.mark.parametrize(
    ("outcome", "kinds", "hours", "state"),
    [
        (None, (), 1, "never run"),
        (SUCCEEDED, (), 1, "ok"),
        (SUCCEEDED, (), 24 * 30, "silent"),
        (PARTIAL, ("unreadable",), 1, "failing"),
        (PARTIAL, ("failed", "gap"), 1, "failing"),
        (PARTIAL, ("gap",), 1, "ok"),
        (PARTIAL, ("refused", "failed"), 1, "refused"),
        (FAILED, (), 1, "failing"),
    ],
)
def test_the_state_of_a_source(
    sqlite_store: Store, outcome: str | None, kinds: tuple[str, ...], hours: int, state: str
) -> None:
    assert line_after(sqlite_store, outcome, kinds, hours).state == state


def test_a_line_says_what_went_wrong_and_what_may_have_been_missed(sqlite_store: Store) -> None:
    line = line_after(sqlite_store, PARTIAL, ("gap", "unreadable"))
    assert (line.gap, line.trouble) == ("gap it was", "unreadable it was")


def test_a_run_that_went_well_clears_the_trouble_of_the_one_before(sqlite_store: Store) -> None:
    line_after(sqlite_store, PARTIAL, ("unreadable",))
    line = line_after(sqlite_store, SUCCEEDED)
    assert (line.state, line.trouble) == ("ok", "")


@pytest.mark.parametrize(
    ("success", "notice", "word"),
    [
        (1, 1, "fresh"),
        (1, None, "fresh"),
        (48, 48, "fresh"),
        (49, 1, "ageing"),
        (1, 96, "ageing"),
        (97, 1, "stale"),
        (1, 97, "stale"),
        (None, 1, "never"),
        (None, None, "never"),
    ],
)
def test_staleness_is_the_older_of_last_success_and_newest_notice_against_the_limit(
    success: int | None, notice: int | None, word: str
) -> None:
    ages = [None if hours is None else NOW - timedelta(hours=hours) for hours in (success, notice)]
    assert staleness(ages[0], ages[1], 96, NOW).word == word


def test_a_line_gives_the_ages_that_its_staleness_is_made_of(sqlite_store: Store) -> None:
    line = line_after(sqlite_store, SUCCEEDED, stored_hours_ago=50)
    assert line.staleness is not None
    assert line.staleness.sentence == "ageing: success 0 h, notice 50 h of 96 h"
    assert [line.row()[name] for name in COLUMNS] == ["ageing", 0.0, 50.0, 96.0]


def test_what_is_imported_has_no_staleness(sqlite_store: Store) -> None:
    with sqlite_store.begin() as unit:
        unit.notices.save(Notice("an-archive", "1", "", "采购公告", "tender", NOW), NOW)
    line = next(line for line in source_lines(sqlite_store, NOW) if line.id == "an-archive")
    assert {line.row()[name] for name in COLUMNS} == {None}
