"""Finds the exact terms at the places that the gate let pass, outside of masks."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from monitor.detection.fold import fold
from monitor.detection.gate import Span
from monitor.detection.terms import bounded, starts_ascii, term_pattern
from monitor.watchlist.model import SURE, Item, Watchlist
from monitor.watchlist.pattern import PATTERN_MARK

# More places of one item in one text say no more about it; the rest is left unjudged, which keeps hostile texts cheap.
MOST_MENTIONS = 200
_MASK_REACH = 64
_BEFORE, _AFTER, _MOST_SEEN = 12, 80, 4096


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
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True, eq=False)
class Matcher:
    """The exact terms by the character that they begin with, longest first; "" holds those that may begin with any."""

    entries: dict[str, tuple[_Entry, ...]]
    masks: re.Pattern[str]
    sure_masks: re.Pattern[str]
    not_before: dict[str, re.Pattern[str]]
    not_after: dict[str, re.Pattern[str]]

    def match(self, folded: str, position: int) -> Mention | None:
        """The longest term that begins just here, or None."""
        for entry in self.entries.get(folded[position], self.entries[""]):
            found = entry.pattern.match(folded, position)
            if found:
                return Mention(entry.item, found.start(), found.end(), entry.sure, entry.term)
        return None


@lru_cache(maxsize=4)
def matcher_of(watchlist: Watchlist) -> Matcher:
    """The compiled matcher of a watchlist."""
    entries = [
        _Entry(item, term, sure, re.compile(with_boundaries(term)))
        for item in watchlist.items.values()
        for terms, sure in ((item.terms, True), (item.loose, item.ambiguity == SURE))
        for term in terms
    ]
    entries.sort(key=lambda entry: (-_weight(entry.term), entry.term))
    items = watchlist.items.values()
    return Matcher(
        _by_first(entries),
        _any_of({**watchlist.words["masks_always"], **watchlist.words["masks"]}),
        _any_of(watchlist.words["masks_always"]),
        {item.id: re.compile(f"(?:{item.not_before})$") for item in items if item.not_before},
        {item.id: re.compile(item.not_after) for item in items if item.not_after},
    )


def _any_of(patterns: Mapping[str, str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns.values()))


def _by_first(entries: list[_Entry]) -> dict[str, tuple[_Entry, ...]]:
    first = {
        entry.term: "" if entry.term.startswith(PATTERN_MARK) else fold(entry.term.strip())[0] for entry in entries
    }
    return {
        sign: tuple(entry for entry in entries if first[entry.term] in ("", sign)) for sign in {"", *first.values()}
    }


def _weight(term: str) -> int:
    return 60 if term.startswith(PATTERN_MARK) else len(term)


def with_boundaries(term: str) -> str:
    pattern = term_pattern(term)
    if term.startswith(PATTERN_MARK):
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
    done = 0
    seen: dict[tuple[int, str], Mention | None] = {}
    counts: Counter[str] = Counter()
    for start, end in spans:
        position = max(start, done)
        while position < end:
            mention = _match_once(matcher, folded, position, seen)
            if mention is None:
                position += 1
                continue
            position = done = mention.end
            if counts[mention.item.id] < MOST_MENTIONS and _allowed(mention, folded, matcher):
                counts[mention.item.id] += 1
                yield mention


def _match_once(
    matcher: Matcher, folded: str, position: int, seen: dict[tuple[int, str], Mention | None]
) -> Mention | None:
    """`Matcher.match`, but the same surroundings are looked at only once: lists repeat themselves."""
    first = max(0, position - _BEFORE)
    window = folded[first : position + _AFTER]
    key = (position - first, window)
    if key not in seen:
        if len(seen) >= _MOST_SEEN:
            seen.clear()
        seen[key] = matcher.match(window, position - first)
    found = seen[key]
    return found and replace(found, start=found.start + first, end=found.end + first)


def _allowed(mention: Mention, folded: str, matcher: Matcher) -> bool:
    before = matcher.not_before.get(mention.item.id)
    if before and before.search(folded, max(0, mention.start - 16), mention.start):
        return False
    after = matcher.not_after.get(mention.item.id)
    if after and after.match(folded, mention.end, mention.end + 48):
        return False
    return not _masked(mention, folded, matcher.sure_masks if mention.sure else matcher.masks)


def _masked(mention: Mention, folded: str, masks: re.Pattern[str]) -> bool:
    first = max(0, mention.start - _MASK_REACH)
    window = folded[first : mention.end + _MASK_REACH]
    start, end = mention.start - first, mention.end - first
    return any(mask.start() < end and start < mask.end() for mask in masks.finditer(window))
