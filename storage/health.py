"""The health of receivers and of the watch itself: states and when they changed, so that only changes are told."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, insert, select, update

from storage.alert_tables import condition, receiver


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

    def set_condition(self, state: Condition) -> None:
        values = {name: getattr(state, name) for name in ("sentence", "since", "told_at", "ended_at")}
        changed = update(condition).where(condition.c.key == state.key).values(values)
        if self._connection.execute(changed).rowcount == 0:
            self._connection.execute(insert(condition).values({"key": state.key} | values))


def _receiver_of(row: Row[tuple[object, ...]]) -> Receiver:
    return Receiver(row.channel, row.target, row.failures, row.failing_since, row.warned_at, row.off_at, row.error)
