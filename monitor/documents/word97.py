"""The structures of a Word 97-2003 file that its text needs: pieces and paragraph properties (source: MS-DOC)."""

import struct
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from monitor.documents.reading import DamagedError

# Single property modifiers, MS-DOC 2.6.2 and 2.6.3.
_IN_TABLE, _ROW_END, _INNER_CELL, _INNER_ROW_END = 0x2416, 0x2417, 0x244B, 0x244C
_TABLE_DEFINITION, _TABS = 0xD608, 0xC615
_OPERAND_SIZE = {0: 1, 1: 1, 2: 2, 3: 4, 4: 2, 5: 2, 7: 3}
_CLX, _PAPX = 33, 13
_PAGE = 512


@dataclass(frozen=True, slots=True)
class CellPlace:
    """A cell as its row defines it: its left edge, and whether it continues the cell beside or above it."""

    left: int
    beside: bool
    above: bool


@dataclass(frozen=True, slots=True)
class Paragraph:
    """What a paragraph mark says of tables."""

    in_table: bool = False
    row_end: bool = False
    inner_cell: bool = False
    inner_row_end: bool = False
    cells: tuple[CellPlace, ...] = ()


_PLAIN = Paragraph()


@dataclass(slots=True)
class Stories:
    """All characters of the file in logical order as UTF-16 code units, each with its byte offset, and its stories."""

    units: "array[int]" = field(default_factory=lambda: array("H"))
    offsets: "array[int]" = field(default_factory=lambda: array("L"))
    lengths: dict[str, int] = field(default_factory=dict)
    is_cut: bool = False
    _starts: list[int] = field(default_factory=list)
    _paragraphs: list[Paragraph] = field(default_factory=list)
    _ends: list[int] = field(default_factory=list)

    @property
    def knows_paragraphs(self) -> bool:
        return bool(self._starts)

    def paragraph(self, position: int) -> Paragraph:
        """The properties of the paragraph whose mark stands at a position."""
        offset = self.offsets[position]
        found = bisect_right(self._starts, offset) - 1
        return self._paragraphs[found] if found >= 0 and offset < self._ends[found] else _PLAIN

    def add_runs(self, runs: list[tuple[int, int, Paragraph]]) -> None:
        runs.sort(key=lambda run: run[0])
        self._starts = [start for start, _, _ in runs]
        self._ends = [end for _, end, _ in runs]
        self._paragraphs = [paragraph for _, _, paragraph in runs]


# The order of the stories in the text, and where the header counts their characters (MS-DOC 2.5.4).
_STORIES = (
    ("", 76),
    ("footnotes", 80),
    ("headers", 84),
    ("macros", 88),
    ("comments", 92),
    ("endnotes", 96),
    ("textboxes", 100),
    ("header_textboxes", 104),
)


def read_stories(main: bytes, table: bytes) -> Stories:
    """The text of a Word 97-2003 file from its streams "WordDocument" and "0Table" or "1Table"."""
    stories = Stories()
    stories.lengths = {name: struct.unpack_from("<i", main, offset)[0] for name, offset in _STORIES}
    for first, last, offset, is_narrow in _pieces(_section(main, table, _CLX)):
        _add_piece(stories, main, offset, last - first, is_narrow=is_narrow)
    stories.add_runs(list(_paragraph_runs(main, _section(main, table, _PAPX))))
    return stories


def _section(main: bytes, table: bytes, index: int) -> bytes:
    start, length = struct.unpack_from("<II", main, 154 + index * 8)
    return table[start : start + length]


def _pieces(clx: bytes) -> Iterator[tuple[int, int, int, bool]]:
    """(first character, one past the last, byte offset, one byte a character) of each piece (MS-DOC 2.8.35, 2.9.38)."""
    position = 0
    while position < len(clx) and clx[position] == 1:
        position += 3 + struct.unpack_from("<H", clx, position + 1)[0]
    if position >= len(clx) or clx[position] != 2:
        raise DamagedError("the file has no piece table")
    size = struct.unpack_from("<I", clx, position + 1)[0]
    plc = clx[position + 5 : position + 5 + size]
    count = (len(plc) - 4) // 12
    edges = struct.unpack_from(f"<{count + 1}I", plc)
    for number in range(count):
        code = struct.unpack_from("<I", plc, 4 * (count + 1) + 8 * number + 2)[0]
        is_narrow = bool(code & 0x40000000)
        offset = code & 0x3FFFFFFF
        yield edges[number], edges[number + 1], offset // 2 if is_narrow else offset, is_narrow


