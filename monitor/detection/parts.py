"""Whether a mention only says what an accessory or a piece of software is for."""

import re
from collections.abc import Mapping

from monitor.detection.scope import Scope
from monitor.detection.verdict import COUNT, Patterns, Verdict, verdict_by

_HEAD_END = re.compile(
    r"[,;。|\n()、]|(?:以?及|和|与|并|含|带|附(?!件))(?!其)"
    r"|[0-9一二两三四五六七八九十]+ ?[台张块套个片颗枚副项只对根](?!卡)"
)
_WORK = re.compile(r"更换(?!件|用|套件)|维修|故障|损坏|清灰|清洁|检测|检修|巡检")
_HEAD_REACH = 40
_BRACKETS = re.compile(r"\([^()]*\)")


def part_of(scope: Scope, words: Mapping[str, Patterns]) -> Verdict | None:
    """Whether the mention only says what an accessory or a piece of software is for: the last noun decides."""
    high = scope.cell[1]
    tail = scope.text[scope.end : min(high, scope.end + _HEAD_REACH)]
    bracket = _bracketed(scope, words) or _linked(scope, words)
    if bracket:
        return bracket
    stop = _HEAD_END.search(tail)
    head = tail[: stop.start()] if stop else tail
    if _WORK.search(head):
        return None
    best: tuple[int, str, re.Match[str]] | None = None
    for kind in ("product", "accessory", "software"):
        for found in words[kind]["head"].finditer(head):
            if best is None or found.end() > best[0] or (found.end() == best[0] and kind != "product"):
                best = (found.end(), kind, found)
    if best is None or best[1] == "product":
        return verdict_by("accessory", words["accessory"]["unit"].match(tail[best[0] if best else 0 :]))
    if best[2].group() == "机柜" and _is_rack(scope, words["product"], tail[: best[0]]):
        return None
    return verdict_by(best[1], best[2])


def _is_rack(scope: Scope, product: Patterns, head: str) -> bool:
    return bool(product["racked"].search(scope.text[scope.start : scope.end] + head))


def _linked(scope: Scope, words: Mapping[str, Patterns]) -> Verdict | None:
    """As in 导轨一批，配套A100 and 为A100提供驱动适配: a noun with a link before it, or work done for it."""
    before = _BRACKETS.sub("", scope.before(scope.sentence))
    for kind in ("accessory", "software"):
        for noun in words[kind]["head"].finditer(before):
            if words[kind]["linked"].fullmatch(before, noun.end()):
                return verdict_by(kind, noun)
    licence = words["software"]["licence"].search(before)
    if licence:
        return verdict_by("software", licence)
    served = words["software"]["served"].search(scope.before(scope.clause))
    return verdict_by("software", words["software"]["work"].match(scope.after(scope.clause))) if served else None


def _bracketed(scope: Scope, words: Mapping[str, Patterns]) -> Verdict | None:
    """As in 支架8个（L40S用） and 许可（适用A100）: the noun before the bracket is what is bought."""
    low = scope.cell[0]
    open_at = scope.text.rfind("(", max(low, scope.start - 24), scope.start)
    if open_at < 0 or ")" in scope.text[open_at : scope.start]:
        return None
    inside = scope.text[open_at : scope.end + 12].split(")")[0]
    if not re.search(r"^\(按|适用|专用|用于|兼容|配套|连接|适配|匹配|对应|针对|[用版款]$|版本$", inside):
        return None
    head = COUNT.sub("", scope.text[max(low, open_at - 20) : open_at])
    ends = [(found.end(), kind, found) for kind in ("product", "accessory", "software")
            for found in words[kind]["head"].finditer(head)]  # fmt: skip
    if not ends:
        return None
    _, kind, found = max(ends, key=lambda each: (each[0], each[1] != "product"))
    return None if kind == "product" else verdict_by(kind, found)
