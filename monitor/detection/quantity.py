"""How many cards and systems of a product a notice states, in any of the ways that it is written."""

import re
from dataclasses import dataclass

from monitor.detection.cells import Stated, find_key, find_stated
from monitor.detection.each import cards_each
from monitor.detection.numbers import CARD, NUMBER, PIECE, SYSTEM, Count, find_counts, read_number
from monitor.detection.room import Room, is_form, near_counts, nearest, quoted
from monitor.detection.scope import Scope
from monitor.detection.systems import is_system, systems_of
from notices.finding import Quantity

_REPLACING = re.compile(r"用于|替换|替代|取代|更换")
_COUNT_BEHIND = re.compile(
    r"[^0-9,;。|、\n(]{0,10}(?:\([^()\n]{0,12}\))?[^0-9,;。|、\n]{0,10}[0-9一二两三四五六七八九十]{1,4} ?[张块台套颗片]"
)
_ENTRY_BEFORE = re.compile(
    r"[0-9一二两三四五六七八九十]{1,4} ?[张块台套颗片](?P<sign>[、和及]|以及)"
    r"[ ]?(?:NVIDIA|英伟达|AMD|TESLA|GEFORCE)?[ ]?$"
)
_SINGLE = re.compile(
    r"工作站|(?:合成|渲染|剪辑|图形|绘图|设计|建模)站|(?:教师|学生|教学|考试|台式|绘图|设计|采集|标注|仿真|阅片)机|开发(?:者)?套件|分析盒|边缘盒|计算机|电脑|机器人|(?<!云)主机(?!房)|终端|超级芯片|图形机"
)
_HOLDS = re.compile(r"配|搭载|内置|装|含|插|采用|[:为]")
_MACHINE = r"(?:服务器|主机|工作站|整机)"
_HOSTS = re.compile(
    rf"[,;](?:需|须)?(?:配套?|合计|共)?(?:的)?{_MACHINE}(?:数量)?[: ]?(?:共|为|计)?(?P<n>{NUMBER}) ?[台套](?!/)"
    rf"|[,;](?:需|须)?(?:配套?|装入|安装于|分装)[^,;。0-9]{{0,4}}(?P<m>{NUMBER}) ?[台套]{_MACHINE}"
)
# 四张装入一台4U机箱,共购两台: what one machine holds, then the machines.
_PACKED = re.compile(
    rf"(?P<each>{NUMBER}) ?[张块片颗枚]卡?(?:装入|装于|安装于|安装在|插入|插于|配于|装在)"
    r"[^,;。|\n]{0,4}?(?:一|1|单|每) ?台"
    rf"[^,;。|\n]{{0,16}},[^,;。|\n0-9]{{0,3}}(?:共|合计|总计|数量)[^,;。|\n0-9]{{0,4}}?(?P<n>{NUMBER}) ?[台套]"
)
# 8张A100,数量2台: the key counts the goods that hold the cards; 共8张 are all of them.
_GOODS_COUNT = re.compile(r"(?:^|[,;])(?:数量|整机|共|共计|合计|总计)[:为]? ?$")
_SUMMED = re.compile(r"共|合计|总")
# 显卡1块,内存64GB;共采购15台: the machines are summed up at the end.
_IN_ALL = re.compile(
    rf"[,;。](?:一?共|共计|合计|总计|总共)(?:采购|购置|购买|需要?|配置)?[: ]?(?P<n>{NUMBER}) ?[台套](?![/服])"
)
_SAME = re.compile(r"不变|仍为|调整为|更正为|变更为|更正后")
MOST_PER_SYSTEM = 16
_MOST_HELD = 8
_LINES_BACK, _LINES_ON = 14, 4


@dataclass(frozen=True, slots=True)
class _Counted:
    """What was found around a product: cards in one system, systems, and cards altogether."""

    each: int | None
    systems: int | None
    total: int | None


def product_quantity(scope: Scope, room: Room, *, system: bool, alone: bool = False) -> Quantity | None:
    """Cards and systems of a product.

    `system` says that the product is itself a server, whose count is `systems`; `alone` that only its own clause speaks
    of it, as of equipment that is owned already.
    """
    packed = None if system or alone else _PACKED.search(scope.text, max(room.low, scope.start), scope.sentence[1])
    if packed and (each := read_number(packed["each"])) and (hosts := read_number(packed["n"])):
        return Quantity(value=each * hosts, systems=hosts)
    entry = _own_entry(scope, quoted(scope, room))
    own_entry, room = entry is not room or room.closed, entry
    if alone:
        replaced = _REPLACING.search(scope.text, scope.clause[0], scope.start)
        low = replaced.end() if replaced else scope.clause[0]
        room = Room(max(room.low, low), min(room.high, scope.clause[1]))
    stated = find_stated(scope, room.low, room.high)
    counts = near_counts(scope, room)
    each = cards_each(scope, room, counts, stated, alone=alone)
    systems = systems_of(scope, counts, stated, system=system, alone=alone or own_entry)
    if (
        systems is None
        and not alone
        and (in_all := _IN_ALL.search(scope.text, scope.end, min(scope.line[1], room.high)))
    ):
        systems = read_number(in_all["n"])
    if system:
        return Quantity(systems=systems) if systems else None
    total = _total(scope, counts, stated, each=each, systems=systems)
    if alone:
        return _combine(scope, _Counted(each, systems, total), alone=True)
    return _combine(scope, _completed(scope, _Counted(each, systems, total), room.high))


