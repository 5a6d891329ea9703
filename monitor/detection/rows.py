"""Reads parameter rows as inequalities with units, and groups those of one product into a block."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from monitor.detection.gate import Span
from monitor.detection.numbers import SYSTEM, find_counts, read_number
from monitor.watchlist.model import Watchlist

FLOOR, CEILING, EXACT = ">=", "<=", "="
MUST, SCORE, PLAIN = "must", "score", "plain"
_BACK, _ON, _GAP = 160, 260, 280
_LARGEST, MOST_BLOCKS = 40, 100
_BARE_IS_EXACT = frozenset({"memory", "cuda_cores", "tensor_cores"})
_NETWORK = re.compile(r"网络|公网|出口|BGP|接口带宽|读|写|聚合|存储|流量|IB|参数面|上行|下行|总线|端口")
_LINK_WORD = re.compile(r"NVLINK|NVSWITCH|卡间|GPU间|互联|互连|双向|GPU之间")
_AND_ABOVE = re.compile(r"(?:GB?)?[ (]{0,2}(?:含|及|或|或者)?[)]?以上")
_SUFFIX = re.compile(r"_(?:typed|each|first|headed)$")


@dataclass(frozen=True, slots=True)
class Row:
    """One requirement at [start, end): `attribute` compares by `sign` with `value`, units as in specifications.toml."""

    attribute: str
    sign: str
    value: float
    weight: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Block:
    """The rows of one product with the words that narrow it down: features, memory types, made in China."""

    rows: tuple[Row, ...]
    features: frozenset[str]
    memory: frozenset[str]
    domestic: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True, eq=False)
class RowWords:
    """The compiled patterns of specifications.toml."""

    attributes: Mapping[str, re.Pattern[str]]
    floor: re.Pattern[str]
    ceiling: re.Pattern[str]
    must: re.Pattern[str]
    score: re.Pattern[str]
    domestic: re.Pattern[str]
    lot: re.Pattern[str]
    features: Mapping[str, re.Pattern[str]]
    memory: Mapping[str, re.Pattern[str]]
    trigger: re.Pattern[str]


@lru_cache(maxsize=4)
def row_words(watchlist: Watchlist) -> RowWords:
    """The row patterns of a watchlist, compiled once; OP in them stands for any sign of comparison."""
    signs = watchlist.words["specification_signs"]
    op = f"(?:{signs['floor']}|{signs['ceiling']}|为|是|约|:)"
    attributes = {
        name: source.replace("(?P<op>OP)", f"(?P<op>{op})") for name, source in watchlist.words["specification"].items()
    }
    return RowWords(
        attributes=_compiled(attributes),
        floor=re.compile(signs["floor"]),
        ceiling=re.compile(signs["ceiling"]),
        must=re.compile(signs["must"]),
        score=re.compile(signs["score"]),
        domestic=re.compile(signs["domestic"]),
        lot=re.compile(signs["lot"]),
        features=_compiled(watchlist.words["specification_features"]),
        memory=_compiled(watchlist.words["specification_memory"]),
        trigger=re.compile(watchlist.words["gate"]["specification"]),
    )


def _compiled(sources: Mapping[str, str]) -> dict[str, re.Pattern[str]]:
    return {name: re.compile(source) for name, source in sources.items()}


def find_blocks(folded: str, spans: Sequence[Span], watchlist: Watchlist) -> list[Block]:
    """The blocks of parameter rows around the gate's spans, in order."""
    words = row_words(watchlist)
    blocks: list[Block] = []
    for low, high in _zones(folded, spans, words):
        rows = _rows_in(folded, low, high, words)
        blocks += [_block(folded, group, low, words) for group in _split(folded, rows, words)]
        if len(blocks) > MOST_BLOCKS:
            break
    return blocks[:MOST_BLOCKS]


def _zones(folded: str, spans: Sequence[Span], words: RowWords) -> list[Span]:
    zones: list[Span] = []
    for start, end in spans:
        if not words.trigger.match(folded, start):
            continue
        low, high = max(0, start - _BACK), min(len(folded), end + _ON)
        if zones and low <= zones[-1][1]:
            zones[-1] = (zones[-1][0], high)
        else:
            zones.append((low, high))
    return zones


