"""How many cards and systems of a product a notice states, in any of the ways that it is written."""

import re
from dataclasses import dataclass

from monitor.detection.cells import Stated, find_key, find_stated
from monitor.detection.numbers import CARD, NUMBER, PIECE, SYSTEM, Count, find_counts, read_number
from monitor.detection.scope import Scope
from notices.finding import Quantity

_TIMES_AFTER = re.compile(
    r"[^,;。|*、]{0,22}?[ \n]?[*X] ?(?P<n>[0-9]{1,3})(?! ?[0-9.]| ?GB?(?![A-Z])| ?TB?(?![A-Z])| ?MM|LAN| ?[台套])"
)
_TIMES_BEFORE = re.compile(
    r"(?<![0-9A-Z.*])(?P<n>[0-9]{1,2}) ?[*X] ?(?:NVIDIA|英伟达|AMD|INTEL|HGX|昇腾|华为|TESLA|GEFORCE)?[ ]?$"
)
# 单机双RTX4090, 双路 RTX 5090: a pair directly before the name.
_PAIR_BEFORE = re.compile(
    r"(?:(?P<pair>[双两])[路卡]?|(?P<n>[二三四六八2-8])路) ?(?:NVIDIA|英伟达|TESLA|GEFORCE)?[ ]?$"
)
_REPLACING = re.compile(r"用于|替换|替代|取代|更换")
_PLACE = r"(?:校区|地市|站点|机房|区县|分院|分中心|分公司|实验室|网点|厂区|院区|园区|学院)"
_PLACES = re.compile(rf"(?P<n>{NUMBER}) ?(?:个|所|家|处)?{_PLACE}")
_AT_EACH = re.compile(rf"(?:各|每(?:个|所|家|处)?{_PLACE})[^;。|\n]{{0,24}}?(?P<n>(?<![0-9A-Z]){NUMBER}) ?[台套](?!/)")
_COUNT_BEHIND = re.compile(r"[^0-9,;。|、\n]{0,10}[0-9一二两三四五六七八九十]{1,4} ?[张块台套颗片]")
_ENTRY_BEFORE = re.compile(
    r"[0-9一二两三四五六七八九十]{1,4} ?[张块台套颗片](?P<sign>[、和及]|以及)"
    r"[ ]?(?:NVIDIA|英伟达|AMD|TESLA|GEFORCE)?[ ]?$"
)
_EACH_KEY = re.compile(
    r"(?:每(?:台|节点|套)|单(?:节点|台|机))[^0-9,;。\n]{0,8}(?:卡数|数量)[^0-9,;。\n]{0,4}(?P<n>[0-9]{1,2})"
)
_HOST = re.compile(r"服务器|伺服器|工作站|节点|一体机|主机|整机|系统|DGX|计算机|电脑|机器人|终端|机柜")
_CARD_NAME = re.compile(r"(?:GPU|计算|加速|推理|训练|图形|显)卡|显示卡|板卡|模组")
_SINGLE = re.compile(r"工作站|计算机|电脑|机器人|(?<!云)主机(?!房)|终端|超级芯片|图形机")
_HOLDS = re.compile(r"配|搭载|内置|装|含|插|采用|[:为]")
_SAME = re.compile(r"不变|仍为|调整为|更正为|变更为|更正后")
_ELSEWHERE = re.compile(r"交换机|机柜|存储|备件|软件|另行|另购|同时采购")
MOST_PER_SYSTEM = 16
_LARGEST_FORM = 10
_LINES_BACK, _LINES_ON = 14, 4
_FAR, _BEFORE = 30, 3
_LIST_SIGN = re.compile(r"[、,)]")


@dataclass(frozen=True, slots=True)
class Room:
    """The stretch of text that may speak of one mention alone: between the products before and behind it."""

    low: int
    high: int


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
    entry = _own_entry(scope, room)
    own_entry, room = entry is not room, entry
    if alone:
        replaced = _REPLACING.search(scope.text, scope.clause[0], scope.start)
        low = replaced.end() if replaced else scope.clause[0]
        room = Room(max(room.low, low), min(room.high, scope.clause[1]))
    stated = find_stated(scope, room.low, room.high)
    counts = _near_counts(scope, room)
    each = _each(scope, room, counts, stated, alone=alone)
    systems = _systems(scope, counts, stated, system=system, alone=alone or own_entry)
    if system:
        return Quantity(systems=systems) if systems else None
    total = _total(scope, counts, stated, each=each, systems=systems)
    if alone:
        return _combine(scope, _Counted(each, systems, total), alone=True)
    return _combine(scope, _completed(scope, _Counted(each, systems, total)))


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
        short = systems is not None and each is None and 1 < total < systems
        return Quantity(value=total * (systems or 1) if short else total, systems=systems)
    if systems is None:
        return Quantity(value=each) if each is not None and each > 1 else None
    if each is not None:
        return Quantity(value=each * systems, systems=systems)
    if alone:
        return Quantity(systems=systems)
    one = _SINGLE.search(scope.part(scope.neighbourhood)) or _SINGLE.search(_announcement(scope))
    return Quantity(value=systems if one else None, systems=systems)


def _near_counts(scope: Scope, room: Room) -> list[Count]:
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
                for count in find_counts(scope.text, *_inside(scope.sentence, room))
                if count not in counts and not any(count.kind == other.kind for other in counts)
            ]
    return []


def _inside(bounds: tuple[int, int], room: Room) -> tuple[int, int]:
    return max(bounds[0], room.low), min(bounds[1], room.high)


def _nearest(counts: list[Count], scope: Scope) -> Count | None:
    """The count with the shortest way to the name; a list sign on the way makes it far."""
    return min(counts, key=lambda count: _way(count, scope), default=None)


