"""Rich Text Format: text in its declared code page, table rows with their cells (source: RTF specification 1.9.1)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

from monitor.documents.figures import Figure, read_figures
from monitor.documents.reading import Allowance, Reading, conclude, join_cells, place
from notices.document import Text

_TOKEN = re.compile(rb"\\([a-z]+)(-?\d+)? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|([^\\{}]+)", re.IGNORECASE)
# Groups that hold data, style names or codes instead of text.
_SILENT_WORDS = """
    fonttbl colortbl stylesheet info pict objdata fldinst listtable listoverridetable rsidtbl generator
    themedata colorschememapping latentstyles sn sv nonesttables datastore xmlnstbl filetbl revtbl bkmkstart
    bkmkend nonshppict template atnid atnauthor userprops mmathpr pgptbl passwordhash background
"""
_SILENT = frozenset(_SILENT_WORDS.split())
# A picture as PNG or JPEG: its kind, then sizes and marks, then the digits of the file itself.
_PICTURE = re.compile(
    rb"\\(?:png|jpeg)blip\b(?:(?!\\pict\b).){0,2000}?\s?((?:89504e47|ffd8ff)[0-9a-f])", re.DOTALL | re.IGNORECASE
)
_NO_HEX = re.compile(rb"[^0-9a-fA-F\s]")
_ROW, _CELL = "\x1e", "\x1f"
_BREAKS = {"par": "\n", "line": "\n", "sect": "\n", "page": "\n", "tab": "\t", "row": _ROW, "cell": _CELL}
_BREAKS |= {"nestrow": " ", "nestcell": " ", "emdash": "—", "endash": "–", "bullet": "•", "emspace": " "}
_BREAKS |= {"lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "enspace": " ", "qmspace": " "}
_SYMBOLS = {b"~": " ", b"_": "-", b"\n": "\n", b"\r": "\n", b"-": "", b":": "", b"|": "", b"*": ""}
_CHARSETS = {0: 1252, 128: 932, 129: 949, 134: 936, 136: 950, 204: 1251}
_CODECS = {936: "gb18030", 950: "big5hkscs", 932: "cp932", 949: "cp949", 65001: "utf-8", 1251: "cp1251"}


@dataclass(frozen=True, slots=True)
class _State:
    """What a group inherits and forgets at its end."""

    is_silent: bool = False
    skip: int = 1
    page: int = 0
    in_table: bool = False


def read_rtf(data: bytes, allowance: Allowance) -> Reading:
    """The text as lines, a row's cells joined by " | "; its pictures under "#part=picture N"."""
    texts = [Text("", "\n".join(_lines(_paired("".join(_Reader(data).pieces())))))]
    missing: list[str] = []
    read_figures(_figures(data), texts, allowance, missing)
    return conclude("rtf", texts, missing)


def _figures(data: bytes) -> Iterator[Figure]:
    for number, found in enumerate(_PICTURE.finditer(data), 1):
        name = f"picture {number}"
        yield Figure(place(part=name), name, partial(_unhexed, data, found.start(1)))


def _unhexed(data: bytes, start: int) -> bytes:
    """A picture's bytes, which RTF writes as hexadecimal digits with line breaks among them."""
    end = _NO_HEX.search(data, start)
    digits = data[start : end.start() if end else len(data)].translate(None, b"\r\n\t ")
    return bytes.fromhex(digits[: len(digits) // 2 * 2].decode())


def _paired(text: str) -> str:
    """Halves of UTF-16 pairs, which RTF writes one by one, made into characters."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _lines(text: str) -> Iterator[str]:
    """A row ends with its own mark; its first cell begins after the last paragraph that stands outside the table."""
    *rows, rest = text.split(_ROW)
    for row in rows:
        before, _, cells = row.rpartition("\n")
        yield from _closed(before.replace(_CELL, " "))
        yield from filter(None, [join_cells(cells.split(_CELL))])
    yield from _closed(rest.replace(_CELL, " "))


def _closed(text: str) -> Iterator[str]:
    return filter(None, (" ".join(line.split()) for line in text.split("\n")))


class _Reader:
    """Walks the tokens; bytes of one run are decoded together, for a Chinese character is two of them."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._stack: list[_State] = []
        self._state = _State(page=_code_page(data))
        self._fonts = _font_pages(data)
        self._raw = bytearray()
        self._left_to_skip = 0

    def pieces(self) -> Iterator[str]:
        position = 0
        while found := _TOKEN.match(self._data, position):
            position = found.end()
            word, number, hexed, symbol, brace, plain = found.groups()
            if hexed or plain:
                self._add(bytes([int(hexed, 16)]) if hexed else plain.translate(None, b"\r\n\x00"))
                continue
            yield self._take()
            if brace:
                self._turn(brace)
            elif symbol:
                yield self._symbol(symbol)
            elif word == b"bin":
                position += max(0, int(number or 0))
            else:
                yield self._word(word.decode().lower(), int(number) if number else None)
        yield self._take()

    def _add(self, raw: bytes) -> None:
        skipped = min(self._left_to_skip, len(raw))
        self._left_to_skip -= skipped
        if not self._state.is_silent:
            self._raw += raw[skipped:]

    def _take(self) -> str:
        raw, self._raw = bytes(self._raw), bytearray()
        return raw.decode(_CODECS.get(self._state.page, "cp1252"), errors="replace") if raw else ""

    def _turn(self, brace: bytes) -> None:
        self._left_to_skip = 0
        if brace == b"{":
            self._stack.append(self._state)
        elif self._stack:
            self._state = self._stack.pop()

    def _symbol(self, symbol: bytes) -> str:
        if symbol == b"*":
            self._state = replace(self._state, is_silent=True)
        if self._state.is_silent:
            return ""
        return _SYMBOLS.get(symbol, symbol.decode("latin-1"))

    def _word(self, word: str, number: int | None) -> str:
        if word in _SILENT:
            self._state = replace(self._state, is_silent=True)
        elif word in ("nesttableprops", "shptxt"):
            self._state = replace(self._state, is_silent=False)
        elif word in ("intbl", "pard"):
            self._state = replace(self._state, in_table=word == "intbl")
        elif word == "uc" and number is not None:
            self._state = replace(self._state, skip=number)
        elif word == "f" and number in self._fonts:
            self._state = replace(self._state, page=self._fonts[number])
        elif word == "u" and number is not None:
            self._left_to_skip = self._state.skip
            return "" if self._state.is_silent else chr(number % 65536)
        if self._state.is_silent:
            return ""
        return " " if word == "par" and self._state.in_table else _BREAKS.get(word, "")


def _code_page(data: bytes) -> int:
    found = re.search(rb"\\ansicpg(\d+)", data[:4096])
    return int(found[1]) if found else 1252


def _font_pages(data: bytes) -> dict[int | None, int]:
    """Font number → code page, from the font table's \\fcharset."""
    table = re.search(rb"\\fonttbl(.{0,60000})", data, re.DOTALL)
    entries = re.findall(rb"\\f(\d+)\\[^{}]*?\\fcharset(\d+)", table[1]) if table else []
    return {
        int(font): _CHARSETS[int(charset)] for font, charset in entries if int(charset) in _CHARSETS and int(charset)
    }
