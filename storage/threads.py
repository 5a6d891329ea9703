"""Joins each stored notice into its procedure; a procedure keeps the id that it had first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import sha256

from sqlalchemy import ColumnElement, Connection, Row, Select, bindparam, insert, or_, select, update

from notices.dates import SHANGHAI
from notices.notice import Notice, bare
from notices.procedures import Traits, threads, traits_of
from storage.alert_tables import news, silence, watch
from storage.tables import finding, notice, notice_link

# Notices that share a code or a title with one notice, and those that share theirs: more are no one's procedure.
MOST_NEAR = 200
_COLUMNS = (
    notice.c.id, notice.c.source, notice.c.kind, notice.c.published, notice.c.buyer, notice.c.code_key,
    notice.c.title_key, notice.c.again, notice.c.procedure, notice.c.url_key,
)  # fmt: skip


# Built once: making a statement anew costs more than running it.
_KEYED = update(notice).where(notice.c.id == bindparam("of_id"))
_TAKEN = (
    select(notice.c.id)
    .where(notice.c.procedure == bindparam("of_procedure"), notice.c.id.not_in(bindparam("but", expanding=True)))
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class _Near:
    """A stored notice that may belong to the same procedure, and the procedure's id that it has."""

    traits: Traits
    procedure: str


def join_thread(
    connection: Connection,
    notice_id: int,
    read: Notice,
    related: Iterable[str] = (),
    *,
    is_new: bool = False,
    at: datetime | None = None,
) -> None:
    """Gives a notice that was just stored, and those that it brings together, their procedure.

    `related`: addresses of notices that the portal itself lists beside this one. `is_new`: nothing is known of it yet.
    Findings whose procedure becomes another one changed `at` that moment.
    """
    traits = traits_of(read, notice_id)
    keys = {"code_key": traits.code, "title_key": traits.title, "again": traits.again, "url_key": _key(read.url)}
    connection.execute(_KEYED, keys | {"of_id": notice_id})
    stored = select(notice_link.c.url_key).where(notice_link.c.notice_id == notice_id)
    known = set() if is_new else set(connection.execute(stored).scalars())
    for url in dict.fromkeys(related):
        if (key := _key(url)) not in known and url != read.url:
            known.add(key)
            connection.execute(insert(notice_link).values(notice_id=notice_id, url_key=key, url=url))
    near = _near(connection, notice_id, traits, known, _key(read.url))
    groups = threads([each.traits for each in near.values()])
    mine = next(group for group in groups if any(each.number == notice_id for each in group))
    _settle(connection, [near[each.number] for each in mine], read, at)


def _near(connection: Connection, notice_id: int, traits: Traits, links: set[str], key: str) -> dict[int, _Near]:
    """The notice, those that share a key with it or are linked, and those that share a key with these."""
    rows: dict[int, Row[tuple[object, ...]]] = {}
    codes, titles = {traits.code} - {None}, {traits.title} - {None}
    asked: dict[str, object] = {"id": notice_id, "linked": key, "links": list(links)}
    for _ in range(2):
        asked |= {"codes": list(codes), "titles": list(titles)}
        named = frozenset(name for name, value in asked.items() if value)
        found = {row.id: row for row in connection.execute(_near_query(named), {name: asked[name] for name in named})}
        fresh = found.keys() - rows.keys()
        rows |= found
        codes = {row.code_key for row in found.values()} - codes - {None}
        titles = {row.title_key for row in found.values()} - titles - {None}
        asked = {}
        if not fresh or not (codes or titles):
            break
    related = _related(connection, rows) if len(rows) > 1 else {}
    return {row.id: _Near(_traits(row, related.get(row.id, frozenset())), row.procedure) for row in rows.values()}


@cache
def _near_query(named: frozenset[str]) -> Select[tuple[object, ...]]:
    """Notices that have any of the named: "id", "linked" (they link this address), "links", "codes", "titles"."""
    linking = select(notice_link.c.notice_id).where(notice_link.c.url_key == bindparam("linked"))
    conditions: dict[str, ColumnElement[bool]] = {
        "id": notice.c.id == bindparam("id"),
        "linked": notice.c.id.in_(linking),
        "links": notice.c.url_key.in_(bindparam("links", expanding=True)),
        "codes": notice.c.code_key.in_(bindparam("codes", expanding=True)),
        "titles": notice.c.title_key.in_(bindparam("titles", expanding=True)),
    }
    chosen = or_(*(condition for name, condition in conditions.items() if name in named))
    return select(*_COLUMNS).where(chosen).order_by(notice.c.id.desc()).limit(MOST_NEAR)


def _related(connection: Connection, rows: dict[int, Row[tuple[object, ...]]]) -> dict[int, frozenset[int]]:
    by_url = {row.url_key: row.id for row in rows.values() if row.url_key}
    query = select(notice_link.c.notice_id, notice_link.c.url_key).where(notice_link.c.notice_id.in_(list(rows)))
    found: dict[int, set[int]] = {}
    for link in connection.execute(query):
        if link.url_key in by_url:
            found.setdefault(link.notice_id, set()).add(by_url[link.url_key])
    return {number: frozenset(linked) for number, linked in found.items()}


def _traits(row: Row[tuple[object, ...]], related: frozenset[int]) -> Traits:
    published = row.published.astimezone(SHANGHAI).date() if row.published else None
    buyer = bare(row.buyer or "") or None
    return Traits(row.id, row.source, row.kind, published, buyer, row.code_key, row.title_key, row.again or 1, related)


def _settle(connection: Connection, members: Sequence[_Near], read: Notice, at: datetime | None) -> None:
    """One id for all members: that of the notice stored first; a lone one must not have another procedure's."""
    before = {each.traits.number: each.procedure for each in members}
    wanted = before[min(before)]
    tried = 0
    while len(members) == 1 and _is_taken(connection, wanted, list(before)):
        tried += 1
        wanted = sha256(f"{read.procedure}/{read.source}/{read.id}/{tried}".encode()).hexdigest()[:16]
    if set(before.values()) == {wanted}:
        return
    connection.execute(update(notice).where(notice.c.id.in_(list(before))).values(procedure=wanted))
    if at is not None:
        moved = [number for number, procedure in before.items() if procedure != wanted]
        connection.execute(update(finding).where(finding.c.notice_id.in_(moved)).values(changed_at=at))
    for old in set(before.values()) - {wanted}:
        if not _is_taken(connection, old, ()):
            # Two procedures turned out to be one: what is said of the one that is gone is said of the other.
            following = (watch.c.kind == "procedure", watch.c.value == old)
            connection.execute(update(watch).where(*following).values(value=wanted))
            connection.execute(update(news).where(news.c.procedure == old).values(procedure=wanted))
            connection.execute(update(silence).where(silence.c.procedure == old).values(procedure=wanted))


def _is_taken(connection: Connection, procedure: str, numbers: Sequence[int]) -> bool:
    return connection.execute(_TAKEN, {"of_procedure": procedure, "but": list(numbers)}).first() is not None


def _key(url: str) -> str:
    """The address without its scheme, as a key: portals link the same page as http and as https."""
    return sha256(url.split("://", 1)[-1].encode()).hexdigest()[:32]
