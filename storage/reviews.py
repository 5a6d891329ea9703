"""Verdicts: only ever added, the last one on a finding is in force."""

from sqlalchemy import Connection, func, insert, select, update

from notices.errors import StoreError
from notices.review import VERDICTS, Review
from storage.audit import AuditRepository
from storage.tables import finding, review


class ReviewRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._audit = AuditRepository(connection)

    def add(self, given: Review) -> None:
        """Adds a verdict, and writes it to the audit log; StoreError if there is no such finding or no such verdict."""
        if given.verdict not in VERDICTS:
            raise StoreError(f"{given.verdict!r} is no verdict: give one of {', '.join(VERDICTS)}")
        known = self._connection.execute(select(finding.c.key).where(finding.c.key == given.finding)).first()
        if known is None:
            raise StoreError(f"there is no finding {given.finding!r}: list them with `tenderwatch findings`")
        self._audit.wait()
        before = self.last(given.finding)
        self._connection.execute(
            insert(review).values(
                finding_key=given.finding, verdict=given.verdict, note=given.note, reviewer=given.reviewer, at=given.at
            )
        )
        in_force = update(finding).where(finding.c.key == given.finding).values(verdict=given.verdict)
        self._connection.execute(in_force)
        told = {"old": before.verdict if before else None, "new": given.verdict, "note": given.note}
        self._audit.append(given.reviewer, "verdict", given.finding, told, given.at)

    def add_after(self, seen: int, given: Review) -> bool:
        """Adds a verdict if the finding has exactly `seen` verdicts; False, and nothing added, if it has others."""
        self._audit.wait()
        # The lock makes a second writer on PostgreSQL wait here; SQLite has only one writer at a time.
        self._connection.execute(select(finding.c.key).where(finding.c.key == given.finding).with_for_update())
        counted = select(func.count()).select_from(review).where(review.c.finding_key == given.finding)
        if self._connection.execute(counted).scalar_one() != seen:
            return False
        self.add(given)
        return True

    def last(self, finding_key: str) -> Review | None:
        """The verdict in force."""
        history = self.history(finding_key)
        return history[-1] if history else None

    def history(self, finding_key: str) -> list[Review]:
        """All verdicts on a finding, oldest first."""
        query = select(review).where(review.c.finding_key == finding_key).order_by(review.c.id)
        return [
            Review(row.finding_key, row.verdict, row.note, row.reviewer, row.at)
            for row in self._connection.execute(query)
        ]
