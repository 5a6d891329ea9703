"""Notes on findings: only ever added, each in the audit log too; of the finding only the moment of its last change."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, Row, func, insert, select, update

from notices.errors import StoreError
from notices.review import Note
from storage.audit import AuditRepository
from storage.duty_tables import finding_note
from storage.tables import finding


class NoteRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._audit = AuditRepository(connection)

    def add(self, given: Note) -> bool:
        """Adds a note; False, and nothing added, if the finding's last one is the same person's and says the same.

        StoreError if it says nothing or there is no such finding.
        """
        if not given.text.strip():
            raise StoreError("a note that says nothing is not kept")
        self._audit.wait()
        known = self._connection.execute(select(finding.c.key).where(finding.c.key == given.finding)).first()
        if known is None:
            raise StoreError(f"there is no finding {given.finding!r}: list them with `tenderwatch findings`")
        before = self.of(given.finding)[-1:]
        if before and (before[0].by, before[0].text) == (given.by, given.text):
            return False
        values = {"finding_key": given.finding, "text": given.text, "by": given.by, "at": given.at}
        self._connection.execute(insert(finding_note).values(values))
        mine = finding.c.key == given.finding
        self._connection.execute(update(finding).where(mine).values(changed_at=given.at))
        self._audit.append(given.by, "note", given.finding, {"note": given.text}, given.at)
        return True

    def of(self, key: str) -> list[Note]:
        """All notes on a finding, oldest first."""
        return self.of_all([key]).get(key, [])

    def of_all(self, keys: Sequence[str]) -> dict[str, list[Note]]:
        """The notes on each finding that has some."""
        query = select(finding_note).where(finding_note.c.finding_key.in_(keys)).order_by(finding_note.c.id)
        found: dict[str, list[Note]] = {}
        for row in self._connection.execute(query):
            found.setdefault(row.finding_key, []).append(_note(row))
        return found

    def counts(self, keys: Sequence[str]) -> dict[str, int]:
        """How many notes each finding has."""
        query = select(finding_note.c.finding_key, func.count()).where(finding_note.c.finding_key.in_(keys))
        found = {row[0]: row[1] for row in self._connection.execute(query.group_by(finding_note.c.finding_key))}
        return {key: found.get(key, 0) for key in keys}

    def numbered(
        self,
        limit: int | None = None,
        after: int = 0,
        changed_since: datetime | None = None,
        finding_key: str | None = None,
    ) -> list[tuple[int, Note]]:
        """Notes with their numbers beyond `after`, oldest first."""
        query = select(finding_note).where(finding_note.c.id > after)
        if changed_since is not None:
            query = query.where(finding_note.c.at >= changed_since)
        if finding_key is not None:
            query = query.where(finding_note.c.finding_key == finding_key)
        rows = self._connection.execute(query.order_by(finding_note.c.id).limit(limit))
        return [(row.id, _note(row)) for row in rows]


def _note(row: Row[tuple[object, ...]]) -> Note:
    return Note(row.finding_key, row.text, row.by, row.at)
