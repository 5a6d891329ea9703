"""Quiet hours of a host put its crawls off, in the command and in the daemon; wrong ones are named at the start."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.config import Settings, load_settings
from monitor.scheduler import Daemon
from monitor.stages.crawl import CrawlOptions, crawl_sources, quiet_until, spider_environment
from monitor.watchlist import load_watchlist
from notices.dates import SHANGHAI
from notices.errors import ConfigurationError
from notices.run import SUCCEEDED
from storage import Store

ALWAYS = (
    '[crawling]\ncontact = "x@example.org"\n[crawling.quiet_hours]\n"ccgp.gov.cn" = ["00:00-12:00", "12:00-24:00"]\n'
)
MORNING = '[crawling]\ncontact = "x@example.org"\n[crawling.quiet_hours]\n"www.ccgp.gov.cn" = ["08:00-12:00"]\n'


def settings_of(folder: Path, text: str, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.chdir(folder)
    (folder / "monitor.toml").write_text(text, encoding="utf-8")
    made = load_settings({}, folder)
    made.captures.mkdir(exist_ok=True)
    return made


def beijing(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, 20, hour, minute, tzinfo=SHANGHAI)


def test_the_command_says_until_when_a_source_is_left_alone_and_starts_nothing(
    tmp_path: Path, sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_of(tmp_path, ALWAYS, monkeypatch)
    report = crawl_sources(sqlite_store, settings, ["ccgp-central"])
    assert (report.failed, report.problems) == (False, [])
    assert "ccgp-central: its host has quiet hours: it is asked again from" in report.notes[0]
    with sqlite_store.read() as unit:
        assert unit.runs.last("crawl", "ccgp-central") is None
    assert '"ccgp.gov.cn": ["00:00-12:00", "12:00-24:00"]' in spider_environment(settings)["TENDERWATCH_QUIET_HOURS"]


def test_quiet_hours_are_those_of_the_host_that_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = settings_of(tmp_path, MORNING, monkeypatch)
    assert quiet_until(settings, "ccgp-local", CrawlOptions(), beijing(9)) == beijing(12)
    assert quiet_until(settings, "ccgp-local", CrawlOptions(), beijing(12)) is None
    assert quiet_until(settings, "zcy-shanghai", CrawlOptions(), beijing(9)) is None
    elsewhere = CrawlOptions(base_url="http://127.0.0.1:8000")
    assert quiet_until(settings, "ccgp-local", elsewhere, beijing(9)) is None
    assert quiet_until(settings, "ccgp-local", CrawlOptions(replay=(Path("a.warc.gz"),)), beijing(9)) is None


def test_the_daemon_puts_a_crawl_off_until_the_quiet_ends_and_does_not_call_it_missed(
    tmp_path: Path, sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_of(tmp_path, MORNING + '[schedule]\ndefault = "30 8 * * *"\n', monkeypatch)
    moment = [beijing(9)]
    daemon = Daemon(sqlite_store, settings, load_watchlist(), lambda: moment[0])
    yesterday = beijing(9) - timedelta(days=1)
    with sqlite_store.begin() as unit:
        unit.runs.finish(unit.runs.start("crawl", "ccgp-local", yesterday), SUCCEEDED, {}, yesterday)
    daemon.crawl("ccgp-local")
    (job,) = daemon.scheduler.get_jobs()
    assert (job.id, job.trigger.run_date) == ("ccgp-local after quiet hours", beijing(12))
    with sqlite_store.read() as unit:
        last = unit.runs.last("crawl", "ccgp-local")
    assert last
    assert last.started_at == yesterday
    assert daemon.missed() == {}
    moment[0] = beijing(13)
    assert daemon.missed() == {"ccgp-local": beijing(12).astimezone(UTC)}


@pytest.mark.parametrize("value", ['["8-9"]', '"08:00-09:00"', "[8]"])
def test_quiet_hours_that_are_none_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    with pytest.raises(ConfigurationError, match="quiet_hours"):
        settings_of(tmp_path, f'[crawling.quiet_hours]\n"a.example" = {value}\n', monkeypatch)
