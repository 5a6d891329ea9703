"""The stretch of text that may speak of one product, and the counts that stand in it."""

import re
from dataclasses import dataclass

from monitor.detection.numbers import Count, find_counts
from monitor.detection.scope import Scope

_FAR, _BEFORE = 30, 3
_LARGEST_FORM = 10
_LIST_SIGN = re.compile(r"[、,)]")


@dataclass(frozen=True, slots=True)
class Room:
    """The stretch of text that may speak of one mention alone: between the products before and behind it.

    `closed` says that nothing outside of it does.
    """

    low: int
    high: int
    closed: bool = False

    def inside(self, bounds: tuple[int, int]) -> tuple[int, int]:
        """The part of some bounds that lies in the room."""
        return max(bounds[0], self.low), min(bounds[1], self.high)


def quoted(scope: Scope, room: Room) -> Room:
    """The quotation marks around the place where they hold a count too, as in 原“A，10块”现变更为“B，12块”."""
    low, high = scope.line
    if scope.text.count('"', low, scope.start) % 2 == 0:
        return room
    first, last = scope.text.rfind('"', low, scope.start), scope.text.find('"', scope.end, high)
    if last < 0 or not find_counts(scope.text, first + 1, last):
        return room
    return Room(max(room.low, first + 1), min(room.high, last), closed=True)


def near_counts(scope: Scope, room: Room) -> list[Count]:
    """The counts of the clause; of the sentence where the clause has none; always between the neighbouring products."""
    rows = (scope.line,) if scope.is_row else ()
    for low, high in (scope.clause, scope.sentence, *rows):
        counts = [
            count
            for count in find_counts(scope.text, max(low, room.low), min(high, room.high))
            if count.end <= scope.start or count.start >= scope.end or "\n" in scope.text[scope.start : scope.end]
        ]
        if counts:
            return counts + [
                count
                for count in find_counts(scope.text, *room.inside(scope.sentence))
                if count not in counts and not any(count.kind == other.kind for other in counts)
            ]
    return []


def nearest(counts: list[Count], scope: Scope) -> Count | None:
    """The count with the shortest way to the name; a list sign on the way makes it far."""
    return min(counts, key=lambda count: _way(count, scope), default=None)


def _way(count: Count, scope: Scope) -> int:
    behind = count.start >= scope.start
    between = scope.text[scope.end : count.start] if behind else scope.text[count.end : scope.start]
    return len(between) + (_FAR if _LIST_SIGN.search(between) else 0) + (0 if behind else _BEFORE)


def is_form(count: Count) -> bool:
    """8卡 and 八卡 are a form of server; 256卡 is a number of cards."""
    return count.unit in ("卡", "GPU", "-GPU") and count.n <= _LARGEST_FORM
