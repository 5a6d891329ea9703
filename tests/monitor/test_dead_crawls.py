"""A crawl that dies in the middle is no success, whoever notices it first."""

from dataclasses import replace
from pathlib import Path

from monitor.config import load_settings
from monitor.health import FAILING, source_lines
from monitor.stages.crawl import CrawlOptions, Spider, crawl_source
from monitor.stages.report import Report
from notices.run import INTERRUPTED, SUCCEEDED
from storage import Store
from tests.portal.portal import NEWEST, FaultyPortal

SOURCE = "ccgp-central"


def test_a_spider_that_is_killed_is_recorded_at_once_with_what_it_had_done(
    sqlite_store: Store, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setenv("TENDERWATCH_LOOPBACK_DELAY", "0")
    settings = replace(
        load_settings({}, tmp_path), home=tmp_path, database_url=f"sqlite:///{tmp_path / 'tenderwatch.sqlite'}"
    )
    started: list[Spider] = []
    with FaultyPortal.with_notices(40, ["zygg/gkzb"]) as portal:
        report = Report("crawl")
        portal.after("/cggg/zygg/gkzb/*/t*", lambda: started[0].kill())
        options = CrawlOptions(base_url=portal.url)
        assert not crawl_source(sqlite_store, settings, SOURCE, options, report, started=started.append)
        with sqlite_store.read() as unit:
            died = unit.runs.last("crawl", SOURCE)
        assert died is not None
        assert died.outcome == INTERRUPTED
        assert any("died in the middle: its process ended with signal 9, SIGKILL" in said for said in report.problems)
        (line,) = (line for line in source_lines(sqlite_store, NEWEST) if line.id == SOURCE)
        assert (line.state, "died in the middle" in line.trouble) == (FAILING, True)
        assert crawl_source(sqlite_store, settings, SOURCE, options, Report("crawl"))
    with sqlite_store.read() as unit:
        after = unit.runs.last("crawl", SOURCE)
        assert after is not None
        assert after.outcome == SUCCEEDED
        assert unit.notices.count(SOURCE) == 40


def test_the_next_start_records_a_run_that_the_machine_took_with_it(store: Store) -> None:
    with store.begin() as unit:
        dead = unit.runs.start("crawl", SOURCE, NEWEST)
        unit.runs.note(dead, {"requests": 7})
        unit.runs.start("crawl", "other", NEWEST)
        following = unit.runs.start("crawl", SOURCE, NEWEST)
        unit.runs.finish(following, SUCCEEDED, {}, NEWEST)
        found = unit.runs.get(dead)
        (said,) = unit.runs.issues(SOURCE)
    assert found is not None
    assert (found.outcome, found.counts, found.finished_at) == (INTERRUPTED, {"requests": 7}, NEWEST)
    assert (said.run_id, said.issue.kind) == (dead, "failed")
    assert "died in the middle" in said.issue.message
