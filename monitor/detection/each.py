"""How many cards one system holds: a multiplication sign beside the name, 8卡, 每台8块, 8张/台."""

import re

from monitor.detection.cells import Stated
from monitor.detection.numbers import CARD, Count, find_counts, read_number
from monitor.detection.room import Room, is_form, nearest
from monitor.detection.scope import Scope

_TIMES_AFTER = re.compile(
    r"[^,;。|*、]{0,22}?[ \n]?[*X] ?(?P<n>[0-9]{1,3})(?! ?[0-9.]| ?GB?(?![A-Z])| ?TB?(?![A-Z])| ?MM|LAN| ?[台套])"
)
# H20服务器*4: the sign counts the machines.
MACHINE = re.compile(r"(?:服务器|伺服器|节点|整机|主机|工作站|一体机)[^*X]{0,4}[*X]")
_TIMES_BEFORE = re.compile(
    r"(?<![0-9A-Z.*])(?P<n>[0-9]{1,2}) ?[*X] ?(?:NVIDIA|英伟达|AMD|INTEL|HGX|昇腾|华为|TESLA|GEFORCE)?[ ]?$"
)
# 单机双RTX4090, 双路 RTX 5090: a pair directly before the name.
_PAIR_BEFORE = re.compile(
    r"(?:(?P<pair>[双两])[路卡]?|(?P<n>[二三四六八2-8])路) ?(?:NVIDIA|英伟达|TESLA|GEFORCE)?[ ]?$"
)
EACH_KEY = re.compile(
    r"(?:每(?:台|节点|套|机)|单(?:节点|台|机)|节点内|机内)[^0-9,;。\n]{0,8}(?:(?:[卡颗块张片]|GPU)数|数量)[^0-9,;。\n]{0,4}\n?(?P<n>[0-9]{1,2})"
    r"|(?:每(?:台|节点|套)|单(?:节点|台|机))[^0-9,;。\n]{0,6}[|:](?P<cell>[0-9]{1,2}) ?[卡张块]"
)


def cards_each(scope: Scope, room: Room, counts: list[Count], stated: Stated | None, *, alone: bool) -> int | None:
    """Cards in one system: a multiplication sign beside the name, "8卡", "每台8块", "8张/台"."""
    times = _times(scope, room)
    if times:
        return times
    if stated and stated.each:
        return stated.n
    own = nearest([count for count in counts if count.kind == CARD and (count.each or is_form(count))], scope)
    if own:
        return own.n
    if alone:
        return None
    keyed = EACH_KEY.search(scope.part(scope.line)) or EACH_KEY.search(_block_after(scope))
    if keyed:
        return int(keyed["n"] or keyed["cell"])
    line_low, line_high = room.inside(scope.line)
    for low, high in (scope.sentence, (line_low, line_high), *scope.lines_after(1), *scope.lines_before(5)):
        wide = [count for count in find_counts(scope.text, low, high) if count.kind == CARD]
        wide = [
            count
            for count in wide
            if (count.each and not _of_another(scope, room, count))
            or (is_form(count) and count.end <= scope.start and high == line_high)
        ]
        if wide:
            return wide[-1].n if wide[-1].end <= scope.start else wide[0].n
    return None


def _of_another(scope: Scope, room: Room, count: Count) -> bool:
    """Whether the count stands in a bracket behind the next product, as in A服务器2台，B服务器3台（每台8卡）."""
    bracket = scope.text.rfind("(", room.high, count.start)
    return bracket >= 0 and ")" not in scope.text[bracket : count.start]


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
    if after and MACHINE.search(after.group()):
        return None
    return int(after["n"]) if after and "\n\n" not in after.group() and int(after["n"]) > 0 else None
