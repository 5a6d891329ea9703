"""Captures: which response was kept where, with its hash."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from sqlalchemy import ColumnElement, Connection, Row, func, insert, select

from notices.document import Capture
from storage.tables import capture, revision

NAMES = ("url", "fetched_at", "status", "content_type", "sha256", "size", "warc", "offset", "length")
CAPTURE_COLUMNS = tuple(capture.c[name].label(f"capture_{name}") for name in NAMES)

# Built once: making a statement anew costs more than running it.
_ADDED = insert(capture).returning(capture.c.id)


@dataclass(frozen=True, slots=True)
class StoredCapture:
    id: int
    capture: Capture


def capture_of(row: Row[tuple[object, ...]]) -> Capture | None:
    """The capture in a row that selected CAPTURE_COLUMNS; None where an outer join found none."""
    values = [getattr(row, f"capture_{name}") for name in NAMES]
    return None if values[0] is None else Capture(*values)


class CaptureRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, taken: Capture, run_id: int | None = None) -> int:
        """Records a capture whose WARC record is already on disk; returns its id."""
        values: dict[str, object] = {name: getattr(taken, name) for name in NAMES}
        return int(self._connection.execute(_ADDED, values | {"run_id": run_id}).scalar_one())

    def get(self, capture_id: int) -> StoredCapture | None:
        return next(self._find(capture.c.id == capture_id), None)

    def with_sha256(self, sha256: str) -> list[StoredCapture]:
        """Every capture of the same bytes, the oldest first."""
        return list(self._find(capture.c.sha256 == sha256))

    def of_notice(self, notice_id: int) -> list[tuple[int, Capture]]:
        """The pages that a notice's revisions were read from: (number of the first revision of each, capture)."""
        query = select(revision.c.number, revision.c.capture_id, *CAPTURE_COLUMNS).join(capture)
        rows = self._connection.execute(query.where(revision.c.notice_id == notice_id).order_by(revision.c.number))
        first: dict[int, tuple[int, Capture]] = {}
        for row in rows:
            kept = capture_of(row)
            if kept is not None:
                first.setdefault(row.capture_id, (row.number, kept))
        return list(first.values())

    def read_anew(self, notice_id: int) -> frozenset[int]:
        """The numbers of a notice's revisions that read the very page of the one before: no change of the site's."""
        query = select(revision.c.number, revision.c.capture_id).where(revision.c.notice_id == notice_id)
        rows = self._connection.execute(query.order_by(revision.c.number)).all()
        same = ((after.number, before.capture_id == after.capture_id) for before, after in pairwise(rows))
        unread = {row.number for row in rows if row.capture_id is None}
        return frozenset(number for number, is_same in same if is_same and number not in unread)

    def all(self) -> Iterator[StoredCapture]:
        yield from self._find(capture.c.id > 0)

    def count(self) -> int:
        return self._connection.execute(select(func.count()).select_from(capture)).scalar_one()

    def _find(self, condition: ColumnElement[bool]) -> Iterator[StoredCapture]:
        query = select(capture.c.id, *CAPTURE_COLUMNS).where(condition).order_by(capture.c.id)
        for row in self._connection.execute(query):
            kept = capture_of(row)
            if kept is not None:
                yield StoredCapture(row.id, kept)
