"""Which party lists name the parties of the notices that have findings, kept so that lists of findings find them."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, or_, select, update

from notices.listing import Listing
from storage.aspects import note_aspects
from storage.found_tables import finding_aspect, found_listing, found_notice, found_party
from storage.tables import finding, notice


@dataclass(frozen=True, slots=True)
class Named:
    """A notice to look up: its moment of publication, its parties as (role, name), and whether it had listings."""

    notice_id: int
    published: datetime | None
    parties: tuple[tuple[str, str], ...]
    had: bool


class ListingRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def due(self, version: str, limit: int, among: Collection[int] | None = None) -> list[Named]:
        """Up to `limit` notices with findings that were not looked up by this watchlist yet."""
        stale = or_(found_notice.c.listed_by.is_(None), found_notice.c.listed_by != version)
        # Not joined: SQLite would walk over all notices.
        published = select(notice.c.published).where(notice.c.id == found_notice.c.notice_id).scalar_subquery()
        columns = (found_notice.c.notice_id.label("id"), found_notice.c.listed, published.label("published"))
        query = select(*columns).where(stale)
        if among is not None:
            query = query.where(found_notice.c.notice_id.in_(among))
        rows = self._connection.execute(query.limit(limit)).all()
        named: dict[int, list[tuple[str, str]]] = {row.id: [] for row in rows}
        parties = select(found_party).where(found_party.c.notice_id.in_(named)).order_by(found_party.c.id)
        for row in self._connection.execute(parties):
            named[row.notice_id].append((row.role, row.name))
        return [Named(row.id, row.published, tuple(named[row.id]), bool(row.listed)) for row in rows]

    def note(self, notice_id: int, version: str, listings: Sequence[Listing]) -> None:
        """Writes down what a watchlist's party lists say of a notice; what was written before goes."""
        before = found_listing.c.notice_id == notice_id
        self._connection.execute(delete(found_listing).where(before))
        if listings:
            self._connection.execute(insert(found_listing), [_columns(notice_id, each) for each in listings])
        values = {"listed": "\n".join(sorted({each.list for each in listings})), "listed_by": version}
        self._connection.execute(update(found_notice).where(found_notice.c.notice_id == notice_id).values(values))
        note_aspects(self._connection, notice_id)

    def note_none(self, notice_ids: Sequence[int], version: str) -> None:
        """Writes down that a watchlist's party lists say nothing of notices that had no listings before either."""
        mine = found_notice.c.notice_id.in_(notice_ids)
        self._connection.execute(update(found_notice).where(mine).values(listed_by=version))

    def of_notice(self, notice_id: int) -> list[Listing]:
        query = select(found_listing).where(found_listing.c.notice_id == notice_id).order_by(found_listing.c.id)
        return [
            Listing(row.role, row.name, row.list, row.entry, row.since, row.citation)
            for row in self._connection.execute(query)
        ]

    def lists(self) -> list[str]:
        """Every list that names a party of a present finding's notice."""
        used = select(finding.c.aspect_id).where(finding.c.withdrawn_at.is_(None))
        query = select(finding_aspect.c.listed).where(finding_aspect.c.listed != "", finding_aspect.c.id.in_(used))
        return sorted(set(lists_in(self._connection.execute(query.distinct()).scalars())))


def lists_in(told: Iterable[str]) -> Iterable[str]:
    """The names of lists that are kept a line each."""
    return (name for each in told for name in each.splitlines())


def _columns(notice_id: int, each: Listing) -> dict[str, object]:
    return {
        "notice_id": notice_id,
        "role": each.role,
        "name": each.name,
        "list": each.list,
        "entry": each.entry,
        "since": each.since,
        "citation": each.citation,
    }
