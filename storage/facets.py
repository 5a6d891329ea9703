"""What lists of findings are narrowed by, each combination kept once: a list is counted by its number alone."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Select, String, case, cast, func, select, text

from notices.finding import SEVERITIES
from notices.review import VERDICTS
from storage.found_tables import ASPECTS, NARROWING, finding_aspect, finding_facet
from storage.tables import finding
from storage.tallies import UNREVIEWED, Tally

_VERDICTS = (UNREVIEWED, *VERDICTS)
# What stands for the aspects of a finding while an older store is being brought up.
_NOT_YET = (0, "", False, "", "", "", "", "")
NAMES = ("severity", "category", "item", "relation", "control", "kind", "source", "flagged")
_SAME = " AND ".join(f"finding_facet.{name} = finding.{name}" for name in NARROWING)
# A combination is never changed nor deleted, so what was read of it once stays true.
_ADD = (
    f"INSERT INTO finding_facet ({', '.join(NARROWING)}) SELECT DISTINCT {', '.join(NARROWING)} FROM finding "  # noqa: S608
    f"WHERE notice_id = :notice AND NOT EXISTS (SELECT 1 FROM finding_facet WHERE {_SAME}) ON CONFLICT DO NOTHING"
)
_SET = (
    f"UPDATE finding SET facet_id = (SELECT id FROM finding_facet WHERE {_SAME}) "  # noqa: S608
    "WHERE notice_id = :notice"
)


def note_facets(connection: Connection, notice_id: int) -> None:
    """Writes beside each finding of a notice the number of its combination."""
    for statement in (_ADD, _SET):
        connection.execute(text(statement), {"notice": notice_id})


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """One column of many rows: its values, each once, and the place among them of each row's."""

    values: tuple[Any, ...]
    codes: NDArray[np.intp]

    @classmethod
    def of(cls, values: Iterable[Any]) -> "Column":
        places: dict[Any, int] = {}
        codes = [places.setdefault(value, len(places)) for value in values]
        return cls(tuple(places), np.array(codes, dtype=np.intp))

    def rows(self, chosen: NDArray[np.intp]) -> "Column":
        return Column(self.values, self.codes[chosen])

    def equal(self, value: object) -> NDArray[np.bool_]:
        """Which rows have the value."""
        return self.meeting(lambda each: each == value)

    def meeting(self, is_met: Callable[[Any], bool]) -> NDArray[np.bool_]:
        """Which rows' values meet a condition."""
        met = np.fromiter(map(is_met, self.values), np.bool_, len(self.values))
        return met[self.codes]


@dataclass(frozen=True, slots=True, eq=False)
class Tallies:
    """Tallies column by column: the fields of `Tally` by name, and how many findings each row stands for."""

    columns: dict[str, Column]
    numbers: NDArray[np.int64]

    @classmethod
    def of(cls, tallies: Sequence[Tally]) -> "Tallies":
        names = (*NAMES, "verdict", *ASPECTS)
        columns = {name: Column.of(getattr(each, name) for each in tallies) for name in names}
        return cls(columns, np.array([each.number for each in tallies], dtype=np.int64))

    def rows(self) -> list[Tally]:
        """The same one by one, those of equal combinations together."""
        columns = [self.columns[name] for name in Tally._fields if name != "number"]
        told = [[column.values[code] for code in column.codes] for column in columns]
        made = zip(*told, self.numbers, strict=True)
        return sorted(Tally._make((*values, int(number))) for *values, number in made)


@dataclass(frozen=True, slots=True, eq=False)
class _Known:
    """Combinations by their numbers, which rise."""

    ids: NDArray[np.int64]
    columns: dict[str, Column]

    def has(self, ids: NDArray[np.int64]) -> bool:
        """Whether all of these are among them."""
        places = np.searchsorted(self.ids, ids)
        return not len(ids) or (places.max() < len(self.ids) and bool(np.array_equal(self.ids[places], ids)))

    def columns_of(self, ids: NDArray[np.int64]) -> dict[str, Column]:
        rows = np.searchsorted(self.ids, ids)
        return {name: column.rows(rows) for name, column in self.columns.items()}


@dataclass(slots=True)
class Facets:
    """The combinations that were read already; may be shared by threads, which each put a whole new state here."""

    known: _Known = field(default_factory=lambda: _known((), NAMES))
    aspects: _Known = field(default_factory=lambda: _known((), ASPECTS))

    def of(self, connection: Connection, ids: NDArray[np.int64]) -> dict[str, Column]:
        """The columns of combinations, in the order of their numbers."""
        # Of this thread: another one may put what it read before into the common place.
        known = self.known
        if not known.has(ids):
            query = select(finding_facet.c.id, *(finding_facet.c[name] for name in NARROWING))
            known = self.known = _known(connection.execute(query.order_by(finding_facet.c.id)).all(), NAMES)
        return known.columns_of(ids)

    def aspects_of(self, connection: Connection, ids: NDArray[np.int64]) -> dict[str, Column]:
        """Likewise of what changes after a finding was made."""
        known = self.aspects
        if not known.has(ids):
            query = select(finding_aspect.c.id, *(finding_aspect.c[name] for name in ASPECTS))
            rows = connection.execute(query.order_by(finding_aspect.c.id)).all()
            known = self.aspects = _known((_NOT_YET, *rows), ASPECTS)
        return known.columns_of(ids)


def read_tallies(connection: Connection, chosen: Select[*tuple[Any, ...]], facets: Facets) -> Tallies:
    """The findings of a query, counted in one walk over them."""
    # Two numbers for each finding, in texts: thousands of rows take longer to fetch than to count.
    verdict = case({each: place for place, each in enumerate(_VERDICTS)}, value=finding.c.verdict, else_=0)
    numbers = (finding.c.facet_id * len(_VERDICTS) + verdict, func.coalesce(finding.c.aspect_id, 0))
    texts = (func.aggregate_strings(cast(number, String), ",") for number in numbers)
    said = connection.execute(chosen.with_only_columns(*texts)).one()
    facet, aspect = (np.fromstring(text or "", dtype=np.int64, sep=",") for text in said)
    most = int(aspect.max(initial=0)) + 1
    told, counts = np.unique(facet * most + aspect, return_counts=True)
    facet, aspect = np.divmod(told, most)
    ids, verdicts = np.divmod(facet, len(_VERDICTS))
    columns = facets.of(connection, ids) | facets.aspects_of(connection, aspect)
    return Tallies(columns | {"verdict": Column(_VERDICTS, verdicts)}, counts)


def _known(rows: Sequence[Any], names: Sequence[str]) -> _Known:
    told = {name: Column.of(row[place] for row in rows) for place, name in enumerate(names, 1)}
    if "severity" in told:
        ranks = told["severity"]
        told["severity"] = Column(tuple(SEVERITIES[rank] for rank in ranks.values), ranks.codes)
    return _Known(np.array([row[0] for row in rows], dtype=np.int64), told)
