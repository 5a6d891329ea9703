"""Findings counted by what lists of them are narrowed by, and the values that there are."""

from typing import NamedTuple

from sqlalchemy import CTE, Connection, func, select

from storage.tables import finding, notice

UNREVIEWED = "none"


class Tally(NamedTuple):
    """How many findings share these values; `verdict` is the one in force, "none" where there is none.

    Those from `region` on are "" where there is none; `listed` has each party list in a line.
    """

    severity: str
    category: str
    item: str
    relation: str
    control: str
    kind: str
    source: str
    flagged: bool
    verdict: str
    region: str
    unread: bool
    listed: str
    change: str
    assignee: str
    due: str
    reading: str
    number: int


def read_items(connection: Connection) -> dict[str, str]:
    """Every item that a present finding has, with the body of one of its findings."""
    present = finding.c.withdrawn_at.is_(None)
    one_each = select(func.min(finding.c.key)).where(present).group_by(finding.c.item)
    query = select(finding.c.item, finding.c.body).where(finding.c.key.in_(one_each)).order_by(finding.c.item)
    return {row.item: row.body for row in connection.execute(query)}


def known_sources() -> CTE:
    """Every source that a stored notice has, and a NULL."""
    # From each one to the next by the index: reading them all would read an entry for each notice.
    first = select(func.min(notice.c.source).label("source")).cte("known", recursive=True)
    beyond = select(func.min(notice.c.source)).where(notice.c.source > first.c.source).scalar_subquery()
    return first.union_all(select(beyond).where(first.c.source.is_not(None)))


def read_sources(connection: Connection) -> list[str]:
    """Every source that a stored notice has."""
    known = known_sources()
    return list(connection.execute(select(known.c.source).where(known.c.source.is_not(None))).scalars())
