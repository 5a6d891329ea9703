"""The watch over the watch: what is wrong with it is told when it changes, and a heartbeat says that it lives."""

import shutil
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from alerts.schedule import last_time
from monitor.conditions import changed, tell_operators
from monitor.config import Settings
from monitor.health import EXPECTED, FAILING, REFUSED, SourceLine
from monitor.stages.report import Report
from notices.alert import DEAD, PENDING
from storage import Store, Unit

HEARTBEAT = "operators heartbeat"
LATE = timedelta(hours=1)
DAY = timedelta(days=1)

Lines = Callable[[], Sequence[SourceLine]]
# Which sources' scheduled crawl did not happen, with the time at which it was due.
Missed = Callable[[], Mapping[str, datetime]]


class Watchdog:
    """Looks at sources, jobs, disk and backlog, and tells the operators' channels what has changed."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        version: str,
        clock: Callable[[], datetime],
        *,
        sources: Lines,
        missed: Missed,
    ) -> None:
        self._store = store
        self._settings = settings
        self._version = version
        self._clock = clock
        self._sources = sources
        self._missed = missed
        self._waited: dict[str, int] = {}

    def look(self) -> Report:
        """Looks once; what is new, what is over and a due heartbeat go into the outbox."""
        report, now = Report("watchdog"), self._clock()
        present = {**self._sick_sources(), **self._missed_jobs(), **self._disk()}
        with self._store.begin() as unit:
            present |= self._backlog(unit, now)
            lines = changed(unit, present, now, of=lambda key: not key.startswith(EXPECTED)).lines
            if lines:
                tell_operators(unit, self._settings, f"{now.isoformat()} {lines}", lines, now)
                report.count("changes", len(lines))
            if self._heartbeat_due(unit, now):
                what = f"{HEARTBEAT} {now.isoformat()}"
                tell_operators(unit, self._settings, what, self._alive(unit, now), now)
                report.count("heartbeats")
        return report

    def _sick_sources(self) -> dict[str, str]:
        words = {
            REFUSED: "the site refuses our requests",
            FAILING: "its last crawl failed or was broken off",
        }
        return {
            f"source {line.id} {line.state}": f"Source {line.id}: {words[line.state]}"
            for line in self._sources()
            if line.state in words
        }

    def _missed_jobs(self) -> dict[str, str]:
        return {
            f"missed {source}": f"Missed job: the crawl of {source}, due at {due:%Y-%m-%d %H:%M} UTC, did not start"
            for source, due in self._missed().items()
            if self._clock() - due > LATE
        }

    def _disk(self) -> dict[str, str]:
        free = shutil.disk_usage(self._settings.home).free / 1024**3
        least = self._settings.operators.disk_free_gib
        if free >= least:
            return {}
        return {"disk": f"Disk: less than {least:g} GiB free in {self._settings.home} ({free:.1f} GiB)"}

    def _backlog(self, unit: Unit, now: datetime) -> dict[str, str]:
        """What waits in greater number than allowed and, but for overdue deliveries, does not get less."""
        waiting = {
            "notices to judge": unit.notices.count_due(self._version),
            "attachments to read": len(unit.documents.due()),
            "deliveries overdue for an hour": unit.alerts.overdue(now - LATE),
        }
        limit = self._settings.operators.backlog
        grown = {
            name: number for name, number in waiting.items() if number > limit and number >= self._waited.get(name, 0)
        }
        self._waited = waiting
        return {f"backlog {name}": f"Backlog: {number:,} {name}" for name, number in grown.items()}

    def _heartbeat_due(self, unit: Unit, now: datetime) -> bool:
        cron = self._settings.operators.heartbeat
        if cron is None:
            return False
        state = unit.news.state_of(HEARTBEAT)
        if state is None:
            unit.news.start_route(HEARTBEAT, now)
            return False
        since = state.digest_at or state.since
        slot = last_time(cron, self._settings.operators.time_zone, min(since, now), now)
        if slot is not None or since > now:
            unit.news.set_digest(HEARTBEAT, slot or now)
        return slot is not None

    def _alive(self, unit: Unit, now: datetime) -> list[str]:
        wrong = [each.sentence for each in unit.health.conditions() if each.ended_at is None]
        crawls = [run for run in unit.runs.recent(500) if run.stage == "crawl" and run.started_at >= now - DAY]
        return [
            "The watch is alive" + (f"; {len(wrong)} things are wrong:" if wrong else " and well."),
            *wrong,
            f"Last 24 hours: {len(crawls)} crawls, {unit.notices.count(seen_since=now - DAY):,} new notices.",
            f"Deliveries: {unit.alerts.count(PENDING):,} waiting, {unit.alerts.count(DEAD):,} given up.",
        ]