def _own_entry(scope: Scope, room: Room) -> Room:
    """The room without the entry before, as in 服务器4台、显卡10张: each name has its own count behind it."""
    if not _COUNT_BEHIND.match(scope.text, scope.end, scope.clause[1]):
        return room
    entry = _ENTRY_BEFORE.search(scope.text, max(room.low, scope.sentence[0]), scope.start)
    return Room(entry.end("sign"), room.high) if entry else room


def _combine(scope: Scope, counted: _Counted, *, alone: bool = False) -> Quantity | None:
    each, systems, total = counted.each, counted.systems, counted.total
    if total is not None:
        # Fewer cards than servers cannot be all of them: they are those of one server.
        short = systems is not None and each is None and total < systems
        return Quantity(value=total * (systems or 1) if short else total, systems=systems)
    if systems is None:
        return Quantity(value=each) if each is not None and each > 1 else None
    if each is not None:
        return Quantity(value=each * systems, systems=systems)
    if alone:
        return Quantity(systems=systems)
    one = _SINGLE.search(scope.part(scope.neighbourhood)) or _SINGLE.search(_announcement(scope))
    return Quantity(value=systems if one else None, systems=systems)


def _total(
    scope: Scope, counts: list[Count], stated: Stated | None, *, each: int | None, systems: int | None
) -> int | None:
    """Cards altogether; a small number of cards beside a number of systems is one for each of them."""
    if stated and not stated.each and not is_system(stated, scope, system=False):
        return stated.n * each if each and stated.unit == "个" else stated.n
    cards = [count for count in counts if count.kind == CARD and not count.each and not is_form(count)]
    if not cards and systems is None:
        cards = [count for count in counts if count.kind == PIECE and count.start >= scope.end]
    own = nearest(cards, scope)
    if own is None:
        return _total_before(scope) if each is None or systems is None else None
    if systems is not None and each is None and own.n <= MOST_PER_SYSTEM and _is_for_each(own, counts, scope):
        return own.n * systems
    return own.n if each is None or own.n != each or systems is None else None


def _is_for_each(own: Count, counts: list[Count], scope: Scope) -> bool:
    """Whether a number of cards is that of one system: the systems stand before it, or a verb says what they hold."""
    if own.unit == "卡":
        return False
    verb = _HOLDS.search(scope.text, max(0, own.start - 8), own.start)
    behind = [count for count in counts if count.kind == SYSTEM and not count.each and count.start > own.end]
    summed = _SUMMED.search(scope.text, max(0, own.start - 8), own.start)
    keyed = behind and not summed and _GOODS_COUNT.search(scope.text, max(0, behind[0].start - 8), behind[0].start)
    return bool(verb or keyed) or not behind


def _total_before(scope: Scope) -> int | None:
    """Cards announced on the line before, as in 计算卡 104张."""
    for bounds in scope.lines_before(1):
        counts = [count for count in find_counts(scope.text, *bounds) if not count.each and not is_form(count)]
        if counts and all(count.kind == CARD for count in counts):
            return counts[-1].n
    return None


def _later_systems(scope: Scope) -> int | None:
    """Servers stated further on for several wordings together, as in 更正前 … 更正后 …，数量仍为6台."""
    for low, high in ((scope.end, scope.line[1]), *scope.lines_after(_LINES_ON)):
        stated = find_key(scope, low, high)
        if stated and not stated.each and is_system(stated, scope, system=True):
            return stated.n
        counts = [count for count in find_counts(scope.text, low, high) if count.kind == SYSTEM and not count.each]
        if counts and _SAME.search(scope.text, low, high):
            return counts[0].n
    return None


def _completed(scope: Scope, counted: _Counted, high: int) -> _Counted:
    """Servers and cards for each of them from the lines around, where their product is the stated total."""
    if counted.systems is not None and counted.each is None and counted.total is None:
        announced = find_counts(_announcement(scope), 0, len(_announcement(scope)))
        cards = [count.n for count in announced if count.kind == CARD and count.n <= MOST_PER_SYSTEM]
        return _Counted(cards[0], counted.systems, None) if cards else counted
    if counted.systems is None and counted.each is not None and counted.total is None:
        return _Counted(counted.each, _later_systems(scope), None)
    if counted.total is None:
        return counted
    several_rows = "\n" in scope.text[scope.start : scope.end]
    if several_rows and counted.systems is None and counted.each is None and counted.total <= MOST_PER_SYSTEM:
        later = _later_systems(scope)
        return _Counted(counted.total, later, None) if later else counted
    if counted.systems is not None and counted.systems * (counted.each or 1) == counted.total:
        return counted
    if counted.systems is None and counted.each is None and (hosts := _hosts_behind(scope, high)):
        held = counted.total <= _MOST_HELD
        return _Counted(counted.total, hosts, None) if held else _Counted(None, hosts, counted.total)
    for bounds in (*scope.lines_before(3), *scope.lines_after(_LINES_ON)):
        counts = find_counts(scope.text, *bounds)
        for host in (count.n for count in counts if count.kind == SYSTEM):
            if any(count.kind == CARD and count.n * host == counted.total for count in counts):
                return _Counted(None, host, counted.total)
    return counted


def _hosts_behind(scope: Scope, high: int) -> int | None:
    """The machines that the line names behind the cards, as in 显卡2张；服务器3台."""
    found = _HOSTS.search(scope.text, scope.end, min(scope.line[1], max(high, scope.end)))
    return read_number(found["n"] or found["m"]) if found else None


def _announcement(scope: Scope) -> str:
    """The nearest line before that states a number of systems, as in 图形工作站20台：."""
    for bounds in scope.lines_before(_LINES_BACK):
        counts = find_counts(scope.text, *bounds)
        if any(count.kind == SYSTEM and not count.each for count in counts):
            return scope.part(bounds)
    return ""
