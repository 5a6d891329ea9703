"""The health of receivers and of the watch itself: states and when they changed, so that only changes are told."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import Connection, Row, and_, func, insert, or_, select, update

from notices.dates import SHANGHAI
from notices.run import CrawlRun
from storage.alert_tables import condition, receiver
from storage.overview import Counted
from storage.source_facts import SourceFacts, read_facts
from storage.tables import notice, run


@dataclass(frozen=True, slots=True)
class Receiver:
    """One channel's target: failed tries in a row, since when, when that was warned of, when it was switched off."""

    channel: str
    target: str
    failures: int
    failing_since: datetime | None = None
    warned_at: datetime | None = None
    off_at: datetime | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """Something wrong with the watch itself, present from `since` to `ended_at`."""

    key: str
    sentence: str
    since: datetime
    told_at: datetime | None
    ended_at: datetime | None


class HealthRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def receivers(self) -> list[Receiver]:
        query = select(receiver).order_by(receiver.c.channel, receiver.c.target)
        return [_receiver_of(row) for row in self._connection.execute(query)]

    def receiver(self, channel: str, target: str) -> Receiver | None:
        query = select(receiver).where(receiver.c.channel == channel, receiver.c.target == target)
        row = self._connection.execute(query).first()
        return _receiver_of(row) if row else None

    def set_receiver(self, state: Receiver) -> None:
        values = {name: getattr(state, name) for name in ("failures", "failing_since", "warned_at", "off_at", "error")}
        mine = (receiver.c.channel == state.channel, receiver.c.target == state.target)
        if self._connection.execute(update(receiver).where(*mine).values(values)).rowcount == 0:
            keys = {"channel": state.channel, "target": state.target}
            self._connection.execute(insert(receiver).values(keys | values))

    def conditions(self) -> list[Condition]:
        """Every condition that is or was present."""
        return [
            Condition(row.key, row.sentence, row.since, row.told_at, row.ended_at)
            for row in self._connection.execute(select(condition).order_by(condition.c.key))
        ]

    def present(self, start: str) -> list[str]:
        """The sentences of the conditions that are present now and whose key begins like this."""
        begins = condition.c.key.startswith(start, autoescape=True)
        query = select(condition.c.sentence).where(begins, condition.c.ended_at.is_(None))
        return list(self._connection.execute(query.order_by(condition.c.key)).scalars())

    def set_condition(self, state: Condition) -> None:
        values = {name: getattr(state, name) for name in ("sentence", "since", "told_at", "ended_at")}
        changed = update(condition).where(condition.c.key == state.key).values(values)
        if self._connection.execute(changed).rowcount == 0:
            self._connection.execute(insert(condition).values({"key": state.key} | values))

    # What a source is judged by.

    def sources(self, since: datetime, expected: str, counted: Counted) -> dict[str, SourceFacts]:
        """What is known of each source (`storage.source_facts.read_facts`)."""
        return read_facts(self._connection, since, expected, counted)

    def runs_of(self, source: str, limit: int) -> list[CrawlRun]:
        """The newest finished crawls of a source, the newest first."""
        mine = select(run).where(run.c.stage == "crawl", run.c.source == source, run.c.finished_at.is_not(None))
        rows = self._connection.execute(mine.order_by(run.c.id.desc()).limit(limit))
        return [
            CrawlRun(row.id, row.stage, row.source, row.started_at, row.finished_at, row.outcome, dict(row.counts))
            for row in rows
        ]

    def first_and_last_start(self, source: str) -> tuple[datetime, datetime] | None:
        """When the first and the newest crawl of a source began; None if it was never crawled."""
        mine = select(run.c.started_at).where(run.c.stage == "crawl", run.c.source == source)
        first = self._connection.execute(mine.order_by(run.c.started_at).limit(1)).scalar()
        last = self._connection.execute(mine.order_by(run.c.started_at.desc()).limit(1)).scalar()
        return (first, last) if first and last else None

    def newest_seen(self, source: str) -> datetime | None:
        """When the last new notice of a source was seen first."""
        query = select(notice.c.first_seen_at).where(notice.c.source == source)
        return self._connection.execute(query.order_by(notice.c.first_seen_at.desc()).limit(1)).scalar()

    def published_per_day(self, source: str, since: date, until: date) -> Counter[date]:
        """How many stored notices each day has by its date in the sites' zone; without a date, the day it was seen."""
        moment = func.coalesce(notice.c.published, notice.c.first_seen_at)
        first = datetime.combine(since, time(), SHANGHAI)
        last = datetime.combine(until + timedelta(days=1), time(), SHANGHAI)
        # Whole hours, which every zone's days are made of.
        if self._connection.dialect.name == "postgresql":
            hour = func.to_char(func.timezone("UTC", moment), "YYYY-MM-DD HH24")
        else:
            hour = func.substr(moment, 1, 13)
        query = select(hour, func.count()).where(
            notice.c.source == source,
            or_(
                notice.c.published.between(first, last),
                and_(notice.c.published.is_(None), notice.c.first_seen_at.between(first, last)),
            ),
        )
        found: Counter[date] = Counter()
        for shown, number in self._connection.execute(query.group_by(hour)):
            found[datetime.strptime(f"{shown} +0000", "%Y-%m-%d %H %z").astimezone(SHANGHAI).date()] += number
        return found


def _receiver_of(row: Row[tuple[object, ...]]) -> Receiver:
    return Receiver(row.channel, row.target, row.failures, row.failing_since, row.warned_at, row.off_at, row.error)
