"""How many: cards and systems of a product, and tokens, accounts or card-hours of a service."""

import re
from dataclasses import dataclass

from monitor.detection.numbers import CARD, NUMBER, PIECE, SYSTEM, Count, find_counts, read_number, scaled
from monitor.detection.scope import Scope
from notices.finding import Quantity

_TIMES_AFTER = re.compile(r"^[^,;。|\n*]{0,22}?[ \n]?[*X] ?([0-9]{1,3})(?! ?[0-9.]| ?GB?(?![A-Z])| ?TB?(?![A-Z])| ?MM)")
_TIMES_BEFORE = re.compile(r"(?<![0-9A-Z.*])([0-9]{1,2}) ?[*X] ?(?:NVIDIA|英伟达|AMD|INTEL|HGX|昇腾|华为)?[ ]?$")
_QUANTITY_LINE = re.compile(rf"^ *({NUMBER}) ?(台\(套\)|台/套|台套|[张块片颗枚卡只台套个架柜组])? *$")
_QUANTITY_KEY = re.compile(
    rf"数量[^:,;。|\n0-9]{{0,6}}[: ]{{0,2}}(?:仍为|为|共)? *({NUMBER}) ?(台\(套\)|台/套|台套|[张块片颗枚卡只台套个架柜组])?"
)
_QUANTITY_HEAD = re.compile(r"^ *(?:采购|货物|标的)?数量(?: ?[(/][^|]{0,8})?$|^ *数量")
_HOST = re.compile(r"服务器|伺服器|工作站|节点|一体机|主机|整机|系统|DGX|计算机|电脑|机器人|平台|终端|设备|柜")
_SINGLE = re.compile(r"工作站|计算机|电脑|机器人|主机(?!房)|终端|超级芯片|图形机")
_SERVICE_UNITS = (
    ("token", re.compile(r"([0-9][0-9,.]*) ?(百万|千万|万|亿|K|M)? ?个?(?:TOKENS?|词元)(?![A-Z_])")),
    (
        "token",
        re.compile(r"(?:TOKENS?|词元)(?:数量?|额度|总量|用量)?[^0-9,;。|\n]{0,4}([0-9][0-9,.]*) ?(百万|千万|万|亿)"),
    ),
    (
        "account",
        re.compile(r"([0-9][0-9,]*)() ?(?:个|席|名|位|人)?(?:席位|账号|账户|帐号|帐户|会员|用户(?:数|许可)?|坐席)"),
    ),
    (
        "account",
        re.compile(
            r"(?:席位|账号|账户|帐号|帐户|会员|坐席|许可)(?:数量?)?[: ]{0,2}([0-9][0-9,]*)() ?(?:个|席|名|位|套)?"
        ),
    ),
)
_CARD_HOURS = re.compile(r"([0-9][0-9,.]*) ?(万|百万|千万|亿)? ?(?:卡时|卡·?小时|GPU时)")
_PFLOPS = re.compile(r"([0-9][0-9,.]*)() ?P(?:FLOPS)?(?![A-Z0-9])")
_MOST_PER_SYSTEM = 16
_LINES_BACK, _LINES_ON = 14, 4


@dataclass(frozen=True, slots=True)
class Room:
    """The stretch of text that may speak of one mention alone: between the mentions before and behind it."""

    low: int
    high: int


def service_quantity(scope: Scope, services: int) -> Quantity | None:
    """Tokens, accounts, or servers of a cloud; a joint total over several services counts for none of them."""
    low, high = scope.sentence
    text = scope.part((low, high))
    if services > 1 and re.search(r"合计|总计|共计|共用", text):
        return None
    for window in (scope.after((low, high))[:60], scope.before((low, high))[-24:], _line_tail(scope)):
        for unit, pattern in _SERVICE_UNITS:
            found = pattern.search(window)
            value = found and scaled(found[1], found[2])
            if value:
                return Quantity(value=value, unit=unit)
    systems = [count for count in find_counts(scope.text, scope.start, high) if count.kind == SYSTEM and not count.each]
    return Quantity(systems=systems[0].n) if systems else None


