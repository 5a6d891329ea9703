"""The daemon: says when each stage runs, catches up on what was missed, and serves the review desk."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MISSED, JobExecutionEvent
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger

from alerts.schedule import cron_trigger, longest_pause
from monitor.config import SITES_ZONE, Settings
from monitor.expecting import hold_to_expectations
from monitor.health import Source, declared_sources, source_lines
from monitor.locks import BusyError, only_one
from monitor.outbox import Outbox
from monitor.stages.alert import send_due
from monitor.stages.crawl import CrawlOptions, Spider, check_contact, crawl_source, end, quiet_until
from monitor.stages.detect import detect_due
from monitor.stages.extract import extract_due
from monitor.stages.index import index_due
from monitor.stages.report import Report
from monitor.watchdog import Watchdog
from monitor.watchlist import Watchlist
from notices.dates import SHANGHAI
from notices.errors import ConfigurationError, TenderwatchError
from notices.run import INTERRUPTED, RUNNING, Issue
from storage import Store

# A machine that slept runs what it missed when it wakes, once, however late.
GRACE_SECONDS = 24 * 3600
STAGES, WATCHDOG, EXPECTATIONS = "stages", "watchdog", "expectations"
EXPECT_MINUTES = 30


def check_schedule(settings: Settings) -> None:
    """ConfigurationError if `[schedule.sources]` names a source that does not exist, or a source is walked so seldom
    that it counts as silent between two walks.
    """
    known = {source.id for source in declared_sources()}
    for name in settings.schedule.sources:
        if name not in known:
            raise ConfigurationError(
                f"[schedule.sources] names {name!r}, which is no source: see `tenderwatch sources`"
            )
    for source in declared_sources():
        line = settings.schedule.cron(source.id, source.expected_per_day)
        if longest_pause(line, SITES_ZONE) > timedelta(hours=source.silence_limit):
            raise ConfigurationError(
                f"[schedule] walks {source.id} by {line!r}, more seldom than every {source.silence_limit} hours, after "
                f"which it counts as silent: give it a line of its own in [schedule.sources]"
            )


class Daemon:
    """Schedules the stages over one store; `start` returns at once, `stop` waits for what is being written."""

    def __init__(self, store: Store, settings: Settings, watchlist: Watchlist, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._settings = settings
        self._watchlist = watchlist
        self._clock = clock
        self._stopping = threading.Event()
        self._spiders: list[Spider] = []
        self._said: set[str] = set()
        self._log = structlog.get_logger("tenderwatch")
        self._outbox = Outbox(store, settings, clock, self._tell)
        self.scheduler = BackgroundScheduler(
            executors={"default": ThreadPoolExecutor(2), STAGES: ThreadPoolExecutor(1)},
            job_defaults={"coalesce": True, "misfire_grace_time": GRACE_SECONDS, "max_instances": 1},
            timezone=SHANGHAI,
        )
        self.scheduler.add_listener(self._missed, EVENT_JOB_MISSED | EVENT_JOB_ERROR)

    def start(self) -> None:
        now = self._clock()
        minutes = self._settings.schedule.stages_every_minutes
        self.scheduler.add_job(
            self.run_stages, "interval", minutes=minutes, id=STAGES, executor=STAGES, next_run_time=now
        )
        check_schedule(self._settings)
        for source in declared_sources():
            trigger = self._trigger(source)
            first = now if self.is_overdue(source.id, trigger) else trigger.get_next_fire_time(None, now)
            self.scheduler.add_job(self.crawl, trigger, args=[source.id], id=source.id, next_run_time=first)
        self.scheduler.add_job(self.expect, "interval", minutes=EXPECT_MINUTES, id=EXPECTATIONS, next_run_time=now)
        if self._settings.operators.to:
            self.scheduler.add_job(self._watchdog().look, "interval", minutes=5, id=WATCHDOG, next_run_time=now)
        self.scheduler.start()
        if self._settings.channels:
            self._outbox.start()

    def stop(self) -> None:
        self._stopping.set()
        for spider in self._spiders:
            end(spider)
        self.scheduler.shutdown(wait=True)
        self._outbox.stop()

    def is_overdue(self, source: str, trigger: CronTrigger) -> bool:
        """Whether a source's scheduled crawl fell into a time when nothing ran: the run table is the memory."""
        with self._store.read() as unit:
            last = unit.runs.last("crawl", source)
        if last is None or last.outcome in (RUNNING, INTERRUPTED):
            return True
        due = trigger.get_next_fire_time(None, last.started_at + timedelta(seconds=1))
        return due is not None and due <= self._clock()

    def crawl(self, source: str) -> None:
        if self._stopping.is_set():
            return
        report, options = Report("crawl"), CrawlOptions()
        try:
            check_contact(self._settings, options)
        except ConfigurationError as error:
            self._say_once(str(error))
            return
        if self._is_put_off(source):
            return
        try:
            crawl_source(self._store, self._settings, source, options, report, started=self._spiders.append)
        except TenderwatchError as error:
            report.problems.append(f"{source}: {error}")
        self._tell(report, source=source)
        self._is_put_off(source)

    def _is_put_off(self, source: str) -> bool:
        """Whether a source's host has quiet hours; if so, its crawl is set for when they end."""
        until = quiet_until(self._settings, source, CrawlOptions(), self._clock())
        if until is not None and not self._stopping.is_set():
            again = f"{source} after quiet hours"
            self.scheduler.add_job(self.crawl, "date", run_date=until, args=[source], id=again, replace_existing=True)
        return until is not None

    def expect(self) -> None:
        """Holds every source against what is expected of it."""
        try:
            lines = hold_to_expectations(self._store, self._settings, declared_sources(), self._clock())
        except TenderwatchError as error:
            lines = [str(error)]
        for line in lines:
            self._log.warning("sources", problem=line)

    def run_stages(self) -> None:
        """Extract, detect, alert, index: each over what is due."""
        home, captures = self._settings.home, self._settings.captures
        steps: dict[str, Callable[[], Report]] = {
            "extract": lambda: extract_due(self._store, captures, self._clock),
            "detect": self._detect,
            "alert": self._alert,
            "index": lambda: index_due(self._store),
        }
        for name, step in steps.items():
            if self._stopping.is_set():
                return
            try:
                with only_one(home, name):
                    self._tell(step())
            except BusyError as busy:
                self._log.info("skipped", stage=name, reason=str(busy))
            except TenderwatchError as error:
                self._log.error("failed", stage=name, reason=str(error))

    def missed(self) -> dict[str, datetime]:
        """The sources whose scheduled crawl did not start, with the time at which it was due."""
        late: dict[str, datetime] = {}
        for source in declared_sources():
            trigger = self._trigger(source)
            with self._store.read() as unit:
                last = unit.runs.last("crawl", source.id)
            due = last and trigger.get_next_fire_time(None, last.started_at + timedelta(seconds=1))
            if due:
                due = quiet_until(self._settings, source.id, CrawlOptions(), due) or due
            if last is not None and last.outcome != RUNNING and due and due <= self._clock():
                late[source.id] = due.astimezone(UTC)
        return late

    def _trigger(self, source: Source) -> CronTrigger:
        return cron_trigger(self._settings.schedule.cron(source.id, source.expected_per_day), SITES_ZONE)

    def _watchdog(self) -> Watchdog:
        return Watchdog(
            self._store,
            self._settings,
            self._watchlist.version,
            self._clock,
            sources=lambda: source_lines(self._store, self._clock()),
            missed=self.missed,
        )

    def _alert(self) -> Report:
        settings = self._settings
        to = settings.operators.to
        return send_due(self._store, settings.channels, self._clock, routes=settings.routes, operators=to)

    def _detect(self) -> Report:
        settings = self._settings
        return detect_due(self._store, self._watchlist, self._clock, routes=settings.routes, channels=settings.channels)

    def _tell(self, report: Report, **about: str) -> None:
        if report.counts:
            self._log.info(report.stage, **about, **report.counts)
        for problem in report.problems:
            self._log.warning(report.stage, problem=problem)

    def _say_once(self, sentence: str) -> None:
        if sentence not in self._said:
            self._said.add(sentence)
            self._log.warning("crawl", problem=sentence)

    def _missed(self, event: JobExecutionEvent) -> None:
        error = getattr(event, "exception", None)
        what = f"stopped by an error: {error}" if error else f"missed at {event.scheduled_run_time:%Y-%m-%d %H:%M}"
        self._log.error("job", job=event.job_id, what=what)
        with self._store.begin() as unit:
            unit.runs.add_issue(
                Issue(event.job_id, "failed", f"the scheduled job {event.job_id} was {what}"), self._clock()
            )
