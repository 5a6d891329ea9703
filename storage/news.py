"""News that waits for its route: written with the findings it tells of, taken into an alert when its time has come."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, insert, or_, select, update

from storage.alert_tables import news, route_state

WAITING, TOLD, MUTED = "waiting", "told", "muted"
FINDING, RETROACTIVE, LOOKED_BACK, NOTICE = "finding", "retroactive", "looked_back", "notice"
# No wait is longer: what is due later was written by a clock that ran ahead.
LONGEST_WAIT = timedelta(days=2)
_BATCH = 500


@dataclass(frozen=True, slots=True)
class News:
    """One piece of news for one route: `key` is a finding's or a followed notice's, `gathering` its group.

    `kind` is finding, retroactive, looked_back or notice; `state` waiting, told or muted, `reason` why it is muted.
    """

    route: str
    key: str
    kind: str
    procedure: str
    notice: str
    gathering: str
    in_digest: bool
    at: datetime
    due_at: datetime
    body: str = ""
    state: str = WAITING
    reason: str | None = None
    alert: str | None = None
    id: int = 0


@dataclass(frozen=True, slots=True)
class RouteState:
    """Since when a route is known, and up to when its digests went out."""

    route: str
    since: datetime
    digest_at: datetime | None


class NewsRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, found: Iterable[News]) -> int:
        """Adds news that its route does not have yet; returns how much was new."""
        added = 0
        for each in found:
            known = select(news.c.id).where(news.c.route == each.route, news.c.key == each.key)
            if self._connection.execute(known).first():
                continue
            self._connection.execute(insert(news).values(_columns(each)))
            added += 1
        return added

    def waiting(self, route: str, *, in_digest: bool, now: datetime | None = None) -> list[News]:
        """What waits for a route, oldest first; with `now`, only groups of which something is due."""
        mine = (news.c.route == route, news.c.state == WAITING, news.c.in_digest.is_(in_digest))
        query = select(news).where(*mine)
        if now is not None:
            due = select(news.c.gathering).where(*mine, _due(now))
            query = query.where(news.c.gathering.in_(due))
        return [_news_of(row) for row in self._rows(query)]

    def anything_due(self, now: datetime) -> bool:
        """Whether some instant news is due."""
        query = select(news.c.id).where(news.c.state == WAITING, news.c.in_digest.is_(False), _due(now)).limit(1)
        return self._connection.execute(query).first() is not None

    def first_due(self, route: str, gathering: str) -> datetime | None:
        """When the group that waits is due; None if nothing of it waits."""
        query = select(func.min(news.c.due_at)).where(
            news.c.route == route, news.c.gathering == gathering, news.c.state == WAITING, news.c.in_digest.is_(False)
        )
        return self._connection.execute(query).scalar()

    def told(self, ids: Sequence[int], alert_id: str) -> None:
        self._mark(ids, {"state": TOLD, "alert_id": alert_id})

    def muted(self, ids: Sequence[int], reason: str) -> None:
        self._mark(ids, {"state": MUTED, "reason": reason})

    def first_notice(self, route: str, procedure: str) -> str | None:
        """The notice of a procedure that a route was told of first; None before that."""
        query = select(news.c.notice).where(
            news.c.route == route, news.c.procedure == procedure, news.c.state == TOLD, news.c.kind != NOTICE
        )
        return self._connection.execute(query.order_by(news.c.id).limit(1)).scalar()

    def told_keys(self, route: str, procedure: str) -> list[str]:
        """The keys of findings of a procedure that a route was told of."""
        query = select(news.c.key).where(
            news.c.route == route, news.c.procedure == procedure, news.c.state == TOLD, news.c.kind != NOTICE
        )
        return list(self._connection.execute(query).scalars())

    def all(self, state: str | None = None, route: str | None = None, limit: int | None = None) -> list[News]:
        """News, newest first."""
        query = select(news).order_by(news.c.id.desc()).limit(limit)
        if state is not None:
            query = query.where(news.c.state == state)
        if route is not None:
            query = query.where(news.c.route == route)
        return [_news_of(row) for row in self._connection.execute(query)]

    def count_waiting(self) -> dict[str, int]:
        """How much waits for each route."""
        query = select(news.c.route, func.count()).where(news.c.state == WAITING).group_by(news.c.route)
        return {row[0]: row[1] for row in self._connection.execute(query)}

    def state_of(self, route: str) -> RouteState | None:
        """A route's state, locked until the transaction ends."""
        query = select(route_state).where(route_state.c.route == route).with_for_update()
        row = self._connection.execute(query).first()
        return RouteState(row.route, row.since, row.digest_at) if row else None

    def start_route(self, route: str, now: datetime) -> None:
        self._connection.execute(insert(route_state).values(route=route, since=now))

    def set_digest(self, route: str, at: datetime) -> None:
        self._connection.execute(update(route_state).where(route_state.c.route == route).values(digest_at=at))

    def routes(self) -> list[str]:
        """Every route that is or was known."""
        return list(self._connection.execute(select(route_state.c.route).order_by(route_state.c.route)).scalars())

    def _rows(self, query: Select[tuple[object, ...]]) -> Iterable[Row[tuple[object, ...]]]:
        # Two senders must not take the same news; SQLite has one writer anyway.
        return self._connection.execute(query.order_by(news.c.id).with_for_update(skip_locked=True))

    def _mark(self, ids: Sequence[int], values: dict[str, object]) -> None:
        for start in range(0, len(ids), _BATCH):
            chosen = news.c.id.in_(ids[start : start + _BATCH])
            self._connection.execute(update(news).where(chosen).values(values))


def _due(now: datetime) -> ColumnElement[bool]:
    return or_(news.c.due_at <= now, and_(news.c.due_at > now + LONGEST_WAIT, news.c.in_digest.is_(False)))


def _columns(each: News) -> dict[str, object]:
    names = ("route", "key", "kind", "procedure", "notice", "gathering", "in_digest", "at", "due_at", "body", "state")
    return {name: getattr(each, name) for name in names} | {"reason": each.reason, "alert_id": each.alert}


def _news_of(row: Row[tuple[object, ...]]) -> News:
    return News(
        row.route,
        row.key,
        row.kind,
        row.procedure,
        row.notice,
        row.gathering,
        row.in_digest,
        row.at,
        row.due_at,
        row.body,
        row.state,
        row.reason,
        row.alert_id,
        row.id,
    )
