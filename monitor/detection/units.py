"""How much of a service a notice states: tokens, accounts, card-hours, petaflops, servers of a cloud."""

import re

from monitor.detection.numbers import SYSTEM, find_counts, read_number, scaled
from monitor.detection.scope import Scope
from notices.finding import Quantity

_SCALE = r"(?P<s>百万|千万|万|亿|K|M)"
_SEAT = r"(?:席位|坐席|账号|账户|帐号|帐户|会员|用户(?:数|许可)?)"
_IN_WORDS = r"[二两三四五六七八九十百][一二三四五六七八九十百]{0,4}"
_OPENED = r"(?:开通|购买|采购|配备|订阅|提供|续订)"
_TOKENS = r"(?:TOKENS?|词元)(?![A-Z_])"
_UNITS = (
    ("token", re.compile(rf"(?P<n>[0-9][0-9,.]*) ?{_SCALE}? ?个?(?:输入|输出|推理)?{_TOKENS}")),
    (
        "token",
        re.compile(rf"{_TOKENS}(?:数量?|额度|总量|用量|资源包)?[^0-9,;。|\n]{{0,4}}(?P<n>[0-9][0-9,.]*) ?{_SCALE}"),
    ),
    ("account", re.compile(rf"(?P<n>[0-9][0-9,]*)(?P<s>) ?(?:(?:个|席|名|位|人)?{_SEAT}|席(?!位))")),
    ("account", re.compile(rf"(?P<n>[0-9][0-9,]*)(?P<s>) ?[名位][^,;。|0-9]{{0,12}}{_OPENED}")),
    ("account", re.compile(rf"(?P<n>{_IN_WORDS})(?P<s>) ?[个席名位](?:[^,;。|0-9]{{0,6}})?{_SEAT}")),
    ("account", re.compile(rf"{_SEAT}(?:数量?)?[: ]{{0,2}}(?P<n>{_IN_WORDS})(?P<s>) ?[个席名位套]")),
    ("account", re.compile(rf"(?:{_SEAT}|许可)(?:数量?)?[: ]{{0,2}}(?P<n>[0-9][0-9,]*)(?P<s>) ?(?:个|席|名|位|套|人)")),
)
_RENTED = (
    (
        "card_hour",
        re.compile(rf"(?<![A-Z0-9.])(?P<n>[0-9][0-9,.]*) ?{_SCALE}? ?(?:个)?(?:卡时|卡·?小时|GPU时|GPU·?小时)"),
    ),
    ("P", re.compile(r"(?<![A-Z0-9.])(?P<n>[0-9][0-9,.]*)(?P<s>) ?P(?:FLOPS)?(?![A-Z0-9])")),
)
_BESIDE = re.compile(r"[ ]?(?P<n>[0-9][0-9,]{0,6}) ?[个席份](?!月|区|节点|实例)")
_JOINT = re.compile(r"(?:合计|总计|共计|共用|总量)(?!不超过|金额|价|费|[^,;。]{0,8}[万美]?元)")
_KEY = re.compile(r"数量[: ]{0,2}[0-9][0-9,]*[^,;。|\n]{0,6}")


def service_quantity(scope: Scope, services: int) -> Quantity | None:
    """Tokens, accounts, or servers of a cloud; a joint total over several services counts for none of them."""
    low, high = scope.sentence
    if services > 1 and _JOINT.search(scope.text, low, high):
        return None
    keyed = _KEY.search(scope.text, scope.end, scope.line[1])
    behind = scope.line if scope.is_row else (low, high)
    beside = _BESIDE.match(scope.text, scope.end)
    if beside:
        return Quantity(value=int(beside["n"].replace(",", "")), unit="account")
    windows = (scope.after(behind)[:60], scope.before((low, high))[-24:], keyed.group() if keyed else "")
    for window in windows:
        found = _first(window, _UNITS)
        if found:
            return found
    systems = [count for count in find_counts(scope.text, scope.start, high) if count.kind == SYSTEM and not count.each]
    return Quantity(systems=systems[0].n) if systems else None


def rented_units(scope: Scope) -> Quantity | None:
    """Card-hours or petaflops of rented compute, where the sentence states them."""
    return _first(scope.part(scope.sentence), _RENTED)


def _first(text: str, patterns: tuple[tuple[str, re.Pattern[str]], ...]) -> Quantity | None:
    for unit, pattern in patterns:
        for found in pattern.finditer(text):
            n = found["n"].strip(",.")
            value = scaled(n, found["s"]) if n.isascii() else read_number(n)
            if value:
                return Quantity(value=value, unit=unit)
    return None
