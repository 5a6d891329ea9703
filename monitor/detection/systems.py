"""How many systems a product stands in: its own count, the row's, the line's that announces it."""

import re

from monitor.detection.cells import Stated
from monitor.detection.layout import opens_lot
from monitor.detection.numbers import NUMBER, SYSTEM, Count, find_counts, read_number
from monitor.detection.room import nearest
from monitor.detection.scope import Scope

_PLACE = (
    r"(?:校区|教室|车间|分校|医院|院系|基地|单位|学校|部门|分部|片区|市州|地区|班组|科室"
    r"|地市|站点|机房|区县|分院|分中心|分公司|实验室|网点|厂区|院区|园区|学院)"
)
_PLACES = re.compile(rf"(?P<n>{NUMBER}) ?(?:个|所|家|处|间)?{_PLACE}")
_AT_EACH = re.compile(
    rf"(?:各|每(?:个|所|家|处|间)?{_PLACE})[^;。|\n]{{0,24}}?(?P<n>(?<![0-9A-Z]){NUMBER}) ?[台套](?!/)"
)
_AT_EVERY = re.compile(rf"每(?:个|所|家|处|间)?{_PLACE}[^;。|\n]{{0,24}}?(?P<n>(?<![0-9A-Z]){NUMBER}) ?[台套](?!/)")
_HOST = re.compile(r"服务器|伺服器|工作站|节点|一体机|主机|整机|系统|DGX|计算机|电脑|机器人|终端|机柜")
_CARD_NAME = re.compile(r"(?:GPU|计算|加速|推理|训练|图形|显)卡|显示卡|板卡|模组")
_ELSEWHERE = re.compile(
    r";[ ]?[(]?(?:[0-9一二三四五六七八九]{1,2}[.、)]|[①-⑳])|交换机|机柜|存储|备件|软件|另行|另购|同时采购"
)
_LINES_BACK = 14
_TIMES = re.compile(
    r"[^,;。|*、\n]{0,12}?(?:服务器|伺服器|节点|整机|主机|工作站|一体机)(?:\([^()]{0,12}\))?"
    r" ?[*X] ?(?P<n>[0-9]{1,3})(?![0-9.A-Z]| ?[GT]B?)"
)


def systems_of(scope: Scope, counts: list[Count], stated: Stated | None, *, system: bool, alone: bool) -> int | None:
    if stated and not stated.each and is_system(stated, scope, system=system):
        return stated.n
    places = _PLACES.search(scope.part(scope.sentence))
    each = places and (
        _AT_EACH.search(places.string, places.end()) or _AT_EVERY.search(places.string, 0, places.start())
    )
    if places and each:
        return (read_number(places["n"]) or 1) * (read_number(each["n"]) or 1)
    times = _TIMES.match(scope.text, scope.end, scope.sentence[1])
    if times:
        return int(times["n"])
    own = nearest([count for count in counts if count.kind == SYSTEM and not count.each], scope)
    if own:
        return own.n * _nested(counts, own)
    if alone or (stated and not stated.each):
        return None
    wide = [*find_counts(scope.text, scope.line[0], scope.start)][::-1]
    for count in wide:
        if count.kind == SYSTEM and not count.each and not _ELSEWHERE.search(scope.text, count.end, scope.start):
            return count.n
    for bounds in () if opens_lot(scope) else scope.lines_before(_LINES_BACK):
        found = [count for count in find_counts(scope.text, *bounds) if count.kind == SYSTEM and not count.each]
        if found and not _ELSEWHERE.search(scope.part(bounds)):
            return found[-1].n
    return None


def _nested(counts: list[Count], outer: Count) -> int:
    """The systems in each of the outer ones, as in 两套集群，每套4个节点; 1 where none are stated."""
    inner = [count for count in counts if count.kind == SYSTEM and count.each and count.start >= outer.end]
    return inner[0].n if inner and inner[0].unit != outer.unit else 1


def is_system(stated: Stated, scope: Scope, *, system: bool) -> bool:
    if stated.unit in ("台", "套", "台套", "台(套)", "台/套", "架", "柜", "组"):
        return True
    if stated.unit in (None, "", "个"):
        row = scope.part(scope.neighbourhood)
        return system or (bool(_HOST.search(row)) and not (_CARD_NAME.search(row) and not _HOST.search(row)))
    return False
