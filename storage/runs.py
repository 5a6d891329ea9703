"""Runs of the stages, the issues they met, how far each channel is known, and what each host was asked."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import Connection, Executable, Row, and_, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from notices.conflicts import conflicts_of
from notices.notice import Notice
from notices.run import CONFLICT, INTERRUPTED, RUNNING, CrawlRun, Issue
from storage.notices import SAME
from storage.tables import issue, request_count, run, watermark


@dataclass(frozen=True, slots=True)
class StoredIssue:
    id: int
    run_id: int | None
    issue: Issue


def run_of(row: Row[tuple[object, ...]]) -> CrawlRun:
    return CrawlRun(row.id, row.stage, row.source, row.started_at, row.finished_at, row.outcome, dict(row.counts))


@cache
def _counted(dialect: str) -> Executable:
    # Built once: making a statement anew costs more than running it.
    counted = (postgresql if dialect == "postgresql" else sqlite).insert(request_count)
    more = {"requests": request_count.c.requests + 1}
    wanted: Executable = counted.on_conflict_do_update(index_elements=["host", "day"], set_=more).returning(
        request_count.c.requests
    )
    return wanted


class RunRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def start(self, stage: str, source: str | None, now: datetime) -> int:
        """Opens a run; an earlier run of the same stage and source that never ended is closed as interrupted."""
        self.bury(stage, source, now, "it was killed, or the machine went down")
        values: dict[str, object] = {
            "stage": stage,
            "source": source,
            "started_at": now,
            "outcome": RUNNING,
            "counts": {},
        }
        return int(self._connection.execute(insert(run).values(values).returning(run.c.id)).scalar_one())

    def bury(self, stage: str, source: str | None, now: datetime, cause: str) -> int:
        """Closes the runs that died without a word as interrupted, each with an issue that says so; returns how many.

        Only for a caller who knows that none of them is under way. What they counted last stays.
        """
        same = run.c.source.is_(None) if source is None else run.c.source == source
        dead = update(run).where(run.c.stage == stage, same, run.c.outcome == RUNNING)
        closed = dead.values(outcome=INTERRUPTED, finished_at=now).returning(run.c.id, run.c.started_at)
        rows = self._connection.execute(closed).all()
        for row in rows:
            message = f"the {stage} that started at {row.started_at:%Y-%m-%d %H:%M} UTC died in the middle: {cause}"
            self.add_issue(Issue(source or stage, "failed", message), now, row.id)
        return len(rows)

    def note(self, run_id: int, counts: dict[str, int]) -> None:
        """Writes down what a run that is under way has counted so far."""
        self._connection.execute(update(run).where(run.c.id == run_id).values(counts=counts))

    def finish(self, run_id: int, outcome: str, counts: dict[str, int], now: datetime) -> None:
        self._connection.execute(
            update(run).where(run.c.id == run_id).values(outcome=outcome, counts=counts, finished_at=now)
        )

    def get(self, run_id: int) -> CrawlRun | None:
        row = self._connection.execute(select(run).where(run.c.id == run_id)).first()
        return run_of(row) if row else None

    def last(self, stage: str, source: str | None = None, outcome: str | None = None) -> CrawlRun | None:
        """The newest run of a stage, for one source or the whole store; of one outcome if named."""
        query = select(run).where(run.c.stage == stage)
        query = query.where(run.c.source.is_(None) if source is None else run.c.source == source)
        if outcome is not None:
            query = query.where(run.c.outcome == outcome)
        row = self._connection.execute(query.order_by(run.c.id.desc()).limit(1)).first()
        return run_of(row) if row else None

    def recent(self, limit: int = 50, offset: int = 0) -> list[CrawlRun]:
        query = select(run).order_by(run.c.id.desc()).limit(limit).offset(offset)
        return [run_of(row) for row in self._connection.execute(query)]

    def add_issue(self, met: Issue, now: datetime, run_id: int | None = None) -> int:
        values = {"source": met.source, "kind": met.kind, "message": met.message, "url": met.url, "at": met.at or now}
        return int(
            self._connection.execute(insert(issue).values(run_id=run_id, **values).returning(issue.c.id)).scalar_one()
        )

    def add_conflicts(self, read: Notice, change: str, now: datetime, run_id: int | None = None) -> int:
        """Records where a notice contradicts itself, once per revision of it; returns how often it does."""
        if change == SAME:
            return 0
        found = conflicts_of(read)
        for sentence in found:
            message = f"{read.title[:60] or read.id}: {sentence}"
            self.add_issue(Issue(read.source, CONFLICT, message, read.url or None), now, run_id)
        return len(found)

    def issues(
        self, source: str | None = None, run_id: int | None = None, limit: int | None = None, offset: int = 0
    ) -> list[StoredIssue]:
        """Issues, newest first."""
        query = select(issue).order_by(issue.c.id.desc()).limit(limit).offset(offset)
        if source is not None:
            query = query.where(issue.c.source == source)
        if run_id is not None:
            query = query.where(issue.c.run_id == run_id)
        return [
            StoredIssue(row.id, row.run_id, Issue(row.source, row.kind, row.message, row.url, row.at))
            for row in self._connection.execute(query)
        ]

    def watermark(self, source: str, channel: str) -> datetime | None:
        """Up to which publication moment a channel is known without a hole; None before its first whole walk."""
        query = select(watermark.c.published).where(watermark.c.source == source, watermark.c.channel == channel)
        return self._connection.execute(query).scalar()

    def set_watermark(self, source: str, channel: str, published: datetime, now: datetime) -> None:
        """Moves a channel's watermark forward; an earlier moment than the present one changes nothing."""
        present = self.watermark(source, channel)
        if present is None:
            self._connection.execute(
                insert(watermark).values(source=source, channel=channel, published=published, set_at=now)
            )
        elif published > present:
            this = and_(watermark.c.source == source, watermark.c.channel == channel)
            self._connection.execute(update(watermark).where(this).values(published=published, set_at=now))

    def count_request(self, host: str, day: str) -> int:
        """Counts one request to a host on a day (YYYY-MM-DD) and returns the day's total so far."""
        counted = _counted(self._connection.dialect.name)
        return int(self._connection.execute(counted, {"host": host, "day": day, "requests": 1}).scalar_one())

    def requests(self, host: str, day: str) -> int:
        query = select(func.coalesce(func.sum(request_count.c.requests), 0)).where(
            request_count.c.host == host, request_count.c.day == day
        )
        return int(self._connection.execute(query).scalar_one())
