"""Keeps beside each notice that has findings who takes part in it, where, and for how much."""

from collections.abc import Iterator

from sqlalchemy import Connection, ScalarSelect, delete, func, insert, select, update

from notices.document import WHOLE
from notices.names import name_key
from notices.notice import Notice
from notices.titles import core_of
from storage.aspects import note_aspects
from storage.facets import note_facets
from storage.found_tables import found_notice, found_party
from storage.rows import decode
from storage.tables import LATEST, document, finding, notice, revision

BUYER, AGENCY, TENDERER, SUPPLIER = "buyer", "procuringEntity", "tenderer", "supplier"
ROLES = (BUYER, AGENCY, TENDERER, SUPPLIER)
LONGEST_KEY = 200
# What two titles share that say so little is chance.
LEAST_CORE = 6


def note_found(connection: Connection, notice_id: int) -> None:
    """Writes down what the latest revision of a notice states; what was written before goes."""
    query = select(revision.c.body).select_from(notice.join(revision, LATEST)).where(notice.c.id == notice_id)
    _note(connection, notice_id, decode(connection.execute(query).scalar_one(), Notice))


def note_unread(connection: Connection, notice_id: int) -> None:
    """Writes how many of a notice's attachments were not read whole, if it has findings."""
    mine = found_notice.c.notice_id == notice_id
    if connection.execute(update(found_notice).where(mine).values(unread=_unread(notice_id))).rowcount:
        note_aspects(connection, notice_id)


def _note(connection: Connection, notice_id: int, read: Notice) -> None:
    # What lists say of it stays until its parties are looked up anew.
    before = select(found_notice.c.listed).where(found_notice.c.notice_id == notice_id)
    listed = connection.execute(before).scalar()
    for table in (found_party, found_notice):
        connection.execute(delete(table).where(table.c.notice_id == notice_id))
    connection.execute(
        insert(found_notice).values(notice_id=notice_id, listed=listed, unread=_unread(notice_id), **_facts(read))
    )
    rows = [{"notice_id": notice_id, **row} for row in _parties(read)]
    if rows:
        connection.execute(insert(found_party), rows)
    note_aspects(connection, notice_id)


def note_change(connection: Connection, notice_id: int, read: Notice) -> None:
    """Writes what a notice states by now beside its findings, by which lists of them are narrowed."""
    values = {"kind": read.kind, "published": read.published}
    if connection.execute(update(finding).where(finding.c.notice_id == notice_id).values(values)).rowcount:
        _note(connection, notice_id, read)
        note_facets(connection, notice_id)


def note_missing(connection: Connection, limit: int) -> int:
    """Does so for up to `limit` notices whose findings are older than this; returns for how many."""
    query = (
        select(finding.c.notice_id)
        .distinct()
        .select_from(finding.outerjoin(found_notice, found_notice.c.notice_id == finding.c.notice_id))
        .where(found_notice.c.notice_id.is_(None))
        .limit(limit)
    )
    missing = list(connection.execute(query).scalars())
    for notice_id in missing:
        note_found(connection, notice_id)
    return len(missing)


def entity_key(name: str) -> str:
    """The key under which an organisation's name is kept."""
    return name_key(name)[:LONGEST_KEY]


def _facts(read: Notice) -> dict[str, object]:
    core = core_of(read.title, read.buyer)[0]
    facts: dict[str, object] = {
        "month": (read.published_on or "")[:7],
        "region": read.region or "",
        "core": core[:LONGEST_KEY] if len(core) >= LEAST_CORE else "",
        "title": read.title,
        "buyer": read.buyer or "",
    }
    for name, money in (("award", read.award), ("budget", read.budget)):
        facts[name] = float(money.amount) if money else None
        facts[f"{name}_currency"] = money.currency[:3] if money else None
    return facts


def _unread(notice_id: int) -> ScalarSelect[int]:
    query = select(func.count()).where(document.c.notice_id == notice_id, document.c.state.not_in(WHOLE))
    return query.scalar_subquery()


def _parties(read: Notice) -> Iterator[dict[str, str]]:
    for role, name in dict.fromkeys((party.role, party.name) for party in read.parties):
        key = entity_key(name)
        if role in ROLES and key:
            yield {"role": role, "key": key, "name": name}
