"""Attachments: which file was captured for them, what was read from it, and what was not."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from notices.document import FAILED, WHOLE, Capture, Document, Text
from storage.captures import CAPTURE_COLUMNS, capture_of
from storage.found import note_unread
from storage.search_index import mark_due
from storage.tables import capture, document, notice, text

_ASKED = re.compile(r"\(times asked: (\d+)\)$")


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document of a stored notice; `notice` is the site's id of that notice, `number` counts from 1 in it."""

    id: int
    notice_id: int
    source: str
    notice: str
    number: int
    document: Document
    capture: Capture | None


class DocumentRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def captured(self, notice_id: int, url: str, capture_id: int) -> None:
        """Notes that the file behind a document's URL is kept; it becomes due for reading."""
        values = {"capture_id": capture_id, "read_at": None, "reason": "fetched, not read yet"}
        self._connection.execute(
            update(document).where(document.c.notice_id == notice_id, document.c.url == url).values(values)
        )

    def failed(self, notice_id: int, url: str, reason: str) -> None:
        """Notes that the file could not be fetched, and why."""
        self._connection.execute(
            update(document)
            .where(document.c.notice_id == notice_id, document.c.url == url, document.c.capture_id.is_(None))
            .values(state=FAILED, reason=reason)
        )
        note_unread(self._connection, notice_id)

    def postponed(self, notice_id: int, url: str, reason: str) -> None:
        """Notes why the file did not come this time, and how often it was asked for; it will be asked for again."""
        place = (document.c.notice_id == notice_id, document.c.url == url, document.c.capture_id.is_(None))
        before = self._connection.execute(select(document.c.reason).where(*place)).scalar()
        asked = _ASKED.search(before or "")
        said = f"not fetched: {reason} (times asked: {int(asked[1]) + 1 if asked else 1})"
        self._connection.execute(update(document).where(*place).values(reason=said))

    def kept(self, source: str, urls: Collection[str]) -> dict[str, int]:
        """Of these files of a source those that were captured for any notice: URL → the capture's id."""
        query = (
            select(document.c.url, func.max(document.c.capture_id).label("capture_id"))
            .select_from(document.join(notice))
            .where(notice.c.source == source, document.c.url.in_(urls), document.c.capture_id.is_not(None))
            .group_by(document.c.url)
        )
        return {row.url: row.capture_id for row in self._connection.execute(query)}

    def share(self, notice_id: int) -> None:
        """Gives a notice's documents the captures that another notice of its source has of the same files."""
        mine = (document.c.notice_id == notice_id) & document.c.capture_id.is_(None)
        query = select(notice.c.source, document.c.url).select_from(document.join(notice)).where(mine)
        rows = self._connection.execute(query).all()
        if rows:
            for url, capture_id in self.kept(rows[0].source, [row.url for row in rows]).items():
                self.captured(notice_id, url, capture_id)

    def due(self, limit: int | None = None) -> list[StoredDocument]:
        """Captured documents that were not read since."""
        return self._find(document.c.capture_id.is_not(None) & document.c.read_at.is_(None), limit)

    def not_whole(self) -> list[StoredDocument]:
        """Captured documents that reading did not read wholly, or that failed."""
        was_read = document.c.capture_id.is_not(None) & document.c.read_at.is_not(None)
        return self._find(was_read & document.c.state.not_in(WHOLE), None)

    def all(self, state: str | None = None, limit: int | None = None) -> list[StoredDocument]:
        return self._find(document.c.state == state if state else document.c.id > 0, limit)

    def of_notice(self, notice_id: int) -> list[StoredDocument]:
        """A notice's documents in its order."""
        return sorted(self._find(document.c.notice_id == notice_id, None), key=lambda each: each.number)

    def missing(self, source: str) -> list[StoredDocument]:
        """Documents of a source that are linked but were never captured."""
        return self._find((notice.c.source == source) & document.c.capture_id.is_(None), None)

    def set_read(
        self, document_id: int, state: str, reason: str, kind: str | None, texts: Sequence[Text], now: datetime
    ) -> None:
        """Stores what was read of a document and makes its notice due for detection again."""
        self._connection.execute(delete(text).where(text.c.document_id == document_id))
        if texts:
            rows = [
                {
                    "document_id": document_id,
                    "origin": part.origin,
                    "content": part.content,
                    "confidence": part.confidence,
                    "rows": part.rows or None,
                }
                for part in texts
            ]
            self._connection.execute(insert(text), rows)
        done = self._connection.execute(
            update(document)
            .where(document.c.id == document_id)
            .values(state=state, reason=reason, kind=kind, read_at=now)
            .returning(document.c.notice_id)
        )
        notice_id = done.scalar_one()
        self._connection.execute(update(notice).where(notice.c.id == notice_id).values(detected_version=None))
        mark_due(self._connection, notice_id)
        note_unread(self._connection, notice_id)

    def _find(self, condition: ColumnElement[bool], limit: int | None) -> list[StoredDocument]:
        columns = (notice.c.source, notice.c.site_id)
        query = (
            select(document, *columns, *CAPTURE_COLUMNS)
            .select_from(document.join(notice).outerjoin(capture))
            .where(condition)
            .order_by(document.c.id)
            .limit(limit)
        )
        return [
            StoredDocument(
                row.id,
                row.notice_id,
                row.source,
                row.site_id,
                row.number,
                Document(row.url, row.title, row.kind, row.state, row.reason),
                capture_of(row),
            )
            for row in self._connection.execute(query)
        ]


def texts_by_notice(connection: Connection, notice_ids: Sequence[int]) -> dict[int, list[Text]]:
    """The texts of the documents of each notice, their origins naming the document by its number."""
    query = (
        select(document.c.notice_id, document.c.number, text)
        .join(text, text.c.document_id == document.c.id)
        .where(document.c.notice_id.in_(notice_ids))
        .order_by(document.c.notice_id, document.c.number, text.c.id)
    )
    texts: dict[int, list[Text]] = {}
    for row in connection.execute(query):
        read = Text(f"document:{row.number}{row.origin}", row.content, row.confidence, row.rows or "")
        texts.setdefault(row.notice_id, []).append(read)
    return texts
