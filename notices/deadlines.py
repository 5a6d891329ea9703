"""When documents may be had, bids must be in and bids are opened, as a tender's lines and tables state it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from notices.dates import find_moment, find_moments
from notices.pairs import Statements, is_header

# What a correction gives is old and new side by side; an award's dates are past.
STATING = frozenset({"tender", "prequalification", "single_source", "consultation"})

_WHAT = r"(?:投标|响应|申请|应答|报价|磋商|谈判|竞价|比选|资格预审|参选|参评)"
_BIDS = re.compile(
    rf"{_WHAT}[^:：，,。；;\n]{{0,14}}(?:截止|截至)(?:时间|日期)?|(?:递交|提交|送达)[^:：，,。；;\n]{{0,14}}(?:截止|截至)(?:时间|日期)?"
    r"|^截止(?:时间|日期)|(?:截标|截止投标)(?:时间|日期)?"
)
_OPENING = re.compile(r"(?:开标|开启|开评标|唱标)[^:：，,。；;\n]{0,8}(?:时间|日期)|^开标[:：]")
_OPENING_SECTION = re.compile(r"开启|开标")
_BIDS_SECTION = re.compile(rf"{_WHAT}[^，,。]{{0,12}}(?:提交|递交|截止)|(?:提交|递交)[^，,。]{{0,12}}(?:截止|文件)")
_DOCUMENTS_SECTION = re.compile(r"(?:获取|领取|购买|发售|下载)[^，,。]{0,8}文件|报名|文件的?(?:获取|领取|购买|发售)")
_BEFORE = re.compile(
    r"并?[于在]\s*(?P<moment>(?:19|20)\d\d[^，,。；;\n]{6,40}?)\s*(?:[（(]北京时间[）)]|[（(]网上递交[）)])?\s*(?:之?前|止)\s*[（(]?[^，,。；;\n]{0,12}?"
    r"(?:递交|提交|上传|送达|投递)"
)
_TIME_FIRST = re.compile(r"\W*(?:\d[.、．])?\W*(?:截止)?(?:时间|日期)")
_MOMENT_FIRST = re.compile(r"\W*(?:\d[.、．]\s*)?(?:19|20)\d\d\s*[年\-/.]")
_UNTIL = re.compile(r"至|到|[-—~～]")
_HOUR = re.compile(r"\d\s*[:：时点]")
_LONGEST = 160


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Each None where it is not stated."""

    documents_until: datetime | None = None
    bids_until: datetime | None = None
    opens_at: datetime | None = None


def read_deadlines(statements: Statements, kind: str) -> Deadlines:
    """The moments of a notice of that kind; only those with an hour end bids or open them."""
    if kind not in STATING:
        return Deadlines()
    lines = [*statements.lines, *_cells(statements)]
    bids = _first(lines, _BIDS, _BIDS_SECTION) or _in_prose(lines)
    opening = _first(lines, _OPENING, _OPENING_SECTION)
    return Deadlines(_documents_until(lines), bids, opening)


def _cells(statements: Statements) -> Iterator[tuple[str, str]]:
    """Label and value side by side in tables without a header, as a line each."""
    for placed in statements.tables:
        if is_header(placed.table.rows[0]):
            continue
        for row in placed.table.rows:
            for label, value in pairwise(row):
                if label != value and len(label) <= _LONGEST and "时间" in label:
                    yield placed.section, f"{label.rstrip(':：')}：{value}"


def _first(lines: list[tuple[str, str]], label: re.Pattern[str], section: re.Pattern[str]) -> datetime | None:
    """The moment behind a label; else the first in the section, on a line that says 时间 or hardly anything else."""
    for _, line in lines:
        found = label.search(line[:_LONGEST])
        moment = _timed(line[found.end() : found.end() + _LONGEST]) if found else None
        if moment:
            return moment
    for topic, line in lines:
        if section.search(topic) and (_TIME_FIRST.match(line) or _MOMENT_FIRST.match(line)):
            moment = _timed(line[:_LONGEST])
            if moment:
                return moment
    return None


def _in_prose(lines: list[tuple[str, str]]) -> datetime | None:
    """ "… 并于2026年3月9日 09:30（北京时间）前递交投标文件"."""
    for _, line in lines:
        found = _BEFORE.search(line[:2000])
        if found and (moment := _timed(found["moment"])):
            return moment
    return None


def _documents_until(lines: list[tuple[str, str]]) -> datetime | None:
    for topic, line in lines:
        if _DOCUMENTS_SECTION.search(f"{topic} {line[:30]}") and _UNTIL.search(line):
            moments = find_moments(line[:_LONGEST])
            if len(moments) > 1 and moments[1] >= moments[0]:
                return moments[1]
    return None


def _timed(text: str) -> datetime | None:
    moment = find_moment(text)
    return moment if moment and _HOUR.search(text) else None