def _way(count: Count, scope: Scope) -> int:
    behind = count.start >= scope.start
    between = scope.text[scope.end : count.start] if behind else scope.text[count.end : scope.start]
    return len(between) + (_FAR if _LIST_SIGN.search(between) else 0) + (0 if behind else _BEFORE)


def _each(scope: Scope, room: Room, counts: list[Count], stated: Stated | None, *, alone: bool) -> int | None:
    """Cards in one system: a multiplication sign beside the name, "8卡", "每台8块", "8张/台"."""
    times = _times(scope, room)
    if times:
        return times
    if stated and stated.each:
        return stated.n
    own = _nearest([count for count in counts if count.kind == CARD and (count.each or is_form(count))], scope)
    if own:
        return own.n
    if alone:
        return None
    keyed = _EACH_KEY.search(scope.part(scope.line)) or _EACH_KEY.search(_block_after(scope))
    if keyed:
        return int(keyed["n"])
    line_low, line_high = _inside(scope.line, room)
    for low, high in (scope.sentence, (line_low, line_high), *scope.lines_after(1), *scope.lines_before(5)):
        wide = [count for count in find_counts(scope.text, low, high) if count.kind == CARD]
        wide = [
            count for count in wide if count.each or (is_form(count) and count.end <= scope.start and high == line_high)
        ]
        if wide:
            return wide[-1].n if wide[-1].end <= scope.start else wide[0].n
    return None


def _block_after(scope: Scope) -> str:
    return "\n".join(scope.part(bounds) for bounds in scope.lines_after(2))


def _times(scope: Scope, room: Room) -> int | None:
    before = _TIMES_BEFORE.search(scope.text, max(room.low, scope.start - 20), scope.start)
    if before:
        return int(before["n"])
    pair = _PAIR_BEFORE.search(scope.text, max(room.low, scope.start - 16), scope.start)
    if pair:
        return 2 if pair["pair"] else read_number(pair["n"])
    high = (scope.cell if scope.is_row else scope.neighbourhood)[1]
    after = _TIMES_AFTER.match(scope.text, scope.end, min(high, room.high, scope.end + 40))
    return int(after["n"]) if after and "\n\n" not in after.group() and int(after["n"]) > 0 else None


def is_form(count: Count) -> bool:
    """8卡 and 八卡 are a form of server; 256卡 is a number of cards."""
    return count.unit in ("卡", "GPU", "-GPU") and count.n <= _LARGEST_FORM


def _systems(scope: Scope, counts: list[Count], stated: Stated | None, *, system: bool, alone: bool) -> int | None:
    if stated and not stated.each and _is_system(stated, scope, system=system):
        return stated.n
    places = _PLACES.search(scope.part(scope.sentence))
    if places and (each := _AT_EACH.search(scope.part(scope.sentence), places.end())):
        return (read_number(places["n"]) or 1) * (read_number(each["n"]) or 1)
    own = _nearest([count for count in counts if count.kind == SYSTEM and not count.each], scope)
    if own:
        return own.n
    if alone or (stated and not stated.each):
        return None
    wide = [*find_counts(scope.text, scope.line[0], scope.start)][::-1]
    for count in wide:
        if count.kind == SYSTEM and not count.each and not _ELSEWHERE.search(scope.text, count.end, scope.start):
            return count.n
    for bounds in scope.lines_before(_LINES_BACK):
        found = [count for count in find_counts(scope.text, *bounds) if count.kind == SYSTEM and not count.each]
        if found and not _ELSEWHERE.search(scope.part(bounds)):
            return found[-1].n
    return None


def _is_system(stated: Stated, scope: Scope, *, system: bool) -> bool:
    if stated.unit in ("台", "套", "台套", "台(套)", "台/套", "架", "柜", "组"):
        return True
    if stated.unit in (None, "", "个"):
        row = scope.part(scope.neighbourhood)
        return system or (bool(_HOST.search(row)) and not (_CARD_NAME.search(row) and not _HOST.search(row)))
    return False


def _total(
    scope: Scope, counts: list[Count], stated: Stated | None, *, each: int | None, systems: int | None
) -> int | None:
    """Cards altogether; a small number of cards beside a number of systems is one for each of them."""
    if stated and not stated.each and not _is_system(stated, scope, system=False):
        return stated.n * each if each and stated.unit == "个" else stated.n
    cards = [count for count in counts if count.kind == CARD and not count.each and not is_form(count)]
    if not cards and systems is None:
        cards = [count for count in counts if count.kind == PIECE and count.start >= scope.end]
    own = _nearest(cards, scope)
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
    return bool(verb) or not any(count.kind == SYSTEM and not count.each and count.start > own.end for count in counts)


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
        if stated and not stated.each and _is_system(stated, scope, system=True):
            return stated.n
        counts = [count for count in find_counts(scope.text, low, high) if count.kind == SYSTEM and not count.each]
        if counts and _SAME.search(scope.text, low, high):
            return counts[0].n
    return None


def _completed(scope: Scope, counted: _Counted) -> _Counted:
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
    for bounds in (*scope.lines_before(3), *scope.lines_after(_LINES_ON)):
        counts = find_counts(scope.text, *bounds)
        for host in (count.n for count in counts if count.kind == SYSTEM):
            if any(count.kind == CARD and count.n * host == counted.total for count in counts):
                return _Counted(None, host, counted.total)
    return counted


def _announcement(scope: Scope) -> str:
    """The nearest line before that states a number of systems, as in 图形工作站20台：."""
    for bounds in scope.lines_before(_LINES_BACK):
        counts = find_counts(scope.text, *bounds)
        if any(count.kind == SYSTEM and not count.each for count in counts):
            return scope.part(bounds)
    return ""