def _rows_in(folded: str, low: int, high: int, words: RowWords) -> list[Row]:
    found = [
        row
        for name, pattern in words.attributes.items()
        for match in pattern.finditer(folded, low, high)
        if (row := _row(folded, _SUFFIX.sub("", name), match, words))
    ]
    rows: list[Row] = []
    ends: dict[str, int] = {}
    for row in sorted(found, key=lambda row: (row.start, -row.end)):
        if row.start >= ends.get(row.attribute, 0):
            rows.append(row)
            ends[row.attribute] = row.end
    return rows


def _row(folded: str, attribute: str, found: re.Match[str], words: RowWords) -> Row | None:
    before = re.split(r"[,;。\n]", folded[max(0, found.start() - 24) : found.start()])[-1]
    context = before + found.group()
    if attribute == "bandwidth" and _LINK_WORD.search(context):
        return None
    if attribute in ("bandwidth", "link") and _NETWORK.search(context):
        return None
    value = _value(attribute, found, folded)
    if value is None:
        return None
    sign = _sign(attribute, found, words, folded[found.end() : found.end() + 6])
    return Row(attribute, sign, value, _weight(folded, found.start(), words), found.start(), found.end())


def _value(attribute: str, found: re.Match[str], folded: str) -> float | None:
    text = found["value"].replace(",", "").rstrip(".")
    if text.count(".") > 1:
        return None
    value = float(text)
    unit = found["unit"]
    if attribute in ("bandwidth", "link") and unit == "T":
        value *= 1000
    if attribute.startswith(("fp", "tf", "int")):
        value *= 1000 if unit == "P" else 1
        if "稀疏" in folded[found.start() : found.end() + 8] and "稠密" not in found.group():
            value /= 2
    if attribute == "memory" and found.groupdict().get("total"):
        cards = read_number(re.sub(r"[^0-9八四二两]", "", found["total"])) or 8
        value /= cards
    return value or None


def _sign(attribute: str, found: re.Match[str], words: RowWords, behind: str) -> str:
    sign = found["op"] or ""
    if found.groupdict().get("within") or words.ceiling.fullmatch(sign):
        return CEILING
    if words.floor.fullmatch(sign) or _AND_ABOVE.match(behind):
        return FLOOR
    if attribute == "power":
        return CEILING
    return EXACT if attribute in _BARE_IS_EXACT else FLOOR


def _weight(folded: str, start: int, words: RowWords) -> str:
    """The mark at the head of the row, up to a line break or semicolon: ★ binds, ▲ and # only score."""
    head = re.split(r"[;。\n]", folded[max(0, start - 120) : start])[-1]
    marks = [(found.start(), weight) for weight, pattern in ((MUST, words.must), (SCORE, words.score))
             for found in pattern.finditer(head)]  # fmt: skip
    return max(marks)[1] if marks else PLAIN


def _split(folded: str, rows: Sequence[Row], words: RowWords) -> list[list[Row]]:
    groups: list[list[Row]] = []
    for row in rows:
        if groups and not _new_block(folded, groups[-1], row, words):
            groups[-1].append(row)
        else:
            groups.append([row])
    return groups


def _new_block(folded: str, group: Sequence[Row], row: Row, words: RowWords) -> bool:
    gap = folded[group[-1].end : row.start]
    if len(gap) > _GAP or len(group) >= _LARGEST or words.lot.search(gap):
        return True
    same = [other for other in group[-_LARGEST:] if other.attribute == row.attribute]
    if same and "\n" in gap and any(other.value != row.value for other in same):
        return True
    return "\n" in gap and any(count.kind == SYSTEM and not count.each for count in find_counts(gap, 0, len(gap)))


def _block(folded: str, rows: Sequence[Row], low: int, words: RowWords) -> Block:
    start, end = rows[0].start, rows[-1].end
    line_start = folded.rfind("\n", max(0, start - 200), start) + 1 or max(low, start - 80)
    line_end = folded.find("\n", end, end + 200)
    line_end = min(len(folded), end + 80) if line_end < 0 else line_end
    body = folded[line_start:line_end]
    head = folded[max(0, line_start - 40) : line_start].rsplit("\n", 2)[-2:]
    return Block(
        tuple(rows),
        frozenset(name for name, pattern in words.features.items() if pattern.search(body)),
        frozenset(name for name, pattern in words.memory.items() if pattern.search(body)),
        bool(words.domestic.search(body) or words.domestic.search("\n".join(head))) and "其他产品" not in body,
        start,
        end,
    )