def _line_tail(scope: Scope) -> str:
    found = _QUANTITY_KEY.search(scope.text, scope.end, scope.line[1])
    return scope.text[found.start() : found.end() + 8] if found else ""


def rented_units(scope: Scope) -> Quantity | None:
    """Card-hours or petaflops of rented compute, where the sentence states them."""
    text = scope.part(scope.sentence)
    for unit, pattern in (("card_hour", _CARD_HOURS), ("P", _PFLOPS)):
        found = pattern.search(text)
        value = found and scaled(found[1], found[2])
        if value:
            return Quantity(value=value, unit=unit)
    return None


def product_quantity(scope: Scope, room: Room, *, system: bool) -> Quantity | None:
    """Cards and systems of a product; `system` says that the product is itself a server, so that its count is `systems`."""
    stated = _row_quantity(scope, room)
    counts = _counts_around(scope, room)
    each = _each(scope, room, counts)
    systems = _systems(scope, room, counts, stated)
    total = _total(scope, room, counts, stated, each=each, systems=systems)
    if system:
        return Quantity(systems=systems or (total if total else None)) if systems or total else None
    return _combine(scope, each, systems, total)


def _combine(scope: Scope, each: int | None, systems: int | None, total: int | None) -> Quantity | None:
    if total is not None and (systems is None or each is None or total != systems):
        if systems is None or total != each:
            return Quantity(value=total, systems=systems)
    if each is not None and systems is not None:
        return Quantity(value=each * systems, systems=systems)
    if systems is not None:
        one = _SINGLE.search(scope.part(scope.neighbourhood)) or _SINGLE.search(_header(scope))
        return Quantity(value=systems if one else None, systems=systems)
    return Quantity(value=each) if each is not None else None


def _header(scope: Scope) -> str:
    """The nearest line before that announces what follows, as in 图形工作站20台：."""
    for start, end in scope.lines_before(_LINES_BACK):
        line = scope.text[start:end]
        if find_counts(scope.text, start, end) and (
            line.rstrip().endswith((":", "如下", "。", ";", ",")) or "台" in line
        ):
            return line
    return ""


def _counts_around(scope: Scope, room: Room) -> list[Count]:
    low, high = scope.sentence
    return find_counts(scope.text, max(low, room.low), min(high, room.high))


def _each(scope: Scope, room: Room, counts: list[Count]) -> int | None:
    """Cards in one system: a multiplication sign beside the name, "8卡", "每台8块", "8张/台"."""
    before = _TIMES_BEFORE.search(scope.text, max(room.low, scope.start - 20), scope.start)
    after = _TIMES_AFTER.match(scope.text[scope.end : min(scope.cell[1], room.high, scope.end + 40)])
    for found in (before, after):
        if found:
            return int(found[1])
    own = [count for count in counts if count.kind == CARD and (count.each or _is_form(count))]
    if own:
        return min(own, key=lambda count: _distance(count, scope)).n
    for bounds in (scope.sentence, scope.line, *scope.lines_after(1)):
        wide = [count for count in find_counts(scope.text, *bounds) if count.kind == CARD and count.each]
        if wide:
            return min(wide, key=lambda count: _distance(count, scope)).n
    return None


def _is_form(count: Count) -> bool:
    """8卡 and 八卡 are a form of server; 256卡 is a number of cards."""
    return count.unit == "卡" and count.n <= _MOST_PER_SYSTEM


def _distance(count: Count, scope: Scope) -> int:
    return max(count.start - scope.end, scope.start - count.end, 0)


