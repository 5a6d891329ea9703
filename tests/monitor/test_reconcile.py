"""The portal's own totals against what was stored, window by window."""

from datetime import UTC, date, datetime, timedelta

from monitor.reconcile import plain_counts, window_totals
from notices.run import SUCCEEDED
from storage import Store

MOMENT = datetime(2026, 11, 20, 8, tzinfo=UTC)


def crawl(store: Store, source: str, counts: dict[str, int], minutes: int) -> None:
    with store.begin() as unit:
        run = unit.runs.start("crawl", source, MOMENT + timedelta(minutes=minutes))
        unit.runs.finish(run, SUCCEEDED, counts, MOMENT + timedelta(minutes=minutes + 1))


def window(name: str, stated: int, listed: int, kept: int) -> dict[str, int]:
    counts = {f"stated@{name}": stated, f"listed@{name}": listed, f"kept@{name}": kept}
    return {word: count for word, count in counts.items() if count}


def test_each_window_is_shown_as_its_newest_walk_found_it(sqlite_store: Store) -> None:
    day = "0201@110000@2026-11-20@2026-11-20"
    crawl(sqlite_store, "ggzy-procurement", {"new": 5, **window(day, 9, 6, 5)}, 0)
    crawl(sqlite_store, "ggzy-procurement", {"new": 4, **window(day, 9, 9, 9)}, 10)
    crawl(sqlite_store, "zcy-shanghai", window("a@b@@2026-11-01@2026-11-20", 7, 0, 0), 20)
    crawl(sqlite_store, "ccgp-central", {"new": 3, "kept@x@@2026-11-20@2026-11-20": 3}, 30)
    totals = window_totals(sqlite_store)
    assert [(each.source, each.channel, each.facet) for each in totals] == [
        ("ggzy-procurement", "0201", "110000"),
        ("zcy-shanghai", "a@b", ""),
    ]
    first, second = totals
    assert (first.stated, first.listed, first.kept, first.missing) == (9, 9, 9, 0)
    assert first.at == MOMENT + timedelta(minutes=11)
    assert (second.since, second.until) == (date(2026, 11, 1), date(2026, 11, 20))
    assert (second.stated, second.missing) == (7, 7)
    assert window_totals(sqlite_store, "zcy-shanghai") == [second]


def test_a_run_is_shown_without_its_windows() -> None:
    assert plain_counts({"new": 4, **window("c@@2026-11-20@2026-11-20", 9, 9, 9)}) == {"new": 4}
