"""What stands over a place of a text: the heading of its paragraph, the head of its column, and the lots around it."""

import re
from itertools import pairwise

from monitor.detection.scope import Scope

_LINES_BACK, _HEADING = 14, 30
_NEAR = 4000
_REMARK = 14
_CONTINUES = re.compile(r"(?:包括|如|例如|即|尤其|特别是|含|分别为|具体为|主要为|型号为)")
# (1)…；(2)… behind a colon: entries of one enumeration.
_OPENED = re.compile(
    r"(?:^|[。;,])(?P<head>[^。;,:]{2,}):(?:(?=[ ]?[①-⑳])|(?=[ (]{0,2}[(①1-9一])(?=[^。:]*[;)]))[^。:]*$"
)
# 参考型号:A;B;C and 现有设备:A 2台;B 3台: the label governs each entry that opens with a name.
_LABELLED = re.compile(
    r"(?:^|[。,])(?P<head>[^。;,:|]{2,16}):(?:[^。:;|]{2,40};){1,8}(?:[^。:;,|0-9为购配]|华为){0,8}$"
)
_BRACKETS = re.compile(r"\([^()]*\)")
_STOPS = re.compile(r"[。;,]")
_LOT_REACH = 200
_NUMBERED = re.compile(r" *(?:[(（]?[0-9]{1,2}[)）.、]|[(（][一二三四五六七八九十]{1,3}[)）]|[①-⑳])")
_CHAPTER = re.compile(r" *(?:[一二三四五六七八九十]{1,3}[、.]|第[一二三四五六七八九十]{1,3}[章节部])")
_LOT = re.compile(
    r"(?:(?<=[\n;。:|])|^) ?(?:采购)?(?:第[一二三四五六七八九十0-9]+ ?(?:包|标段|分包|标项|品目)"
    r"|[一二三四五六七八九十]{1,3}(?:标段|分包|标项)"
    r"|(?:包|标段|标的|标项|分包|品目)[ ]?[一二三四五六七八九十0-9A-F]+"
    r"|(?:硬件|设备|货物|服务|软件|租赁|算力)(?:部分|类))"
)


def heading_of(scope: Scope) -> str:
    """The nearest heading over the line, or an empty string: a short line that ends in a colon or opens a chapter.

    Lines numbered like the place's own are its neighbours in the list and no heading.
    """
    own = scope.part(scope.line)
    if _CHAPTER.match(own):
        return ""
    numbered = bool(_NUMBERED.match(own))
    for bounds in scope.lines_before(_LINES_BACK):
        line = scope.part(bounds).strip(" ")
        if not line or "|" in line:
            continue
        captioned = scope.is_row and not _STOPS.search(line)
        if len(line) <= _HEADING and (captioned or line.endswith(":") or _CHAPTER.match(line)):
            return line
        if len(line) <= _HEADING and numbered and not _NUMBERED.match(line):
            return line
        if not numbered and not scope.is_row:
            return ""
    return ""


def column_of(scope: Scope) -> str:
    """The head of the place's column in the table's first row, or an empty string."""
    if not scope.is_row:
        return ""
    own = scope.part(scope.line).split("|")
    index = scope.before(scope.line).count("|")
    head: list[str] = []
    for bounds in scope.lines_before(_LINES_BACK * 4):
        cells = scope.part(bounds).split("|")
        if len(cells) != len(own):
            break
        head = cells
    return head[index] if head else ""


def lots_around(scope: Scope) -> list[tuple[int, int]]:
    """The bounds of the labelled lots (包一, 标段2, 硬件部分) near the place, in order, each at most 200 characters."""
    low, high = max(0, scope.start - _NEAR), min(len(scope.text), scope.end + _NEAR)
    starts = [found.start() for found in _LOT.finditer(scope.text, low, high)]
    return [(start, min(end, start + _LOT_REACH)) for start, end in pairwise([*starts, high])]


def before_of(scope: Scope) -> str:
    """The text of the clause before the place; a clause of examples (包括, 如, 即) takes the one before too.

    An enumeration behind a colon belongs to the words before the colon, also where its entries end in semicolons.
    """
    before = scope.before(scope.clause)
    if _CONTINUES.match(before):
        before = scope.before(scope.sentence)
    before = _from_bracket(scope, before)
    line = scope.before(scope.cell)
    opened = _OPENED.search(line) or _LABELLED.search(_BRACKETS.sub("", line))
    return opened["head"] + ":" + before if opened and len(opened["head"]) < _HEADING else before


def _from_bracket(scope: Scope, before: str) -> str:
    """The words from the clause that opens the bracket in which the place stands, as in 同类业绩（供货，如A100）."""
    whole = scope.before(scope.sentence)
    bracket = whole.rfind("(")
    if bracket <= whole.rfind(")") or bracket >= len(whole) - len(before) or ")" not in scope.after(scope.sentence):
        return before
    return whole[max(whole.rfind(sign, 0, bracket) for sign in ",、") + 1 :]


def remark_of(scope: Scope, pattern: re.Pattern[str]) -> re.Match[str] | None:
    """The pattern at the start of another cell of the place's row that is short enough to be a remark."""
    if not scope.is_row:
        return None
    cells = scope.part(scope.line).split("|")
    own = scope.before(scope.line).count("|")
    found = (pattern.match(cell.strip()) for at, cell in enumerate(cells) if at != own and len(cell.strip()) <= _REMARK)
    return next(filter(None, found), None)


def opens_lot(scope: Scope) -> bool:
    """Whether the place's own line opens a labelled lot, so that the lines before speak of another one."""
    return bool(_LOT.match(scope.text, scope.line[0]))


def lot_of(scope: Scope) -> str:
    """The label of the lot that the place stands in, or an empty string."""
    starts = [start for start, end in lots_around(scope) if start <= scope.start < end]
    found = _LOT.match(scope.text, starts[-1]) if starts else None
    return found.group().strip() if found else ""
