"""Which notices belong to one procurement: by project code, by buyer and title, and by the portal's own links."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations, pairwise

from notices.dates import SHANGHAI
from notices.names import name_key
from notices.notice import Notice, bare
from notices.titles import again_in, core_of

# In the order in which a procurement passes through them; a correction can follow any of them.
STAGES = (
    "intention",
    "consultation",
    "prequalification",
    "tender",
    "single_source",
    "correction",
    "other",
    "award",
    "termination",
    "contract",
    "acceptance",
)
_OPENING = frozenset({"intention", "consultation", "prequalification", "tender", "single_source"})
_CLOSING = frozenset({"award", "termination", "contract", "acceptance"})
_LONGEST_DAYS = 540
# A call that is repeated after more than this is another one, though nothing says so.
_MOST_BETWEEN_OPENINGS = 90
# So far apart do portals publish one and the same notice.
_SAME_NOTICE_DAYS = 3
_LEAST_CORE, _LEAST_CORE_ALONE, _LEAST_CODE = 4, 8, 6
_LONGEST_KEY = 200


@dataclass(frozen=True, slots=True)
class Traits:
    """What tells the procurement of a notice; `number` is whatever the caller knows it by.

    `code`: the project's code without marks; `title`: the buyer (else the source) and what is procured, without stage
    words; both None where they say too little. `again`: 1 for a first tender, 2 for a second or a repeated one …
    `related`: the numbers of notices that the portal itself links to this one.
    """

    number: int
    source: str
    kind: str
    published: date | None
    buyer: str | None
    code: str | None
    title: str | None
    again: int = 1
    related: frozenset[int] = frozenset()


def traits_of(notice: Notice, number: int, related: Iterable[int] = ()) -> Traits:
    """The traits of a notice as read."""
    code, again_by_code = again_in(notice.project_code or "", of_code=True)
    title, again = _subject(notice)
    buyer = _plain_buyer(notice.buyer)
    code = bare(code)
    # 0000-00000000 fills a form where there is no code.
    code = code if len(set(code)) > 2 else ""
    if len(code) < _LEAST_CODE or (code.isdecimal() and len(code) < _LEAST_CODE + 2):
        # A number so short is a buyer's or an agency's own counting.
        code = f"{buyer}#{code}" if code and buyer else ""
    published = notice.published.astimezone(SHANGHAI).date() if notice.published else None
    return Traits(
        number,
        notice.source,
        notice.kind,
        published,
        buyer or None,
        code[:_LONGEST_KEY] or None,
        title,
        max(again, again_by_code),
        frozenset(related),
    )


def threads(notices: Sequence[Traits]) -> list[tuple[Traits, ...]]:
    """The notices by procurement, each in stage order; every notice is in exactly one.

    One code is one procurement, unless buyer and title both deny it. Two different codes are two, unless several
    portals published one notice under codes of their own. A notice without a code goes with the notices of the same
    buyer and title that it can belong to in time; one that was tendered again (二次) never with the first tender.
    """
    joined = _Joined(notices)
    _join_codes(joined, notices)
    _join_links(joined, notices)
    _join_places(joined, notices)
    _join_titles(joined, notices)
    return [in_order(group) for group in joined.groups()]


def in_order(notices: Iterable[Traits]) -> tuple[Traits, ...]:
    """By day, on one day by stage."""
    return tuple(sorted(notices, key=lambda each: (each.published or date.max, rank(each.kind), each.number)))


def rank(kind: str) -> int:
    """A kind's place among the stages."""
    return STAGES.index(kind) if kind in STAGES else len(STAGES)


def is_same_notice(one: Traits, other: Traits) -> bool:
    """Whether two notices of one procurement are one, published in several places."""
    return (
        one.source != other.source
        and one.kind == other.kind
        and one.again == other.again
        and _days_between(one, other) <= _SAME_NOTICE_DAYS
    )


class _Joined:
    """Which notices were found to belong together."""

    def __init__(self, notices: Sequence[Traits]) -> None:
        self._notices = {each.number: each for each in notices}
        self._head = {each.number: each.number for each in notices}

    def join(self, one: Traits, other: Traits) -> None:
        self._head[self.head(one.number)] = self.head(other.number)

    def head(self, number: int) -> int:
        while self._head[number] != number:
            self._head[number] = number = self._head[self._head[number]]
        return number

    def groups(self) -> list[list[Traits]]:
        found: dict[int, list[Traits]] = defaultdict(list)
        for number, notice in self._notices.items():
            found[self.head(number)].append(notice)
        return list(found.values())


def _join_codes(joined: _Joined, notices: Sequence[Traits]) -> None:
    for group in _by(notices, lambda each: each.code and (each.code, each.again)):
        for one, other in combinations(group, 2):
            if _same_buyer(one, other) or _core(one) == _core(other):
                joined.join(one, other)


