"""Keeps the search index: what changed is marked in the change's own transaction, and indexed in batches later.

A notice is indexed anew under a new key; what SQLite's index still holds of it under the old one is never shown,
because that key has no entry any more.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, case, delete, func, insert, select, text

from notices.dates import SHANGHAI
from notices.document import Text
from notices.notice import Notice
from storage.rows import decode
from storage.search_keys import new_keys, set_state, state
from storage.search_tables import INDEX, fts_index, gin_index, search_due, search_entry, search_facet
from storage.search_words import RULES, as_stream, elements_of, fold, index_tokens
from storage.tables import LATEST, document, finding, notice, revision
from storage.tables import text as text_table

FLAGGED, REPORTED, NOTHING = "flagged", "reported", "none"
# A batch is one transaction: other writers wait for it.
MOST_NOTICES, MOST_CHARACTERS = 2_000, 2_000_000
# One indexes at a time; the number only has to be the same for all.
_LOCK = 7_205_606


@dataclass(frozen=True, slots=True)
class _Page:
    """What is indexed of one notice; its texts are joined by line ends."""

    notice_id: int
    day: date | None
    title: str
    rest: str
    facets: dict[str, str]


def mark_due(connection: Connection, notice_id: int) -> None:
    """Notes that a notice, or what was read of its documents, changed."""
    connection.execute(insert(search_due).values(notice_id=notice_id))


def mark_found(connection: Connection, notice_id: int) -> None:
    """Notes that a notice's findings changed, if that changes under which filter it is found."""
    query = select(search_facet.c.found).join(search_entry, search_entry.c.facet_id == search_facet.c.id)
    query = query.where(search_entry.c.notice_id == notice_id)
    indexed = connection.execute(query).scalar()
    if indexed is not None and indexed != _found(connection, [notice_id]).get(notice_id, NOTHING):
        mark_due(connection, notice_id)


def waiting(connection: Connection) -> int:
    """How many changes wait to be indexed."""
    return connection.execute(select(func.count()).select_from(search_due)).scalar_one()


def index_some(connection: Connection) -> int:
    """Indexes some of what waits; returns how many changes were taken, 0 if none waits."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
    query = select(search_due.c.id, search_due.c.notice_id).order_by(search_due.c.id).limit(MOST_NOTICES)
    marks: dict[int, list[int]] = {}
    for mark in connection.execute(query):
        marks.setdefault(mark.notice_id, []).append(mark.id)
    pages, characters = [], 0
    for page in _pages(connection, list(marks)):
        pages.append(page)
        characters += len(page.rest)
        if characters > MOST_CHARACTERS:
            break
    done = [mark for page in pages for mark in marks[page.notice_id]]
    _replace(connection, pages)
    connection.execute(delete(search_due).where(search_due.c.id.in_(done)))
    return len(done)


def follows_rules(connection: Connection) -> bool:
    """Whether what is indexed was cut by the present rules."""
    return state(connection, "rules") == RULES


def renew(connection: Connection) -> bool:
    """Empties the index and marks every notice, if it was made by other rules or is mostly leavings; else False."""
    entries = connection.execute(select(func.count()).select_from(search_entry)).scalar_one()
    leavings = state(connection, "rows") - entries
    if follows_rules(connection) and leavings <= max(entries, MOST_NOTICES):
        return False
    is_sqlite = connection.dialect.name == "sqlite"
    empty = f"INSERT INTO {INDEX} ({INDEX}) VALUES ('delete-all')" if is_sqlite else f"TRUNCATE {INDEX}"  # noqa: S608
    connection.execute(text(empty))
    connection.execute(delete(search_entry))
    connection.execute(delete(search_due))
    connection.execute(insert(search_due).from_select(["notice_id"], select(notice.c.id).order_by(notice.c.id)))
    set_state(connection, "rules", RULES)
    set_state(connection, "rows", 0)
    return True


def page_texts(read: Notice) -> Iterator[Text]:
    """What a notice's own page is found by: title, body, and the facts that do not stand in the body."""
    yield Text("title", read.title)
    yield Text("body", read.text)
    names = (read.project_code, *dict.fromkeys(party.name for party in read.parties))
    yield Text("facts", "\n".join(name for name in names if name and name not in read.text))


def attached_texts(connection: Connection, notice_id: int) -> Iterator[Text]:
    """What a notice's documents are found by: the title of each, then its texts."""
    query = (
        select(document.c.number, document.c.title, text_table.c.origin, text_table.c.content)
        .select_from(document.outerjoin(text_table, text_table.c.document_id == document.c.id))
        .where(document.c.notice_id == notice_id)
        .order_by(document.c.number, text_table.c.id)
    )
    named = 0
    for row in connection.execute(query):
        if row.number != named:
            named = row.number
            yield Text(f"document:{row.number}", row.title)
        if row.content:
            yield Text(f"document:{row.number}{row.origin}", row.content)


