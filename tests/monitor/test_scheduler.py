"""The daemon's clock: what was missed is caught up, what fails is said, stages go on."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from apscheduler.triggers.cron import CronTrigger

from alerts.schedule import longest_pause
from monitor.config import SITES_ZONE, Settings, load_settings
from monitor.health import SILENT, SourceLine, declared_sources
from monitor.scheduler import GRACE_SECONDS, Daemon, check_schedule
from monitor.watchlist import load_watchlist
from notices.dates import SHANGHAI
from notices.errors import ConfigurationError
from notices.notice import Notice
from notices.run import SUCCEEDED
from storage import Store

NOW = datetime(2026, 11, 2, 4, 30, tzinfo=UTC)
EVERY_SIX_HOURS = CronTrigger.from_crontab("0 */6 * * *", timezone=SHANGHAI)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.chdir(tmp_path)
    made = load_settings({}, tmp_path)
    made.captures.mkdir()
    return made


@pytest.fixture
def daemon(sqlite_store: Store, settings: Settings) -> Daemon:
    return Daemon(sqlite_store, settings, load_watchlist(), lambda: NOW)


@pytest.mark.parametrize(("minutes", "overdue"), [(20, False), (420, True), (4320, True)])
def test_a_crawl_is_overdue_when_its_time_passed_while_nothing_ran(
    daemon: Daemon, sqlite_store: Store, minutes: int, overdue: bool
) -> None:
    then = NOW - timedelta(minutes=minutes)
    with sqlite_store.begin() as unit:
        unit.runs.finish(unit.runs.start("crawl", "ccgp-local", then), SUCCEEDED, {}, then)
    assert daemon.is_overdue("ccgp-local", EVERY_SIX_HOURS) is overdue


def test_a_crawl_that_died_in_the_middle_is_overdue_at_once(daemon: Daemon, sqlite_store: Store) -> None:
    with sqlite_store.begin() as unit:
        unit.runs.start("crawl", "ccgp-local", NOW - timedelta(minutes=5))
    assert daemon.is_overdue("ccgp-local", EVERY_SIX_HOURS)


def test_a_source_that_never_ran_is_overdue(daemon: Daemon) -> None:
    assert daemon.is_overdue("ccgp-central", EVERY_SIX_HOURS)


def test_a_machine_that_slept_still_runs_its_jobs_once(daemon: Daemon) -> None:
    daemon.start()
    try:
        jobs = daemon.scheduler.get_jobs()
        assert {source.id for source in declared_sources()} | {"stages"} <= {job.id for job in jobs}
        assert all(job.coalesce and job.misfire_grace_time == GRACE_SECONDS and job.max_instances == 1 for job in jobs)
    finally:
        daemon.stop()


def test_a_schedule_for_a_source_that_does_not_exist_is_refused(settings: Settings) -> None:
    typed = settings.schedule.model_copy(update={"sources": {"ccgp_local": "0 * * * *"}})
    with pytest.raises(ConfigurationError, match="ccgp_local"):
        check_schedule(replace(settings, schedule=typed))


def test_no_source_is_silent_by_its_schedule_and_one_that_would_be_is_refused(settings: Settings) -> None:
    check_schedule(settings)
    for source in declared_sources():
        line = settings.schedule.cron(source.id, source.expected_per_day)
        assert longest_pause(line, SITES_ZONE) * 2 <= timedelta(hours=source.silence_limit)
    weekly = settings.schedule.model_copy(update={"sources": {"ccgp-local": "0 8 * * 1"}})
    with pytest.raises(ConfigurationError, match=r"walks ccgp-local by .*, more seldom than every 96 hours"):
        check_schedule(replace(settings, schedule=weekly))
    campus = settings.schedule.model_copy(update={"sources": {"nju-zbb": "0 8 * * 1"}})
    check_schedule(replace(settings, schedule=campus))


def test_a_campus_is_due_once_a_day_and_a_portal_four_times(daemon: Daemon, sqlite_store: Store) -> None:
    walked = NOW - timedelta(hours=7)
    with sqlite_store.begin() as unit:
        for source in ("nju-zbb", "ccgp-central"):
            unit.runs.finish(unit.runs.start("crawl", source, walked), SUCCEEDED, {}, walked)
    assert set(daemon.missed()) == {"ccgp-central"}


@pytest.mark.parametrize(
    ("line", "hours"),
    [("20 */6 * * *", 6), ("20 18 * * *", 24), ("0 8 * * 1-5", 72), ("0 9,17 * * *", 16), ("0 8 1 * *", 29 * 24)],
)
def test_the_longest_pause_of_a_cron_line(line: str, hours: int) -> None:
    assert longest_pause(line, SITES_ZONE) == timedelta(hours=hours)


def test_the_stages_judge_what_is_due(daemon: Daemon, sqlite_store: Store) -> None:
    with sqlite_store.begin() as unit:
        notice = Notice("s", "1", "", "采购公告", "tender", NOW, "采购 NVIDIA H100 GPU服务器 2台，每台8卡。")
        unit.notices.save(notice, NOW)
    daemon.run_stages()
    with sqlite_store.read() as unit:
        assert [report.finding.item for report in unit.findings.reports()] == ["nvidia-h100"]


def test_a_stage_that_fails_does_not_stop_the_others(
    daemon: Daemon, sqlite_store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from notices.errors import StoreError

    def fail(*_: object, **__: object) -> None:
        raise StoreError("the disk is full")

    monkeypatch.setattr("monitor.scheduler.extract_due", fail)
    test_the_stages_judge_what_is_due(daemon, sqlite_store)
    assert "the disk is full" in capsys.readouterr().out


def test_without_a_contact_no_site_is_asked_and_it_is_said(
    daemon: Daemon, sqlite_store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    daemon.crawl("ccgp-central")
    assert "no contact is set" in capsys.readouterr().out
    with sqlite_store.read() as unit:
        assert unit.runs.recent() == []


def test_a_job_that_breaks_is_kept_as_an_issue(
    daemon: Daemon, sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Event:
        job_id = "ccgp-local"
        scheduled_run_time = NOW
        exception = RuntimeError("broken")

    daemon._missed(Event())  # type: ignore[arg-type]
    with sqlite_store.read() as unit:
        (met,) = unit.runs.issues("ccgp-local")
    assert met.issue.message == "the scheduled job ccgp-local was stopped by an error: broken"


def test_a_line_of_health_reads_in_the_sites_time() -> None:
    line = SourceLine("s", "S · 源", "ccgp", "http://p.invalid", SILENT, NOW, None, 5, 0, "", "")
    assert line.row()["last_run"] == "2026-11-02T12:30+08:00"