def _join_links(joined: _Joined, notices: Sequence[Traits]) -> None:
    known = {each.number: each for each in notices}
    for one in notices:
        for number in one.related & known.keys():
            other = known[number]
            # Portals recommend other projects' notices in the same place: the link alone proves nothing.
            if one.again == other.again and _same_buyer(one, other) and _similar(_core(one), _core(other)):
                joined.join(one, other)


def _join_places(joined: _Joined, notices: Sequence[Traits]) -> None:
    for group in _by(notices, lambda each: each.title and (each.title, each.kind, each.again)):
        sources = [each.source for each in group]
        for one, other in combinations(group, 2):
            alone = sources.count(one.source) == sources.count(other.source) == 1
            if alone and one.buyer and is_same_notice(one, other):
                joined.join(one, other)


def _join_titles(joined: _Joined, notices: Sequence[Traits]) -> None:
    for group in _by(notices, lambda each: each.title and (each.title, each.again)):
        parts: dict[int, list[Traits]] = defaultdict(list)
        for each in group:
            parts[joined.head(each.number)].append(each)
        firm = [part for part in parts.values() if _codes(part)]
        for one, other in combinations(firm, 2):
            if _are_lots(_codes(one), _codes(other)):
                joined.join(one[0], other[0])
        left: list[list[Traits]] = []
        for part in parts.values():
            if _codes(part):
                continue
            fitting = [other for other in firm if _fits(part, other)]
            if fitting:
                joined.join(part[0], min(fitting, key=lambda other: _gap(part, other))[0])
            else:
                left.append(part)
        left.sort(key=lambda part: in_order(part)[0].published or date.max)
        for before, after in pairwise(left):
            whole = [each for each in group if joined.head(each.number) == joined.head(before[0].number)]
            if _fits(after, whole):
                joined.join(after[0], before[0])


def _fits(part: Sequence[Traits], thread: Sequence[Traits]) -> bool:
    """Whether notices without a code can belong to a thread: near in time, not opened after its end or ended before."""
    if _gap(part, thread) > _LONGEST_DAYS:
        return False
    opened = [each.published for each in part if each.kind in _OPENING and each.published]
    ended = [each.published for each in part if each.kind in _CLOSING and each.published]
    thread_ended = [each.published for each in thread if each.kind in _CLOSING and each.published]
    thread_opened = [each.published for each in thread if each.kind in _OPENING and each.published]
    if opened and thread_ended and max(opened) > min(thread_ended):
        return False
    twice = (
        (one, other)
        for one in part
        for other in thread
        if one.kind == other.kind and one.kind in _OPENING - {"intention"}
    )
    if any(_days_between(one, other) > _MOST_BETWEEN_OPENINGS for one, other in twice):
        return False
    return not (ended and thread_opened and min(ended) < max(thread_opened))


def _gap(one: Sequence[Traits], other: Sequence[Traits]) -> int:
    return min(_days_between(a, b) for a in one for b in other)


def _days_between(one: Traits, other: Traits) -> int:
    return abs((one.published - other.published).days) if one.published and other.published else 0


def _codes(part: Iterable[Traits]) -> set[str]:
    """The project codes; the number that an intention has is its own."""
    return {each.code for each in part if each.code and each.kind != "intention"}


def _are_lots(codes: set[str], others: set[str]) -> bool:
    """Whether one code is the other with a lot's number behind it (…0417, …0417A, …0417包1)."""
    return any(
        re.fullmatch(r"第?(?:包|标段|标项)?[\dA-Z一二三四五]{1,2}(?:包|标段|标项)?", longer.removeprefix(shorter))
        for one in codes
        for other in others
        for shorter, longer in (sorted((one, other), key=len),)
        if longer.startswith(shorter) and longer != shorter and not longer.removeprefix(shorter).isdecimal()
    )


def _same_buyer(one: Traits, other: Traits) -> bool:
    if not one.buyer or not other.buyer:
        return True
    return one.buyer in other.buyer or other.buyer in one.buyer


def _core(traits: Traits) -> str | None:
    return traits.title.partition("/")[2] if traits.title else None


def _similar(one: str | None, other: str | None) -> bool:
    return bool(one and other) and (str(one) in str(other) or str(other) in str(one))


def _by(notices: Iterable[Traits], key: Callable[[Traits], object]) -> list[list[Traits]]:
    found: dict[object, list[Traits]] = defaultdict(list)
    for each in notices:
        value = key(each)
        if value:
            found[value].append(each)
    return [group for group in found.values() if len(group) > 1]


def _plain_buyer(buyer: str | None) -> str:
    return name_key(buyer or "")


def _subject(notice: Notice) -> tuple[str | None, int]:
    """(whose and what, how often tendered): the single item of an intention whose title names none."""
    core, again = core_of(notice.title, notice.buyer)
    if notice.kind == "intention" and len(core) < _LEAST_CORE and len(notice.items) == 1:
        core = core_of(notice.items[0].name or "", notice.buyer)[0]
    buyer = _plain_buyer(notice.buyer)
    if len(core) < (_LEAST_CORE if buyer else _LEAST_CORE_ALONE):
        return None, again
    return f"{buyer or notice.source}/{core}"[:_LONGEST_KEY], again
