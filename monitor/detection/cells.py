"""The quantity that a table row or a labelled line states: a cell of the row, a cell on its own line, a 数量 key."""

import re
from dataclasses import dataclass

from monitor.detection.numbers import NUMBER, read_number
from monitor.detection.scope import Scope

_UNIT = r"台\(套\)|台/套|台套|[张块片颗枚卡只台套个架柜组]"
_ALONE = re.compile(rf" *(?P<n>{NUMBER}) ?(?P<u>{_UNIT})? *$")
_KEY = re.compile(
    r"(?P<each>(?:每|单)[^,;。|\n:]{1,8})?(?:数 ?量|(?:节点|服务器|机器|主机)数量?|[台套]数)"
    r"(?:[(][台套张块个]{1,3}[)])?"
    r"[^:,;。|\n0-9一二两三四五六七八九十]{0,4}[:| ]{0,2}(?:仍为|为|共)? *"
    rf"(?P<n>{NUMBER}) ?(?P<u>{_UNIT})?"
)
_KEY_UNIT = re.compile(r"数量 ?\((?P<u>[台套张块个片颗])")
_HEAD = re.compile(r" *(?:采购|货物|标的|主要标的)?数量(?: ?[(/][^|]{0,8})? *$| *(?:采购)?数量")
_PRICE = re.compile(r" *[¥￥]? *[0-9][0-9,]{3,}(?:\.[0-9]+)? *(?:元|万元)?(?:/[^|]{1,4})? *$|.*(?:单价|元)")
_LINES_BACK, _LINES_ON = 14, 4
_LONG_LINE = 60
_MOST_BARE = 5000


@dataclass(frozen=True, slots=True)
class Stated:
    """A stated quantity with its unit (None if bare); `each` says that it counts for one system."""

    n: int
    unit: str | None
    each: bool = False


def find_stated(scope: Scope, low: int, high: int) -> Stated | None:
    """The quantity of the row, of a key behind or before the place, or of a line of its own below or above it.

    `low` and `high` bound what may speak of this product.
    """
    if scope.is_row:
        found = _cell(scope) or find_key(scope, scope.end, min(scope.line[1], high))
        return found or find_key(scope, max(scope.line[0], low), scope.start)
    return (
        find_key(scope, scope.end, min(scope.line[1], max(high, scope.end)))
        or _below(scope, high)
        or find_key(scope, max(scope.line[0], low), scope.start)
        or _above(scope, low)
    )


def find_key(scope: Scope, low: int, high: int) -> Stated | None:
    """What a 数量 key states in [low, high) of the scope's text."""
    return _read(_KEY.search(scope.text, low, max(low, high)))


def _read(found: re.Match[str] | None) -> Stated | None:
    n = read_number(found["n"]) if found else None
    if not found or not n:
        return None
    named = _KEY_UNIT.search(found.group())
    return Stated(n, found["u"] or (named["u"] if named else None), each=bool(found.groupdict().get("each")))


def _below(scope: Scope, high: int) -> Stated | None:
    for start, end in scope.lines_after(_LINES_ON):
        line = scope.text[start:end]
        if start >= high:
            return None
        if end - start > _LONG_LINE:
            return _read(_KEY.match(line))
        found = _read(_KEY.search(line)) or _read(_ALONE.fullmatch(line))
        if found:
            return found
    return None


def _above(scope: Scope, low: int) -> Stated | None:
    lines = [scope.part(bounds) for bounds in scope.lines_before(4) if bounds[0] >= low]
    for index, line in enumerate(lines):
        keyed = _read(_KEY.search(line))
        if keyed:
            return keyed
        if _ALONE.fullmatch(line) and index + 1 < len(lines) and _HEAD.match(lines[index + 1]):
            return _read(_ALONE.fullmatch(line))
    return None


def _cell(scope: Scope) -> Stated | None:
    cells = scope.part(scope.line).split("|")
    here = scope.before(scope.line).count("|")
    head = _header(scope, len(cells))
    if head is not None:
        return _headed(cells, head)
    for index in range(here + 1, len(cells)):
        found = _ALONE.fullmatch(cells[index])
        if not found:
            continue
        priced = index + 1 < len(cells) and _PRICE.match(cells[index + 1])
        n = read_number(found["n"])
        if found["u"] or (priced and n is not None and n < _MOST_BARE):
            return _read(found)
    return None


def _headed(cells: list[str], head: list[str]) -> Stated | None:
    for cell, name in zip(cells, head, strict=True):
        if _HEAD.match(name):
            found = _read(_ALONE.fullmatch(cell))
            unit = _KEY_UNIT.search(name)
            return Stated(found.n, found.unit or unit["u"]) if found and unit else found
    return None


def _header(scope: Scope, width: int) -> list[str] | None:
    """The cells of the table's first row, if it has as many as this one and none of them is a number."""
    first: list[str] | None = None
    for bounds in scope.lines_before(_LINES_BACK * 4):
        cells = scope.part(bounds).split("|")
        if len(cells) != width:
            break
        first = cells
    return first if first and not any(_ALONE.fullmatch(cell) for cell in first) else None
