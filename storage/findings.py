"""Findings: what detection said, kept under a key that outlives re-crawls, so that a verdict does too."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import ge, lt
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, insert, or_, select, update

from notices.finding import SEVERITIES, Finding, FindingReport
from notices.notice import Notice
from storage.facets import Facets, Tallies, note_facets, read_tallies
from storage.found import note_found, note_missing
from storage.found_tables import finding_aspect, found_party
from storage.narrowing import of_notices
from storage.order import ORDER, Position, position_in
from storage.present import not_by_index, still_found
from storage.reported import read_reports, reported
from storage.rows import decode, encode
from storage.search_index import mark_found
from storage.tables import LATEST, finding, notice, revision
from storage.tallies import UNREVIEWED, read_items

LONGEST_TERM = 200


@dataclass(frozen=True, slots=True)
class FindingFilter:
    """Which findings to list. Empty fields do not restrict; `verdict` "none" means not reviewed yet."""

    flagged: bool | None = None
    since: datetime | None = None
    until: datetime | None = None
    found_since: datetime | None = None
    verdict: str | None = None
    source: str | None = None
    item: str | None = None
    category: str | None = None
    relation: str | None = None
    control: str | None = None
    severity: str | None = None
    kind: str | None = None
    buyer: str | None = None
    words: str | None = None
    notice_id: int | None = None
    procedure: str | None = None
    # An organisation in a role, by the key that spellings of its name share (`storage.found.entity_key`).
    party: tuple[str, str] | None = None
    assignee: str | None = None
    # A day, YYYY-MM-DD: due before it, and neither confirmed nor rejected.
    due_before: str | None = None
    reading: str | None = None
    change: str | None = None
    # Whether the notice has attachments that were not read, or only in part.
    unread: bool | None = None
    supplier: str | None = None
    region: str | None = None
    # The name of a party list that names a party of the notice; "any" of them, or "none".
    listed: str | None = None
    # Amounts in yuan, inclusive; a notice that states none is within no bounds.
    least: float | None = None
    most: float | None = None
    keys: tuple[str, ...] = field(default=())
    # Those that changed at or after a moment, among them those that are no longer found.
    changed_since: datetime | None = None


class FindingRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def replace(self, notice_id: int, source: str, found: Sequence[Finding], now: datetime) -> list[str]:
        """Makes `found` the findings of a notice; returns the keys that were not there before.

        A finding that is no longer found is withdrawn and kept; one that is found again comes back.
        """
        present = {
            row.key: row.withdrawn_at
            for row in self._connection.execute(
                select(finding.c.key, finding.c.withdrawn_at).where(finding.c.notice_id == notice_id)
            )
        }
        of_notice = select(notice.c.kind, notice.c.published).where(notice.c.id == notice_id)
        facts = {"source": source, "changed_at": now, **self._connection.execute(of_notice).mappings().one()}
        fresh: list[str] = []
        kept: set[str] = set()
        for each in found:
            key = each.key(source)
            if key in kept:
                continue
            kept.add(key)
            if key in present:
                self._connection.execute(update(finding).where(finding.c.key == key).values(_columns(each) | facts))
            else:
                fresh.append(key)
                values = _columns(each) | facts | {"key": key, "notice_id": notice_id, "found_at": now}
                self._connection.execute(insert(finding).values(values))
        gone = [key for key, withdrawn in present.items() if key not in kept and withdrawn is None]
        if kept:
            note_found(self._connection, notice_id)
            note_facets(self._connection, notice_id)
        if gone:
            self._connection.execute(
                update(finding).where(finding.c.key.in_(gone)).values(withdrawn_at=now, changed_at=now)
            )
        if present or fresh:
            mark_found(self._connection, notice_id)
        return fresh

    def note_missing(self, limit: int = 500) -> int:
        """Writes beside up to `limit` notices with findings what an older store did not keep; returns how many."""
        return note_missing(self._connection, limit)

    def reports(
        self, chosen: FindingFilter | None = None, limit: int | None = None, offset: int = 0
    ) -> list[FindingReport]:
        """Findings with their notices' facts, the most severe first and the newest first among equals."""
        first = listed(chosen).with_only_columns(finding.c.key).order_by(*ORDER).limit(limit).offset(offset)
        return read_reports(self._connection, reported().where(finding.c.key.in_(first)).order_by(*ORDER))

    def keys(self, chosen: FindingFilter | None = None) -> list[str]:
        """The keys of findings, in the order of `reports`."""
        query = listed(chosen).with_only_columns(finding.c.key).order_by(*ORDER)
        return list(self._connection.execute(query).scalars().all())

    def position(self, key: str, chosen: FindingFilter) -> Position:
        """Where a finding stands in the list of a filter, and its neighbours there."""
        return position_in(self._connection, listed(chosen), key)

    def tally(self, chosen: FindingFilter | None = None, facets: Facets | None = None) -> Tallies:
        """The findings of a filter counted by all that lists are narrowed by, in one walk over them.

        What was read for it once and never changes is kept in `facets`.
        """
        return read_tallies(self._connection, listed(chosen), facets or Facets())

    def labels(self) -> dict[str, str]:
        """Every item that a present finding has, with its label."""
        return {item: decode(body, Finding).label for item, body in read_items(self._connection).items()}

    def regions(self) -> list[str]:
        """Every region that a notice with findings states or stated."""
        query = select(finding_aspect.c.region).where(finding_aspect.c.region != "").distinct()
        return list(self._connection.execute(query.order_by(finding_aspect.c.region)).scalars())

    def report(self, key: str) -> FindingReport | None:
        return next(iter(self.reports(FindingFilter(keys=(key,)))), None)

    def count(self, chosen: FindingFilter | None = None) -> int:
        return self._connection.execute(listed(chosen).with_only_columns(func.count())).scalar_one()

    def count_severities(self, chosen: FindingFilter) -> dict[str, int]:
        """The findings of a filter by severity, the worst first."""
        counted = listed(chosen).with_only_columns(finding.c.severity_rank, func.count())
        numbers = dict(tuple(row) for row in self._connection.execute(counted.group_by(finding.c.severity_rank)))
        return {severity: numbers.get(rank, 0) for rank, severity in enumerate(SEVERITIES)}

    def notices_of(self, keys: Sequence[str]) -> dict[str, Notice]:
        """The notice of each finding, as it was last read."""
        query = select(finding.c.key, revision.c.body).select_from(finding.join(notice).join(revision, LATEST))
        rows = self._connection.execute(query.where(finding.c.key.in_(keys)))
        return {row.key: decode(row.body, Notice) for row in rows}

    def notice_id(self, key: str) -> int | None:
        return self._connection.execute(select(finding.c.notice_id).where(finding.c.key == key)).scalar()


