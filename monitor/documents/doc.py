"""Word 97-2003 documents and old WPS ones: paragraphs by line, table rows with their cells kept apart."""

import io
import re
import struct
from collections.abc import Iterator
from functools import partial

import olefile  # type: ignore[import-untyped]

from monitor.documents.figures import Figure, read_figures
from monitor.documents.reading import (
    ENCRYPTED,
    Allowance,
    DamagedError,
    EncryptedError,
    Reading,
    conclude,
    join_cells,
    moved,
    place,
)
from monitor.documents.word97 import CellPlace, Stories, read_stories
from notices.document import READ, Text

MACROS = "carries macros, which were not run"
# The stream of pictures is smaller than this where it holds none to be read.
_PICTURE = 20_000
_WORD6, _WORD97 = 101, 193
_MARKS = (0xA5EC, 0xA5DC)
_FIELD_START, _FIELD_MIDDLE, _FIELD_END = 0x13, 0x14, 0x15
# The frame of a JPEG or PNG file inside a drawing record: the record's tag byte 0xFF stands before it.
_PICTURE_FILE = re.compile(rb"(?<=\xff)(?:\xff\xd8\xff|\x89PNG\r\n\x1a\n)")
_CELL, _PARAGRAPH, _SECTION = 0x07, 0x0D, 0x0C
# Marks of pictures, notes and drawings hold no text; a breaking line and a column break end a line.
_SHOWN = {0x0B: "\n", 0x0E: "\n", 0x09: "\t", 0x1E: "-", 0xA0: " "}


def read_doc(data: bytes, allowance: Allowance) -> Reading:
    """The main text under "", notes, headers, comments and text boxes under "#part=…", packages under "#file=…"."""
    with olefile.OleFileIO(io.BytesIO(data)) as ole:
        main = ole.openstream("WordDocument").read()
        if len(main) < 34:
            raise DamagedError("the file is cut off")
        mark, version = struct.unpack_from("<HH", main)
        flags = struct.unpack_from("<H", main, 10)[0]
        if mark not in _MARKS or version < _WORD6:
            raise DamagedError("the file has no header of a Word document")
        if flags & 0x100:
            raise EncryptedError(ENCRYPTED)
        notes = [MACROS] if ole.exists("Macros") or ole.exists("_VBA_PROJECT_CUR") else []
        missing: list[str] = []
        texts = _old_texts(main) if version < _WORD97 else _texts(main, _table(ole, flags), missing)
        texts.extend(_embedded(ole, allowance, missing))
        if ole.exists("Data") and ole.get_size("Data") > _PICTURE:
            _add_pictures(ole.openstream("Data").read(), texts, allowance, missing)
    return conclude("doc", texts, missing, notes)


def _add_pictures(data: bytes, texts: list[Text], allowance: Allowance, missing: list[str]) -> None:
    """Adds what is said by the pictures in their stream (MS-ODRAW 2.2.23): each stands in it as a file of its own."""
    starts = [found.start() for found in _PICTURE_FILE.finditer(data)]
    if not starts and not any(text.content for text in texts):
        missing.append("it holds pictures alone: they are of a form that is not read")
    figures = []
    for number, start in enumerate(starts, 1):
        name = f"picture {number}"
        figures.append(Figure(place(part=name), name, partial(_rest, data, start)))
    read_figures(figures, texts, allowance, missing)


def _rest(data: bytes, start: int) -> bytes:
    return data[start:]


def _table(ole: olefile.OleFileIO, flags: int) -> bytes:
    name = "1Table" if flags & 0x200 else "0Table"
    if not ole.exists(name):
        raise DamagedError(f"the file has no stream {name}")
    table: bytes = ole.openstream(name).read()
    return table


def _old_texts(main: bytes) -> list[Text]:
    """Word 6 and 95 keep the text in one run of the system's own encoding, which in China is GBK."""
    first, last = struct.unpack_from("<II", main, 24)
    raw = main[first:last].decode("gb18030", errors="replace")
    lines = (" ".join(line.replace("\x07", " | ").split()) for line in raw.replace("\r", "\n").split("\n"))
    return [Text("", "\n".join(filter(None, lines)))]


