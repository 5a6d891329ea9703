"""Notices with their revisions: a changed page is a new revision, nothing is overwritten."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, bindparam, func, insert, or_, select, update

from notices.document import Capture, Document, Text
from notices.notice import Notice
from notices.procedures import rank
from storage.captures import CAPTURE_COLUMNS, capture_of
from storage.documents import texts_by_notice
from storage.found import note_change, note_unread
from storage.rows import decode, encode
from storage.search_index import mark_due
from storage.tables import LATEST, capture, document, notice, revision, text
from storage.tallies import read_sources
from storage.threads import join_thread

NEW, CHANGED, SAME = "new", "changed", "same"
BATCH = 500
# No watchlist has this version, so a notice that carries it is due.
JUDGED_BEFORE = ""
# Built once: making a statement anew costs more than running it.
_PRESENT = (
    select(notice.c.id, notice.c.revision, revision.c.digest)
    .join(revision, and_(revision.c.notice_id == notice.c.id, revision.c.number == notice.c.revision))
    .where(notice.c.source == bindparam("of_source"), notice.c.site_id == bindparam("of_site_id"))
)
_ADDED = insert(notice).returning(notice.c.id)
_REVISED = insert(revision)


@dataclass(frozen=True, slots=True)
class Saved:
    """What saving a notice did: `change` is new, changed or same; `revision` counts from 1."""

    notice_id: int
    revision: int
    change: str


@dataclass(frozen=True, slots=True)
class StoredNotice:
    """A notice at its latest revision, with the states of its documents and the capture that it was read from.

    `gone_at`: since when its page is known to be no longer there, `gone_reason` what the site said instead.
    """

    id: int
    notice: Notice
    revision: int
    first_seen_at: datetime
    last_seen_at: datetime
    capture: Capture | None
    procedure: str
    gone_at: datetime | None = None
    gone_reason: str | None = None


@dataclass(frozen=True, slots=True)
class DueNotice:
    """A notice to be judged: with the texts of its documents, whose origins name the document by its number.

    `judged_before`: nothing of it changed since an earlier watchlist judged it. `seen_at` is its revision's.
    """

    id: int
    notice: Notice
    document_texts: tuple[Text, ...]
    revision: int = 1
    seen_at: datetime | None = None
    judged_before: bool = False
    procedure: str = ""


class NoticeRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def save(self, read: Notice, now: datetime, capture_id: int | None = None, related: Collection[str] = ()) -> Saved:
        """Stores a notice as read; one whose content differs from the last revision becomes a new revision.

        `related`: addresses of notices that the portal lists as belonging to the same procurement.
        """
        body = encode(read)
        digest = sha256(body.encode()).hexdigest()
        row = self._connection.execute(_PRESENT, {"of_source": read.source, "of_site_id": read.id}).first()
        if row is not None and row.digest == digest:
            self._connection.execute(update(notice).where(notice.c.id == row.id).values(last_seen_at=now))
            if related:
                join_thread(self._connection, row.id, read, related, at=now)
            return Saved(row.id, row.revision, SAME)
        saved = self._add(read, now) if row is None else self._change(row.id, row.revision + 1, read, now)
        values = {"notice_id": saved.notice_id, "number": saved.revision, "capture_id": capture_id}
        self._connection.execute(_REVISED, values | {"digest": digest, "seen_at": now, "body": body})
        if read.documents:
            self._link(saved.notice_id, read.documents)
        mark_due(self._connection, saved.notice_id)
        join_thread(self._connection, saved.notice_id, read, related, is_new=saved.change == NEW, at=now)
        return saved

    def join_threads(self, limit: int = BATCH) -> int:
        """Joins up to `limit` notices that were stored before notices were joined; returns how many."""
        query = _whole().where(notice.c.again.is_(None)).order_by(notice.c.id).limit(limit)
        rows = self._connection.execute(query).all()
        for row in rows:
            join_thread(self._connection, row.id, decode(row.body, Notice))
        return len(rows)

    def known(self, source: str, ids: Iterable[str]) -> set[str]:
        """Which of a site's ids are stored."""
        query = select(notice.c.site_id).where(notice.c.source == source, notice.c.site_id.in_(list(ids)))
        return set(self._connection.execute(query).scalars())

    def get(self, source: str, site_id: str) -> StoredNotice | None:
        row = self._connection.execute(_whole().where(notice.c.source == source, notice.c.site_id == site_id)).first()
        return self._stored(row) if row else None

    def by_id(self, notice_id: int) -> StoredNotice | None:
        row = self._connection.execute(_whole().where(notice.c.id == notice_id)).first()
        return self._stored(row) if row else None

    def all(
        self, source: str | None = None, since: datetime | None = None, limit: int | None = None
    ) -> Iterator[StoredNotice]:
        """Stored notices, newest publication first; `since` is a publication moment."""
        chosen: list[ColumnElement[bool]] = []
        if source is not None:
            chosen.append(notice.c.source == source)
        if since is not None:
            chosen.append(notice.c.published >= since)
        query = _whole().where(*chosen).order_by(notice.c.published.desc().nulls_last(), notice.c.id).limit(limit)
        for row in self._connection.execute(query.execution_options(yield_per=BATCH)):
            yield self._stored(row)

    def procedure(self, key: str) -> list[StoredNotice]:
        """The notices of one procurement in order of publication, on one day by stage."""
        rows = self._connection.execute(_whole().where(notice.c.procedure == key).order_by(notice.c.id)).all()
        stored = [self._stored(row) for row in rows]
        return sorted(stored, key=lambda each: (each.notice.published_on or "9999", rank(each.notice.kind)))

    def revisions(self, notice_id: int) -> list[tuple[int, datetime, Notice]]:
        """All revisions of a notice as (number, seen_at, notice), oldest first."""
        query = select(revision).where(revision.c.notice_id == notice_id).order_by(revision.c.number)
        return [(row.number, row.seen_at, decode(row.body, Notice)) for row in self._connection.execute(query)]

    def earlier(self, notice_id: int) -> list[tuple[int, Notice]]:
        """(number, notice) of the revisions before the present page, oldest first; one per page that the site served.

        What new parsers made of the same page is no other page: of each, the last reading counts.
        """
        query = select(revision.c.number, revision.c.capture_id, revision.c.body)
        rows = self._connection.execute(
            query.where(revision.c.notice_id == notice_id).order_by(revision.c.number)
        ).all()
        pages = {row.capture_id if row.capture_id is not None else -row.number: row for row in rows}
        kept = sorted(pages.values(), key=lambda row: row.number)[:-1]
        return [(row.number, decode(row.body, Notice)) for row in kept]

    def reread(self, notice_id: int, read: Notice, now: datetime) -> Saved:
        """Stores what new parsers make of the page that a notice was read from, as a revision of the same capture.

        What was judged before stays so: that it reads otherwise is no news of its site.
        """
        query = select(revision.c.capture_id, notice.c.detected_version).join(notice)
        query = query.where(notice.c.id == notice_id, revision.c.number == notice.c.revision)
        before = self._connection.execute(query).one()
        saved = self.save(read, now, before.capture_id)
        if saved.change == CHANGED and before.detected_version is not None:
            self.mark_detected([notice_id], JUDGED_BEFORE)
        return saved

    def count(self, source: str | None = None, seen_since: datetime | None = None) -> int:
        query = select(func.count()).select_from(notice)
        if source is not None:
            query = query.where(notice.c.source == source)
        if seen_since is not None:
            query = query.where(notice.c.first_seen_at >= seen_since)
        return self._connection.execute(query).scalar_one()

    def sources(self) -> list[str]:
        """Every source that a stored notice has."""
        return read_sources(self._connection)

    def due_for_detection(self, version: str, after: int = 0, limit: int = BATCH) -> list[DueNotice]:
        """Up to `limit` notices not yet judged with this watchlist version, by id beyond `after`."""
        query = _whole().add_columns(revision.c.seen_at, notice.c.detected_version)
        query = query.where(_stale(version), notice.c.id > after).order_by(notice.c.id).limit(limit)
        rows = self._connection.execute(query).all()
        texts = texts_by_notice(self._connection, [row.id for row in rows])
        return [
            DueNotice(row.id, decode(row.body, Notice), tuple(texts.get(row.id, ())), *_judged(row)) for row in rows
        ]

    def count_due(self, version: str) -> int:
        query = select(func.count()).select_from(notice).where(_stale(version))
        return self._connection.execute(query).scalar_one()

    def mark_detected(self, notice_ids: Sequence[int], version: str) -> None:
        for start in range(0, len(notice_ids), BATCH):
            chosen = notice.c.id.in_(notice_ids[start : start + BATCH])
            self._connection.execute(update(notice).where(chosen).values(detected_version=version))

    def forget_detection(self) -> None:
        """Makes every notice due for detection again; that one was judged before stays known."""
        self._connection.execute(
            update(notice).where(notice.c.detected_version.is_not(None)).values(detected_version=JUDGED_BEFORE)
        )

    def texts(self, notice_id: int) -> list[Text]:
        """The texts of a notice's documents, their origins naming the document by its number."""
        return texts_by_notice(self._connection, [notice_id]).get(notice_id, [])

    def document_text(self, source: str, site_id: str, origin: str) -> str | None:
        """The text of one origin ("document:3#page=14") of a notice's documents; None if there is none (any more)."""
        number, mark, place = origin.removeprefix("document:").partition("#")
        if not origin.startswith("document:") or not re.fullmatch(r"\d{1,9}", number, re.ASCII):
            return None
        chosen = (notice.c.source == source, notice.c.site_id == site_id, document.c.number == int(number))
        query = select(text.c.content).select_from(text.join(document).join(notice))
        query = query.where(*chosen, text.c.origin == mark + place).order_by(text.c.id).limit(1)
        return self._connection.execute(query).scalar()

    def _add(self, read: Notice, now: datetime) -> Saved:
        values = _columns(read) | {"revision": 1, "first_seen_at": now, "last_seen_at": now}
        identity = {"source": read.source, "site_id": read.id}
        done = self._connection.execute(_ADDED, identity | values)
        return Saved(int(done.scalar_one()), 1, NEW)

    def _change(self, notice_id: int, number: int, read: Notice, now: datetime) -> Saved:
        values = _columns(read) | {"revision": number, "last_seen_at": now, "detected_version": None}
        # What the thread was called stays, until the notice is joined again.
        del values["procedure"]
        self._connection.execute(update(notice).where(notice.c.id == notice_id).values(values))
        note_change(self._connection, notice_id, read)
        return Saved(notice_id, number, CHANGED)

    def _link(self, notice_id: int, documents: Sequence[Document]) -> None:
        known = set(self._connection.execute(select(document.c.url).where(document.c.notice_id == notice_id)).scalars())
        for number, linked in enumerate(documents, start=len(known) + 1 if known else 1):
            if linked.url in known:
                continue
            known.add(linked.url)
            values = {"number": number, "url": linked.url, "title": linked.title, "kind": linked.kind}
            self._connection.execute(
                insert(document).values(notice_id=notice_id, state=linked.state, reason=linked.reason, **values)
            )
        note_unread(self._connection, notice_id)

    def _stored(self, row: Row[tuple[object, ...]]) -> StoredNotice:
        read = decode(row.body, Notice)
        if read.documents:
            read = replace(read, documents=tuple(self._documents(row.id)))
        seen = (row.first_seen_at, row.last_seen_at, capture_of(row), row.procedure)
        return StoredNotice(row.id, read, row.revision, *seen, row.gone_at, row.gone_reason)

    def _documents(self, notice_id: int) -> Iterator[Document]:
        query = select(document).where(document.c.notice_id == notice_id).order_by(document.c.number)
        for row in self._connection.execute(query):
            yield Document(row.url, row.title, row.kind, row.state, row.reason)


def _judged(row: Row[tuple[object, ...]]) -> tuple[int, datetime | None, bool, str]:
    return row.revision, row.seen_at, row.detected_version is not None, row.procedure


def _stale(version: str) -> ColumnElement[bool]:
    return or_(notice.c.detected_version.is_(None), notice.c.detected_version != version)


def _columns(read: Notice) -> dict[str, object]:
    return {
        "url": read.url,
        "title": read.title,
        "kind": read.kind,
        "published": read.published,
        "buyer": read.buyer,
        "procedure": read.procedure,
    }


def _whole() -> Select[tuple[object, ...]]:
    return select(
        notice.c.id,
        notice.c.revision,
        notice.c.first_seen_at,
        notice.c.last_seen_at,
        notice.c.procedure,
        notice.c.gone_at,
        notice.c.gone_reason,
        revision.c.body,
        *CAPTURE_COLUMNS,
    ).select_from(notice.join(revision, LATEST).outerjoin(capture, capture.c.id == revision.c.capture_id))
