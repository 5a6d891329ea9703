"""Numbers as notices write them, and the counts of cards, systems and service units that stand in a text."""

import re
from dataclasses import dataclass

_DIGITS = dict(zip("零一二三四五六七八九", range(10), strict=True)) | dict(
    zip("壹贰叁肆伍陆柒捌玖", range(1, 10), strict=True)
)
_DIGITS |= {"两": 2, "单": 1, "双": 2}
_SCALES = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_MYRIADS = {"万": 10_000, "亿": 100_000_000, "百万": 1_000_000, "千万": 10_000_000, "K": 1000, "M": 1_000_000}
_CHINESE = "零一二两三四五六七八九十壹贰叁肆伍陆柒捌玖拾百佰千仟"
NUMBER = rf"(?:[0-9]{{1,3}}(?:,[0-9]{{3}})+|[0-9]{{1,7}}|[{_CHINESE}]{{1,7}})"
CARD, SYSTEM, PIECE = "card", "system", "piece"
_UNITS = dict.fromkeys("张块片颗枚卡只", CARD) | dict.fromkeys("台套架柜组", SYSTEM) | {"个": PIECE}
_UNITS |= {"GPU": CARD, "-GPU": CARD}
_UNITS |= dict.fromkeys(("节点", "个节点", "台套", "台(套)", "台/套", "机"), SYSTEM)
# Digits that continue no other number or code; a list number with its dot at the start of a line is none: 1.8卡.
_FREE = r"(?:(?<![0-9A-Z./-])|(?<=^[0-9]\.)|(?<=[\n;][0-9]\.))"
_COUNT = re.compile(
    rf"(?P<n>{_FREE}[0-9]{{1,3}}(?:,[0-9]{{3}})+|{_FREE}[0-9]{{1,7}}|[{_CHINESE}]{{1,7}}|[单双])"
    rf" {{0,3}}(?P<u>台\(套\)|台/套|台套|个节点|节点|-?GPU(?![A-Z0-9])"
    rf"|机(?![位柜房组架械时型器内箱载壳房])|[张块片颗枚卡只台套架柜组个])"
    rf"(?P<per> ?/ ?(?:每)?(?:台|套|节点|机|服务器|柜|个))?"
)
_EACH_BEFORE = re.compile(
    r"(?:每(?:个|一)?(?:计算|训练|推理|GPU)?(?:台|套|节点|服务器|机|柜|个|工作站|主机)|单(?:台|机|套|节点)|各)"
    r"(?:[A-Z]{1,3}[0-9]{1,4}[A-Z]?|[0-9]{2,3}GB?|[^0-9,;。|\n:一二两三四五六七八九十]){0,16}$"
)
_NOT_A_COUNT = re.compile(
    r"显存|性能|≥|算力|价|功耗|解析|带宽|最大|峰值|时|槽|位|宽|核|FP|BF|INT|TF32|间|内存|路|型|类|月|年|天"
)
# 单卡 and 双卡 are counts only as a form: at the end, or before the machine that has this form.
_FORM_AFTER = re.compile(r"$|[),;。|、 \n]|(?:GPU)?(?:服务器|工作站|节点|云主机|整机|主机|机型|配置)")
# 共5机: only behind such a sign is a bare 机 a count.
_SUMMED = ("共", "计", ",", ":")
_MOST_ON_BOARD = 16
_COMPONENT = r"CPU|处理器|内存|硬盘|固态|SSD|HDD|网卡|HCA|电源|NVME|SATA|SAS|U\.2|光模块|交换机|风扇|机箱|桥接"
_OTHER_GOODS = re.compile(
    r"(?:软件|许可|授权|UPS|交换机|显示器|键鼠|导轨|路由器|防火墙|空调|耗材|投影仪?|打印机)[^,;。|\n、()0-9]{0,2}$"
)
_COMPONENT_BEFORE = re.compile(rf"(?:{_COMPONENT})[^,;。|\n、:]{{0,8}}$")
_COMPONENT_AFTER = re.compile(rf"[^,;。|\n、:()张块颗片及和与含配]{{0,12}}?(?:{_COMPONENT})")


@dataclass(frozen=True, slots=True)
class Count:
    """A counted number at [start, end): `kind` is card, system or piece; `each` says that it counts for one system."""

    start: int
    end: int
    n: int
    kind: str
    each: bool
    unit: str


def read_number(text: str) -> int | None:
    """1,200 and 一百二十 and 两 as integers; None if the text is no such number."""
    text = text.replace(",", "").strip()
    if text.isascii():
        return int(text) if text.isdigit() else None
    total, current = 0, 0
    for sign in text:
        if sign in _DIGITS:
            current = _DIGITS[sign]
        elif sign in _SCALES:
            total += (current or 1) * _SCALES[sign]
            current = 0
        else:
            return None
    return total + current


def scaled(number: str, scale: str | None) -> int | None:
    """A decimal with its scale word: ("2500", "万") is 25,000,000; None if it is no whole number."""
    value = float(number.replace(",", "")) * _MYRIADS.get(scale or "", 1)
    return int(value) if value == int(value) else None


def find_counts(text: str, low: int, high: int) -> list[Count]:
    """The counts in [low, high) of a folded text, in order."""
    found = []
    for match in _COUNT.finditer(text, low, high):
        n = read_number(match["n"].replace("单", "一").replace("双", "二"))
        if n is None or n == 0 or _is_no_count(text, match):
            continue
        if _UNITS[match["u"]] == CARD and _is_component(text, match):
            continue
        if _UNITS[match["u"]] == SYSTEM and _OTHER_GOODS.search(text, max(0, match.start() - 12), match.start()):
            continue
        each = bool(match["per"] or _EACH_BEFORE.search(text, max(0, match.start() - 36), match.start()))
        hosts = (_UNITS[match["u"]] == PIECE and text.endswith("节点", 0, match.start("n"))) or (
            match["u"] == "片" and text.endswith("刀片", 0, match.start("n"))
        )
        kind = SYSTEM if hosts else _UNITS[match["u"]]
        found.append(Count(match.start("n"), match.end(), n, kind, each, match["u"]))
    return found


def _is_component(text: str, match: re.Match[str]) -> bool:
    """Whether processors, memory or disks are counted: 2颗CPU, 内存条16块, 2块960GB SSD."""
    return bool(
        _COMPONENT_BEFORE.search(text, max(0, match.start() - 14), match.start())
        or _COMPONENT_AFTER.match(text, match.end(), match.end() + 16)
    )


def _is_no_count(text: str, match: re.Match[str]) -> bool:
    unit, after = match["u"], text[match.end() : match.end() + 2]
    single = match["n"] in ("单", "双")
    if unit.endswith("GPU"):
        numbered = text[match.start() - 1 : match.start()] == "." or after.startswith(":")
        return numbered or not match["n"].isdigit() or int(match["n"]) > _MOST_ON_BOARD
    if unit == "机":
        return not match["n"].isdigit() or text[match.start() - 1 : match.start()] not in _SUMMED
    if single:
        return unit != "卡" or not _FORM_AFTER.match(text, match.end())
    return unit == "卡" and (bool(_NOT_A_COUNT.match(after)) or after.startswith("·"))
