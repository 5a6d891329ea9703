"""The stretches of a text that belong to a place in it: its line, table row, sentence, clause and list entry."""

import re
from dataclasses import dataclass
from functools import cached_property

# A paragraph without any break is looked at only so far to each side, so that hostile texts stay cheap.
REACH = 400
_SENTENCE = re.compile(r"[。；;!?！？]|(?<=[^0-9A-Z])[①-⑳]|(?<=[;。\n:，,])[(（][0-9一二三四五六七八九十]{1,2}[)）]")
_CLAUSE = re.compile(r"[。；;!?]|,(?![0-9]{3}(?![0-9]))|[①-⑳]")
_CELL_LINE = 40


@dataclass(frozen=True, eq=False)
class Scope:
    """Where [start, end) stands in `text` (folded): all bounds are offsets into that text."""

    text: str
    start: int
    end: int

    @cached_property
    def line(self) -> tuple[int, int]:
        """The line (a paragraph or a table row), at most REACH characters to each side."""
        low = max(0, self.start - REACH)
        before = self.text.rfind("\n", low, self.start)
        after = self.text.find("\n", self.end, self.end + REACH)
        high = min(len(self.text), self.end + REACH)
        return (low if before < 0 else before + 1, high if after < 0 else after)

    @cached_property
    def is_row(self) -> bool:
        """Whether the line is a table row (cells joined by a bar)."""
        return "|" in self.text[slice(*self.line)]

    @cached_property
    def cell(self) -> tuple[int, int]:
        """The table cell, or the line where there is no table."""
        low, high = self.line
        before = self.text.rfind("|", low, self.start)
        after = self.text.find("|", self.end, high)
        return (low if before < 0 else before + 1, high if after < 0 else after)

    @cached_property
    def sentence(self) -> tuple[int, int]:
        """The sentence inside the cell, up to a full stop, semicolon or list number."""
        return self._between(_SENTENCE, self.cell)

    @cached_property
    def clause(self) -> tuple[int, int]:
        """The part of the sentence between commas; a comma inside a number is none."""
        return self._between(_CLAUSE, self.sentence)

    def _between(self, breaks: re.Pattern[str], bounds: tuple[int, int]) -> tuple[int, int]:
        low, high = bounds
        for found in breaks.finditer(self.text, low, self.start):
            low = found.end()
        after = breaks.search(self.text, self.end, high)
        return (low, after.start() if after else high)

    def part(self, bounds: tuple[int, int]) -> str:
        return self.text[bounds[0] : bounds[1]]

    def before(self, bounds: tuple[int, int]) -> str:
        """The text of the bounds that stands before the place."""
        return self.text[bounds[0] : self.start]

    def after(self, bounds: tuple[int, int]) -> str:
        """The text of the bounds that stands after the place."""
        return self.text[self.end : bounds[1]]

    def lines_before(self, count: int) -> list[tuple[int, int]]:
        """The bounds of up to `count` lines before this one, nearest first."""
        found: list[tuple[int, int]] = []
        end = self.line[0] - 1
        while end > 0 and len(found) < count:
            start = self.text.rfind("\n", max(0, end - REACH), end) + 1 or max(0, end - REACH)
            found.append((start, end))
            end = start - 1
        return found

    def lines_after(self, count: int) -> list[tuple[int, int]]:
        """The bounds of up to `count` lines after this one, nearest first."""
        found: list[tuple[int, int]] = []
        start = self.line[1] + 1
        while start < len(self.text) and len(found) < count:
            end = self.text.find("\n", start, start + REACH)
            end = min(len(self.text), start + REACH) if end < 0 else end
            found.append((start, end))
            start = end + 1
        return found

    @cached_property
    def neighbourhood(self) -> tuple[int, int]:
        """The row with its neighbours where cells stand on lines of their own, else the line."""
        low, high = self.line
        if self.is_row or high - low > _CELL_LINE:
            return (low, high)
        for start, end in self.lines_before(4):
            if end - start > _CELL_LINE:
                break
            low = start
        for start, end in self.lines_after(4):
            if end - start > _CELL_LINE:
                break
            high = end
        return (low, high)
