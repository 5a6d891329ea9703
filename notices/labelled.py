"""Labels and their values in one line of text: "采购人：甲采购代理机构：乙" is two, wherever a page lost the gap."""

import re
from collections.abc import Iterable, Iterator

from notices.labels import NOISE, PARTY_NAME, label_at_end, squeeze, without_ordinal

_LONGEST_LABEL = 120
# Labels that cannot be part of another word stand even where a page lost the space before them.
_GLUED = re.compile(
    r"(?:采购单位|采购人|采购人名称|招标人|招标单位|建设单位|采购单位名称|供应商名称|(?:中标|成交)(?:供应商|人|单位)(?:名称)?|代理机构名称|采购代理机构|项目编号|采购项目编号|"
    r"(?:中标|成交)金额|预算金额)\s*(?:[（(][^（）()]{1,6}[）)])?\s*[:：]"
)
_PART_OF_LABEL = re.compile(r"(?<=\S)\s[\u4e00-\u9fff]{2,4}$")
_DENIES = re.compile(r"[未非落各或及和与、的其被]\s?$|委托|推荐|候选")

# A label ends in a Chinese character or in a remark; the colons of times and addresses follow neither.
_COLON = re.compile(r"(?<=[\u4e00-\u9fff）)\]】])\s{0,3}[:：]")


def split_labels(line: str) -> Iterator[tuple[str, str, str]]:
    """Every (role, label, value) of a line; a value ends where the next known label begins, even without a gap.

    A label must begin the line (after its ordinal) or follow a mark or another label's value: 委托人 inside
    法定代表人或委托人 is none.
    """
    if ":" not in line and "：" not in line:
        return
    begin = len(line) - len(without_ordinal(line))
    marks: list[tuple[str, str, int, int]] = []
    chunk_start = begin
    for colon in _COLON.finditer(line):
        offset = max(chunk_start, colon.start() - _LONGEST_LABEL)
        found = label_at_end(line[offset : colon.start()])
        if found:
            role, start = found[1], offset + found[2]
            if marks or _opens(line, start, begin):
                marks.append((role, line[start : colon.start()], start, colon.end()))
                chunk_start = colon.end()
    for index, (role, label, _, after) in enumerate(marks):
        end = marks[index + 1][2] if index + 1 < len(marks) else len(line)
        if index + 1 < len(marks):
            # 物资招标名称 is one label, though only its end is known.
            words = _PART_OF_LABEL.search(line, after, end)
            end = words.start() if words and words.start() > after + 1 else end
        yield role, label, re.sub(r"[\s（(\[【;；,，。、]+$", "", line[after:end]).strip()


def _opens(line: str, start: int, begin: int) -> bool:
    if _GLUED.match(line, start) and not _DENIES.search(line[max(0, start - 2) : start]):
        return True
    # A code or a number may touch the label behind it, another word must not.
    before = line[start - 1 : start]
    return (
        start <= begin or before == " " or not re.search(r"[\w）)]", before) or (before.isascii() and before.isalnum())
    )


def without_goods(found: Iterable[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """The labels of a line or a cell, where 名称 beside 品牌 or 数量 names goods and no party."""
    labels = list(found)
    goods = any(squeeze(label) in {"品牌", "型号", "规格型号", "规格", "数量", "单价"} for _, label, _ in labels)
    return [(NOISE if goods and role == PARTY_NAME else role, label, value) for role, label, value in labels]