def _term(found: Finding) -> str:
    """The term that led to a finding, else the words that it quotes; "" where parameter rows led to it."""
    quoted = "" if found.basis == "specification" else " ".join(found.place.quote.split())
    return (found.term or quoted)[:LONGEST_TERM]


def _columns(found: Finding) -> dict[str, object]:
    return {
        "item": found.item,
        "category": found.category,
        "relation": found.relation,
        "flagged": found.flagged,
        "severity_rank": SEVERITIES.index(found.severity),
        "control_status": found.control.status,
        "watchlist_version": found.watchlist_version,
        "body": encode(found),
        "term": _term(found),
        "change": found.change or None,
        "withdrawn_at": None,
    }


def listed(chosen: FindingFilter | None) -> Select[*tuple[Any, ...]]:
    """The findings of a filter; the notice is joined only if it is asked of."""
    asked = chosen or FindingFilter()
    is_joined = asked.buyer is not None or asked.procedure is not None
    tables = finding.join(notice) if is_joined else finding
    return select(finding.c.key).select_from(tables).where(*_conditions(asked))


def _conditions(chosen: FindingFilter) -> Iterator[ColumnElement[bool]]:
    is_narrow = chosen.notice_id or chosen.procedure or chosen.party or chosen.keys
    if chosen.changed_since is None:
        yield still_found() if is_narrow else finding.c.withdrawn_at.is_(None)
    equal = {
        # The lists' own index has it too, and what they are ordered and narrowed by.
        not_by_index(finding.c.flagged): chosen.flagged,
        finding.c.source: chosen.source,
        finding.c.item: chosen.item,
        finding.c.category: chosen.category,
        finding.c.relation: chosen.relation,
        finding.c.control_status: chosen.control,
        finding.c.kind: chosen.kind,
        notice.c.buyer: chosen.buyer,
        notice.c.procedure: chosen.procedure,
        finding.c.notice_id: chosen.notice_id,
        finding.c.assignee: chosen.assignee,
        finding.c.reading: chosen.reading,
        finding.c.change: chosen.change,
    }
    yield from (column == value for column, value in equal.items() if value is not None)
    if chosen.severity is not None:
        yield finding.c.severity_rank == SEVERITIES.index(chosen.severity)
    bounds = (
        (finding.c.published, ge, chosen.since),
        (finding.c.published, lt, chosen.until),
        (finding.c.found_at, ge, chosen.found_since),
        (finding.c.changed_at, ge, chosen.changed_since),
    )
    for column, compare, moment in bounds:
        if moment is not None:
            yield compare(column, moment)
    if chosen.verdict is not None:
        yield finding.c.verdict.is_(None) if chosen.verdict == UNREVIEWED else finding.c.verdict == chosen.verdict
    if chosen.party is not None:
        role, key = chosen.party
        notices = select(found_party.c.notice_id).where(found_party.c.role == role, found_party.c.key == key)
        yield finding.c.notice_id.in_(notices)
    if chosen.due_before is not None:
        yield finding.c.due < chosen.due_before
        yield or_(finding.c.verdict.is_(None), finding.c.verdict == "unsure")
    yield from of_notices(chosen)
    if chosen.keys:
        yield finding.c.key.in_(chosen.keys)
