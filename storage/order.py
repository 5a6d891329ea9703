"""The order of findings in lists, and where one of them stands in a list."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, case, func, or_, select

from storage.tables import finding

# The most severe first, the newest first among equals, those without a date last.
ORDER = (finding.c.severity_rank, finding.c.published.desc().nulls_last(), finding.c.key)
_BACKWARDS = (finding.c.severity_rank.desc(), finding.c.published.asc().nulls_first(), finding.c.key.desc())


@dataclass(frozen=True, slots=True)
class Position:
    """Where a finding stands in a list; `number` counts from 1 and is 0 if it is not in it.

    `before` and `after` are its neighbours; for one that is not in the list `after` is the list's first.
    """

    number: int
    total: int
    before: str | None
    after: str | None


def position_in(connection: Connection, listed: Select[*tuple[Any, ...]], key: str) -> Position:
    """The place of a finding in what a query lists, without reading the list."""
    this = connection.execute(select(finding.c.severity_rank, finding.c.published).where(finding.c.key == key)).first()
    if this is None:
        return _outside(connection, listed)
    earlier = _earlier(this, key)
    counted = listed.with_only_columns(
        func.count(), func.sum(case((earlier, 1), else_=0)), func.sum(case((finding.c.key == key, 1), else_=0))
    )
    total, number, present = connection.execute(counted).one()
    if not present:
        return _outside(connection, listed)
    keys = listed.with_only_columns(finding.c.key)
    before = connection.execute(keys.where(earlier).order_by(*_BACKWARDS).limit(1)).scalar()
    after = connection.execute(keys.where(_later(this, key)).order_by(*ORDER).limit(1)).scalar()
    return Position(number + 1, total, before, after)


def _outside(connection: Connection, listed: Select[*tuple[Any, ...]]) -> Position:
    total = connection.execute(listed.with_only_columns(func.count())).scalar_one()
    first = connection.execute(listed.with_only_columns(finding.c.key).order_by(*ORDER).limit(1)).scalar()
    return Position(0, total, None, first)


def _earlier(this: Row[int, datetime | None], key: str) -> ColumnElement[bool]:
    rank, published = this
    if published is None:
        within = or_(finding.c.published.is_not(None), finding.c.key < key)
    else:
        within = or_(finding.c.published > published, and_(finding.c.published == published, finding.c.key < key))
    return or_(finding.c.severity_rank < rank, and_(finding.c.severity_rank == rank, within))


def _later(this: Row[int, datetime | None], key: str) -> ColumnElement[bool]:
    rank, published = this
    if published is None:
        within = and_(finding.c.published.is_(None), finding.c.key > key)
    else:
        within = or_(
            finding.c.published < published,
            finding.c.published.is_(None),
            and_(finding.c.published == published, finding.c.key > key),
        )
    return or_(finding.c.severity_rank > rank, and_(finding.c.severity_rank == rank, within))
