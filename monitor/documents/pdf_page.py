"""What one PDF page holds, in upright coordinates: characters, rules and pictures (source: pdfium's public API)."""

import ctypes
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import islice, pairwise
from typing import NamedTuple
from unicodedata import normalize

from pypdfium2 import raw  # type: ignore[import-untyped]

from monitor.documents.grid import Rule
from monitor.documents.layout import Glyph, is_stretched
from monitor.documents.symbols import PRIVATE, symbol

Matrix = tuple[float, float, float, float, float, float]
Box = tuple[float, float, float, float]
_IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_DEEPEST = 6
# A page with more points is a drawing; rules found up to there are enough for its frame and title block.
_MOST_OBJECTS, _MOST_POINTS = 50_000, 100_000
_THICKEST, _LONG_RUN = 3.0, 72.0
# The share of a page from which a picture beside text may hold words, and the bytes up to which it is told again.
LEAST_SHARE, _MOST_BYTES = 0.03, 16 * 1024 * 1024
# The first of the two levels of GB 2312, in rows 16 to 55: 99.7 of 100 characters of ordinary Chinese.
_COMMON = frozenset(
    bytes([row, cell]).decode("gb2312")
    for row in range(0xB0, 0xD8)
    for cell in range(0xA1, 0xFF if row < 0xD7 else 0xFA)
)
# Fonts often map a character to its look-alike among the radicals; NFKC and these give back the character meant.
_RADICALS = {code: normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)}
_EXPECTED = re.compile(
    r"[\x20-\x7e\u00a0-\u00bf\u00d7\u00f7\u0370-\u04ff\u2000-\u27bf\u2e80-\u318f\u31a0-\u9fff\uac00-\ud7af"
    r"\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffee\U00020000-\U0003ffff]"
)


class Shown(NamedTuple):
    """A picture on a page: its share of the page's area, and a mark that the same picture has wherever it is shown.

    The mark is empty where it was not looked up.
    """

    share: float
    mark: bytes


@dataclass(slots=True)
class PageContent:
    """The content of a page. Counted of its characters: `strange` those that are no text, `symbols` those of symbol
    fonts, `chinese` the Chinese ones, `common` the usual among these; `blanks`: long runs on a page without letters.
    """

    glyphs: list[Glyph] = field(default_factory=list)
    level: list[Rule] = field(default_factory=list)
    upright: list[Rule] = field(default_factory=list)
    left: float = 0.0
    right: float = 0.0
    top: float = 0.0
    pictures: list[Shown] = field(default_factory=list)
    paths: int = 0
    letters: int = 0
    strange: int = 0
    symbols: int = 0
    blanks: int = 0
    chinese: int = 0
    common: int = 0
    points: int = 0


def page_content(page: object, text_page: object, box: Box, rotation: int) -> PageContent:
    """Reads a page by its raw pdfium handles. `box` is its crop box, `rotation` its turn in degrees clockwise."""
    turn = _turn(rotation)
    (x0, y0), (x1, y1) = _apply(turn, box[0], box[1]), _apply(turn, box[2], box[3])
    content = PageContent(left=min(x0, x1), right=max(x0, x1), top=max(y0, y1))
    _read_glyphs(content, text_page, turn)
    area = max(1.0, abs((x1 - x0) * (y1 - y0)))
    objects = _objects(raw.FPDFPage_CountObjects(page), raw.FPDFPage_GetObject, page, turn, 0)
    for item, matrix in islice(objects, _MOST_OBJECTS):
        kind = raw.FPDFPageObj_GetType(item)
        if kind == raw.FPDF_PAGEOBJ_PATH:
            content.paths += 1
            _read_rules(content, item, matrix)
        elif kind == raw.FPDF_PAGEOBJ_IMAGE:
            content.pictures.append(_shown(item, matrix, area))
        elif kind == raw.FPDF_PAGEOBJ_TEXT and not content.letters:
            content.blanks += _length(item) > _LONG_RUN
    return content


def _turn(rotation: int) -> Matrix:
    """The matrix that turns page space as the viewer does; only directions matter, so nothing is shifted."""
    return {
        90: (0.0, -1.0, 1.0, 0.0, 0.0, 0.0),
        180: (-1.0, 0.0, 0.0, -1.0, 0.0, 0.0),
        270: (0.0, 1.0, -1.0, 0.0, 0.0, 0.0),
    }.get(rotation, _IDENTITY)


