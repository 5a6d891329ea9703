"""Finds the exact terms at the places that the gate let pass, outside of masks."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from monitor.detection.gate import Span, gate_of
from monitor.detection.terms import bounded, starts_ascii, term_pattern
from monitor.watchlist.model import SURE, Item, Watchlist

# More places than this in one text say no more about it; the rest is left unjudged, which keeps hostile texts cheap.
MOST_MENTIONS = 3000
_MASK_REACH = 64


@dataclass(frozen=True, slots=True)
class Mention:
    """A term at a place of one folded text: characters [start, end). `sure` says that it needs no evidence."""

    item: Item
    start: int
    end: int
    sure: bool
    term: str


@dataclass(frozen=True, slots=True)
class _Entry:
    item: Item
    term: str
    sure: bool


@dataclass(frozen=True, slots=True, eq=False)
class Matcher:
    """All terms as one alternation, the longest first, each group knowing its item."""

    pattern: re.Pattern[str]
    entries: tuple[_Entry, ...]
    masks: re.Pattern[str]
    not_before: dict[str, re.Pattern[str]]
    not_after: dict[str, re.Pattern[str]]


@lru_cache(maxsize=4)
def matcher_of(watchlist: Watchlist) -> Matcher:
    """The compiled matcher of a watchlist."""
    entries = [
        _Entry(item, term, sure)
        for item in watchlist.items.values()
        for terms, sure in ((item.terms, True), (item.loose, item.ambiguity == SURE))
        for term in terms
    ]
    entries.sort(key=lambda entry: (-_weight(entry.term), entry.term))
    source = "|".join(f"(?P<t{index}>{with_boundaries(entry.term)})" for index, entry in enumerate(entries))
    items = watchlist.items.values()
    return Matcher(
        re.compile(source),
        tuple(entries),
        re.compile("|".join(f"(?:{mask})" for mask in watchlist.words["masks"].values())),
        {item.id: re.compile(f"(?:{item.not_before})$") for item in items if item.not_before},
        {item.id: re.compile(item.not_after) for item in items if item.not_after},
    )


def _weight(term: str) -> int:
    return 60 if term.startswith("re:") else len(term)


def with_boundaries(term: str) -> str:
    pattern = term_pattern(term)
    if term.startswith("re:"):
        return bounded(pattern)
    left = starts_ascii(pattern)
    right = term[-1].isascii()
    if left and right:
        return bounded(pattern)
    both = bounded("@")
    before, after = both.split("(?:@)")
    return f"{before if left else ''}(?:{pattern}){after if right else ''}"


def find_mentions(folded: str, spans: Iterable[Span], watchlist: Watchlist) -> Iterator[Mention]:
    """The terms that really stand in a folded text at the gate's spans, in order and without overlap."""
    matcher = matcher_of(watchlist)
    done, count = 0, 0
    for start, end in spans:
        position = max(start, done)
        while position < end and count < MOST_MENTIONS:
            found = matcher.pattern.match(folded, position)
            mention = found and _mention(found, matcher)
            if mention is None:
                position += 1
                continue
            if _allowed(mention, folded, matcher):
                count += 1
                yield mention
            position = done = mention.end


def _mention(found: re.Match[str], matcher: Matcher) -> Mention:
    entry = matcher.entries[int(str(found.lastgroup)[1:])]
    return Mention(entry.item, found.start(), found.end(), entry.sure, entry.term)


def _allowed(mention: Mention, folded: str, matcher: Matcher) -> bool:
    before = matcher.not_before.get(mention.item.id)
    if before and before.search(folded, max(0, mention.start - 16), mention.start):
        return False
    after = matcher.not_after.get(mention.item.id)
    if after and after.match(folded, mention.end, mention.end + 48):
        return False
    return not _masked(mention, folded, matcher.masks)


def _masked(mention: Mention, folded: str, masks: re.Pattern[str]) -> bool:
    first = max(0, mention.start - _MASK_REACH)
    window = folded[first : mention.end + _MASK_REACH]
    start, end = mention.start - first, mention.end - first
    return any(mask.start() < end and start < mask.end() for mask in masks.finditer(window))


def spans_in(text: str, watchlist: Watchlist) -> list[Span]:
    """Where the gate of a watchlist lets something pass in one original text."""
    return gate_of(watchlist).spans(text)
