"""Buyers, sellers, agencies and items as the findings show them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Row, Select, and_, distinct, func, or_, select

from notices.finding import Finding
from storage.found import AGENCY, BUYER, SUPPLIER, entity_key
from storage.found_tables import found_notice, found_party
from storage.present import not_by_index, still_found
from storage.rows import decode
from storage.tables import document, finding, notice

ITEM = "item"
KINDS = (BUYER, SUPPLIER, AGENCY, ITEM)
# A procedure has several findings that are alike: so many are looked at for each that is given.
LOOKED_AT = 6
UNDATED = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Entity:
    """A buyer, seller or agency by its name's key, or an item by its id; `kind` is one of KINDS."""

    kind: str
    key: str


@dataclass(frozen=True, slots=True)
class EntityLine:
    """One line of a list: how many flagged findings in how many notices, from the first day to the last."""

    key: str
    name: str
    findings: int
    notices: int
    first: datetime | None
    last: datetime | None


@dataclass(frozen=True, slots=True)
class EntityPage:
    """Some lines of a list, and how many the whole list has."""

    lines: tuple[EntityLine, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Found:
    """What one finding says of who buys what; amounts are in their currency's units, None where not stated.

    `core` is what the notice's title says is procured, without marks, buyer and stage; empty where it says too little.
    """

    key: str
    item: str
    relation: str
    flagged: bool
    control: str
    verdict: str | None
    notice_id: int
    kind: str
    source: str
    published: datetime | None
    first_seen_at: datetime
    procedure: str
    month: str
    region: str
    award: float | None
    award_currency: str | None
    budget: float | None
    budget_currency: str | None
    core: str

    @property
    def counts(self) -> bool:
        """Whether it is one of those that lists and sums count: flagged, and not rejected by whoever reviewed it."""
        return self.flagged and self.verdict != "rejected"


@dataclass(frozen=True, slots=True)
class FoundParty:
    """One organisation's part in one notice, its name as written there."""

    notice_id: int
    role: str
    key: str
    name: str


class EntityRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def lines(self, kind: str, words: str = "", limit: int | None = None, offset: int = 0) -> EntityPage:
        """Those with most flagged findings first. `words` stand in a name, whatever its marks, or in an item's id."""
        key = _key_column(kind)
        counted = func.count(distinct(finding.c.key))
        query = (
            select(
                key.label("key"),
                counted.label("findings"),
                func.count(distinct(finding.c.notice_id)).label("notices"),
                func.min(finding.c.published).label("first"),
                func.max(finding.c.published).label("last"),
                func.count().over().label("total"),
            )
            .select_from(_joined(kind))
            .where(*_counted(), *_named(kind, words))
            .group_by(key)
            .order_by(counted.desc(), key)
            .limit(limit)
            .offset(offset)
        )
        rows = self._connection.execute(query).all()
        if offset and not rows:
            # Beyond the end nothing says how many there are.
            return EntityPage((), self.lines(kind, words, 1).total)
        names = self.names(kind, [row.key for row in rows])
        lines = (EntityLine(row.key, names[row.key], row.findings, row.notices, row.first, row.last) for row in rows)
        return EntityPage(tuple(lines), rows[0].total if rows else 0)

    def names(self, kind: str, keys: Sequence[str]) -> dict[str, str]:
        """The name of each: as most notices write it; an item's label."""
        if kind == ITEM:
            return {key: self._label(key) for key in keys}
        query = (
            select(found_party.c.key, found_party.c.name, func.count().label("times"))
            .where(found_party.c.role == kind, found_party.c.key.in_(keys))
            .group_by(found_party.c.key, found_party.c.name)
            .order_by(func.count(), found_party.c.name.desc())
        )
        return {row.key: row.name for row in self._connection.execute(query)}

    def written(self, entity: Entity) -> Counter[str]:
        """The forms in which an organisation's name is written, and in how many notices."""
        query = (
            select(found_party.c.name, func.count(distinct(found_party.c.notice_id)))
            .where(found_party.c.role == entity.kind, found_party.c.key == entity.key)
            .group_by(found_party.c.name)
            .order_by(func.count(distinct(found_party.c.notice_id)).desc(), found_party.c.name)
        )
        return Counter({row[0]: row[1] for row in self._connection.execute(query)})

    def found(self, entity: Entity | None = None) -> list[Found]:
        """Every present finding of an entity, or of all, the newest notice first."""
        query = _found().where(finding.c.withdrawn_at.is_(None))
        if entity is not None:
            query = _found().where(still_found(), *of_entity(entity))
        query = query.order_by(finding.c.published.desc().nulls_last(), finding.c.key)
        return [Found(*tuple(row)) for row in self._connection.execute(query)]

    def parties(self, entity: Entity) -> list[FoundParty]:
        """Who takes part in the notices of an entity's present findings."""
        mine = select(finding.c.notice_id).where(still_found(), *of_entity(entity))
        query = select(found_party.c.notice_id, found_party.c.role, found_party.c.key, found_party.c.name)
        query = query.where(found_party.c.notice_id.in_(mine)).order_by(found_party.c.id)
        return [FoundParty(*row) for row in self._connection.execute(query)]

    def documents(self, entity: Entity | None = None) -> dict[str, int]:
        """How many attachments of those notices are in which state."""
        mine = select(finding.c.notice_id).where(still_found())
        if entity is not None:
            mine = mine.where(*of_entity(entity))
        query = select(document.c.state, func.count()).where(document.c.notice_id.in_(mine)).group_by(document.c.state)
        return {row[0]: row[1] for row in self._connection.execute(query)}

    def stored(self, names: Iterable[str]) -> int:
        """How many notices name a buyer in one of these forms, with findings or without."""
        query = select(func.count()).select_from(notice).where(notice.c.buyer.in_(list(names)))
        return self._connection.execute(query).scalar_one()

    def months(self) -> dict[tuple[str, str], int]:
        """Flagged findings that nobody rejected, counted by (item, month "2026-03"; "" where there is no date)."""
        whole = _beside()
        query = select(finding.c.item, found_notice.c.month, func.count()).select_from(whole)
        query = query.where(*_counted()).group_by(finding.c.item, found_notice.c.month)
        return {(row[0], row[1]): row[2] for row in self._connection.execute(query)}

    def regions(self) -> list[tuple[str, str]]:
        """(region as stored, a buyer's key): each pair that such a finding's notice has, once."""
        mine = and_(found_party.c.notice_id == finding.c.notice_id, found_party.c.role == BUYER)
        whole = _beside().join(found_party, mine)
        query = select(found_notice.c.region, found_party.c.key).distinct().select_from(whole).where(*_counted())
        return [(row[0], row[1]) for row in self._connection.execute(query)]

    def similar(self, key: str, limit: int) -> list[tuple[str, str]]:
        """Findings of the same item as one: (key, what else is the same: BUYER, SUPPLIER or "title").

        Those of the same procedure are left out: they are one purchase. Of each other procedure that one is given
        which shares most, of `limit` procedures those that share most, the newest first among equals.
        """
        this = self._connection.execute(_found().where(finding.c.key == key)).first()
        if this is None:
            return []
        others = and_(not_by_index(finding.c.item) == this.item, finding.c.key != key, still_found())
        shared: dict[str, list[str]] = {}
        places: dict[str, tuple[str, datetime]] = {}
        for what, same in self._alike(this):
            query = select(finding.c.key, notice.c.procedure, finding.c.published).select_from(_base())
            query = query.where(others, same, notice.c.procedure != this.procedure)
            query = query.order_by(finding.c.published.desc().nulls_last(), finding.c.key).limit(limit * LOOKED_AT)
            for row in self._connection.execute(query):
                shared.setdefault(row.key, []).append(what)
                places[row.key] = (row.procedure, row.published or UNDATED)
        best: dict[str, str] = {}
        for other in sorted(shared, key=lambda each: (len(shared[each]), places[each][1]), reverse=True):
            best.setdefault(places[other][0], other)
        return [(other, what) for other in list(best.values())[:limit] for what in shared[other]]

    def _alike(self, this: Row[Any]) -> Iterable[tuple[str, ColumnElement[bool]]]:
        for role in (BUYER, SUPPLIER):
            keys = select(found_party.c.key).where(
                found_party.c.notice_id == this.notice_id, found_party.c.role == role
            )
            notices = select(found_party.c.notice_id).where(found_party.c.role == role, found_party.c.key.in_(keys))
            yield role, finding.c.notice_id.in_(notices)
        if this.core:
            yield "title", found_notice.c.core == this.core

    def _label(self, item: str) -> str:
        query = select(finding.c.body).where(finding.c.item == item, finding.c.withdrawn_at.is_(None)).limit(1)
        body = self._connection.execute(query).scalar()
        return decode(body, Finding).label if body else item


def of_entity(entity: Entity) -> tuple[ColumnElement[bool], ...]:
    """What a finding of an entity meets."""
    if entity.kind == ITEM:
        return (finding.c.item == entity.key,)
    notices = select(found_party.c.notice_id).where(found_party.c.role == entity.kind, found_party.c.key == entity.key)
    return (finding.c.notice_id.in_(notices),)


def _key_column(kind: str) -> ColumnElement[str]:
    return finding.c.item if kind == ITEM else found_party.c.key


def _base() -> FromClause:
    return finding.join(notice).join(found_notice, found_notice.c.notice_id == notice.c.id)


def _beside() -> FromClause:
    return finding.join(found_notice, found_notice.c.notice_id == finding.c.notice_id)


def _joined(kind: str) -> FromClause:
    if kind == ITEM:
        return finding
    mine = and_(found_party.c.notice_id == finding.c.notice_id, found_party.c.role == kind)
    return finding.join(found_party, mine)


def _counted() -> tuple[ColumnElement[bool], ...]:
    """Flagged, and not rejected by whoever reviewed it."""
    kept = or_(finding.c.verdict.is_(None), finding.c.verdict != "rejected")
    return finding.c.withdrawn_at.is_(None), finding.c.flagged.is_(True), kept


def _named(kind: str, words: str) -> tuple[ColumnElement[bool], ...]:
    if not words:
        return ()
    if kind == ITEM:
        return (finding.c.item.contains("-".join(words.lower().split()), autoescape=True),)
    written = func.lower(found_party.c.name).contains(words.lower(), autoescape=True)
    key = entity_key(words)
    return (or_(written, found_party.c.key.contains(key, autoescape=True)) if key else written,)


def _found() -> Select[Any]:
    return select(
        finding.c.key,
        finding.c.item,
        finding.c.relation,
        finding.c.flagged,
        finding.c.control_status,
        finding.c.verdict,
        finding.c.notice_id,
        finding.c.kind,
        finding.c.source,
        finding.c.published,
        notice.c.first_seen_at,
        notice.c.procedure,
        found_notice.c.month,
        found_notice.c.region,
        found_notice.c.award,
        found_notice.c.award_currency,
        found_notice.c.budget,
        found_notice.c.budget_currency,
        found_notice.c.core,
    ).select_from(_base())
