"""Counts over the whole store for the overview."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic

from sqlalchemy import Connection, FromClause, distinct, func, select

from notices.alert import SENT
from notices.document import FAILED, PARTLY_READ
from storage.present import not_by_index, still_found
from storage.tables import delivery, document, finding, issue, notice, review
from storage.tallies import known_sources


@dataclass(frozen=True, slots=True)
class Coverage:
    """A source's stored notices: how many, since when they are collected, and the newest publication."""

    notices: int
    since: datetime
    newest: datetime | None


@dataclass(frozen=True, slots=True)
class Attachments:
    """How many attachments of all notices were in which state at a moment, and those not read whole by kind of file."""

    states: dict[str, int]
    kinds: tuple[tuple[str, str, int], ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class CountedNotices:
    """By source how many notices up to an id, and when the first was seen; holds until `monotonic` passes `until`."""

    upto: int = 0
    sources: dict[str, tuple[int, datetime]] = field(default_factory=dict)
    until: float = 0.0


@dataclass(slots=True)
class Counted:
    """What was counted already; threads may share it, since each puts a whole new count here."""

    notices: CountedNotices = CountedNotices()
    attachments: Attachments | None = None


# Notices are never deleted and keep their source, but on PostgreSQL one may come to light after others with higher ids.
NOTICES_HOLD_SECONDS = 3_600
# The attachments are read all day long: they are counted anew no oftener than this.
ATTACHMENTS_HOLD = timedelta(minutes=10)


def count_notices(connection: Connection, counted: Counted) -> dict[str, tuple[int, datetime]]:
    """Each source's stored notices, and when the first was seen; mostly only what came after `counted` is walked."""
    kept, source_of = counted.notices, not_by_index(notice.c.source)
    if monotonic() >= kept.until:
        # All of them, of which an index has what is asked.
        kept, source_of = CountedNotices(until=monotonic() + NOTICES_HOLD_SECONDS), notice.c.source
    query = select(source_of, func.count(), func.min(notice.c.first_seen_at), func.max(notice.c.id))
    query = query.group_by(source_of)
    if kept.upto:
        query = query.where(notice.c.id > kept.upto)
    sources, upto = dict(kept.sources), kept.upto
    for source, number, since, last in connection.execute(query):
        before = sources.get(source, (0, since))
        sources[source], upto = (before[0] + number, min(before[1], since)), max(upto, last)
    if upto > kept.upto:
        counted.notices = CountedNotices(upto, sources, kept.until)
    return sources


class OverviewRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def coverage(self, counted: Counted) -> dict[str, Coverage]:
        """By source; only what came after `counted` is walked through, and added to it."""
        notices, known = count_notices(self._connection, counted), known_sources()
        newest = select(func.max(notice.c.published)).where(notice.c.source == known.c.source).scalar_subquery()
        query = select(known.c.source, newest).where(known.c.source.is_not(None))
        published: dict[str, datetime | None] = {row[0]: row[1] for row in self._connection.execute(query)}
        return {source: Coverage(*of, published.get(source)) for source, of in notices.items()}

    def notices(self, counted: Counted) -> int:
        """How many notices are stored; only what came after `counted` is walked through, and added to it."""
        return sum(number for number, _ in count_notices(self._connection, counted).values())

    def flagged_notices(self) -> dict[str, int]:
        """How many notices of each source have a present flagged finding."""
        query = select(finding.c.source, func.count(distinct(finding.c.notice_id))).group_by(finding.c.source)
        query = query.where(finding.c.flagged.is_(True), finding.c.withdrawn_at.is_(None))
        return {row[0]: row[1] for row in self._connection.execute(query)}

    def attachments(self, counted: Counted, now: datetime) -> Attachments:
        """As counted now, or not long ago; kinds of file are given of those that failed or were read in part."""
        kept = counted.attachments
        if kept is None or not timedelta() <= now - kept.at < ATTACHMENTS_HOLD:
            states = select(document.c.state, func.count()).group_by(document.c.state)
            kinds = select(document.c.state, func.coalesce(document.c.kind, ""), func.count())
            kinds = kinds.where(document.c.state.in_((FAILED, PARTLY_READ))).group_by(document.c.state, document.c.kind)
            kept = Attachments(
                {row[0]: row[1] for row in self._connection.execute(states)},
                tuple(sorted((row[0], row[1], row[2]) for row in self._connection.execute(kinds))),
                now,
            )
            counted.attachments = kept
        return kept

    def found_since(self, since: datetime) -> int:
        """Flagged findings that were new since a moment."""
        return self._count(
            finding, finding.c.found_at >= since, not_by_index(finding.c.flagged).is_(True), still_found()
        )

    def reviewed_since(self, since: datetime) -> int:
        return self._count(review, review.c.at >= since)

    def sent_since(self, since: datetime) -> int:
        return self._count(delivery, delivery.c.state == SENT, delivery.c.sent_at >= since)

    def issues_since(self, since: datetime) -> int:
        return self._count(issue, issue.c.at >= since)

    def _count(self, table: FromClause, *conditions: object) -> int:
        query = select(func.count()).select_from(table).where(*conditions)  # type: ignore[arg-type]
        return self._connection.execute(query).scalar_one()
