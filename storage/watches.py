"""What is followed and what is silenced; both end, neither is forgotten."""

from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from notices.watch import Silence, Watch
from storage.alert_tables import silence, watch


class WatchRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, new: Watch) -> int:
        """Follows something; what is followed already keeps its id."""
        for each in self.present():
            if (each.kind, each.value) == (new.kind, new.value):
                return each.id
        values = {"kind": new.kind, "value": new.value, "note": new.note, "added_at": new.added_at}
        return int(self._connection.execute(insert(watch).values(values).returning(watch.c.id)).scalar_one())

    def present(self) -> list[Watch]:
        query = select(watch).where(watch.c.removed_at.is_(None)).order_by(watch.c.id)
        return [Watch(row.kind, row.value, row.note, row.added_at, row.id) for row in self._connection.execute(query)]

    def remove(self, watch_id: int, now: datetime) -> bool:
        """Stops following; False if nothing followed has this id."""
        mine = (watch.c.id == watch_id, watch.c.removed_at.is_(None))
        return self._connection.execute(update(watch).where(*mine).values(removed_at=now)).rowcount == 1


class SilenceRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, new: Silence) -> int:
        values = {"reason": new.reason, "by": new.by, "added_at": new.added_at, "until": new.until}
        adding = insert(silence).values(values | new.matchers).returning(silence.c.id)
        return int(self._connection.execute(adding).scalar_one())

    def all(self, now: datetime | None = None) -> list[Silence]:
        """Silences, oldest first; with `now`, those in force."""
        query = select(silence).order_by(silence.c.id)
        if now is not None:
            query = query.where(silence.c.until > now)
        return [
            Silence(
                reason=row.reason,
                by=row.by,
                added_at=row.added_at,
                until=row.until,
                route=row.route,
                procedure=row.procedure,
                buyer=row.buyer,
                supplier=row.supplier,
                item=row.item,
                source=row.source,
                id=row.id,
            )
            for row in self._connection.execute(query)
        ]

    def end(self, silence_id: int, now: datetime) -> bool:
        """Ends a silence that is in force; False if there is none with this id."""
        mine = (silence.c.id == silence_id, silence.c.until > now)
        return self._connection.execute(update(silence).where(*mine).values(until=now)).rowcount == 1
