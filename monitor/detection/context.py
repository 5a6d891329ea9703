"""Decides whether a code that looks like a product is one, by the words around it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from monitor.detection.match import Mention
from monitor.detection.scope import Scope
from monitor.watchlist.model import ORDINARY, RISKY, Item, Watchlist

_NEAR = 60
_TIGHT = 10
_GLOSS = 12
_BEHIND_SYSTEM = 16
_LISTED = re.compile(r"[ \n]*(?:[、/,]|;?[ ]?[①-⑳]|或者?|与|和|及|以及|以?至|~)[ \n]*[^0-9,;。|、\n]{0,8}$")
_VENDOR_BEFORE = re.compile(
    r"(?:NVIDIA|英伟达|辉达|NV|N卡|AMD|INTEL|TESLA|QUADRO|GEFORCE|RTX|HGX|DGX|INSTINCT)[ \n|:-]{0,3}$"
)
_LIST_NOUN = re.compile(r"^[ ]?[0-9]{2,3} ?GB?|^[^、,/或与和及]{0,6}(?:卡|GPU|显卡|平台|服务器)")
_SPLIT = re.compile(r"[ \n-]")


@dataclass(frozen=True, slots=True, eq=False)
class ContextWords:
    """The compiled patterns of context.toml, with each item's own needs and nevers."""

    field: re.Pattern[str]
    strong: re.Pattern[str]
    topic: re.Pattern[str]
    before: re.Pattern[str]
    count_before: re.Pattern[str]
    count_after: re.Pattern[str]
    after: re.Pattern[str]
    other: re.Pattern[str]
    companion: re.Pattern[str]
    device_before: re.Pattern[str]
    device_after: re.Pattern[str]
    choice: re.Pattern[str]
    needs: dict[str, re.Pattern[str]]
    never: dict[str, re.Pattern[str]]


@lru_cache(maxsize=4)
def context_words(watchlist: Watchlist) -> ContextWords:
    """The context patterns of a watchlist, compiled once."""
    words = watchlist.words["context"]
    items = watchlist.items.values()
    return ContextWords(
        re.compile(words["field"]),
        re.compile(words["strong"]),
        re.compile(words["topic"]),
        re.compile(words["beside_before"]),
        re.compile(words["count_before"]),
        re.compile(words["count_after"]),
        re.compile(words["beside_after"]),
        re.compile(words["other"]),
        re.compile(words["companion"]),
        re.compile(words["device_before"]),
        re.compile(words["device_after"]),
        re.compile(words["choice"]),
        {item.id: re.compile(item.needs) for item in items if item.needs},
        {item.id: re.compile(item.never) for item in items if item.never},
    )


@dataclass(frozen=True, slots=True)
class Judged:
    """A mention taken for the product, with the evidence that decided in words."""

    mention: Mention
    scope: Scope
    evidence: str


def accepted(
    folded: str, mentions: Sequence[Mention], watchlist: Watchlist, *, topic: str, poisoned: frozenset[str]
) -> list[Judged]:
    """The mentions of a text that name a product; `topic` is the folded title, `poisoned` what `glossed_away` found."""
    words = context_words(watchlist)
    about, certain = bool(words.topic.search(topic)), bool(words.strong.search(topic))
    found: dict[int, Judged] = {}
    undecided: list[tuple[Mention, Scope]] = []
    for mention in mentions:
        scope = Scope(folded, mention.start, mention.end)
        evidence = _evidence(mention, scope, words, about=about, certain=certain, poisoned=mention.item.id in poisoned)
        if evidence:
            found[mention.start] = Judged(mention, scope, evidence)
        else:
            undecided.append((mention, scope))
    found.update(_beside_systems(found, undecided))
    found.update(_named_elsewhere(found, undecided, words))
    found.update(_listed_with(folded, found, undecided, words))
    return [found[start] for start in sorted(found)]


def glossed_away(folded: str, mentions: Sequence[Mention], watchlist: Watchlist) -> frozenset[str]:
    """The items whose bare term this notice explains as something else, as in 自动气象站（AWS）."""
    never = context_words(watchlist).never
    return frozenset(
        mention.item.id
        for mention in mentions
        if not mention.sure
        and mention.item.id in never
        and never[mention.item.id].search(folded, max(0, mention.start - _GLOSS), mention.end + _GLOSS)
    )


def _evidence(
    mention: Mention, scope: Scope, words: ContextWords, *, about: bool, certain: bool, poisoned: bool
) -> str:
    """Why the mention counts, or an empty string."""
    item = mention.item
    if item.kind == "service" or item.kind == "vendor":
        return _word_evidence(mention, scope, words, poisoned=poisoned)
    beside = _beside(scope, words)
    vendor = bool(_VENDOR_BEFORE.search(scope.text, max(0, scope.start - 12), scope.start))
    if not vendor and _otherwise(item, scope, words, tight=bool(beside) or mention.sure):
        return ""
    if _search(words.never, item.id, scope.text, max(scope.line[0], scope.start - _NEAR), scope.end + _NEAR):
        return ""
    if mention.sure:
        return "the name stands alone"
    if vendor:
        return "its vendor stands before it"
    if _SPLIT.search(scope.text, scope.start, scope.end) and item.ambiguity == RISKY:
        return ""
    if beside:
        return beside
    field = words.strong if item.ambiguity == RISKY else words.field
    near = field.search(scope.text, max(scope.neighbourhood[0], scope.start - _NEAR), scope.start) or (
        field.search(scope.text, scope.end, min(scope.neighbourhood[1], scope.end + _NEAR))
    )
    if near:
        return f"{near.group()} stands near it"
    if item.ambiguity == RISKY:
        chosen = certain and words.choice.search(scope.part(scope.sentence))
        return f"the title is of the field and {chosen.group()} stands near it" if chosen else ""
    return "the notice is about computing" if about and scope.line[1] - scope.line[0] > 3 else ""