def _apply(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _combine(inner: Matrix, outer: Matrix) -> Matrix:
    a, b, c, d, e, f = inner
    (x0, y0), (x1, y1), (x2, y2) = _apply(outer, e, f), _apply(outer, a + e, b + f), _apply(outer, c + e, d + f)
    return x1 - x0, y1 - y0, x2 - x0, y2 - y0, x0, y0


def _read_glyphs(content: PageContent, text_page: object, turn: Matrix) -> None:
    box = raw.FS_RECTF()
    place = ctypes.byref(box)
    gap: Glyph | None = None
    for index in range(raw.FPDFText_CountChars(text_page)):
        code = raw.FPDFText_GetUnicode(text_page, index)
        if code in (13, 10, 32) and raw.FPDFText_IsGenerated(text_page, index) == 1:
            gap = Glyph(chr(code), 0, 0, 0, 0)
            if code != 32:
                content.glyphs.append(gap)
            continue
        # The loose box spans the advance width and the font's height: gaps in it are gaps, however thin the letter.
        raw.FPDFText_GetLooseCharBox(text_page, index, place)
        x0, y0 = _apply(turn, box.left, box.bottom)
        x1, y1 = _apply(turn, box.right, box.top)
        glyph = Glyph(_char(code), min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
        if gap and gap.char == " " and content.glyphs and not is_stretched(content.glyphs[-1], glyph):
            content.glyphs.append(gap)
        gap = None
        content.glyphs.append(glyph)
        if not glyph.char.isspace():
            content.letters += 1
            _count_chinese(content, glyph.char)
            content.symbols += code in PRIVATE
            content.strange += not _EXPECTED.match(glyph.char) or raw.FPDFText_HasUnicodeMapError(text_page, index) == 1


def _count_chinese(content: PageContent, char: str) -> None:
    if "\u4e00" <= char <= "\u9fff":
        content.chinese += 1
        content.common += char in _COMMON


def _char(code: int) -> str:
    if code in (2, 0xFFFE):  # how pdfium marks a hyphen at a line's end
        return "-"
    if code in PRIVATE:
        return symbol(code)
    if code in _RADICALS:
        return _RADICALS[code]
    return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"


def _objects(count: int, get: object, owner: object, matrix: Matrix, depth: int) -> Iterator[tuple[object, Matrix]]:
    """Every object of a page or form, forms entered, with the matrix from its own space to the upright page."""
    for index in range(min(count, _MOST_OBJECTS)):
        item = get(owner, index)  # type: ignore[operator]
        if raw.FPDFPageObj_GetType(item) != raw.FPDF_PAGEOBJ_FORM:
            yield item, matrix
        elif depth < _DEEPEST:
            inner = _combine(_matrix(item), matrix)
            yield from _objects(raw.FPDFFormObj_CountObjects(item), raw.FPDFFormObj_GetObject, item, inner, depth + 1)


def _matrix(item: object) -> Matrix:
    found = raw.FS_MATRIX()
    if not raw.FPDFPageObj_GetMatrix(item, ctypes.byref(found)):
        return _IDENTITY
    return found.a, found.b, found.c, found.d, found.e, found.f


def _length(item: object) -> float:
    sides = [ctypes.c_float() for _ in range(4)]
    raw.FPDFPageObj_GetBounds(item, *map(ctypes.byref, sides))
    left, bottom, right, top = (side.value for side in sides)
    return max(right - left, top - bottom)


def _shown(item: object, matrix: Matrix, area: float) -> Shown:
    share = min(1.0, _picture_area(item, matrix) / area)
    if share < LEAST_SHARE:
        return Shown(share, b"")
    size = raw.FPDFImageObj_GetImageDataRaw(item, None, 0)
    if not 0 < size <= _MOST_BYTES:
        return Shown(share, b"")
    data = (ctypes.c_ubyte * size)()
    raw.FPDFImageObj_GetImageDataRaw(item, data, size)
    return Shown(share, sha256(bytes(data)).digest())


def _picture_area(item: object, matrix: Matrix) -> float:
    a, b, c, d, _, _ = _combine(_matrix(item), matrix)
    return abs(a * d - b * c)


def _read_rules(content: PageContent, item: object, matrix: Matrix) -> None:
    fill, stroke = ctypes.c_int(), raw.FPDF_BOOL()
    raw.FPDFPath_GetDrawMode(item, ctypes.byref(fill), ctypes.byref(stroke))
    if (not fill.value and not stroke.value) or content.points > _MOST_POINTS:
        return
    points = list(_points(item, _combine(_matrix(item), matrix)))
    content.points += sum(map(len, points))
    for shape in points:
        # The edges of a filled area are shading behind cells or lines of text, not rules.
        if (len(shape) >= 3 and _is_bar(content, shape)) or not stroke.value:
            continue
        for (x0, y0), (x1, y1) in pairwise(shape):
            _add_rule(content, x0, y0, x1, y1)


def _is_bar(content: PageContent, shape: list[tuple[float, float]]) -> bool:
    """A thin filled rectangle is a rule along its middle."""
    xs, ys = [x for x, _ in shape], [y for _, y in shape]
    width, height = max(xs) - min(xs), max(ys) - min(ys)
    if height <= _THICKEST < width:
        content.level.append(Rule((max(ys) + min(ys)) / 2, min(xs), max(xs)))
    elif width <= _THICKEST < height:
        content.upright.append(Rule((max(xs) + min(xs)) / 2, min(ys), max(ys)))
    else:
        return width <= _THICKEST and height <= _THICKEST
    return True


def _add_rule(content: PageContent, x0: float, y0: float, x1: float, y1: float) -> None:
    if abs(y1 - y0) < 1 < abs(x1 - x0):
        content.level.append(Rule((y0 + y1) / 2, min(x0, x1), max(x0, x1)))
    elif abs(x1 - x0) < 1 < abs(y1 - y0):
        content.upright.append(Rule((x0 + x1) / 2, min(y0, y1), max(y0, y1)))


def _points(item: object, matrix: Matrix) -> Iterator[list[tuple[float, float]]]:
    """The sub-paths of a path as points; one with a curve in it is a drawing and is left out."""
    shape: list[tuple[float, float]] = []
    curved = False
    x, y = ctypes.c_float(), ctypes.c_float()
    for index in range(min(raw.FPDFPath_CountSegments(item), 5000)):
        segment = raw.FPDFPath_GetPathSegment(item, index)
        kind = raw.FPDFPathSegment_GetType(segment)
        if kind == raw.FPDF_SEGMENT_MOVETO:
            if not curved and len(shape) > 1:
                yield shape
            shape, curved = [], False
        curved = curved or kind == raw.FPDF_SEGMENT_BEZIERTO
        raw.FPDFPathSegment_GetPoint(segment, ctypes.byref(x), ctypes.byref(y))
        shape.append(_apply(matrix, x.value, y.value))
        if raw.FPDFPathSegment_GetClose(segment) and math.dist(shape[0], shape[-1]) > 0:
            shape.append(shape[0])
    if not curved and len(shape) > 1:
        yield shape