def _row_quantity(scope: Scope, room: Room) -> tuple[int, str | None] | None:
    """The quantity cell of the row, the cell on a line of its own below, or a 数量 key behind the mention."""
    if scope.is_row:
        found = _cell_quantity(scope)
        if found:
            return found
    keyed = _QUANTITY_KEY.search(scope.text, scope.end, min(scope.line[1], max(room.high, scope.end)))
    if keyed:
        return _read(keyed)
    if scope.is_row:
        return None
    for start, end in scope.lines_after(_LINES_ON):
        line = scope.text[start:end]
        keyed = _QUANTITY_KEY.search(line)
        found_line = _QUANTITY_LINE.match(line)
        if keyed or found_line:
            return _read(keyed or found_line)
        if start >= room.high or len(line) > 60:
            break
    earlier = _QUANTITY_KEY.search(scope.text, max(scope.line[0], room.low), scope.start)
    return _read(earlier) if earlier else _earlier_line(scope, room)


def _earlier_line(scope: Scope, room: Room) -> tuple[int, str | None] | None:
    lines = [scope.text[start:end] for start, end in scope.lines_before(3) if start >= room.low]
    for head, line in zip(lines[1:], lines, strict=False):
        found = _QUANTITY_LINE.match(line)
        if found and _QUANTITY_HEAD.match(head):
            return _read(found)
    return None


def _read(found: re.Match[str] | None) -> tuple[int, str | None] | None:
    if found is None:
        return None
    n = read_number(found[1])
    return (n, found[2]) if n else None


def _cell_quantity(scope: Scope) -> tuple[int, str | None] | None:
    cells = scope.part(scope.line).split("|")
    column = _quantity_column(scope, len(cells))
    if column is not None:
        return _read(_QUANTITY_LINE.match(cells[column]))
    here = scope.before(scope.line).count("|")
    for cell in cells[here + 1 :]:
        found = _QUANTITY_LINE.match(cell)
        if found and (found[2] or int(read_number(found[1]) or 0) < 10_000):
            return _read(found)
    return None


def _quantity_column(scope: Scope, width: int) -> int | None:
    for start, end in scope.lines_before(_LINES_BACK):
        cells = scope.text[start:end].split("|")
        if len(cells) == 1:
            return None
        for index, cell in enumerate(cells):
            if len(cells) == width and _QUANTITY_HEAD.match(cell):
                return index
    return None


def _systems(scope: Scope, room: Room, counts: list[Count], stated: tuple[int, str | None] | None) -> int | None:
    if stated and _is_system(stated[1], scope):
        return stated[0]
    own = [count for count in counts if count.kind == SYSTEM and not count.each]
    behind = [count for count in own if count.start >= scope.end]
    if behind or own:
        return (behind or own[-1:])[0].n
    if stated:
        return None
    for bounds in ((scope.line[0], scope.start), *_announcing(scope)):
        before = [count for count in find_counts(scope.text, *bounds) if count.kind == SYSTEM and not count.each]
        if before:
            return before[-1].n
    return None


def _announcing(scope: Scope) -> list[tuple[int, int]]:
    return [
        bounds
        for bounds in scope.lines_before(_LINES_BACK)
        if not re.search(r"交换机|机柜|存储|备件", scope.part(bounds))
    ]


def _is_system(unit: str | None, scope: Scope) -> bool:
    if unit in (None, "个", ""):
        return bool(_HOST.search(scope.part(scope.neighbourhood)))
    return unit in ("台", "套", "台套", "台(套)", "台/套", "架", "柜", "组")


def _total(
    scope: Scope,
    room: Room,
    counts: list[Count],
    stated: tuple[int, str | None] | None,
    *,
    each: int | None,
    systems: int | None,
) -> int | None:
    if stated and not _is_system(stated[1], scope):
        return stated[0]
    cards = [count for count in counts if count.kind == CARD and not count.each and not _is_form(count)]
    if not cards and systems is None:
        cards = [count for count in counts if count.kind == PIECE and count.start >= scope.end]
    if not cards:
        return None
    n = min(cards, key=lambda count: _distance(count, scope)).n
    if systems is not None and each is None and n <= _MOST_PER_SYSTEM:
        return n * systems
    return n