def facet_token(name: str, value: str) -> str:
    """What a filter's value is found by: one token, whatever the value holds."""
    return f"¶{name}¶" + "".join(
        each if each.isalnum() and not each.isupper() else f"¤{ord(each):x}¤" for each in value
    )


def _pages(connection: Connection, notice_ids: Sequence[int]) -> Iterator[_Page]:
    query = select(notice.c.id, revision.c.body).select_from(notice.join(revision, LATEST))
    found = _found(connection, notice_ids)
    linking = select(document.c.notice_id).distinct().where(document.c.notice_id.in_(notice_ids))
    with_documents = set(connection.execute(linking).scalars())
    for row in connection.execute(query.where(notice.c.id.in_(notice_ids)).order_by(notice.c.id)).all():
        read = decode(row.body, Notice)
        published = read.published.astimezone(SHANGHAI).date() if read.published else None
        facets = {
            "source": read.source,
            "kind": read.kind,
            "region": read.region or "",
            "found": found.get(row.id, NOTHING),
        }
        _, *texts = page_texts(read)
        if row.id in with_documents:
            texts += attached_texts(connection, row.id)
        rest = "\n".join(each.content for each in texts if each.content)
        yield _Page(row.id, published, read.title, rest, facets)


def _found(connection: Connection, notice_ids: Sequence[int]) -> dict[int, str]:
    flagged = func.max(case((finding.c.flagged, 1), else_=0))
    query = select(finding.c.notice_id, flagged.label("flagged")).group_by(finding.c.notice_id)
    query = query.where(finding.c.notice_id.in_(notice_ids), finding.c.withdrawn_at.is_(None))
    return {row.notice_id: FLAGGED if row.flagged else REPORTED for row in connection.execute(query)}


def _replace(connection: Connection, pages: Sequence[_Page]) -> None:
    """Makes the pages' entries and index rows; what there was of the same notices is gone with them."""
    if not pages:
        return
    before = search_entry.c.notice_id.in_([page.notice_id for page in pages])
    if connection.dialect.name == "postgresql":
        connection.execute(delete(gin_index).where(gin_index.c.key.in_(select(search_entry.c.key).where(before))))
    connection.execute(delete(search_entry).where(before))
    set_state(connection, "rows", state(connection, "rows") + len(pages))
    keyed = list(zip(new_keys(connection, [page.day for page in pages]), pages, strict=True))
    numbers = _facet_numbers(connection, [page.facets for page in pages])
    entries = [
        {"key": key, "notice_id": page.notice_id, "facet_id": numbers[tuple(page.facets.values())]}
        for key, page in keyed
    ]
    connection.execute(insert(search_entry), entries)
    if connection.dialect.name == "postgresql":
        connection.execute(insert(gin_index), [_gin_row(key, page) for key, page in keyed])
    else:
        connection.execute(insert(fts_index), [_fts_row(key, page) for key, page in keyed])


def _facet_numbers(connection: Connection, facets: Sequence[dict[str, str]]) -> dict[tuple[str, ...], int]:
    """The number of each combination, a new one for those not met before."""
    columns = [search_facet.c[name] for name in ("source", "kind", "region", "found")]
    known = {tuple(row[1:]): row.id for row in connection.execute(select(search_facet.c.id, *columns))}
    for each in facets:
        if tuple(each.values()) not in known:
            done = connection.execute(insert(search_facet).values(each).returning(search_facet.c.id))
            known[tuple(each.values())] = done.scalar_one()
    return known


def _fts_row(key: int, page: _Page) -> dict[str, object]:
    title_pairs, title_singles = index_tokens(fold(page.title))
    pairs, singles = index_tokens(fold(page.rest))
    facets = (facet_token(name, value) for name, value in page.facets.items())
    title = " ".join((*title_pairs, *title_singles))
    return {"rowid": key, "title": title, "rest": " ".join((*pairs, *singles, *facets))}


def _gin_row(key: int, page: _Page) -> dict[str, object]:
    title, rest = fold(page.title), fold(page.rest)
    tokens: set[str] = set()
    for folded in (title, rest):
        pairs, singles = index_tokens(folded)
        tokens.update(pairs, singles)
    streams = {"title": as_stream(elements_of(title)), "rest": as_stream(elements_of(rest))}
    return {"key": key, "tokens": sorted(tokens)} | streams
