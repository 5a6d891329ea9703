"""What differs between two readings of one notice: field by field, and line by line in the text."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from notices.money import Money
from notices.notice import Notice

# Longer texts are compared as heaps of lines: what was added and what is gone, without regard to order.
MOST_LINES = 2_000


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field's value before and after, as a person reads it; None where it was not stated."""

    field: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class LineChange:
    """A line of the text that is gone ("-") or new ("+"); `number` counts lines from 1 in the text that has it."""

    sign: str
    number: int
    line: str


@dataclass(frozen=True, slots=True)
class Diff:
    """All that differs; false if nothing does."""

    fields: tuple[FieldChange, ...] = ()
    lines: tuple[LineChange, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.fields or self.lines)


def diff(before: Notice, after: Notice) -> Diff:
    """The differences of two revisions of one notice."""
    return Diff(tuple(_fields(before, after)), tuple(line_changes(before.text, after.text)))


def field_changes(before: Notice, after: Notice) -> tuple[FieldChange, ...]:
    """The fields that differ, without the text; of two revisions, or of two notices of one procedure."""
    return tuple(_fields(before, after))


def line_changes(before: str, after: str) -> Iterator[LineChange]:
    """The lines that are gone or new, in the order of the texts."""
    old, new = before.split("\n"), after.split("\n")
    start = _shared(old, new)
    end = _shared(old[start:][::-1], new[start:][::-1])
    old, new = old[start : len(old) - end], new[start : len(new) - end]
    if max(len(old), len(new)) > MOST_LINES:
        yield from _heaps(old, new, start)
        return
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            yield from (LineChange("-", start + number + 1, old[number]) for number in range(a, b))
            yield from (LineChange("+", start + number + 1, new[number]) for number in range(c, d))


def _shared(one: list[str], other: list[str]) -> int:
    """How many lines two texts begin with in common."""
    return next(
        (index for index, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )


def _heaps(old: list[str], new: list[str], start: int) -> Iterator[LineChange]:
    for sign, lines, others in (("-", old, new), ("+", new, old)):
        left = Counter(others)
        for number, line in enumerate(lines, start=start + 1):
            left[line] -= 1
            if left[line] < 0:
                yield LineChange(sign, number, line)


def _fields(before: Notice, after: Notice) -> Iterator[FieldChange]:
    for field, read in _READERS.items():
        was, is_ = read(before), read(after)
        if was != is_:
            yield FieldChange(field, was, is_)
    for field, listed in _LISTS.items():
        gone, new = Counter(listed(before)), Counter(listed(after))
        yield from (FieldChange(field, each, None) for each in (gone - new).elements())
        yield from (FieldChange(field, None, each) for each in (new - gone).elements())


def _money(money: Money | None) -> str | None:
    return f"{money.amount:,} {money.currency}" if money else None


_READERS: dict[str, Callable[[Notice], str | None]] = {
    "url": lambda notice: notice.url,
    "title": lambda notice: notice.title,
    "kind": lambda notice: notice.kind,
    "label": lambda notice: notice.label or None,
    "published": lambda notice: notice.published.isoformat() if notice.published else None,
    "buyer": lambda notice: notice.buyer,
    "agency": lambda notice: notice.agency,
    "project_code": lambda notice: notice.project_code,
    "method": lambda notice: notice.method,
    "region": lambda notice: notice.region,
    "category": lambda notice: notice.category,
    "budget": lambda notice: _money(notice.budget),
    "award": lambda notice: _money(notice.award),
}


def _items(notice: Notice) -> Iterable[str]:
    for item in notice.items:
        price = _money(item.unit_value)
        quantity = f"{item.quantity.normalize():f}{item.unit or ''}" if item.quantity is not None else None
        yield " | ".join(filter(None, (item.lot, item.name, item.brand, item.model, quantity, price, item.supplier)))


_LISTS: dict[str, Callable[[Notice], Iterable[str]]] = {
    "suppliers": lambda notice: notice.suppliers,
    "candidates": lambda notice: dict.fromkeys(party.name for party in notice.parties if party.role == "tenderer"),
    "items": _items,
    "documents": lambda notice: (f"{document.title} {document.url}" for document in notice.documents),
}
