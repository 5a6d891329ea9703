"""A stream of HTML tags and texts becomes paragraphs and tables; any parser that reports both can feed it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

SKIPPED = frozenset({"script", "style", "noscript", "template", "svg", "title", "head", "object", "iframe"})
_OFTEN_UNCLOSED = frozenset({"title", "head", "svg", "object", "iframe"})
_OF_THE_BODY = frozenset({"body", "div", "p", "table", "td", "h1", "h2"})
BREAKING = frozenset(
    {"address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd", "details", "dir", "div"}
    | {"dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header"}
    | {"hr", "html", "legend", "li", "main", "menu", "nav", "ol", "option", "p", "pre", "section", "summary"}
    | {"textarea", "ul"}
)
# Spans beyond these are mistakes or malice; the limit of cells keeps a page of 5 MB from becoming gigabytes.
MOST_COLUMNS, WIDEST_CELL, MOST_CELLS = 400, 100, 1_000_000

_SPACE = re.compile(r"[\s\u00a0\u3000\u200b-\u200f\u2028\u2029\ufeff\u00ad]+")
_INVISIBLE = re.compile(r"[\u200b-\u200f\ufeff\u00ad]")
_CJK = "\u2e80-\u2fff\u3001-\u9fff\uf900-\ufaff\uff00-\uffef"
_WRAPPED = re.compile(rf"(?<=[{_CJK}])[ \t\r]*\n[ \t\r\n]*(?=[{_CJK}])")


@dataclass(frozen=True, slots=True)
class Table:
    """A table as shown: `rows` are equally long (spans expanded), a cell's lines parted by "\\n"; `lines` is its text.

    `hidden`: the page does not show it (its feeder said so by the attribute "hidden").
    """

    rows: tuple[tuple[str, ...], ...]
    lines: tuple[str, ...]
    hidden: bool = False


Block = str | Table


@dataclass(slots=True)
class _Cell:
    blocks: list[Block] = field(default_factory=list)
    columns: int = 1
    rows: int = 1
    nests: bool = False

    @property
    def text(self) -> str:
        return "\n".join(block for block in self.blocks if isinstance(block, str))


@dataclass(slots=True)
class _OpenTable:
    rows: list[list[_Cell]] = field(default_factory=list)
    row: list[_Cell] | None = None
    cell: _Cell | None = None
    outside: list[Block] = field(default_factory=list)
    hidden: bool = False


class BlockBuilder:
    """Takes `start`, `data` and `end` as a parser reports them, gives the blocks at `close`; forgives missing ends."""

    def __init__(self) -> None:
        self._blocks: list[Block] = []
        self._tables: list[_OpenTable] = []
        self._line: list[str] = []
        self._skipped = ""
        self._depth = 0
        self._verbatim = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if self._skipped:
            if tag == self._skipped:
                self._depth += 1
                return
            # What is never closed must not swallow the body.
            if self._skipped not in _OFTEN_UNCLOSED or tag not in _OF_THE_BODY:
                return
            self._skipped = ""
        if tag in SKIPPED:
            self._skipped, self._depth = tag, 1
        elif tag in {"table", "tr", "td", "th"}:
            self._start_table_part(tag, attributes)
        elif tag in BREAKING:
            self._break()
            self._verbatim += tag in {"pre", "textarea"}
        elif tag == "input":
            self._line.append(_shown_input(attributes))

    def data(self, text: str) -> None:
        if self._skipped:
            return
        if not self._verbatim or "\n" not in text:
            self._line.append(text)
            return
        for number, line in enumerate(text.split("\n")):
            if number:
                self._break()
            self._line.append(line)

    def end(self, tag: str) -> None:
        if self._skipped:
            if tag == self._skipped:
                self._depth -= 1
                self._skipped = self._skipped if self._depth else ""
            return
        if tag in {"table", "tr", "td", "th"}:
            self._end_table_part(tag)
        elif tag in BREAKING:
            self._break()
            if tag in {"pre", "textarea"}:
                self._verbatim = max(0, self._verbatim - 1)

    def close(self) -> tuple[Block, ...]:
        """All blocks; whatever is still open ends here."""
        self._break()
        while self._tables:
            self._end_table()
        return tuple(self._blocks)

    def _break(self) -> None:
        if self._line:
            line = clean_line("".join(self._line))
            self._line = []
            if line:
                self._target().append(line)

    def _target(self) -> list[Block]:
        if not self._tables:
            return self._blocks
        table = self._tables[-1]
        return table.cell.blocks if table.cell else table.outside

    def _start_table_part(self, tag: str, attributes: dict[str, str]) -> None:
        self._break()
        if tag == "table" or not self._tables:
            self._tables.append(_OpenTable(hidden="hidden" in attributes))
        table = self._tables[-1]
        if tag == "tr":
            self._end_row(table)
            table.row = []
        elif tag in {"td", "th"}:
            table.row = [] if table.row is None else table.row
            table.cell = _Cell(
                columns=_span(attributes.get("colspan"), WIDEST_CELL), rows=_span(attributes.get("rowspan"), MOST_CELLS)
            )
            table.row.append(table.cell)

    def _end_table_part(self, tag: str) -> None:
        self._break()
        if not self._tables:
            return
        table = self._tables[-1]
        if tag == "table":
            self._end_table()
        elif tag == "tr":
            self._end_row(table)
        else:
            table.cell = None

    def _end_row(self, table: _OpenTable) -> None:
        if table.row:
            table.rows.append(table.row)
        table.row = table.cell = None

    def _end_table(self) -> None:
        table = self._tables.pop()
        self._end_row(table)
        inner, nests = _blocks_of(table)
        self._target().extend((*table.outside, *inner))
        if self._tables and (cell := self._tables[-1].cell):
            cell.nests = cell.nests or nests or any(isinstance(block, Table) for block in table.outside)


def render(blocks: Iterable[Block]) -> str:
    """The blocks as text, a line per paragraph and per table row."""
    lines: list[str] = []
    for block in blocks:
        lines.extend((block,) if isinstance(block, str) else block.lines)
    return "\n".join(lines)


def clean_line(raw: str) -> str:
    """One line: any run of white space is one space, none where the source only wraps Chinese text."""
    return _SPACE.sub(" ", _INVISIBLE.sub("", _WRAPPED.sub("", raw))).strip()


def _shown_input(attributes: dict[str, str]) -> str:
    kind = attributes.get("type", "text").lower()
    if kind in {"checkbox", "radio"}:
        return "☑" if "checked" in attributes else "□"
    return attributes.get("value", "") if kind in {"text", "number", "date"} else ""


def _span(value: str | None, most: int) -> int:
    span = int(value[:6]) if value and value.strip().isdecimal() else 1
    return span if 1 <= span <= most else 1


def _blocks_of(table: _OpenTable) -> tuple[list[Block], bool]:
    """The table cut into what lays the page out (read as paragraphs) and the runs of rows that are a table; whether
    there is such a run."""
    blocks: list[Block] = []
    run: list[list[_Cell]] = []
    nests = False
    for row in [*table.rows, []]:
        if row and not any(cell.nests for cell in row):
            run.append(row)
            continue
        grid = _grid(run, hidden=table.hidden)
        nests = nests or bool(row) or any(isinstance(block, Table) for block in grid[:1])
        blocks.extend(grid)
        run = []
        blocks.extend(block for cell in row for block in cell.blocks)
    return blocks, nests


def _grid(cell_rows: list[list[_Cell]], *, hidden: bool) -> list[Block]:
    filled = [cell for row in cell_rows for cell in row if cell.blocks]
    if len(filled) <= 1:
        return [block for cell in filled for block in cell.blocks]
    rows: list[list[str]] = []
    lines: list[str] = []
    spanning: dict[int, tuple[int, str, bool]] = {}
    expanded = 0
    for cells in cell_rows:
        row, shown, spanning = _expand(cells, spanning if expanded < MOST_CELLS else {})
        expanded += len(row)
        if any(row):
            rows.append(row)
            lines.append(_row_line(shown))
    width = max(map(len, rows), default=0)
    return [Table(tuple(tuple(row + [""] * (width - len(row))) for row in rows), tuple(lines), hidden)]


Spans = dict[int, tuple[int, str, bool]]


def _expand(cells: list[_Cell], spanning: Spans) -> tuple[list[str], list[str], Spans]:
    """One row with the cells that span into it: its grid, its cells to show (a wide cell once), and what spans on."""
    row: list[str] = []
    shown: list[str] = []
    left: Spans = {}
    waiting = list(reversed(cells))
    while len(row) < MOST_COLUMNS and (waiting or any(column >= len(row) for column in spanning)):
        column = len(row)
        if column in spanning:
            more, text, first = spanning[column]
            parts = [(more, text, first)]
        elif waiting:
            cell = waiting.pop()
            parts = [(cell.rows, cell.text, number == 0) for number in range(cell.columns)]
        else:
            parts = [(0, "", True)]
        for more, text, first in parts[: MOST_COLUMNS - column]:
            if more > 1:
                left[len(row)] = (more - 1, text, first)
            row.append(text)
            if first:
                shown.append(text)
    beyond = [cell.text for cell in reversed(waiting)]
    return row + beyond, shown + beyond, left


def _row_line(cells: list[str]) -> str:
    texts = [" ".join(cell.split("\n")) for cell in cells]
    while texts and not texts[-1]:
        texts.pop()
    return " | ".join(texts) if sum(map(bool, texts)) > 1 else "".join(texts)
