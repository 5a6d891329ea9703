"""What a notice states as "label：value", in lines and in tables, each with the section that it stands in."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from notices.html_blocks import Block, Table
from notices.labelled import split_labels, without_goods
from notices.labels import (
    AGENCY,
    BUYER,
    NOISE,
    PARTY_NAME,
    SUPPLIER,
    lot_in,
    role_of_cell,
    squeeze,
    without_ordinal,
)


@dataclass(frozen=True, slots=True)
class Pair:
    """One stated value: `role` is what its label says of it, `section` the heading above, `row` its table row or -1.

    `party` is the role of the party under whose heading it stands, `lot` the lot that its line or the line above names.
    """

    role: str
    label: str
    value: str
    section: str
    row: int = -1
    party: str = ""
    lot: str | None = None


@dataclass(frozen=True, slots=True)
class PlacedTable:
    """A table and the heading that it stands under, with the line right above it, and the lot that was named last."""

    table: Table
    section: str
    above: str
    lot: str | None = None


@dataclass(frozen=True, slots=True)
class Statements:
    """All pairs and tables of a notice, in order, and its (topic, line)s: topic is the heading and the label above."""

    pairs: tuple[Pair, ...]
    tables: tuple[PlacedTable, ...]
    lines: tuple[tuple[str, str], ...] = ()


_HEADING = re.compile(
    r"^\s*(?:第?[一二三四五六七八九十]{1,3}[、.．\s]|[（(][一二三四五六七八九十]{1,3}[）)])\s*(\S.{0,40})"
)
_PARTY_HEADINGS = (
    (AGENCY, re.compile(r"^(?:采购|招标|政府采购|集中采购)?代理机构(?:信息|联系方式)?|^集中采购机构")),
    (
        BUYER,
        re.compile(
            r"^(?:采购人|采购单位|招标人|招标单位|业主|需求单位)(?:信息|联系方式|单位信息)?[（(：:\s]*(?:如有)?[）)：:\s]*$"
        ),
    ),
    (
        SUPPLIER,
        re.compile(r"^(?:拟定|唯一|拟定唯一|中标|成交|中标（成交）)?供应商(?:信息|名称)?[（(：:\s]*[）)：:\s]*$"),
    ),
    (NOISE, re.compile(r"^(?:项目联系|监督|监管|同级|财政部门|联系事项|政府采购监督|投诉|质疑|公共资源交易)")),
)
_PARTY_SECTIONS = re.compile(r"拟定(?:的)?(?:唯一)?供应商|(?:中标|成交|中选)(?:（成交）|\(成交\))?(?:供应商)?信息")
# What states more than this is no notice; its text is kept whole all the same.
MOST_PAIRS = 5_000
_BAR = re.compile(r"[|｜]")
_BARS_OF_A_ROW = 3
_FLATTENED = 200
_LONGEST_LABEL = 120
_BREAKS = re.compile(
    r"(?<![第一二三四五六七八九十、和及至])(?=(?:[一二三四五六七八九]|十[一二三四五]?)、[\u4e00-\u9fff])"
    r"|\s*(?=\d[.．、]\s*(?:采购人|采购代理机构|招标人|代理机构|项目联系))|(?<=信息)(?:[（(]如有[）)])?\s*(?=名\s*称)"
    r"|\s(?=(?:项目名称|项目编号|采购方式|预算金额|最高限价|供应商名称|名\s?称|地\s?址|联系方式|项目联系人)[^。；]{0,60}[:：])"
)
_NEXT_LINE = re.compile(r"^\s*[:：]\s*")
_OPENS_LOT = re.compile(
    r"^\s*(?:[（(]?[一二三四五六七八九十\d]{1,2}[）)、.．]\s*)?(?:第|采购包|合同包|包组|标包|标项|标段|分包|分标|包件|包)"
)
_SUB_HEADING = re.compile(r"^\s*[（(]")


def read_statements(blocks: Iterable[Block]) -> Statements:
    """The pairs and tables of a notice's blocks; a header row's labels are no pairs."""
    reader = _Reader()
    for block in _with_tables(_unflattened(blocks)):
        if isinstance(block, str):
            reader.take_line(block)
        else:
            reader.take_table(block)
    return Statements(tuple(reader.pairs), tuple(reader.tables), tuple(reader.lines))


def is_header(row: tuple[str, ...]) -> bool:
    """Whether a row names columns: two or more different labels and hardly anything else."""
    cells = list(dict.fromkeys(cell for cell in row if cell))
    if len(cells) < 2 or any(len(cell) > 24 or _VALUE.search(cell) for cell in cells):
        return False
    if len(cells) == 2:
        return all(role_of_cell(cell) for cell in cells)
    named = sum(role_of_cell(cell) is not None or _COLUMN.search(squeeze(cell)) is not None for cell in cells)
    return named * 3 >= len(cells) * 2


_VALUE = re.compile(r"[:：]\s*\S|[。；]|\d{3}")
# What a column's name ends in; a name that merely contains it (标准化研究院) is a value.
_COLUMN = re.compile(
    r"(?:序号|名称|品牌|型号|规格|数量|单价|总价|金额|单位|产地|厂[家商]|备注|范围|要求|标准|期限|时间|工期|经理|证书|得分|评审|"
    r"结果|原因|地址|包号|标项|标段|内容|概况|情况|排名|日期|代码|编号|供应商|项)$"
)


def _unflattened(blocks: Iterable[Block]) -> Iterator[Block]:
    """A notice that was flattened into one line is read as lines again, broken before its headings."""
    for block in blocks:
        if isinstance(block, str) and len(block) > _FLATTENED and " | " not in block:
            yield from (line for line in _BREAKS.sub("\n", block).split("\n") if line.strip())
        else:
            yield block


def _with_tables(blocks: Iterable[Block]) -> Iterator[Block]:
    """Runs of lines with " | " are tables whose spans are not known: text without markup reads as HTML does."""
    run: list[str] = []
    for block in blocks:
        if isinstance(block, str) and (" | " in block or len(_BAR.findall(block)) >= _BARS_OF_A_ROW):
            run.append(block)
            continue
        if run:
            yield _table_of_lines(run)
            run = []
        yield block
    if run:
        yield _table_of_lines(run)


def _table_of_lines(lines: list[str]) -> Table:
    rows = [[cell.strip() for cell in _BAR.split(line)] for line in lines]
    width = max(map(len, rows))
    return Table(tuple(tuple(row + [""] * (width - len(row))) for row in rows), tuple(lines))


class _Reader:
    def __init__(self) -> None:
        self.pairs: list[Pair] = []
        self.tables: list[PlacedTable] = []
        self.lines: list[tuple[str, str]] = []
        self._topic = ""
        self._section = ""
        self._party = ""
        self._above = ""
        self._lot: str | None = None
        self._open: tuple[str, str] | None = None
        self._last_line = ""

    def take_line(self, line: str) -> None:
        if _NEXT_LINE.match(line) and not self._open:
            line = self._last_line + line
        self._last_line = line
        heading = _HEADING.match(line)
        found = without_goods(islice(split_labels(line), max(0, MOST_PAIRS - len(self.pairs))))
        if heading and not any(value for _, _, value in found):
            self._section, self._topic = heading[1], ""
            self._party = SUPPLIER if _PARTY_SECTIONS.search(self._section) else ""
        self._set_lot(line, is_heading=heading is not None)
        self._set_party(line)
        if not found and self._open and len(line) <= 60 and not heading:
            role, label = self._open
            self._add(role, label, _NEXT_LINE.sub("", line))
        self._open = None
        for role, label, value in found:
            if value:
                self._add(role, label, value)
            else:
                self._open = (role, label)
                self._topic = label
                # "1.采购人信息：名称：…" in one line.
                self._party = role if role in {BUYER, AGENCY, SUPPLIER} else self._party
        if found and found[0][2]:
            self._topic = found[0][1]
        self.lines.append((f"{self._section} {self._topic}", line))
        self._above = line

    def take_table(self, table: Table) -> None:
        self._open = None
        self.tables.append(PlacedTable(table, self._section, self._above, lot_in(self._above) or self._lot))
        if is_header(table.rows[0]):
            return
        for number, row in enumerate(table.rows):
            cells = _once(row)
            if len(cells) == 1:
                self.take_line(cells[0])
                continue
            if is_header(row) and number + 1 < len(table.rows):
                return
            self._take_cells(cells, number)

    def _take_cells(self, cells: list[str], number: int) -> None:
        waiting: tuple[str, str] | None = None
        for cell in cells:
            role = role_of_cell(cell)
            inline = [] if role else [found for found in without_goods(split_labels(cell)) if found[2]]
            if role:
                self._set_party(cell)
                waiting = (role, cell)
            elif waiting and cell:
                self._add(*waiting, cell, number)
                self._topic = waiting[1]
                self.lines.append((f"{self._section} {self._topic}", f"{waiting[1].rstrip('：: ')}：{cell}"))
                waiting = None
            for inner_role, label, value in inline:
                self._add(inner_role, label, value, number)
            if inline:
                self.lines.append((f"{self._section} {self._topic}", " ".join(cell.split("\n"))))

    def _set_lot(self, line: str, *, is_heading: bool) -> None:
        """A short line that begins with a lot's name holds for what follows, until the next section."""
        named = lot_in(line) if len(line) <= _LONGEST_LABEL and _OPENS_LOT.match(line) else None
        if named or (is_heading and not _SUB_HEADING.match(line)):
            self._lot = named

    def _set_party(self, line: str) -> None:
        bare = without_ordinal(line).replace(" ", "")
        if len(bare) > 40:
            return
        for role, pattern in _PARTY_HEADINGS:
            if pattern.match(bare):
                self._party = role
                return

    def _add(self, role: str, label: str, value: str, row: int = -1) -> None:
        if role == PARTY_NAME:
            role = self._party or NOISE
        words = (label.strip(" :：\n"), value.strip())
        self.pairs.append(Pair(role, *words, self._section, row, self._party, self._lot))


def _once(row: tuple[str, ...]) -> list[str]:
    """The cells of a row without the repeats of a cell that spans columns."""
    return [cell for index, cell in enumerate(row) if not index or cell != row[index - 1] or not cell]
