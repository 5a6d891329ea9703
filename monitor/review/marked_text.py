"""A notice's text cut into paragraphs and tables, with the places of findings marked in it."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

HIT, ALSO, OTHER = "hit", "also", "other"
LEVELS = (HIT, ALSO, OTHER)
CELL = " | "
LONG = 10_000
AROUND = 600
LONGEST_LINE = 4_000


@dataclass(frozen=True, slots=True)
class Mark:
    """Characters [start, end) of a text; `level` is hit (the quote itself), also or other (softer)."""

    start: int
    end: int
    level: str


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters of one level; `anchor` is true where the quote itself begins."""

    text: str
    level: str = ""
    anchor: bool = False


Line = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    pieces: Line
    kind: str = "paragraph"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells. `head` says what the first cells are: "row" (each names its row), "column" (the first row)."""

    rows: tuple[tuple[Line, ...], ...]
    columns: int
    head: str
    kind: str = "table"


@dataclass(frozen=True, slots=True)
class Gap:
    """Characters [start, end) that are left out here."""

    start: int
    end: int
    kind: str = "gap"

    @property
    def characters(self) -> int:
        return self.end - self.start


Block = Paragraph | Table | Gap


def marked_blocks(content: str, marks: Sequence[Mark], *, long: int = LONG) -> tuple[Block, ...]:
    """The text in blocks; of one longer than `long` characters what stands around its marks, with gaps between."""
    spans = _flattened(marks, len(content))
    ranges = [(0, len(content))] if len(content) <= long else _around(content, marks, long)
    blocks: list[Block] = []
    at = 0
    for start, end in ranges:
        if start > at:
            blocks.append(Gap(at, start))
        blocks.extend(_blocks(content, start, end, spans))
        at = end
    if at < len(content):
        blocks.append(Gap(at, len(content)))
    return tuple(blocks)


def part_of(content: str, marks: Sequence[Mark], number: int, size: int) -> tuple[Block, ...]:
    """The blocks of one part of about `size` characters, cut between lines; parts count from 0."""
    start, end = _cut(content, number, size), _cut(content, number + 1, size)
    return tuple(_blocks(content, start, end, _flattened(marks, len(content))))


def part_at(content: str, at: int, size: int) -> int:
    """The number of the part that holds the character at an offset."""
    return at // size + (at >= _cut(content, at // size + 1, size))


def _cut(content: str, number: int, size: int) -> int:
    """Where a part begins: behind the last line end before its share of characters, or amid a line that is longer."""
    at = min(number * size, len(content))
    if at == len(content):
        return at
    return content.rfind("\n", max(0, at - size), at) + 1 or at


def located(content: str, start: int, end: int, quote: str) -> tuple[int, int] | None:
    """Where a quote stands: at its offsets, else at its nearest occurrence; None if the text no longer has it."""
    if 0 <= start < end <= len(content) and (content[start:end] == quote or content[start:end] in quote):
        return start, end
    if not quote:
        return None
    before, after = content.rfind(quote, 0, max(0, start) + len(quote)), content.find(quote, max(0, start))
    found = [at for at in (before, after) if at >= 0]
    if not found:
        return None
    nearest = min(found, key=lambda at: abs(at - start))
    return nearest, nearest + len(quote)


def excerpt(content: str, start: int, end: int, *, around: int) -> Line:
    """Characters [start, end) with what stands beside them in their line, at most `around` before and twice after."""
    line_start = content.rfind("\n", 0, start) + 1
    line_end = content.find("\n", end)
    line_end = len(content) if line_end < 0 else line_end
    left, right = max(line_start, start - around), min(line_end, end + 2 * around)
    before = ("…" if left > line_start else "") + content[left:start]
    after = content[end:right] + ("…" if right < line_end else "")
    return tuple(piece for piece in (Piece(before), Piece(content[start:end], HIT), Piece(after)) if piece.text)


def _flattened(marks: Iterable[Mark], length: int) -> list[Mark]:
    """Marks that do not overlap, the strongest level in force where several did."""
    events: list[tuple[int, int, int]] = []
    for mark in marks:
        start, end = max(0, mark.start), min(length, mark.end)
        if start < end:
            level = LEVELS.index(mark.level)
            events += [(start, level, 1), (end, level, -1)]
    events.sort()
    open_marks = [0] * len(LEVELS)
    spans: list[Mark] = []
    before = 0
    for at, level, change in events:
        strongest = next((number for number, count in enumerate(open_marks) if count), None)
        if at > before and strongest is not None:
            joined = (
                spans.pop().start
                if spans and spans[-1].end == before and spans[-1].level == LEVELS[strongest]
                else before
            )
            spans.append(Mark(joined, at, LEVELS[strongest]))
        open_marks[level] += change
        before = at
    return spans


def _around(content: str, marks: Sequence[Mark], long: int) -> list[tuple[int, int]]:
    """Ranges of whole lines around the marks, strongest first, of about `long` characters together."""
    chosen: list[tuple[int, int]] = []
    left = long
    for mark in sorted(marks, key=lambda each: (LEVELS.index(each.level), each.start)):
        if any(start <= mark.start and mark.end <= end for start, end in chosen):
            continue
        start, end = _widened(content, mark.start - AROUND, min(mark.end, mark.start + long) + AROUND)
        if chosen and end - start > left:
            break
        chosen.append((start, end))
        left -= end - start
    return _merged(chosen or [_widened(content, 0, long // 4)])


def _widened(content: str, start: int, end: int) -> tuple[int, int]:
    """The range out to whole lines, unless a line is very long."""
    start, end = max(0, start), min(len(content), end)
    line_start = content.rfind("\n", max(0, start - LONGEST_LINE), start) + 1
    line_end = content.find("\n", end, end + LONGEST_LINE)
    if line_start == 0 and start > LONGEST_LINE:
        line_start = start
    if line_end < 0:
        line_end = len(content) if len(content) - end <= LONGEST_LINE else end
    return line_start, line_end


def _merged(ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if merged and start <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _blocks(content: str, start: int, end: int, spans: list[Mark]) -> Iterator[Block]:
    rows: list[tuple[int, int]] = []
    for line_start, line_end in _lines(content, start, end):
        if CELL in content[line_start:line_end]:
            rows.append((line_start, line_end))
            continue
        if rows:
            yield _table(content, rows, spans)
            rows = []
        if content[line_start:line_end].strip():
            yield Paragraph(_pieces(content, line_start, line_end, spans))
    if rows:
        yield _table(content, rows, spans)


def _lines(content: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end:
        line_end = content.find("\n", start, end)
        line_end = end if line_end < 0 else line_end
        yield start, line_end
        start = line_end + 1


def _table(content: str, rows: list[tuple[int, int]], spans: list[Mark]) -> Table:
    cells = [list(_cells(content, start, end)) for start, end in rows]
    columns = max(map(len, cells))
    head = "row" if columns == 2 else "column" if len(cells) > 1 and len(cells[0]) == columns else ""
    shown = tuple(tuple(_pieces(content, start, end, spans) for start, end in row) for row in cells)
    return Table(shown, columns, head)


def _cells(content: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while True:
        cut = content.find(CELL, start, end)
        if cut < 0:
            yield start, end
            return
        yield start, cut
        start = cut + len(CELL)


def _pieces(content: str, start: int, end: int, spans: list[Mark]) -> Line:
    pieces: list[Piece] = []
    at = start
    first = bisect_right(spans, start, key=lambda mark: mark.end)
    last = bisect_left(spans, end, key=lambda mark: mark.start)
    for mark in spans[first:last]:
        cut_start, cut_end = max(start, mark.start), min(end, mark.end)
        if cut_start > at:
            pieces.append(Piece(content[at:cut_start]))
        anchor = mark.level == HIT and cut_start == mark.start
        pieces.append(Piece(content[cut_start:cut_end], mark.level, anchor))
        at = cut_end
    if at < end:
        pieces.append(Piece(content[at:end]))
    return tuple(pieces)
