"""The sources' health: what each declares, and what its runs say of it."""

import json
import subprocess
import sys
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from notices.dates import SHANGHAI
from notices.errors import TenderwatchError
from notices.run import FAILED, INTERRUPTED, SUCCEEDED
from storage import Store, Unit

ROOT = Path(__file__).resolve().parents[1]
OK, SILENT, REFUSED, FAILING, NEVER_RUN = "ok", "silent", "refused", "failing", "never run"
WEEK = timedelta(days=7)
# Issues that say that something of the last run was not got or not read.
TROUBLES = ("refused", "failed", "unreadable", "missing", "unmapped")


@dataclass(frozen=True, slots=True)
class Source:
    """A source as its spider declares it; `silence_limit` is in hours, `quiet_hours` are windows HH:MM-HH:MM."""

    id: str
    title_en: str
    title_zh: str
    family: str
    url: str
    silence_limit: int
    quiet_hours: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One source's health, as `sources` and the desk show it. `gap` is the newest coverage gap, `trouble` the newest
    failure of the last run, in words or empty; `gone` counts notices whose page is no longer there."""

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

    def row(self) -> dict[str, object]:
        moments = {
            name: value and value.astimezone(SHANGHAI).isoformat(timespec="minutes")
            for name, value in (("last_run", self.last_run), ("last_success", self.last_success))
        }
        return asdict(self) | moments


@cache
def declared_sources() -> tuple[Source, ...]:
    """The sources, as their spiders declare them; asked of Scrapy once per process, in a process of its own."""
    command = [sys.executable, "-m", "scrapy", "sources"]
    asked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, encoding="utf-8")
    if asked.returncode != 0:
        raise TenderwatchError("the spiders cannot be listed: " + "".join(asked.stderr.strip().splitlines()[-1:]))
    rows = [json.loads(line) for line in asked.stdout.splitlines() if line.startswith("{")]
    return tuple(Source(**{name: row[name] for name in Source.__slots__}) for row in rows)


def source_lines(store: Store, now: datetime) -> list[SourceLine]:
    """Every declared source with its health at `now`, and every other source that notices were imported from."""
    declared = declared_sources()
    with store.read() as unit:
        lines = [_line(unit, source, now) for source in declared]
        ids = {source.id for source in declared}
        imported = [name for name in unit.notices.sources() if name not in ids]
        return lines + [_imported(unit, name, now) for name in imported]


def _line(unit: Unit, source: Source, now: datetime) -> SourceLine:
    last = unit.runs.last("crawl", source.id)
    success = unit.runs.last("crawl", source.id, SUCCEEDED)
    gaps = [each.issue.message for each in unit.runs.issues(source.id, limit=100) if each.issue.kind == "gap"]
    met = [each.issue for each in unit.runs.issues(run_id=last.id)] if last else []
    troubles = [issue.message for issue in met if issue.kind in TROUBLES]
    state = OK
    if last is None:
        state = NEVER_RUN
    elif any(issue.kind == "refused" for issue in met):
        state = REFUSED
    elif troubles or last.outcome in (FAILED, INTERRUPTED):
        state = FAILING
    elif not unit.notices.count(source.id, seen_since=now - timedelta(hours=source.silence_limit)):
        state = SILENT
    return SourceLine(
        id=source.id,
        title=f"{source.title_en} · {source.title_zh}",
        family=source.family,
        url=source.url,
        state=state,
        last_run=last.started_at if last else None,
        last_success=success.finished_at if success else None,
        notices=unit.notices.count(source.id),
        notices_7d=unit.notices.count(source.id, seen_since=now - WEEK),
        gap=gaps[0] if gaps else "",
        trouble=troubles[0] if troubles else "",
        gone=unit.revisits.count_gone(source.id),
    )


def _imported(unit: Unit, name: str, now: datetime) -> SourceLine:
    return SourceLine(
        id=name,
        title=name,
        family="import",
        url="",
        state="imported",
        last_run=None,
        last_success=None,
        notices=unit.notices.count(name),
        notices_7d=unit.notices.count(name, seen_since=now - WEEK),
        gap="",
        trouble="",
    )
