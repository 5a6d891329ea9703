"""Lists in pages that stay in step while rows come in: each goes on behind the last row that was given."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, text

from notices.finding import FindingReport
from notices.review import Review
from storage.findings import FindingFilter, FindingRepository, listed
from storage.order import ORDER
from storage.reviews import review_of
from storage.tables import document, finding, notice, review, revision

# Each finding comes with its notice, which may be long.
AT_ONCE = 50
EVER = datetime.fromisoformat("1900-01-01T00:00:00+00:00")


@dataclass(frozen=True, slots=True)
class DatedFinding:
    """A finding with the moment of its last change and, if it is no longer found, since when."""

    report: FindingReport
    changed_at: datetime
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True)
class NoticeFilter:
    """Which notices to list; `since` and `until` are moments of publication."""

    source: str | None = None
    kind: str | None = None
    since: datetime | None = None
    until: datetime | None = None


class PagingRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def findings(
        self, chosen: FindingFilter, limit: int, after: tuple[datetime, str] | None = None
    ) -> list[DatedFinding]:
        """Findings, the newest found first; with `chosen.changed_since` also those that were withdrawn."""
        place = (finding.c.key, finding.c.found_at, finding.c.changed_at, finding.c.withdrawn_at)
        query = listed(chosen).with_only_columns(*place)
        if after is not None:
            found_at, key = after
            older = finding.c.found_at < found_at
            query = query.where(or_(older, and_(finding.c.found_at == found_at, finding.c.key > key)))
        rows = self._connection.execute(query.order_by(finding.c.found_at.desc(), finding.c.key).limit(limit)).all()
        every = FindingFilter(keys=tuple(row.key for row in rows), changed_since=EVER)
        reports = {each.key: each for each in FindingRepository(self._connection).reports(every)} if rows else {}
        return [DatedFinding(reports[row.key], row.changed_at or row.found_at, row.withdrawn_at) for row in rows]

    def unfinished(self) -> timedelta:
        """For how long the oldest transaction that has written something goes on already.

        What it wrote carries a moment since its beginning and is not seen yet. SQLite has one writer, for whom all
        others wait some seconds only.
        """
        if self._connection.dialect.name != "postgresql":
            return timedelta()
        mine = "datname = current_database() AND backend_xid IS NOT NULL AND pid <> pg_backend_pid()"
        query = text(f"SELECT clock_timestamp() - min(xact_start) FROM pg_stat_activity WHERE {mine}")  # noqa: S608
        lasting: timedelta | None = self._connection.execute(query).scalar()
        return max(lasting or timedelta(), timedelta())

    def every(self, chosen: FindingFilter) -> Iterator[list[FindingReport]]:
        """All findings of a filter in the order of `FindingRepository.reports`, few at a time."""
        query = listed(chosen).with_only_columns(finding.c.key).order_by(*ORDER)
        keys = self._connection.execute(query.execution_options(yield_per=AT_ONCE)).scalars()
        findings = FindingRepository(self._connection)
        for part in keys.partitions():
            of_part = FindingFilter(keys=tuple(part), changed_since=chosen.changed_since)
            yield findings.reports(of_part)

    def versions(self, chosen: FindingFilter) -> dict[str, int]:
        """The watchlist versions that judged the findings of a filter, with how many each."""
        version = finding.c.watchlist_version
        query = listed(chosen).with_only_columns(version, func.count()).group_by(version).order_by(version)
        return {row[0]: row[1] for row in self._connection.execute(query)}

    def finding(self, key: str) -> DatedFinding | None:
        """One finding, withdrawn or not."""
        found = self.findings(FindingFilter(keys=(key,), changed_since=EVER), 1)
        return found[0] if found else None

    def notices(
        self, chosen: NoticeFilter, limit: int, after: int = 0, changed_since: datetime | None = None
    ) -> list[int]:
        """Ids of notices beyond `after`, in the order in which they came in."""
        query = select(notice.c.id).where(notice.c.id > after, *_notice_conditions(chosen))
        if changed_since is not None:
            query = query.where(_changed(changed_since))
        return list(self._connection.execute(query.order_by(notice.c.id).limit(limit)).scalars())

    def procedures(
        self, limit: int, after: str = "", source: str | None = None, changed_since: datetime | None = None
    ) -> list[str]:
        """Ids of procedures beyond `after`, in the order of their ids."""
        query = select(notice.c.procedure).distinct().where(notice.c.procedure > after)
        if source is not None:
            query = query.where(notice.c.source == source)
        if changed_since is not None:
            query = query.where(_changed(changed_since))
        return list(self._connection.execute(query.order_by(notice.c.procedure).limit(limit)).scalars())

    def reviews(
        self,
        limit: int | None = None,
        after: int = 0,
        changed_since: datetime | None = None,
        finding_key: str | None = None,
    ) -> list[tuple[int, Review]]:
        """Verdicts with their numbers beyond `after`, oldest first."""
        query = select(review).where(review.c.id > after)
        if changed_since is not None:
            query = query.where(review.c.at >= changed_since)
        if finding_key is not None:
            query = query.where(review.c.finding_key == finding_key)
        rows = self._connection.execute(query.order_by(review.c.id).limit(limit))
        return [(row.id, review_of(row)) for row in rows]

    def notice_ids(self, keys: Sequence[str]) -> dict[str, int]:
        """The notice of each finding."""
        query = select(finding.c.key, finding.c.notice_id).where(finding.c.key.in_(keys))
        return {row.key: row.notice_id for row in self._connection.execute(query)}

    def findings_of(self, notice_ids: Sequence[int]) -> dict[int, list[str]]:
        """The keys of each notice's present findings."""
        query = select(finding.c.notice_id, finding.c.key).where(
            finding.c.notice_id.in_(notice_ids), finding.c.withdrawn_at.is_(None)
        )
        found: dict[int, list[str]] = {}
        for row in self._connection.execute(query.order_by(finding.c.severity_rank, finding.c.key)):
            found.setdefault(row.notice_id, []).append(row.key)
        return found


def _notice_conditions(chosen: NoticeFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if chosen.source is not None:
        conditions.append(notice.c.source == chosen.source)
    if chosen.kind is not None:
        conditions.append(notice.c.kind == chosen.kind)
    if chosen.since is not None:
        conditions.append(notice.c.published >= chosen.since)
    if chosen.until is not None:
        conditions.append(notice.c.published < chosen.until)
    return conditions


def _changed(since: datetime) -> ColumnElement[bool]:
    """A notice that came in, got a revision or a reading of an attachment, or was gone at or after a moment."""
    revised = select(revision.c.notice_id).where(revision.c.seen_at >= since)
    was_read = select(document.c.notice_id).where(document.c.read_at >= since)
    return or_(notice.c.id.in_(revised), notice.c.id.in_(was_read), func.coalesce(notice.c.gone_at, EVER) >= since)
