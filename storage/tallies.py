"""Findings counted by what lists of them are narrowed by, and the values that there are."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, func, select

from notices.finding import SEVERITIES
from storage.tables import finding, notice

UNREVIEWED = "none"
# In the order of the index ix_finding_tally, so that equal ones stand together in it.
COLUMNS = (
    finding.c.severity_rank, finding.c.category, finding.c.item, finding.c.relation, finding.c.control_status,
    finding.c.kind, finding.c.source, finding.c.flagged, finding.c.verdict,
)  # fmt: skip


class Tally(NamedTuple):
    """How many findings share these values; `verdict` is the one in force, "none" where there is none."""

    severity: str
    category: str
    item: str
    relation: str
    control: str
    kind: str
    source: str
    flagged: bool
    verdict: str
    number: int


def read_tallies(connection: Connection, chosen: Select[*tuple[Any, ...]]) -> list[Tally]:
    """The findings of a query, counted in one walk over them."""
    counted = chosen.with_only_columns(*COLUMNS, func.count()).group_by(*COLUMNS)
    rows: Sequence[Any] = connection.execute(counted).cursor.fetchall()
    return [Tally._make((SEVERITIES[row[0]], *row[1:7], bool(row[7]), row[8] or UNREVIEWED, row[9])) for row in rows]


def read_items(connection: Connection) -> dict[str, str]:
    """Every item that a present finding has, with the body of one of its findings."""
    present = finding.c.withdrawn_at.is_(None)
    one_each = select(func.min(finding.c.key)).where(present).group_by(finding.c.item)
    query = select(finding.c.item, finding.c.body).where(finding.c.key.in_(one_each)).order_by(finding.c.item)
    return {row.item: row.body for row in connection.execute(query)}


def read_sources(connection: Connection) -> list[str]:
    """Every source that a stored notice has."""
    # From each one to the next by the index: reading them all would read an entry for each notice.
    first = select(func.min(notice.c.source).label("source")).cte("known", recursive=True)
    beyond = select(func.min(notice.c.source)).where(notice.c.source > first.c.source).scalar_subquery()
    known = first.union_all(select(beyond).where(first.c.source.is_not(None)))
    return list(connection.execute(select(known.c.source).where(known.c.source.is_not(None))).scalars())
