"""Search over all notices and their attachments: which match, newest first or with the words in the title first."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, false, not_, or_, select, text

from notices.document import Text
from storage.search_index import (
    attached_texts,
    facet_token,
    follows_rules,
    index_some,
    mark_due,
    renew,
    waiting,
)
from storage.search_keys import BITS, UNDATED, day_of, month_keys
from storage.search_results import FoundNotice, read_results
from storage.search_tables import INDEX, fts_index, gin_index, search_entry, search_facet
from storage.search_words import SearchQuery, Term, as_stream, term_tokens

FILTERED = ("source", "kind", "region", "found")
FACETS = ("month", *FILTERED)
FEW = 500
NEWEST, TITLE = "date", "title"
ORDERS = (NEWEST, TITLE)
# Beyond so many matches the newest of them are counted, and that there are more is said.
MOST_COUNTED = 10_000


@dataclass(frozen=True, slots=True)
class SearchFilter:
    """What beside the words restricts; None does not. `month` is YYYY or YYYY-MM, `found` flagged, reported or none."""

    source: str | None = None
    kind: str | None = None
    month: str | None = None
    region: str | None = None
    found: str | None = None


@dataclass(slots=True)
class KnownFacets:
    """Combinations of FILTERED by their numbers, read once: none is ever changed nor deleted. Threads may share it."""

    rows: Mapping[int, tuple[str, ...]] = field(default_factory=dict)

    def of(self, connection: Connection, numbers: Collection[int]) -> Mapping[int, tuple[str, ...]]:
        """At least those of these numbers."""
        missing = [each for each in numbers if each not in self.rows]
        if missing:
            query = select(search_facet.c.id, *(search_facet.c[name] for name in FILTERED))
            if len(missing) < FEW:
                query = query.where(search_facet.c.id.in_(missing))
            self.rows = {**self.rows, **{row[0]: tuple(row[1:]) for row in connection.execute(query).all()}}
        return self.rows


@dataclass(frozen=True, slots=True)
class SearchPage:
    """Ids of the notices of one page; `total` and `counts` (by facet and value) are of the newest matches if `more`."""

    notices: tuple[int, ...]
    total: int
    more: bool
    counts: Mapping[str, Mapping[str, int]]


class SearchRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._is_sqlite = connection.dialect.name == "sqlite"

    def find(
        self,
        query: SearchQuery,
        chosen: SearchFilter = SearchFilter(),
        *,
        order: str = NEWEST,
        offset: int = 0,
        limit: int = 20,
        most: int = MOST_COUNTED,
        known: KnownFacets | None = None,
    ) -> SearchPage:
        """One page of the notices that match; with more than `most` matches only the newest `most` are reached.

        What was read for the counts once is kept in `known`.
        """
        columns = (search_entry.c.key, search_entry.c.notice_id, search_entry.c.facet_id)
        # Plain tuples of numbers: thousands of rows as objects would wake the garbage collector each time.
        done = self._connection.execute(self._matching(query, chosen, columns).limit(most + 1))
        rows: Sequence[tuple[int, int, int]] = done.cursor.fetchall()
        total, found = len(rows), [row[1] for row in rows[:most]]
        if order == TITLE:
            titled = self._matching(query, chosen, columns[1:2], in_title=True).limit(min(offset + limit, most))
            first = dict.fromkeys(self._connection.execute(titled).scalars().all())
            found = [*first, *(each for each in found if each not in first)]
        counts = self._counts(rows[:most], known or KnownFacets())
        return SearchPage(tuple(found[offset : offset + limit]), min(total, most), total > most, counts)

    def attached(self, notice_id: int) -> Iterator[Text]:
        """The titles and texts of a notice's documents."""
        return attached_texts(self._connection, notice_id)

    def read(self, notice_ids: Sequence[int]) -> list[FoundNotice]:
        """What a list shows of each of these notices."""
        return read_results(self._connection, notice_ids)

    def waiting(self) -> int:
        """How many changes are not in the index yet."""
        return waiting(self._connection)

    def index_some(self) -> int:
        """Indexes some of what waits, in this transaction; returns how many changes were taken, 0 if none waits."""
        return index_some(self._connection)

    def renew(self) -> bool:
        """Marks every notice if the index was made by other rules than the present ones."""
        return renew(self._connection)

    def is_present(self) -> bool:
        """Whether the index was made, or is being made, by the present rules."""
        return follows_rules(self._connection)

    def mark(self, notice_id: int) -> None:
        """Notes that a notice is to be indexed anew."""
        mark_due(self._connection, notice_id)

    def values(self, name: str) -> list[str]:
        """Every source, kind, region or state of findings that an indexed notice has or had."""
        query = select(search_facet.c[name]).distinct().order_by(search_facet.c[name])
        return list(self._connection.execute(query).scalars())

    def _counts(self, rows: Sequence[tuple[int, int, int]], known: KnownFacets) -> dict[str, Counter[str]]:
        counts: dict[str, Counter[str]] = {name: Counter() for name in FACETS}
        for day, number in Counter(row[0] >> BITS for row in rows).items():
            published = day_of(day << BITS)
            counts["month"][f"{published:%Y-%m}" if published else ""] += number
        numbers = Counter(row[2] for row in rows)
        values = known.of(self._connection, numbers)
        for place, name in enumerate(FILTERED):
            for facet, number in numbers.items():
                counts[name][values[facet][place]] += number
        return counts

    def _matching(
        self,
        query: SearchQuery,
        chosen: SearchFilter,
        columns: Sequence[ColumnElement[Any]],
        *,
        in_title: bool = False,
    ) -> Select[*tuple[Any, ...]]:
        first, last = month_keys(chosen.month) if chosen.month else (UNDATED, 2**62)
        if self._is_sqlite:
            match = text(f"{INDEX} MATCH :match").bindparams(match=_fts_query(query, chosen, in_title=in_title))
            joined = fts_index.join(search_entry, search_entry.c.key == fts_index.c.rowid)
            query_ = select(*columns).select_from(joined).where(match, fts_index.c.rowid.between(first, last))
            return query_.order_by(fts_index.c.rowid.desc())
        joined = gin_index.join(search_entry, search_entry.c.key == gin_index.c.key)
        given = {name: getattr(chosen, name) for name in FILTERED}
        same = [search_facet.c[name] == value for name, value in given.items() if value is not None]
        if same:
            joined = joined.join(search_facet, search_facet.c.id == search_entry.c.facet_id)
        query_ = select(*columns).select_from(joined).where(_gin_query(query, in_title=in_title), *same)
        return query_.where(gin_index.c.key.between(first, last)).order_by(gin_index.c.key.desc())


