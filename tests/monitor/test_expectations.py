"""What is expected of a source: by its declaration and by its own past; told once, and told when it is over."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from monitor.config import Settings, load_settings
from monitor.expecting import hold_to_expectations
from monitor.health import Source, source_lines
from notices.dates import SHANGHAI
from notices.notice import Notice
from notices.run import FAILURE_CLASSES, PARTIAL, SUCCEEDED, CrawlRun
from storage import Store

# A Thursday, 20:00 in the sites' zone.
NOW = datetime(2026, 11, 19, 12, tzinfo=UTC)
SOURCE = Source("ccgp-local", "L", "地方", "ccgp", "", 72, (10, 200))
FILE = """
[operators]
to = ["mail"]
[[channel]]
name = "mail"
kind = "email"
host = "127.0.0.1"
port = 9
security = "none"
from = "a@example.org"
to = ["b@example.org"]
"""


class Watched:
    """A store in which a source has been watched for a while, and what its operators were told."""

    def __init__(self, store: Store, settings: Settings, source: Source = SOURCE) -> None:
        self.store, self.settings, self.source, self.made = store, settings, source, 0

    def day(self, moment: datetime, published: int, **counts: int) -> None:
        """One crawl a day, and so many notices dated the day before it."""
        when = (moment - timedelta(days=1)).astimezone(SHANGHAI).replace(hour=10)
        with self.store.begin() as unit:
            run = unit.runs.start("crawl", self.source.id, moment)
            for _ in range(published):
                self.made += 1
                unit.notices.save(Notice(self.source.id, str(self.made), "", f"t{self.made}", "tender", when), moment)
            usual = {"requests": published + 2, "notices": published, "new": published, "known": 20}
            unit.runs.finish(run, SUCCEEDED, usual | counts, moment + timedelta(minutes=5))

    def look(self, now: datetime) -> list[str]:
        """One look; what the operators were told is what the look gave back, and an issue for each new concern."""
        with self.store.read() as unit:
            before = {alert.id for alert in unit.alerts.recent(None)}
        lines = hold_to_expectations(self.store, self.settings, [self.source], now)
        with self.store.read() as unit:
            told = [line for alert in unit.alerts.recent(None) if alert.id not in before for line in alert.lines]
        assert told == lines
        return lines

    def issues(self) -> list[str]:
        with self.store.read() as unit:
            return [each.issue.kind for each in unit.runs.issues(self.source.id)]


@pytest.fixture
def watched(sqlite_store: Store, tmp_path: Path) -> Watched:
    return Watched(sqlite_store, settings_in(tmp_path))


def settings_in(tmp_path: Path) -> Settings:
    (tmp_path / "monitor.toml").write_text(FILE, encoding="utf-8")
    return load_settings({"TENDERWATCH_CONFIG": str(tmp_path / "monitor.toml")}, tmp_path)


def crawl_days(watched: Watched, last: datetime, number: int, published: int, **counts: int) -> None:
    """`number` days of crawls up to `last`, each with so many notices on working days and none on others."""
    for back in range(number - 1, -1, -1):
        moment = last - timedelta(days=back)
        is_working = (moment - timedelta(days=1)).astimezone(SHANGHAI).weekday() < 5
        watched.day(moment, published if is_working else 0, **counts)


def test_too_few_are_told_once_with_an_issue_and_told_when_it_is_over(watched: Watched) -> None:
    watched.day(NOW - timedelta(days=1), 40)
    assert watched.look(NOW - timedelta(hours=20)) == []
    watched.day(NOW, 3)
    said = "Source ccgp-local: 3 notices dated 2026-11-18, at least 10 are expected."
    assert watched.look(NOW) == [said]
    watched.day(NOW + timedelta(hours=1), 0)
    assert watched.look(NOW + timedelta(hours=2)) == []
    assert watched.issues() == ["too_few"]
    watched.day(NOW + timedelta(days=1), 40)
    assert watched.look(NOW + timedelta(days=1)) == [f"Over: {said}"]
    assert watched.issues() == ["too_few"]


def test_too_many_and_a_weekend_without_notices(watched: Watched) -> None:
    friday = NOW + timedelta(days=1)
    watched.day(friday, 40)
    watched.day(friday + timedelta(days=1), 300)
    assert watched.look(friday + timedelta(days=1)) == [
        "Source ccgp-local: 300 notices dated 2026-11-20, at most 200 are expected."
    ]
    for day in (2, 3):
        watched.day(friday + timedelta(days=day), 0)
    assert watched.look(friday + timedelta(days=3, hours=1)) == []


def test_its_own_past_counts_where_the_declared_range_is_wide(watched: Watched) -> None:
    watched.source = Source("ccgp-local", "L", "地方", "ccgp", "", 72, (0, 4000))
    crawl_days(watched, NOW - timedelta(days=1), 20, 40)
    assert watched.look(NOW - timedelta(days=1)) == []
    watched.day(NOW, 5)
    assert watched.look(NOW) == ["Source ccgp-local: 5 notices dated 2026-11-18, 40 are usual."]
    watched.day(NOW + timedelta(days=1), 900)
    assert [line for line in watched.look(NOW + timedelta(days=1)) if "Over" not in line] == [
        "Source ccgp-local: 900 notices dated 2026-11-19, 40 are usual."
    ]


def test_silence_is_counted_from_the_newest_notice_or_the_first_crawl(watched: Watched) -> None:
    watched.source = Source("ccgp-local", "L", "地方", "ccgp", "", 72, (0, 4000))
    watched.day(NOW, 0)
    assert watched.look(NOW + timedelta(hours=71)) == []
    said = "Source ccgp-local: no new notice since 2026-11-19 12:00 UTC, its limit is 72 hours."
    assert watched.look(NOW + timedelta(hours=73)) == [said]
    assert watched.issues() == ["silent"]
    watched.day(NOW + timedelta(hours=90), 1)
    assert watched.look(NOW + timedelta(hours=91)) == [f"Over: {said}"]


def test_a_field_that_is_missing_more_than_usual_is_named_and_a_usual_lack_is_not(watched: Watched) -> None:
    usual = {"read@tender": 30, "lacks@buyer@tender": 1, "lacks@suppliers@tender": 30}
    for back in range(5, 0, -1):
        watched.day(NOW - timedelta(days=back), 30, **usual)
    assert watched.look(NOW - timedelta(days=1)) == []
    watched.day(NOW, 30, **usual | {"lacks@buyer@tender": 24})
    assert watched.look(NOW) == ["Source ccgp-local: 24 of 30 notices give no buyer, where 5 of 150 before gave none."]
    watched.day(NOW + timedelta(days=1), 30, **usual)
    assert [line[:5] for line in watched.look(NOW + timedelta(days=1))] == ["Over:"]


def test_a_day_of_another_kind_of_notices_is_no_missing_field(watched: Watched) -> None:
    mixed = {"read@tender": 30, "lacks@suppliers@tender": 30, "read@award": 10, "lacks@suppliers@award": 1}
    for back in range(5, 0, -1):
        watched.day(NOW - timedelta(days=back), 40, **mixed)
    watched.day(NOW, 40, **{"read@tender": 40, "lacks@suppliers@tender": 40})
    assert watched.look(NOW) == []
    watched.day(NOW + timedelta(days=1), 40, **{"read@award": 40, "lacks@suppliers@award": 30})
    assert "30 of 40 notices give no suppliers" in watched.look(NOW + timedelta(days=1))[0]


def test_many_requests_for_little_are_told(watched: Watched) -> None:
    watched.day(NOW, 20, requests=300, known=0)
    said = "Source ccgp-local: 300 requests in a day found 20 notices and files, more than 5 for each."
    assert watched.look(NOW) == [said]
    assert watched.issues() == ["wasteful"]
    watched.day(NOW + timedelta(days=2), 20, requests=25)
    assert f"Over: {said}" in watched.look(NOW + timedelta(days=2))


def test_a_day_on_which_most_sources_are_short_is_told_as_one(sqlite_store: Store, tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    sources = [Source(f"s{number}", "S", "源", "ccgp", "", 72, (10, 200)) for number in range(6)]
    for source in sources:
        each = Watched(sqlite_store, settings, source)
        each.day(NOW - timedelta(days=1), 40)
        each.day(NOW, 1)
    (line,) = hold_to_expectations(sqlite_store, settings, sources, NOW)
    assert line.startswith("6 of 6 sources gave fewer notices than expected")


def test_the_concern_stands_in_the_sources_line_while_it_lasts(watched: Watched) -> None:
    watched.day(NOW - timedelta(days=1), 40)
    watched.day(NOW, 3, **{"failure@timeout": 2, "failure@server error": 1})
    watched.look(NOW)
    (line,) = (line for line in source_lines(watched.store, NOW) if line.id == SOURCE.id)
    assert line.concerns == ("Source ccgp-local: 3 notices dated 2026-11-18, at least 10 are expected",)
    assert (line.failed, line.requests, line.read, line.items_per_request) == ("timeout 2, server error 1", 5, 3, 0.6)
    assert line.row()["failures"] == {"timeout": 2, "server error": 1}
    watched.day(NOW + timedelta(days=1), 40)
    watched.look(NOW + timedelta(days=1))
    (line,) = (line for line in source_lines(watched.store, NOW) if line.id == SOURCE.id)
    assert (line.concerns, line.failed) == ((), "")


def test_days_are_the_sites_days(store: Store) -> None:
    with store.begin() as unit:
        for hour, number in ((15, 2), (17, 3)):
            moment = datetime(2026, 11, 18, hour, 30, tzinfo=UTC)
            for each in range(number):
                unit.notices.save(Notice("s", f"{hour}-{each}", "", "t", "tender", moment), NOW)
        unit.notices.save(Notice("s", "undated", "", "t", "tender", None), NOW)
        found = unit.health.published_per_day("s", date(2026, 11, 18), date(2026, 11, 19))
    assert found == {date(2026, 11, 18): 2, date(2026, 11, 19): 4}


def test_a_run_tells_its_failures_by_class() -> None:
    counts = {"requests": 8, "notices": 2, "failure@dns": 1, "failure@layout": 3}
    run = CrawlRun(1, "crawl", "s", NOW, NOW, PARTIAL, counts)
    assert (run.failures, run.items_per_request) == ({"dns": 1, "layout": 3}, 0.25)
    assert len(FAILURE_CLASSES) == 10
