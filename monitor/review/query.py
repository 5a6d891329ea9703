"""The queue's filters as a URL's query: read strictly, written back so that it can be shared."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, time, timedelta
from urllib.parse import urlencode

from monitor.review.words import codes, shown
from notices.codelists import NOTICE_KINDS
from notices.dates import SHANGHAI, read_day
from notices.duty import READINGS
from notices.errors import TenderwatchError, UnreadableValueError
from notices.finding import APPEARED, DISAPPEARED, RELATIONS, SEVERITIES
from notices.listing import ANY, NONE
from storage.findings import FindingFilter
from storage.tallies import UNREVIEWED

# What each view asks of a finding; a view that is not named here does not ask it.
VIEWS = ("todo", "confirmed", "rejected", "unsure", "all", "unflagged")
FLAGGED = {"todo": True, "all": True, "unflagged": False}
VERDICT = {"todo": UNREVIEWED, "confirmed": "confirmed", "rejected": "rejected", "unsure": "unsure"}
PAGE_SIZE = 40
FACETS = ("severity", "category", "item", "relation", "control", "kind", "source")
# What is counted beside them though it changes after a finding was made.
ASPECTS = ("listed", "unread", "change", "region", "assignee", "due_before", "reading")
PASSING = frozenset({"lang", "done", "key", "batch", "undone", "picked", "noted"})
LONGEST = 200
_AMOUNT = re.compile(r"[0-9]{1,13}(\.[0-9]{1,2})?")


@dataclass(frozen=True, slots=True)
class Problem:
    """One part of an address that means nothing: what was asked, and what may be asked instead."""

    name: str
    value: str
    allowed: tuple[str, ...]
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Query:
    """Which part of the queue to show; None does not restrict. Days are YYYY-MM-DD in the sites' zone, inclusive."""

    view: str = "todo"
    severity: str | None = None
    category: str | None = None
    item: str | None = None
    relation: str | None = None
    control: str | None = None
    kind: str | None = None
    source: str | None = None
    buyer: str | None = None
    words: str | None = None
    since: str | None = None
    until: str | None = None
    assignee: str | None = None
    # A day: due before it.
    due_before: str | None = None
    reading: str | None = None
    change: str | None = None
    unread: str | None = None
    supplier: str | None = None
    region: str | None = None
    # The name of a party list, or "any", or "none".
    listed: str | None = None
    # Yuan.
    least: str | None = None
    most: str | None = None
    page: int = 1

    def chosen(self) -> FindingFilter:
        """The same as a filter of the store."""
        return FindingFilter(
            flagged=FLAGGED.get(self.view),
            verdict=VERDICT.get(self.view),
            since=_midnight(self.since, 0),
            until=_midnight(self.until, 1),
            severity=self.severity,
            category=self.category,
            item=self.item,
            relation=self.relation,
            control=self.control,
            kind=self.kind,
            source=self.source,
            buyer=self.buyer,
            words=self.words,
            assignee=self.assignee,
            due_before=self.due_before,
            reading=self.reading,
            change=self.change,
            unread=None if self.unread is None else self.unread == "yes",
            supplier=self.supplier,
            region=self.region,
            listed=self.listed,
            least=None if self.least is None else float(self.least),
            most=None if self.most is None else float(self.most),
        )

    def widened(self) -> "Query":
        """The query without what a tally counts by."""
        return replace(self, view="", page=1, **dict.fromkeys((*FACETS, *ASPECTS)))

    def with_(self, **changes: str | int | None) -> "Query":
        """The query with some parts changed, from its first page again."""
        return replace(self, **({"page": 1} | changes))  # type: ignore[arg-type]

    def parts(self) -> dict[str, str]:
        """What restricts, by name; the defaults are left out."""
        said = ((name, getattr(self, name), plain) for name, plain in _DEFAULTS.items())
        return {name: str(value) for name, value, plain in said if value is not None and value != plain}

    @property
    def filters(self) -> dict[str, str]:
        """What the reader chose beside view and page."""
        return {name: value for name, value in self.parts().items() if name not in {"view", "page"}}

    def encoded(self) -> str:
        return urlencode(self.parts())

    def url(self, path: str = "/", **extra: str) -> str:
        query = urlencode(self.parts() | extra)
        return f"{path}?{query}" if query else path

    def urls(self, name: str, values: Iterable[str | None]) -> Iterator[str]:
        """The address with each of these values of one filter, from its first page; None takes the filter away."""
        parts = {each: value for each, value in self.parts().items() if each not in {name, "page"}}
        # In the order of the fields, as `url` writes them.
        names = [each for each in _DEFAULTS if each in parts or each == name]
        before = urlencode([(each, parts[each]) for each in names[: names.index(name)]])
        after = urlencode([(each, parts[each]) for each in names[names.index(name) + 1 :]])
        for value in values:
            chosen = "" if value is None else urlencode([(name, value)])
            query = "&".join(filter(None, (before, chosen, after)))
            yield f"/?{query}" if query else "/"


