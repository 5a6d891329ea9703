"""Excel 5 and 95 workbooks: cells record by record, strings in their own code page (source: MS-XLS, BIFF5 records)."""

import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from monitor.documents.biff import records
from monitor.documents.reading import ENCRYPTED, DamagedError, EncryptedError

_BEGIN, _CODE_PAGE, _PASSWORD, _SHEET, _STRING = 0x809, 0x42, 0x2F, 0x85, 0x207
_VERSION = 0x500
# Where none of these is named the text is Chinese or plain ASCII, which GB 18030 reads alike.
_CODECS = {932: "cp932", 949: "cp949", 950: "big5hkscs", 1251: "cp1251", 1200: "utf-16-le"}
Value = str | float | bool


@dataclass(slots=True)
class OldSheet:
    """A sheet's values by row and column, both from 0."""

    name: str
    cells: dict[int, dict[int, Value]] = field(default_factory=dict)

    def put(self, row: int, column: int, value: Value) -> None:
        self.cells.setdefault(row, {})[column] = value


def is_old(stream: bytes) -> bool:
    """Whether a workbook's stream begins as Excel 5 and 95 write it."""
    return stream[:2] == struct.pack("<H", _BEGIN) and stream[4:6] == struct.pack("<H", _VERSION)


def read_old(stream: bytes) -> list[OldSheet]:
    """The sheets of a workbook; EncryptedError if it is locked, DamagedError if it names no sheet."""
    codec = "gb18030"
    sheets: dict[int, OldSheet] = {}
    for kind, place, length in records(stream):
        if kind == _CODE_PAGE and length >= 2:
            codec = _CODECS.get(struct.unpack_from("<H", stream, place)[0], codec)
        elif kind == _PASSWORD:
            raise EncryptedError(ENCRYPTED)
        elif kind == _SHEET and length >= 7:
            start = struct.unpack_from("<I", stream, place)[0]
            name = stream[place + 7 : place + 7 + stream[place + 6]]
            sheets.setdefault(start, OldSheet(name.decode(codec, errors="replace")))
        elif kind == _BEGIN and place > 4:
            break
    if not sheets:
        raise DamagedError("the workbook is cut off or damaged")
    for start, sheet in sheets.items():
        _fill(sheet, stream, start, codec)
    return list(sheets.values())


def _fill(sheet: OldSheet, stream: bytes, start: int, codec: str) -> None:
    """Reads the records of a sheet up to its end; a formula's text stands in a record after it."""
    waiting: tuple[int, int] | None = None
    for kind, place, length in records(stream, start):
        data = stream[place : place + length]
        if kind == 0x0A:
            return
        if kind == _STRING and waiting:
            sheet.put(*waiting, _text(data, 0, codec))
            waiting = None
        elif kind == 0x06 and length >= 14 and data[12:14] == b"\xff\xff":
            waiting = struct.unpack_from("<HH", data)
        elif kind in _READERS and length >= 7:
            for row, column, value in _READERS[kind](data, codec):
                sheet.put(row, column, value)


def _text(data: bytes, place: int, codec: str) -> str:
    length = struct.unpack_from("<H", data, place)[0]
    return data[place + 2 : place + 2 + length].decode(codec, errors="replace")


Cells = Iterator[tuple[int, int, Value]]


def _label(data: bytes, codec: str) -> Cells:
    row, column = struct.unpack_from("<HH", data)
    yield row, column, _text(data, 6, codec)


def _number(data: bytes, _: str) -> Cells:
    if len(data) >= 14:
        row, column, _style, value = struct.unpack_from("<HHHd", data)
        yield row, column, value


def _packed_number(data: bytes, _: str) -> Cells:
    row, column, _style, packed = struct.unpack_from("<HHHI", data.ljust(10, b"\x00"))
    yield row, column, _unpacked(packed)


def _packed_numbers(data: bytes, _: str) -> Cells:
    row, first = struct.unpack_from("<HH", data)
    for number in range((len(data) - 6) // 6):
        yield row, first + number, _unpacked(struct.unpack_from("<I", data, 6 + 6 * number)[0])


def _flag(data: bytes, _: str) -> Cells:
    row, column = struct.unpack_from("<HH", data)
    if len(data) >= 8 and not data[7]:
        yield row, column, bool(data[6])


def _unpacked(packed: int) -> float:
    """An RK value: a signed integer or the upper 30 bits of a double, perhaps a hundred times too large."""
    if packed & 2:
        value = float((packed >> 2) - (1 << 30 if packed >> 31 else 0))
    else:
        value = float(struct.unpack("<d", struct.pack("<II", 0, packed & ~3 & 0xFFFFFFFF))[0])
    return value / 100 if packed & 1 else value


_READERS: Mapping[int, Callable[[bytes, str], Cells]] = {
    0x204: _label,
    0xD6: _label,
    0x203: _number,
    0x06: _number,
    0x27E: _packed_number,
    0xBD: _packed_numbers,
    0x205: _flag,
}
