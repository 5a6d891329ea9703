"""Verdicts: only ever added, the last one on a finding is in force; one is taken back by another that says so."""

from collections.abc import Sequence

from sqlalchemy import Connection, Row, func, insert, select, update

from notices.errors import StoreError
from notices.review import NO_VERDICT, REASONS, REJECTED, VERDICTS, Review, standing
from storage.audit import AuditRepository
from storage.duties import note_reading
from storage.tables import finding, review


class ReviewRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._audit = AuditRepository(connection)

    def add(self, given: Review) -> None:
        """Adds a verdict, and writes it to the audit log; StoreError if there is no such finding, verdict or reason."""
        if given.verdict not in VERDICTS:
            raise StoreError(f"{given.verdict!r} is no verdict: give one of {', '.join(VERDICTS)}")
        if given.reason and (given.verdict != REJECTED or given.reason not in REASONS):
            raise StoreError(f"{given.reason!r} is no reason for a rejection: give one of {', '.join(REASONS)}")
        known = self._connection.execute(select(finding.c.key).where(finding.c.key == given.finding)).first()
        if known is None:
            raise StoreError(f"there is no finding {given.finding!r}: list them with `tenderwatch findings`")
        self._insert(given, "verdict")

    def add_after(self, seen: int, given: Review) -> bool:
        """Adds a verdict if the finding has exactly `seen` verdicts; False, and nothing added, if it has others."""
        return not self.add_all([(seen, given)])

    def add_all(self, given: Sequence[tuple[int, Review]]) -> list[str]:
        """Adds all verdicts if each finding has exactly as many as were seen; else none, and returns who has others."""
        counts = self._locked([each.finding for _, each in given])
        others = [each.finding for seen, each in given if counts[each.finding] != seen]
        if not others:
            for _, each in given:
                self.add(each)
        return others

    def undo(self, undone: Sequence[tuple[int, Review]]) -> list[str]:
        """Takes the verdict in force back on each finding, as `add_all` adds them; history keeps both.

        Of each Review only the finding, the note, the reviewer, the moment and the batch count. A finding that has no
        verdict to take back is among those returned.
        """
        counts = self._locked([each.finding for _, each in undone])
        kept = {each.finding: standing(self.history(each.finding)) for _, each in undone}
        others = [each.finding for seen, each in undone if counts[each.finding] != seen or not kept[each.finding]]
        if not others:
            for _, each in undone:
                before = kept[each.finding][-2:-1]
                verdict, reason = (before[0].verdict, before[0].reason) if before else (NO_VERDICT, "")
                again = Review(
                    each.finding, verdict, each.note, each.reviewer, each.at, reason, each.batch, undoes=True
                )
                self._insert(again, "verdict_undone")
        return others

    def last(self, finding_key: str) -> Review | None:
        """The verdict in force."""
        kept = standing(self.history(finding_key))
        return kept[-1] if kept else None

    def history(self, finding_key: str) -> list[Review]:
        """All verdicts on a finding, oldest first, with those that take one back."""
        query = select(review).where(review.c.finding_key == finding_key).order_by(review.c.id)
        return [review_of(row) for row in self._connection.execute(query)]

    def counts(self, keys: Sequence[str]) -> dict[str, int]:
        """How many verdicts each finding has, those that take one back counted too."""
        query = select(review.c.finding_key, func.count().label("number")).where(review.c.finding_key.in_(keys))
        rows = self._connection.execute(query.group_by(review.c.finding_key))
        found = {row.finding_key: row.number for row in rows}
        return {key: found.get(key, 0) for key in keys}

    def batch(self, batch: str) -> list[Review]:
        """The verdicts that were given at once."""
        query = select(review).where(review.c.batch == batch).order_by(review.c.id)
        return [review_of(row) for row in self._connection.execute(query)]

    def _locked(self, keys: Sequence[str]) -> dict[str, int]:
        self._audit.wait()
        # The lock makes a second writer on PostgreSQL wait here; SQLite has only one writer at a time.
        chosen = select(finding.c.key).where(finding.c.key.in_(keys)).order_by(finding.c.key)
        self._connection.execute(chosen.with_for_update())
        return self.counts(keys)

    def _insert(self, given: Review, act: str) -> None:
        self._audit.wait()
        before = self.last(given.finding)
        self._connection.execute(
            insert(review).values(
                finding_key=given.finding,
                verdict=given.verdict,
                note=given.note,
                reviewer=given.reviewer,
                at=given.at,
                reason=given.reason or None,
                batch=given.batch or None,
                undoes=given.undoes or None,
            )
        )
        in_force = None if given.verdict == NO_VERDICT else given.verdict
        self._connection.execute(
            update(finding).where(finding.c.key == given.finding).values(verdict=in_force, changed_at=given.at)
        )
        note_reading(self._connection, given.finding, self.history(given.finding))
        told = {"old": before.verdict if before else None, "new": given.verdict, "note": given.note}
        told |= {name: value for name, value in (("reason", given.reason), ("batch", given.batch)) if value}
        self._audit.append(given.reviewer, act, given.finding, told, given.at)


def review_of(row: Row[tuple[object, ...]]) -> Review:
    """A verdict in a row that selected all of its table."""
    return Review(
        row.finding_key,
        row.verdict,
        row.note,
        row.reviewer,
        row.at,
        row.reason or "",
        row.batch or "",
        bool(row.undoes),
    )
