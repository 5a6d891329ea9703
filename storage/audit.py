"""The audit log: continued in the transaction of the act itself, never changed."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, Text, exists, func, insert, select, type_coerce, union_all

from notices.audit import Detail, Entry, entry_after
from storage.account_tables import audit
from storage.duty_tables import assignment, publication
from storage.tables import review
from storage.turns import AUDIT, wait_for_turn

AT_ONCE = 1_000


class AuditRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def wait(self) -> None:
        """Waits for this writer's turn. Whoever locks rows besides calls it first, so that nobody waits crosswise."""
        wait_for_turn(self._connection, AUDIT)

    def append(self, by: str, act: str, subject: str, detail: Detail, at: datetime) -> Entry:
        """Continues the log with one act, in the present transaction.

        `by` is the name that signs (`Person.name`), `act` a code like "verdict", `subject` what it was done to (a
        finding's key, an account's name); `detail` says the rest, with old and new where something changed.
        """
        self.wait()
        entry = entry_after(self.last(), at, by, act, subject, detail)
        values = {name: getattr(entry, name) for name in Entry.__dataclass_fields__}
        self._connection.execute(insert(audit).values(values))
        return entry

    def last(self) -> Entry | None:
        row = self._connection.execute(self._entries().order_by(audit.c.number.desc()).limit(1)).first()
        return _entry(row) if row else None

    def all(self) -> Iterator[Entry]:
        """Every entry in the log's order, read in parts."""
        after = -(2**62)
        while True:
            query = self._entries().where(audit.c.number > after).order_by(audit.c.number).limit(AT_ONCE)
            rows = self._connection.execute(query).all()
            yield from map(_entry, rows)
            if len(rows) < AT_ONCE:
                return
            after = rows[-1].number

    def newest(
        self,
        limit: int | None = None,
        offset: int = 0,
        *,
        by: str | None = None,
        act: str | None = None,
        subject: str | None = None,
    ) -> list[Entry]:
        """Entries, newest first; of one person, act or subject if named."""
        query = _chosen(self._entries(), by, act, subject).order_by(audit.c.number.desc()).limit(limit).offset(offset)
        return [_entry(row) for row in self._connection.execute(query)]

    def _entries(self) -> Select[tuple[Any, ...]]:
        """All of each entry; on SQLite, which keeps anything in any column, moments as they stand there."""
        if self._connection.dialect.name != "sqlite":
            return select(audit)
        return select(*(each if each is not audit.c.at else type_coerce(each, Text).label("at") for each in audit.c))

    def missing(self) -> str | None:
        """What the log should tell and does not, as a sentence: a chain that was cut off at its end is whole in itself.

        Every verdict, assignment and publication is kept in a table of its own, too; those given before the log
        began are none of its business.
        """
        began = self._connection.execute(select(func.min(audit.c.at))).scalar()
        acts = union_all(*(_kept(table, began) for table in (review, assignment, publication))).subquery()
        gone = self._connection.execute(select(acts).order_by(acts.c.at)).all()
        if not gone:
            return None
        first = gone[0]
        told = f"{len(gone):,} acts that are kept have no entry, the first by {first.by} on {first.finding_key}"
        return f"{told} at {first.at:%Y-%m-%d %H:%M} UTC: the log was cut off, emptied, or begun later"

    def count(self) -> int:
        return int(self._connection.execute(select(func.count()).select_from(audit)).scalar_one())

    def acts(self) -> list[str]:
        """The acts that the log has."""
        return list(self._connection.execute(select(audit.c.act).distinct().order_by(audit.c.act)).scalars())


def _kept(table: Table, since: datetime | None) -> Select[tuple[Any, ...]]:
    """The acts of a table, at or after a moment, that no entry tells."""
    by = table.c.reviewer if "reviewer" in table.c else table.c.by
    key = table.c.finding_key
    told = exists().where(audit.c.subject == key, audit.c.by == by, audit.c.at == table.c.at)
    query = select(key, by.label("by"), table.c.at).where(~told)
    return query if since is None else query.where(table.c.at >= since)


def _chosen(
    query: Select[tuple[object, ...]], by: str | None, act: str | None, subject: str | None
) -> Select[tuple[object, ...]]:
    for column, value in ((audit.c.by, by), (audit.c.act, act), (audit.c.subject, subject)):
        if value is not None:
            query = query.where(column == value)
    return query


def _entry(row: Row[tuple[object, ...]]) -> Entry:
    """An entry as it stands, whatever somebody made of it behind the log's back: its digest tells."""
    texts = (row.by, row.act, row.subject, row.detail, row.previous, row.digest)
    return Entry(row.number, _moment(row.at), *(each if isinstance(each, str) else ascii(each) for each in texts))


def _moment(kept: object) -> datetime:
    if isinstance(kept, datetime):
        return kept
    try:
        return datetime.fromisoformat(str(kept)).replace(tzinfo=UTC)
    except ValueError:
        return datetime(1, 1, 2, tzinfo=UTC)