def _beside(scope: Scope, words: ContextWords) -> str:
    low = max(0, scope.start - 12)
    found = words.before.search(scope.text, low, scope.start) or words.after.match(
        scope.text, scope.end, scope.end + 12
    )
    if found:
        return f"{found.group().strip()} stands beside it"
    counted = words.count_before.search(scope.text, low, scope.start) or words.count_after.match(scope.text, scope.end)
    return (
        "a count of cards stands beside it" if counted and words.field.search(scope.part(scope.neighbourhood)) else ""
    )


def _otherwise(item: Item, scope: Scope, words: ContextWords, *, tight: bool) -> bool:
    """Whether words beside the mention (in its clause; in its row if nothing speaks for it) make it something else."""
    if item.tier == ORDINARY:
        return False
    if not tight and _is_device(scope, words):
        return True
    low, high = scope.clause if tight else scope.sentence
    reach = _TIGHT if tight else _NEAR
    bounds = ((max(low, scope.start - reach), scope.start), (scope.end, min(high, scope.end + reach)))
    clear = tight or words.strong.search(scope.part(scope.sentence))
    against = (words.other,) if clear else (words.other, words.companion)
    if any(pattern.search(scope.text, *each) for pattern in against for each in bounds):
        return True
    row = scope.part(scope.line) if scope.is_row and not tight else ""
    return any(pattern.search(row) for pattern in against)


def _is_device(scope: Scope, words: ContextWords) -> bool:
    """Whether another device stands directly before the code, or the word for a type behind it."""
    before = words.device_before.search(scope.text, max(scope.line[0], scope.start - 16), scope.start)
    return bool(before or words.device_after.match(scope.text, scope.end, scope.end + 6))


def _word_evidence(mention: Mention, scope: Scope, words: ContextWords, *, poisoned: bool) -> str:
    """For a service or a vendor's name: words that it needs near it, none that it never has."""
    item = mention.item
    low, high = max(scope.line[0], scope.start - _NEAR), min(scope.line[1], scope.end + _NEAR)
    if not mention.sure and (poisoned or _search(words.never, item.id, scope.text, low, high)):
        return ""
    if item.id not in words.needs or (mention.sure and item.kind == "service"):
        return "the name stands alone" if mention.sure else _vendor_evidence(scope, words)
    for start, end in ((low, scope.start), (scope.end, high)):
        found = words.needs[item.id].search(scope.text, start, end)
        if found:
            return f"{found.group()} stands near it"
    return ""


def _vendor_evidence(scope: Scope, words: ContextWords) -> str:
    low, high = scope.neighbourhood
    found = words.field.search(scope.text, low, scope.start) or words.field.search(scope.text, scope.end, high)
    return f"{found.group()} stands near it" if found else ""


def _search(patterns: dict[str, re.Pattern[str]], item: str, text: str, low: int, high: int) -> bool:
    pattern = patterns.get(item)
    return bool(pattern and pattern.search(text, low, high))


def _beside_systems(found: dict[int, Judged], undecided: list[tuple[Mention, Scope]]) -> dict[int, Judged]:
    """Undecided codes of chips just behind a server that carries such chips, as in XE9680（H100×8）."""
    ends = [judged.mention.end for judged in found.values() if judged.mention.item.kind in ("server", "chassis")]
    return {
        mention.start: Judged(mention, scope, "it stands just behind a server that carries such chips")
        for mention, scope in undecided
        if mention.item.kind == "chip" and any(0 <= mention.start - end <= _BEHIND_SYSTEM for end in ends)
    }


def _named_elsewhere(
    found: dict[int, Judged], undecided: list[tuple[Mention, Scope]], words: ContextWords
) -> dict[int, Judged]:
    """Undecided mentions of a product that the same text names beyond doubt; short codes (A2) are not."""
    known = {judged.mention.item.id for judged in found.values()}
    return {
        mention.start: Judged(mention, scope, "the same text names the product beyond doubt")
        for mention, scope in undecided
        if mention.item.id in known
        and mention.item.ambiguity != RISKY
        and mention.item.kind == "chip"
        and not _otherwise(mention.item, scope, words, tight=True)
    }


def _listed_with(
    folded: str, found: dict[int, Judged], undecided: list[tuple[Mention, Scope]], words: ContextWords
) -> dict[int, Judged]:
    """Undecided mentions in one list with an accepted one: what is said of "A100、V100" is said of both."""
    order = sorted([*((judged.mention, judged.scope) for judged in found.values()), *undecided], key=_start)
    taken: dict[int, Judged] = {}
    for row in (order, order[::-1]):
        for (near, _), (mention, scope) in pairwise(row):
            known = near.start in found or near.start in taken
            if not known or mention.start in found or mention.start in taken or near.item.tier == ORDINARY:
                continue
            first, second = sorted((near, mention), key=lambda each: each.start)
            if is_list(folded, first.end, second.start) and not _otherwise(mention.item, scope, words, tight=True):
                taken[mention.start] = Judged(mention, scope, "it stands in a list with a product")
    return taken


def _start(entry: tuple[Mention, Scope]) -> int:
    return entry[0].start


def is_list(folded: str, start: int, end: int) -> bool:
    """Whether nothing but a list sign (、 or 或 and) stands between two places of a folded text."""
    if not 0 <= end - start <= 24:
        return False
    if not folded[start:end].strip(" "):
        return True
    between = _LIST_NOUN.sub("", folded[start:end])
    return bool(_LISTED.fullmatch(between))