def _add_piece(stories: Stories, main: bytes, offset: int, count: int, *, is_narrow: bool) -> None:
    width = 1 if is_narrow else 2
    raw = main[offset : offset + count * width]
    if len(raw) < count * width:
        stories.is_cut = True
        raw = raw[: len(raw) // width * width]
    units = array("H", raw.decode("cp1252", errors="replace").encode("utf-16-le") if is_narrow else raw)
    stories.units.extend(units)
    stories.offsets.extend(range(offset, offset + len(units) * width, width))


def _paragraph_runs(main: bytes, plc: bytes) -> Iterator[tuple[int, int, Paragraph]]:
    """(first byte, one past the last, properties) of each paragraph (MS-DOC 2.8.6 PlcBtePapx, 2.9.175 PapxFkp)."""
    count = (len(plc) - 4) // 8
    for number in range(max(0, count)):
        page_number = struct.unpack_from("<I", plc, 4 * (count + 1) + 4 * number)[0] & 0x3FFFFF
        page = main[page_number * _PAGE : (page_number + 1) * _PAGE]
        if len(page) < _PAGE:
            continue
        runs = page[511]
        if runs * 17 + 4 > 511:
            continue
        edges = struct.unpack_from(f"<{runs + 1}I", page)
        for run in range(runs):
            place = page[4 * (runs + 1) + 13 * run] * 2
            yield edges[run], edges[run + 1], _paragraph(page, place)


def _paragraph(page: bytes, place: int) -> Paragraph:
    if not place or place >= 510:
        return _PLAIN
    start, size = (place + 1, page[place] * 2 - 1) if page[place] else (place + 2, page[place + 1] * 2)
    flags: dict[int, bool] = {}
    cells: tuple[CellPlace, ...] = ()
    for code, operand in _modifiers(page[start + 2 : start + size]):
        if code == _TABLE_DEFINITION:
            cells = _cell_places(operand)
        elif code in (_IN_TABLE, _ROW_END, _INNER_CELL, _INNER_ROW_END):
            flags[code] = bool(operand and operand[0])
    if not flags:
        return _PLAIN
    return Paragraph(
        flags.get(_IN_TABLE, False),
        flags.get(_ROW_END, False),
        flags.get(_INNER_CELL, False),
        flags.get(_INNER_ROW_END, False),
        cells,
    )


def _modifiers(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Codes with their operands (MS-DOC 2.2.5.1): an operand's size is in the code's top bits, or in its first byte."""
    position = 0
    while position + 3 <= len(data):
        code = struct.unpack_from("<H", data, position)[0]
        position += 2
        size = _OPERAND_SIZE.get(code >> 13)
        if code == _TABLE_DEFINITION:
            size = struct.unpack_from("<H", data, position)[0] + 1 if position + 2 <= len(data) else 0
        elif size is None:
            if code == _TABS and data[position] == 255:
                return
            size = data[position] + 1
        yield code, data[position : position + size]
        position += size


def _cell_places(operand: bytes) -> tuple[CellPlace, ...]:
    """The cells of a row (MS-DOC 2.9.321 TDefTableOperand, 2.9.314 TC80); cells that are left out are unmerged."""
    if len(operand) < 3:
        return ()
    count = operand[2]
    if len(operand) < 3 + 2 * (count + 1):
        return ()
    edges = struct.unpack_from(f"<{count}h", operand, 3)
    places = []
    for number, left in enumerate(edges):
        at = 3 + 2 * (count + 1) + 20 * number
        flags = struct.unpack_from("<H", operand, at)[0] if at + 2 <= len(operand) else 0
        places.append(CellPlace(left, beside=bool(flags & 2), above=flags >> 5 & 3 == 1))
    return tuple(places)
