"""The sources' health: what each declares, and what its runs say of it."""

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from monitor.staleness import COLUMNS, Staleness, staleness
from notices.dates import SHANGHAI
from notices.errors import TenderwatchError
from notices.run import FAILED, INTERRUPTED
from storage import Store
from storage.overview import Counted
from storage.source_facts import SourceFacts

ROOT = Path(__file__).resolve().parents[1]
OK, SILENT, REFUSED, FAILING, NEVER_RUN = "ok", "silent", "refused", "failing", "never run"
WEEK = timedelta(days=7)
# How the conditions are named that tell what is expected of a source and not so.
EXPECTED = "expected "
# Issues that say that something of the last run was not got or not read.
TROUBLES = ("refused", "failed", "unreadable", "missing", "unmapped")


@dataclass(frozen=True, slots=True)
class Source:
    """A source as its spider declares it; `silence_limit` is in hours, `expected_per_day` the least and the most,
    `quiet_hours` are windows HH:MM-HH:MM.
    """

    id: str
    title_en: str
    title_zh: str
    family: str
    url: str
    silence_limit: int
    expected_per_day: tuple[int, int]
    quiet_hours: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One source's health, as `sources` and the desk show it. `gap` is the newest coverage gap, `trouble` the newest
    failure of the last run, in words or empty; `gone` counts notices whose page is no longer there.

    Of the last run that ended: `requests`, notices `read`, how many of them `new`, `items_per_request`, `failures` by
    class. `concerns`: what is not as expected of the source, as sentences. `staleness` is None of what is imported.
    """

    id: str
    title: str
    family: str
    url: str
    state: str
    last_run: datetime | None
    last_success: datetime | None
    notices: int
    notices_7d: int
    gap: str
    trouble: str
    gone: int = 0
    requests: int = 0
    read: int = 0
    new: int = 0
    items_per_request: float | None = None
    failures: Mapping[str, int] = field(default_factory=dict)
    concerns: tuple[str, ...] = ()
    staleness: Staleness | None = None

    @property
    def failed(self) -> str:
        """The last run's failures in words: "timeout 3, layout 1"."""
        return ", ".join(f"{name} {number}" for name, number in self.failures.items())

    def row(self) -> dict[str, object]:
        moments = {
            name: value and value.astimezone(SHANGHAI).isoformat(timespec="minutes")
            for name, value in (("last_run", self.last_run), ("last_success", self.last_success))
        }
        told = {"failures": dict(self.failures), "concerns": list(self.concerns)}
        stale = self.staleness.row() if self.staleness else dict.fromkeys(COLUMNS)
        return asdict(self) | moments | told | stale


@cache
def declared_sources() -> tuple[Source, ...]:
    """The sources, as their spiders declare them; asked of Scrapy once per process, in a process of its own."""
    command = [sys.executable, "-m", "scrapy", "sources"]
    asked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, encoding="utf-8")
    if asked.returncode != 0:
        raise TenderwatchError("the spiders cannot be listed: " + "".join(asked.stderr.strip().splitlines()[-1:]))
    rows = [json.loads(line) for line in asked.stdout.splitlines() if line.startswith("{")]
    return tuple(
        Source(**{name: row[name] for name in Source.__slots__} | {"expected_per_day": tuple(row["expected_per_day"])})
        for row in rows
    )


def source_lines(store: Store, now: datetime, counted: Counted | None = None) -> list[SourceLine]:
    """Every declared source with its health at `now`, and every other source that notices were imported from.

    `counted` remembers how many notices were counted, for who asks often.
    """
    declared = declared_sources()
    with store.read() as unit:
        facts = unit.health.sources(now - WEEK, EXPECTED, counted or Counted())
        imported = [name for name in unit.notices.sources() if name not in {source.id for source in declared}]
    lines = [_line(source, facts.get(source.id, SourceFacts()), now) for source in declared]
    return lines + [_imported(name, facts[name]) for name in imported]


def _line(source: Source, facts: SourceFacts, now: datetime) -> SourceLine:
    ended, success = facts.ended, facts.success
    troubles = [issue.message for issue in facts.met if issue.kind in TROUBLES]
    succeeded_at = success.finished_at if success else None
    return SourceLine(
        id=source.id,
        title=f"{source.title_en} · {source.title_zh}",
        family=source.family,
        url=source.url,
        state=_state(source, facts, now),
        last_run=facts.last.started_at if facts.last else None,
        last_success=succeeded_at,
        notices=facts.notices,
        notices_7d=facts.week,
        gap=facts.gap,
        trouble=troubles[0] if troubles else "",
        gone=facts.gone,
        requests=ended.counts.get("requests", 0) if ended else 0,
        read=ended.counts.get("notices", 0) if ended else 0,
        new=ended.counts.get("new", 0) if ended else 0,
        items_per_request=round(ended.items_per_request or 0.0, 2) if ended else None,
        failures=ended.failures if ended else {},
        concerns=tuple(facts.concerns),
        staleness=staleness(succeeded_at, facts.newest, source.silence_limit, now),
    )


def _state(source: Source, facts: SourceFacts, now: datetime) -> str:
    met = {issue.kind for issue in facts.met}
    if facts.last is None:
        return NEVER_RUN
    if "refused" in met:
        return REFUSED
    if met.intersection(TROUBLES) or (facts.ended and facts.ended.outcome in (FAILED, INTERRUPTED)):
        return FAILING
    is_heard = facts.newest is not None and facts.newest >= now - timedelta(hours=source.silence_limit)
    return OK if is_heard else SILENT


def _imported(name: str, facts: SourceFacts) -> SourceLine:
    return SourceLine(
        id=name,
        title=name,
        family="import",
        url="",
        state="imported",
        last_run=None,
        last_success=None,
        notices=facts.notices,
        notices_7d=facts.week,
        gap="",
        trouble="",
    )