def _fts_query(query: SearchQuery, chosen: SearchFilter, *, in_title: bool) -> str:
    """The query in FTS5's own language; every token is one of ours, so nothing of it is the reader's."""
    wanted = " AND ".join(f"({' OR '.join(map(_phrases, group))})" for group in query.wanted)
    said = [f"title : ({wanted})" if in_title else wanted]
    for name in FILTERED:
        value = getattr(chosen, name)
        if value is not None:
            said.append(f'"{facet_token(name, value)}"')
    found = " AND ".join(said)
    return f"({found}) NOT ({' OR '.join(map(_phrases, query.excluded))})" if query.excluded else found


def _phrases(term: Term) -> str:
    return " OR ".join(f'"{" ".join(term_tokens(row))}"' for row in term.spellings())


def _gin_query(query: SearchQuery, *, in_title: bool) -> ColumnElement[bool]:
    wanted = [or_(false(), *(_stands(term, in_title=in_title) for term in group)) for group in query.wanted]
    return and_(*wanted, *(not_(_stands(term, in_title=False)) for term in query.excluded))


def _stands(term: Term, *, in_title: bool) -> ColumnElement[bool]:
    """The term's tokens are there, and where they may be so by chance its elements in a row too."""
    return or_(false(), *(_row_stands(row, in_title=in_title) for row in term.spellings()))


def _row_stands(row: Sequence[str], *, in_title: bool) -> ColumnElement[bool]:
    tokens = gin_index.c.tokens.contains(term_tokens(row))
    stream = as_stream(row)
    if in_title:
        return and_(tokens, gin_index.c.title.contains(stream))
    if len(row) < 3:
        return tokens
    return and_(tokens, or_(gin_index.c.title.contains(stream), gin_index.c.rest.contains(stream)))
