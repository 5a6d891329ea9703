"""From placed characters to lines: wrapped lines become paragraphs, ruled tables become rows of cells."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from monitor.documents.grid import Grid
from monitor.documents.reading import join_cells


class Glyph(NamedTuple):
    """One character with its box, in points, y upwards. White space has a box only if the file drew it."""

    char: str
    left: float
    bottom: float
    right: float
    top: float

    @property
    def height(self) -> float:
        return self.top - self.bottom

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


_WIDE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f]")
_LIST_MARK = re.compile(
    r"[★▲●■◆•·※☆△□○]|[（(]?(?:[一二三四五六七八九十]{1,3}|\d{1,3}|[a-zA-Z])[)）、.．]|第.{1,4}[章节条]"
)


def is_stretched(before: Glyph, glyph: Glyph) -> bool:
    """Whether a gap stands between two Chinese characters of one line only because the line was set to full width."""
    near = 0 <= glyph.left - before.right < 0.55 * glyph.height
    return near and bool(_WIDE.match(before.char) and _WIDE.match(glyph.char))


@dataclass(slots=True)
class _Line:
    """A line of running text with the box of its characters."""

    chars: list[str] = field(default_factory=list)
    left: float = 1e9
    right: float = -1e9
    bottom: float = 1e9
    top: float = -1e9
    widest_gap: float = 0.0

    def add(self, glyph: Glyph) -> None:
        self.chars.append(glyph.char)
        if not glyph.char.isspace():
            if self.right > -1e9:
                self.widest_gap = max(self.widest_gap, glyph.left - self.right)
            self.left, self.right = min(self.left, glyph.left), max(self.right, glyph.right)
            self.bottom, self.top = min(self.bottom, glyph.bottom), max(self.top, glyph.top)

    @property
    def text(self) -> str:
        return " ".join("".join(self.chars).split())

    @property
    def is_tabular(self) -> bool:
        """Whether a gap as wide as two letters parts it into columns."""
        return self.widest_gap > 1.9 * self.height

    @property
    def height(self) -> float:
        return max(0.1, self.top - self.bottom)


def page_lines(glyphs: Iterable[Glyph], grids: list[Grid], extent: tuple[float, float]) -> list[str]:
    """The lines of a page, of `glyphs` in reading order with line feeds between lines.

    `grids` are the page's ruled tables, `extent` is its left and right edge.
    A table's rows stand where its first character stood; a cell that spans rows stands in each of them.
    """
    flow: list[_Line | Grid] = []
    line = _Line()
    cells: dict[tuple[int, int], list[Glyph]] = {}
    met: set[int] = set()
    owner: tuple[int, int] | None = None
    before: Glyph | None = None
    smallest_first = sorted(grids, key=lambda grid: grid.area)
    for glyph in glyphs:
        is_space = glyph.char.isspace()
        grid = None if is_space else _grid_of(glyph, smallest_first)
        if grid is not None:
            if owner is None:
                flow.append(line)
                line = _Line()
            if owner is None or owner[0] != id(grid) or not _touches(before, glyph):
                owner = (id(grid), grid.cell_at((glyph.left + glyph.right) / 2, glyph.middle))
            cells.setdefault(owner, []).append(glyph)
            if id(grid) not in met:
                met.add(id(grid))
                flow.append(grid)
        elif owner and is_space:
            cells[owner].append(glyph)
        elif glyph.char in "\r\n":
            flow.append(line)
            line = _Line()
        else:
            owner = None
            line.add(glyph)
        before = None if is_space else glyph
    flow.append(line)
    return list(_written(flow, cells, extent))


def _touches(before: Glyph | None, glyph: Glyph) -> bool:
    """Whether a character goes on from the one before, so that a word that runs over its cell's edge stays whole."""
    if before is None or abs(before.middle - glyph.middle) > 0.3 * glyph.height:
        return False
    return -0.5 * glyph.height < glyph.left - before.right < 0.15 * glyph.height


def _grid_of(glyph: Glyph, grids: list[Grid]) -> Grid | None:
    x, y = (glyph.left + glyph.right) / 2, glyph.middle
    return next((grid for grid in grids if grid.holds(x, y)), None)


def _written(
    flow: list["_Line | Grid"], cells: dict[tuple[int, int], list[Glyph]], extent: tuple[float, float]
) -> Iterator[str]:
    paragraph: list[_Line] = []
    lines = [line for line in flow if isinstance(line, _Line) and line.text]
    # Where all lines are short, none of them was broken by the margin.
    right = max([extent[0] + 0.78 * (extent[1] - extent[0]), *(line.right for line in lines)])
    left = min((line.left for line in lines), default=extent[0])
    for entry in flow:
        if isinstance(entry, Grid):
            yield from filter(None, [_joined(paragraph)])
            paragraph = []
            yield from _rows(entry, cells)
        elif entry.text:
            if paragraph and not _goes_on(paragraph[-1], entry, left, right):
                yield _joined(paragraph)
                paragraph = []
            paragraph.append(entry)
    yield from filter(None, [_joined(paragraph)])


def _goes_on(line: _Line, following: _Line, left: float, right: float) -> bool:
    """Whether a line was broken only because it reached the right margin."""
    height = line.height
    is_full = line.right > right - 1.6 * height
    drop = (line.top + line.bottom - following.top - following.bottom) / 2
    is_next = 0.5 * height < drop < 3 * height and 0.75 < following.height / height < 1.33
    if line.is_tabular and following.is_tabular:
        return False
    return (
        is_full
        and is_next
        and following.left < max(left + height, line.left + 0.5 * height)
        and not _LIST_MARK.match(following.text)
    )


def _joined(lines: list[_Line]) -> str:
    whole = ""
    for line in lines:
        whole = join_wrapped(whole, line.text)
    return whole


def _rows(grid: Grid, cells: dict[tuple[int, int], list[Glyph]]) -> Iterator[str]:
    texts = {
        cell: cell_text(glyphs, grid.width_of(cell)) for (owner, cell), glyphs in cells.items() if owner == id(grid)
    }
    begun: set[int] = set()
    for row in grid.rows:
        if any(texts.get(cell) and cell not in begun for cell in row):
            yield join_cells(texts.get(cell, "") for cell in row)
        begun.update(row)


def cell_text(glyphs: list[Glyph], width: float) -> str:
    """The text of a cell of `width` points: its characters parted into lines by their height, the lines joined.

    A Chinese line that leaves room for two more characters was ended by its writer, not by the cell's edge.
    """
    lines: list[_Line] = []
    before: Glyph | None = None
    for glyph in glyphs:
        if glyph.char.isspace():
            if lines:
                lines[-1].chars.append(" ")
            continue
        if before is None or abs(glyph.middle - before.middle) > 0.6 * max(glyph.height, before.height):
            lines.append(_Line())
        elif glyph.left - before.right > max(glyph.height, before.height):
            lines[-1].chars.append(" ")
        lines[-1].add(glyph)
        before = glyph
    lines.sort(key=lambda line: -line.top)
    whole, full = "", True
    for line in lines:
        whole = join_wrapped(whole, line.text) if full else f"{whole} {line.text}"
        is_latin = not _WIDE.match(line.text[-1])
        full = is_latin or width - (line.right - line.left) < 2.2 * line.height
    return whole


def join_wrapped(whole: str, line: str) -> str:
    """A line after those it was wrapped from: a space only between Latin letters, and not after a hyphen or slash."""
    if not whole or not line or _WIDE.match(whole[-1]) or _WIDE.match(line[0]) or whole[-1] in "-/":
        return whole + line
    return f"{whole} {line}"
