"""Assignments, due days, second readings and publications of findings; every act goes to the audit log too."""

from collections.abc import Iterator, Sequence

from sqlalchemy import ColumnElement, Connection, func, insert, select, update

from notices.duty import ONCE, PUBLISHED, TWICE, Assignment, Duty, Publication
from notices.errors import StoreError
from notices.review import Review, confirmers
from storage.aspects import note_aspects_of
from storage.audit import AuditRepository
from storage.duty_tables import assignment, publication
from storage.tables import finding


class DutyRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._audit = AuditRepository(connection)

    def assign(self, seen: int, given: Assignment) -> bool:
        """Adds an assignment if the finding has exactly `seen`; False, and nothing added, if it has others."""
        self._lock(given.finding)
        history = self.assignments(given.finding)
        if len(history) != seen:
            return False
        self._connection.execute(
            insert(assignment).values(
                finding_key=given.finding, assignee=given.assignee, due=given.due, by=given.by, at=given.at
            )
        )
        values = {"assignee": given.assignee or None, "due": given.due}
        self._connection.execute(update(finding).where(finding.c.key == given.finding).values(values))
        note_aspects_of(self._connection, given.finding)
        before = history[-1] if history else Assignment(given.finding, "", None, "", given.at)
        told = {"old": before.assignee, "new": given.assignee, "old_due": before.due, "due": given.due}
        self._audit.append(given.by, "assignment", given.finding, told, given.at)
        return True

    def assignments(self, key: str) -> list[Assignment]:
        """All assignments of a finding, oldest first; the last is in force."""
        query = select(assignment).where(assignment.c.finding_key == key).order_by(assignment.c.id)
        return [
            Assignment(row.finding_key, row.assignee, row.due, row.by, row.at)
            for row in self._connection.execute(query)
        ]

    def publish(self, given: Publication, history: Sequence[Review]) -> None:
        """Marks a finding as published, or takes the mark off. `history` are its verdicts, read in this transaction.

        StoreError if it is not confirmed, or not by two persons and nobody vouches for a second reading.
        """
        self._lock(given.finding)
        readers = confirmers(history)
        if given.published and not readers:
            raise StoreError("only a confirmed finding is marked as published")
        if given.published and len(readers) < 2 and not given.vouched:
            raise StoreError("a finding is marked as published after a second person confirmed it")
        self._connection.execute(
            insert(publication).values(
                finding_key=given.finding, published=given.published, vouched=given.vouched, by=given.by, at=given.at
            )
        )
        note_reading(self._connection, given.finding, history)
        told: dict[str, str | int | bool | None] = {
            "published": given.published,
            "vouched": given.vouched,
            "readers": ", ".join(readers),
        }
        self._audit.append(given.by, "publication", given.finding, told, given.at)

    def publications(self, key: str) -> list[Publication]:
        """Each time a finding was marked as published or the mark was taken off, oldest first."""
        query = select(publication).where(publication.c.finding_key == key).order_by(publication.c.id)
        return [
            Publication(row.finding_key, row.published, row.by, row.at, row.vouched)
            for row in self._connection.execute(query)
        ]

    def of(self, keys: Sequence[str]) -> dict[str, Duty]:
        """What is in force on each finding."""
        columns = (finding.c.key, finding.c.assignee, finding.c.due, finding.c.reading, finding.c.verdict)
        rows = self._connection.execute(select(*columns).where(finding.c.key.in_(keys)))
        return {row.key: Duty(row.assignee or "", row.due, row.reading or "", row.verdict) for row in rows}

    def waiting(self) -> dict[str, int]:
        """Who was given findings, and how many of the present flagged ones still wait for a verdict."""
        found: dict[str, int] = {}
        for name, verdict, number in self._counted(finding.c.assignee):
            found[name] = found.get(name, 0) + (number if verdict is None else 0)
        return found

    def overdue(self, today: str) -> int:
        """How many present flagged findings were due before a day and are neither confirmed nor rejected."""
        counted = self._counted(finding.c.due, finding.c.due < today)
        return sum(number for due, verdict, number in counted if Duty(due=due, verdict=verdict).is_overdue(today))

    def readings(self) -> dict[str, int]:
        """How many present flagged findings are read once, twice, or published."""
        counts = {ONCE: 0, TWICE: 0, PUBLISHED: 0}
        for reading, _, number in self._counted(finding.c.reading):
            counts[reading] += number
        return counts

    def _counted(
        self, column: ColumnElement[str | None], *conditions: ColumnElement[bool]
    ) -> Iterator[tuple[str, str | None, int]]:
        """(value, verdict, how many) of the present flagged findings that have a value in a column."""
        by = (column, finding.c.verdict, finding.c.flagged, finding.c.withdrawn_at)
        # SQLite looks "is not null" up in no index, and would walk over all that are flagged by that one.
        query = select(*by, func.count()).where(column > "", *conditions).group_by(*by)
        for value, verdict, is_flagged, withdrawn_at, number in self._connection.execute(query):
            if is_flagged and withdrawn_at is None:
                yield value, verdict, number

    def _lock(self, key: str) -> None:
        self._audit.wait()
        known = self._connection.execute(select(finding.c.key).where(finding.c.key == key).with_for_update()).first()
        if known is None:
            raise StoreError(f"there is no finding {key!r}: list them with `tenderwatch findings`")


def note_reading(connection: Connection, key: str, history: Sequence[Review]) -> None:
    """Writes beside a finding how far it is read, from its verdicts and publications."""
    query = select(publication.c.published).where(publication.c.finding_key == key)
    published = connection.execute(query.order_by(publication.c.id.desc()).limit(1)).scalar()
    readers = len(confirmers(history))
    reading = PUBLISHED if published else TWICE if readers > 1 else ONCE if readers else None
    connection.execute(update(finding).where(finding.c.key == key).values(reading=reading))
    note_aspects_of(connection, key)
