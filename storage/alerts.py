"""The outbox: alerts written with the findings they tell of, and deliveries tried until they arrive."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Row, func, insert, or_, select, update

from notices.alert import DEAD, PENDING, SENT, Alert, Delivery
from storage.rows import decode, encode
from storage.tables import alert, alert_finding, delivery, delivery_try

# No try is put off for longer.
LONGEST_GAP = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Try:
    """One attempt to deliver: `outcome` is sent, pending (it will be tried again) or dead."""

    at: datetime
    outcome: str
    error: str | None


class AlertRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def told(self, route: str, finding_keys: Sequence[str]) -> set[str]:
        """Which of the findings a route was already told of."""
        query = select(alert_finding.c.finding_key).where(
            alert_finding.c.route == route, alert_finding.c.finding_key.in_(list(finding_keys))
        )
        return set(self._connection.execute(query).scalars())

    def add(self, news: Alert, deliveries: Sequence[Delivery]) -> bool:
        """Puts an alert and its deliveries into the outbox; False if it is already there."""
        if self._connection.execute(select(alert.c.id).where(alert.c.id == news.id)).first():
            return False
        values = {"id": news.id, "route": news.route, "procedure": news.procedure, "created_at": news.created_at}
        self._connection.execute(insert(alert).values(body=encode(news), **values))
        known = self.told(news.route, [each.key for each in news.reports])
        fresh = dict.fromkeys(each.key for each in news.reports if each.key not in known and not news.sample)
        if fresh:
            told = [{"route": news.route, "finding_key": key, "alert_id": news.id} for key in fresh]
            self._connection.execute(insert(alert_finding), told)
        for each in deliveries:
            row = {"channel": each.channel, "target": each.target, "state": each.state, "tries": each.tries}
            self._connection.execute(
                insert(delivery).values(id=each.id, alert_id=each.alert, due_at=each.due_at, **row)
            )
        return True

    def get(self, alert_id: str) -> Alert | None:
        body = self._connection.execute(select(alert.c.body).where(alert.c.id == alert_id)).scalar()
        return decode(body, Alert) if body else None

    def several(self, ids: Sequence[str]) -> dict[str, Alert]:
        """The alerts of some ids, by id."""
        query = select(alert.c.id, alert.c.body).where(alert.c.id.in_(ids))
        return {row.id: decode(row.body, Alert) for row in self._connection.execute(query)}

    def recent(self, limit: int | None = 50) -> list[Alert]:
        query = select(alert.c.body).order_by(alert.c.created_at.desc(), alert.c.id).limit(limit)
        return [decode(body, Alert) for body in self._connection.execute(query).scalars()]

    def due(self, now: datetime, limit: int | None = None) -> list[Delivery]:
        """Deliveries whose next try may be made, the longest waiting first; so may one put off by a clock run ahead."""
        ahead = delivery.c.due_at > now + LONGEST_GAP
        query = select(delivery).where(delivery.c.state == PENDING, or_(delivery.c.due_at <= now, ahead))
        rows = self._connection.execute(query.order_by(delivery.c.due_at, delivery.c.id).limit(limit))
        return [_delivery_of(row) for row in rows]

    def delivered(self, delivery_ids: str | Sequence[str], now: datetime) -> None:
        """Notes that deliveries arrived; one record per try, however many at once."""
        ids = [delivery_ids] if isinstance(delivery_ids, str) else list(delivery_ids)
        values = {"state": SENT, "sent_at": now, "last_error": None, "tries": delivery.c.tries + 1}
        self._connection.execute(update(delivery).where(delivery.c.id.in_(ids)).values(values))
        rows = [{"delivery_id": id_, "at": now, "outcome": SENT, "error": None} for id_ in ids]
        self._connection.execute(insert(delivery_try), rows)

    def postponed(self, delivery_id: str, error: str, due_at: datetime, now: datetime) -> None:
        self._note(delivery_id, Try(now, PENDING, error), {"due_at": due_at, "last_error": error})

    def given_up(self, delivery_id: str, error: str, now: datetime) -> None:
        self._note(delivery_id, Try(now, DEAD, error), {"state": DEAD, "last_error": error})

    def shelve(self, delivery_id: str, error: str) -> None:
        """Keeps a delivery as dead without a try."""
        mine = delivery.c.id == delivery_id
        self._connection.execute(update(delivery).where(mine).values(state=DEAD, last_error=error))

    def resend(self, delivery_id: str, now: datetime) -> bool:
        """Makes a dead or sent delivery due again under the same id; False if there is none."""
        again = {"state": PENDING, "due_at": now, "tries": 0}
        done = self._connection.execute(update(delivery).where(delivery.c.id == delivery_id).values(again))
        return done.rowcount == 1

    def deliveries(
        self, state: str | None = None, alert_id: str | None = None, limit: int | None = None, offset: int = 0
    ) -> list[Delivery]:
        """Deliveries, the newest alert's first."""
        query = select(delivery).join(alert).order_by(alert.c.created_at.desc(), delivery.c.id)
        query = query.limit(limit).offset(offset)
        if state is not None:
            query = query.where(delivery.c.state == state)
        if alert_id is not None:
            query = query.where(delivery.c.alert_id == alert_id)
        return [_delivery_of(row) for row in self._connection.execute(query)]

    def delivery(self, start: str) -> list[Delivery]:
        """The deliveries whose id, or whose alert's id, begins with `start`."""
        begins = or_(
            delivery.c.id.startswith(start, autoescape=True), delivery.c.alert_id.startswith(start, autoescape=True)
        )
        return [_delivery_of(row) for row in self._connection.execute(select(delivery).where(begins))]

    def told_between(self, route: str, since: datetime, until: datetime) -> list[Alert]:
        """The alerts that told a route of something new in a time, oldest first."""
        first = select(alert_finding.c.alert_id).where(alert_finding.c.route == route)
        query = select(alert.c.body).where(
            alert.c.id.in_(first), alert.c.created_at >= since, alert.c.created_at <= until
        )
        return [decode(body, Alert) for body in self._connection.execute(query.order_by(alert.c.created_at)).scalars()]

    def exists(self, alert_id: str) -> bool:
        return self._connection.execute(select(alert.c.id).where(alert.c.id == alert_id)).first() is not None

    def of_route(self, route: str, limit: int) -> list[Alert]:
        """A route's alerts, newest first."""
        query = select(alert.c.body).where(alert.c.route == route).order_by(alert.c.created_at.desc(), alert.c.id)
        return [decode(body, Alert) for body in self._connection.execute(query.limit(limit)).scalars()]

    def overdue(self, since: datetime) -> int:
        """How many deliveries wait although they were due before a moment."""
        query = select(func.count()).select_from(delivery).where(delivery.c.state == PENDING, delivery.c.due_at < since)
        return self._connection.execute(query).scalar_one()

    def tries(self, delivery_id: str) -> list[Try]:
        query = select(delivery_try).where(delivery_try.c.delivery_id == delivery_id).order_by(delivery_try.c.id)
        return [Try(row.at, row.outcome, row.error) for row in self._connection.execute(query)]

    def count(self, state: str) -> int:
        query = select(func.count()).select_from(delivery).where(delivery.c.state == state)
        return self._connection.execute(query).scalar_one()

    def _note(self, delivery_id: str, tried: Try, values: dict[str, object]) -> None:
        one_more = {"tries": delivery.c.tries + 1}
        self._connection.execute(update(delivery).where(delivery.c.id == delivery_id).values(values | one_more))
        row = {"delivery_id": delivery_id, "at": tried.at, "outcome": tried.outcome, "error": tried.error}
        self._connection.execute(insert(delivery_try), [row])


def _delivery_of(row: Row[tuple[object, ...]]) -> Delivery:
    return Delivery(
        row.id, row.alert_id, row.channel, row.target, row.state, row.tries, row.due_at, row.last_error, row.sent_at
    )
