"""A page of a PDF as a PNG picture, with the places of some words marked in yellow."""

import ctypes
import struct
import zlib
from base64 import b64encode
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pypdfium2  # type: ignore[import-untyped]
from pypdfium2 import raw

from monitor.documents.pdf import open_pdf
from monitor.documents.reading import DamagedError, Reading
from notices.document import READ, Text

if TYPE_CHECKING:
    Levels = np.ndarray[tuple[int, ...], np.dtype[np.uint8]]

_POINTS, _DOTS, _LONGEST_SIDE = 72, 110, 1_600
_YELLOW = (255, 226, 110)
_MOST_MARKS, _LEAST_WORD, _LONGEST_WORD = 60, 2, 200
_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def read_page_image(data: bytes, number: int, words: Sequence[str]) -> Reading:
    """The picture of page `number` (from 1) as a reading whose one text is the PNG file in base64.

    `words` are marked where the page has them as text; of a scan nothing is marked. DamagedError, EncryptedError where
    the page cannot be drawn.
    """
    document = open_pdf(data)
    try:
        if not 1 <= number <= len(document):
            raise DamagedError(f"the PDF has no page {number}")
        return Reading("png", READ, "", (Text("", b64encode(_drawn(document, number, words)).decode()),))
    except pypdfium2.PdfiumError as error:
        raise DamagedError(f"page {number} of the PDF is damaged ({error})") from error
    finally:
        document.close()


def _drawn(document: pypdfium2.PdfDocument, number: int, words: Sequence[str]) -> bytes:
    page = document[number - 1]
    width, height = page.get_size()
    scale = min(_DOTS / _POINTS, _LONGEST_SIDE / max(width, height, 1.0))
    bitmap = page.render(scale=scale, may_draw_forms=True)
    levels: Levels = bitmap.to_numpy()
    levels = np.repeat(levels, 3, axis=2) if levels.shape[2] == 1 else levels[:, :, 2::-1].copy()
    bitmap.close()
    for left, upper, right, lower in _boxes(page, words, levels.shape[1], levels.shape[0]):
        part = levels[upper:lower, left:right].astype(np.uint16)
        levels[upper:lower, left:right] = (part * np.array(_YELLOW, dtype=np.uint16) // 255).astype(np.uint8)
    page.close()
    return png(levels)


def _boxes(page: pypdfium2.PdfPage, words: Sequence[str], wide: int, high: int) -> Iterator[tuple[int, int, int, int]]:
    """Where the page has the first of the words that it has at all, in dots from the upper left."""
    text = page.get_textpage()
    try:
        for word in words:
            if not _LEAST_WORD <= len(word) <= _LONGEST_WORD:
                continue
            found = list(_found(text, word))[:_MOST_MARKS]
            for rectangle in found:
                yield _in_dots(page, rectangle, wide, high)
            if found:
                return
    finally:
        text.close()


def _found(text: pypdfium2.PdfTextPage, word: str) -> Iterator[tuple[float, float, float, float]]:
    search = text.search(word)
    while (place := search.get_next()) is not None:
        for index in range(text.count_rects(*place)):
            yield text.get_rect(index)
    search.close()


def _in_dots(
    page: pypdfium2.PdfPage, rectangle: tuple[float, float, float, float], wide: int, high: int
) -> tuple[int, int, int, int]:
    left, bottom, right, top = rectangle
    corners = []
    for x, y in ((left, top), (right, bottom)):
        across, down = ctypes.c_int(), ctypes.c_int()
        raw.FPDF_PageToDevice(page.raw, 0, 0, wide, high, 0, x, y, across, down)
        corners.append((min(max(across.value, 0), wide), min(max(down.value, 0), high)))
    (one, two), (three, four) = corners
    return max(0, min(one, three) - 2), max(0, min(two, four) - 2), max(one, three) + 2, max(two, four) + 2


def png(levels: "Levels") -> bytes:
    """Levels of red, green and blue as a PNG file (W3C PNG, third edition), each row as its step from the one above."""
    height, width = levels.shape[:2]
    rows = np.ascontiguousarray(levels[:, :, :3]).reshape(height, width * 3)
    steps = rows.copy()
    steps[1:] -= rows[:-1]
    filtered = np.concatenate([np.full((height, 1), 2, dtype=np.uint8), steps], axis=1)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(filtered.tobytes(), 6)), (b"IEND", b""))
    return _SIGNATURE + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in parts
    )
