"""How many cards and systems stand around parameter rows: in the rows, in the sentence before, in the lines below."""

import re

from monitor.detection.each import EACH_KEY
from monitor.detection.numbers import CARD, SYSTEM, Count, find_counts
from monitor.detection.quantity import product_quantity
from monitor.detection.room import Room, is_form
from monitor.detection.scope import Scope
from notices.finding import Quantity

_LINES_ON, _LONG, _BACK = 5, 60, 40
_TIMES = re.compile(r"(?<![0-9A-Z.])(?P<n>[0-9]{1,2}) ?[*X] ?(?:[^0-9,;。|\n(]{0,4})?(?:GPU|加速卡|显卡)")
_ELSEWHERE = re.compile(r"UPS|机柜|交换机|存储|空调|显示器|路由器|防火墙|软件|备件|监视器|摄像")
_NEXT = re.compile(r" *(?:【|[一二三四五六七八九十]{1,3}[、.]|[0-9]{1,2}[、.)）]|第[一二三四五六七八九十])")
_CLAUSE = re.compile(r"[^,;。\n|]+")


def rows_quantity(scope: Scope) -> Quantity | None:
    """Cards and systems of the product that a block of parameter rows describes; None where nothing states them."""
    own = product_quantity(scope, Room(0, len(scope.text)), system=False)
    if scope.is_row or (own and own.value is not None and own.systems is not None):
        return own
    windows = _windows(scope)
    counts = [count for bounds in windows for count in _counts_in(scope.text, *bounds)]
    held = [count.n for count in counts if count.kind == CARD and (count.each or is_form(count))]
    times = _TIMES.search(scope.text, max(scope.line[0], scope.start - _BACK), scope.end)
    keyed = EACH_KEY.search(scope.text, windows[0][0], windows[-1][1])
    stated = int(keyed["n"] or keyed["cell"]) if keyed else None
    each = int(times["n"]) if times else held[0] if held else stated
    systems = [count.n for count in counts if count.kind == SYSTEM and not count.each]
    cards = [count.n for count in counts if count.kind == CARD and not count.each and not is_form(count)]
    if each and systems:
        return Quantity(value=each * systems[0], systems=systems[0])
    if own is None and cards:
        return Quantity(value=cards[0], systems=systems[0] if systems else None)
    return own


def _windows(scope: Scope) -> list[tuple[int, int]]:
    """The line of the rows from a little before them, and the lines below up to the next heading or long line."""
    bounds = [(max(scope.line[0], scope.start - _BACK), scope.line[1])]
    for low, high in scope.lines_after(_LINES_ON):
        if high - low > _LONG or _NEXT.match(scope.text, low, high):
            break
        bounds.append((low, high))
    return bounds


def _counts_in(text: str, low: int, high: int) -> list[Count]:
    """The counts of the clauses that speak of no other device."""
    clauses = [clause for clause in _CLAUSE.finditer(text, low, high) if not _ELSEWHERE.search(clause.group())]
    return [count for clause in clauses for count in find_counts(text, clause.start(), clause.end())]
