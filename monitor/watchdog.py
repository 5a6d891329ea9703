"""The watch over the watch: what is wrong with it is told when it changes, and a heartbeat says that it lives."""

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256

from alerts.deliveries import deliveries_of
from alerts.routes import Route
from alerts.schedule import last_time
from monitor.config import Settings
from monitor.health import FAILING, REFUSED, SILENT, SourceLine
from monitor.stages.report import Report
from notices.alert import DEAD, PENDING, STATUS, Alert
from storage import Store, Unit
from storage.health import Condition

OPERATORS, HEARTBEAT = "operators", "operators heartbeat"
# What comes and goes is told once in this time.
QUIET = timedelta(hours=6)
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
            lines = changed(unit, present, now)
            if lines:
                self._tell(unit, f"{now.isoformat()} {lines}", lines, now)
                report.count("changes", len(lines))
            if self._heartbeat_due(unit, now):
                self._tell(unit, f"{HEARTBEAT} {now.isoformat()}", self._alive(unit, now), now)
                report.count("heartbeats")
        return report

    def _tell(self, unit: Unit, what: str, lines: Sequence[str], now: datetime) -> None:
        id_, thread = (sha256(text.encode()).hexdigest()[:24] for text in (what, OPERATORS))
        alert = Alert(id_, OPERATORS, thread[:16], now, (), kind=STATUS, lines=tuple(lines))
        route = Route(OPERATORS, self._settings.operators.to)
        unit.alerts.add(alert, deliveries_of(alert, route, self._settings.channels))

    def _sick_sources(self) -> dict[str, str]:
        words = {
            REFUSED: "the site refuses our requests",
            FAILING: "its last crawl failed or was broken off",
            SILENT: "it has given no new notice for longer than its limit",
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


def changed(unit: Unit, present: Mapping[str, str], now: datetime) -> list[str]:
    """What is new and what is over since the last look, as sentences; keeps the present state.

    What came back within six hours of being told is kept, and told when it still stands after them.
    """
    known = {each.key: each for each in unit.health.conditions()}
    lines: list[str] = []
    for key, sentence in present.items():
        before = known.get(key)
        here = before is not None and before.ended_at is None
        state = Condition(
            key, sentence, before.since if before and here else now, before.told_at if before else None, None
        )
        recently = state.told_at is not None and now - state.told_at < QUIET
        if not (here and state.told_at is not None and state.told_at >= state.since) and not recently:
            lines.append(f"{sentence}.")
            state = replace(state, told_at=now)
        if state != before:
            unit.health.set_condition(state)
    for key, before in known.items():
        if key not in present and before.ended_at is None:
            unit.health.set_condition(replace(before, ended_at=now))
            if before.told_at is not None and before.told_at >= before.since:
                lines.append(f"Over: {before.sentence}.")
    return lines
