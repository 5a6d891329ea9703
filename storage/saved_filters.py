"""Filters of the queue that somebody gave a name: their own, or shared with all."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, or_, select, update

from storage.audit import AuditRepository
from storage.duty_tables import saved_filter


@dataclass(frozen=True, slots=True)
class SavedFilter:
    """`query` is the queue's URL query; `shared` filters are everybody's to use, the owner's and editors' to change."""

    id: int
    owner: str
    name: str
    query: str
    shared: bool


class SavedFilterRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._audit = AuditRepository(connection)

    def seen_by(self, person: str) -> list[SavedFilter]:
        """One's own and the shared filters, by name."""
        mine = or_(saved_filter.c.owner == person, saved_filter.c.shared)
        query = select(saved_filter).where(mine).order_by(saved_filter.c.name, saved_filter.c.id)
        return [
            SavedFilter(row.id, row.owner, row.name, row.query, row.shared) for row in self._connection.execute(query)
        ]

    def get(self, number: int) -> SavedFilter | None:
        row = self._connection.execute(select(saved_filter).where(saved_filter.c.id == number)).first()
        return SavedFilter(row.id, row.owner, row.name, row.query, row.shared) if row else None

    def is_taken(self, owner: str, name: str) -> bool:
        query = select(saved_filter.c.id).where(saved_filter.c.owner == owner, saved_filter.c.name == name)
        return self._connection.execute(query).first() is not None

    def add(self, owner: str, name: str, query: str, now: datetime) -> None:
        self._audit.wait()
        values = {"owner": owner, "name": name, "query": query, "shared": False, "made_at": now}
        self._connection.execute(insert(saved_filter).values(values))
        self._audit.append(owner, "filter_saved", name, {"query": query}, now)

    def rename(self, kept: SavedFilter, name: str, by: str, now: datetime) -> None:
        self._change(kept, {"name": name}, by, now)

    def share(self, kept: SavedFilter, by: str, now: datetime, *, shared: bool) -> None:
        self._change(kept, {"shared": shared}, by, now)

    def remove(self, kept: SavedFilter, by: str, now: datetime) -> None:
        self._audit.wait()
        self._connection.execute(delete(saved_filter).where(saved_filter.c.id == kept.id))
        self._audit.append(by, "filter_removed", kept.name, {"owner": kept.owner, "query": kept.query}, now)

    def _change(self, kept: SavedFilter, values: dict[str, str | bool], by: str, now: datetime) -> None:
        self._audit.wait()
        self._connection.execute(update(saved_filter).where(saved_filter.c.id == kept.id).values(values))
        self._audit.append(by, "filter_changed", kept.name, {"owner": kept.owner, **values}, now)
