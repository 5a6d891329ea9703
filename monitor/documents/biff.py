"""Excel 97 streams made safe for a reader that lays a sheet out in memory from its first to its last cell."""

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

import olefile  # type: ignore[import-untyped]

# Record numbers of MS-XLS 2.3. A cell record begins with its row and column; MULRK and MULBLANK end with the last.
_BEGIN, _DIMENSIONS, _FILE_PASSWORD, _SHEET = 0x809, 0x200, 0x2F, 0x85
_CELLS = frozenset([0x06, 0x201, 0x203, 0x204, 0x205, 0x27E, 0xD6, 0xFD])
_RUNS = frozenset([0xBD, 0xBE])
_MOST_CELLS = 1_000_000


@dataclass(slots=True)
class _Sheet:
    """Where a sheet's cells are written, by record, and the rows and columns that they use."""

    places: list[tuple[int, int, int, int]] = field(default_factory=list)
    rows: set[int] = field(default_factory=set)
    columns: set[int] = field(default_factory=set)
    dimensions: int | None = None
    announced: int = 0

    @property
    def area(self) -> int:
        if not self.rows or not self.columns:
            return self.announced
        across, down = max(self.columns) - min(self.columns) + 1, max(self.rows) - min(self.rows) + 1
        return max(self.announced, across * down)


def is_locked(data: bytes) -> bool:
    """Whether a FILEPASS record stands before the sheets (MS-XLS 2.4.117); calamine misses the older kind of it."""
    _, stream = workbook(data)
    for kind, _, _ in records(stream):
        if kind in (_FILE_PASSWORD, _SHEET):
            return kind == _FILE_PASSWORD
    return False


def closed_up(data: bytes) -> bytes | None:
    """The workbook with the empty rows and columns of each overlong sheet taken out; None if none is overlong.

    A sheet is overlong if a million cells lie between its first and its last value. Rows and columns keep their order.
    """
    name, stream = workbook(data)
    sheets = [sheet for sheet in _sheets(stream) if sheet.area > _MOST_CELLS]
    if not sheets:
        return None
    written = bytearray(stream)
    for sheet in sheets:
        rows = {row: number for number, row in enumerate(sorted(sheet.rows))}
        columns = {column: number for number, column in enumerate(sorted(sheet.columns))}
        for place, row, first, last in sheet.places:
            struct.pack_into("<HH", written, place, rows[row], columns[first])
            if last != first:
                end = place + struct.unpack_from("<H", stream, place - 2)[0]
                struct.pack_into("<H", written, end - 2, columns[last])
        if sheet.dimensions is not None:
            struct.pack_into("<IIHH", written, sheet.dimensions, 0, len(rows), 0, len(columns))
    buffer = io.BytesIO(data)
    with olefile.OleFileIO(buffer, write_mode=True) as ole:
        ole.write_stream(name, bytes(written))
        return buffer.getvalue()


def workbook(data: bytes) -> tuple[str, bytes]:
    """The name of the workbook's stream and its bytes."""
    with olefile.OleFileIO(io.BytesIO(data)) as ole:
        name = "Workbook" if ole.exists("Workbook") else "Book"
        return name, ole.openstream(name).read()


def records(stream: bytes, position: int = 0) -> Iterator[tuple[int, int, int]]:
    """(kind, place of the data, length) of each record from a position on."""
    while position + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, position)
        yield kind, position + 4, length
        position += 4 + length


def _sheets(stream: bytes) -> Iterator[_Sheet]:
    sheet = _Sheet()
    for kind, place, length in records(stream):
        if kind == _BEGIN:
            yield sheet
            sheet = _Sheet()
        elif kind == _DIMENSIONS and length >= 12 and place + 12 <= len(stream):
            first, after, left, beyond = struct.unpack_from("<IIHH", stream, place)
            sheet.dimensions, sheet.announced = place, max(0, after - first) * max(0, beyond - left)
        elif (kind in _CELLS or kind in _RUNS) and length >= 6 and place + length <= len(stream):
            row, column = struct.unpack_from("<HH", stream, place)
            last = struct.unpack_from("<H", stream, place + length - 2)[0] if kind in _RUNS else column
            if column <= last < 256:
                sheet.places.append((place, row, column, last))
                sheet.rows.add(row)
                sheet.columns.update(range(column, last + 1))
    yield sheet