_DEFAULTS: dict[str, str | int | None] = {part.name: getattr(Query(), part.name) for part in fields(Query)}


class UnknownFilterError(TenderwatchError):
    """The address has parts that mean nothing; `rest` is the query without them, so that nothing else is lost."""

    def __init__(self, problems: Sequence[Problem], rest: Query) -> None:
        super().__init__("; ".join(f"{each.name}={each.value!r} is not known" for each in problems))
        self.problems = tuple(problems)
        self.rest = rest


def allowed_values(items: Iterable[str], sources: Iterable[str], lists: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """What each filter may be; items and sources are those that the store has, lists those of parties."""
    return {
        "view": VIEWS,
        "severity": SEVERITIES,
        "category": codes("category"),
        "item": tuple(items),
        "relation": RELATIONS,
        "control": codes("control"),
        "kind": NOTICE_KINDS.codes,
        "source": tuple(sources),
        "reading": READINGS,
        "change": (APPEARED, DISAPPEARED),
        "unread": ("yes", "no"),
        "listed": (ANY, NONE, *lists),
    }


def read_query(pairs: Iterable[tuple[str, str]], allowed: Mapping[str, tuple[str, ...]]) -> Query:
    """The query that the pairs of a URL make; UnknownFilterError names every pair that means nothing.

    Empty values do not restrict (an unfilled form field); a name given twice with two values is refused.
    """
    names = tuple(_DEFAULTS)
    read: dict[str, str | int] = {}
    problems: list[Problem] = []
    for name, raw in pairs:
        value = shown(raw).strip()
        if name in PASSING or (name in names and not value):
            continue
        problem = _problem(name, value, names, allowed, read.get(name))
        if problem:
            problems.append(problem)
        else:
            read[name] = int(value) if name == "page" else value
    query = replace(Query(), **read)  # type: ignore[arg-type]
    if problems:
        raise UnknownFilterError(problems, query)
    return query


def _problem(
    name: str, value: str, names: tuple[str, ...], allowed: Mapping[str, tuple[str, ...]], before: str | int | None
) -> Problem | None:
    if name not in names:
        return Problem(name, value, names)
    if before is not None and str(before) != value:
        return Problem(name, value, (str(before),))
    if name in allowed and value not in allowed[name]:
        return Problem(name, value, allowed[name])
    if name in {"since", "until", "due_before"}:
        return _day_problem(name, value)
    if name in {"least", "most"} and not _AMOUNT.fullmatch(value):
        return Problem(name, value, (), "0, 500000, 1299999.5 …")
    if name == "page" and not (value.isascii() and value.isdecimal() and 1 <= int(value[:9]) <= 10**6):
        return Problem(name, value, (), "1, 2, 3 …")
    if len(value) > LONGEST:
        return Problem(name, value, (), f"≤ {LONGEST}")
    return None


def _day_problem(name: str, value: str) -> Problem | None:
    try:
        read_day(value)
        _midnight(value, 0), _midnight(value, 1)
    except (UnreadableValueError, OverflowError):
        return Problem(name, value, (), "YYYY-MM-DD")
    return None


def _midnight(day: str | None, later: int) -> datetime | None:
    if day is None:
        return None
    # As UTC, in which it is stored, the first day of the calendar has no beginning.
    return (datetime.combine(read_day(day), time(), SHANGHAI) + timedelta(days=later)).astimezone(UTC)