def _texts(main: bytes, table: bytes, missing: list[str]) -> list[Text]:
    stories = read_stories(main, table)
    if stories.is_cut:
        missing.append("the file is cut off")
    texts, start = [], 0
    for name, length in stories.lengths.items():
        end = min(start + max(0, length), len(stories.units))
        origin = place(part=name) if name else ""
        texts.append(Text(origin, "\n".join(_Lines(stories).read(start, end))))
        start = end
    return texts


class _Lines:
    """Turns a story's characters into lines; a row is complete when its end mark comes."""

    def __init__(self, stories: Stories) -> None:
        self._stories = stories
        self._units: list[int] = []
        self._cell: list[str] = []
        self._cells: list[str] = []
        self._inner_cells: list[str] = []
        self._inner_rows: list[str] = []
        self._above: dict[int, str] = {}

    def read(self, start: int, end: int) -> Iterator[str]:
        skipping: list[bool] = []
        for position in range(start, end):
            unit = self._stories.units[position]
            if unit == _FIELD_START:
                skipping.append(True)
            elif unit == _FIELD_MIDDLE and skipping:
                skipping[-1] = False
            elif unit == _FIELD_END and skipping:
                skipping.pop()
            elif unit in (_CELL, _PARAGRAPH, _SECTION):
                yield from self._end_paragraph(unit, position)
            elif not any(skipping):
                self._units.append(unit)
        yield from self._flush()

    def _end_paragraph(self, unit: int, position: int) -> Iterator[str]:
        mark = self._stories.paragraph(position)
        text = self._take()
        if unit == _CELL:
            if mark.row_end or (not self._stories.knows_paragraphs and not text and not self._cell):
                yield from self._end_row(mark.cells)
            else:
                self._cells.append(" ".join(filter(None, [*self._cell, text])))
                self._cell = []
        elif mark.inner_row_end:
            self._inner_rows.append(join_cells(self._inner_cells))
            self._inner_cells = []
        elif mark.inner_cell:
            self._inner_cells.append(text)
        elif mark.in_table:
            self._cell.append(text)
        else:
            yield from self._flush()
            yield from filter(None, (" ".join(line.split()) for line in text.split("\n")))

    def _end_row(self, places: tuple[CellPlace, ...]) -> Iterator[str]:
        """The row as a line. A cell that continues the one above repeats it; one that continues its neighbour goes."""
        cells: list[str] = []
        above: dict[int, str] = {}
        for number, text in enumerate(self._cells):
            found = places[number] if number < len(places) else None
            if found and found.beside and not text:
                continue
            shown = text or (self._above.get(found.left, "") if found and found.above else "")
            if found:
                above[found.left] = shown
            cells.append(shown)
        self._cells, self._above = [], above
        yield from filter(None, [join_cells(cells), *self._inner_rows])
        self._inner_rows = []

    def _flush(self) -> Iterator[str]:
        """What is left of a row or a cell whose end mark never came."""
        rest = [*self._cells, *self._cell, *self._inner_cells, self._take() if not self._cells else ""]
        self._cells, self._cell, self._inner_cells = [], [], []
        yield from filter(None, [join_cells(rest), *self._inner_rows])
        self._inner_rows, self._above = [], {}

    def _take(self) -> str:
        """The paragraph's text so far, its surrogate pairs made into characters and its marks into breaks."""
        shown = (
            _SHOWN.get(unit, chr(unit) if unit >= 32 and not 0xE000 <= unit <= 0xF8FF else "") for unit in self._units
        )
        text = "".join(shown).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        self._units = []
        return text.strip()


def _embedded(ole: olefile.OleFileIO, allowance: Allowance, missing: list[str]) -> list[Text]:
    """Embedded office files that are whole packages are read; the others are counted as not read."""
    texts: list[Text] = []
    unread = 0
    for path in ole.listdir():
        if len(path) < 3 or path[0] != "ObjectPool":
            continue
        if path[-1] == "Package":
            reading = allowance.read_member(ole.openstream(path).read(), path[1])
            texts.extend(moved(path[1], text) for text in reading.texts)
            unread += reading.state != READ
        else:
            unread += path[-1] in ("Workbook", "Book", "WordDocument", "PowerPoint Document")
    if unread:
        missing.append(f"{unread} embedded objects are not read")
    return texts
