"""Tables from the rules drawn on a page: where rules meet they make a grid, where a wall is missing cells are one."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

_TOUCH = 3.0
_SHORTEST = 4.0
# Cells that are smaller than this on average are squared paper or a chart.
_LEAST_WIDTH, _LEAST_HEIGHT = 9.0, 6.0
_MOST_STROKES, _MOST_RULES = 20_000, 2000


class Rule(NamedTuple):
    """A straight horizontal or vertical rule: its place across, and its extent along, in points."""

    at: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: the edges of its columns, of its rows (y upwards), and for each row, from the top, its cells' numbers.

    Cells that are one have one number; it stands once in each row that they span.
    """

    columns: tuple[float, ...]
    edges: tuple[float, ...]
    numbers: tuple[tuple[int, ...], ...]

    @property
    def area(self) -> float:
        return (self.columns[-1] - self.columns[0]) * (self.edges[-1] - self.edges[0])

    @property
    def rows(self) -> list[tuple[int, ...]]:
        return [tuple(dict.fromkeys(row)) for row in self.numbers]

    def width_of(self, number: int) -> float:
        """The width of a cell."""
        spans = [column for row in self.numbers for column, found in enumerate(row) if found == number]
        return self.columns[max(spans) + 1] - self.columns[min(spans)]

    def holds(self, x: float, y: float) -> bool:
        return self.columns[0] <= x <= self.columns[-1] and self.edges[0] <= y <= self.edges[-1]

    def cell_at(self, x: float, y: float) -> int:
        """The number of the cell at a point inside the table."""
        column = min(bisect_right(self.columns, x), len(self.columns) - 1) - 1
        row = min(bisect_right(self.edges, y), len(self.edges) - 1) - 1
        return self.numbers[len(self.numbers) - 1 - max(0, row)][max(0, column)]


def find_grids(horizontal: Iterable[Rule], vertical: Iterable[Rule]) -> list[Grid]:
    """The tables of a page with at least two cells. A page of more than 2,000 rules is a drawing and has none."""
    horizontal, vertical = list(horizontal), list(vertical)
    if len(horizontal) + len(vertical) > _MOST_STROKES:
        return []
    level, upright = _merged(horizontal), _merged(vertical)
    if not level or not upright or len(level) + len(upright) > _MOST_RULES:
        return []
    grids = []
    for group_level, group_upright in _connected(level, upright):
        if grid := _grid(group_level, group_upright):
            grids.append(grid)
    return grids


def _merged(rules: Iterable[Rule]) -> list[Rule]:
    """Rules on one line that touch or overlap made into one; what stays shorter than a letter is dropped."""
    merged: list[Rule] = []
    for at, start, end in sorted((round(rule.at, 1), rule.start, rule.end) for rule in rules):
        number = _collinear(merged, at, start, end)
        if number is None:
            merged.append(Rule(at, start, end))
        else:
            other = merged[number]
            merged[number] = Rule(other.at, min(start, other.start), max(end, other.end))
    return [rule for rule in merged if rule.end - rule.start >= _SHORTEST]


def _collinear(merged: list[Rule], at: float, start: float, end: float) -> int | None:
    """The latest rule on the same line that the new one touches; `merged` ascends across."""
    for number in range(len(merged) - 1, max(-1, len(merged) - 60), -1):
        other = merged[number]
        if at - other.at > _TOUCH / 2:
            return None
        if start <= other.end + _TOUCH and end >= other.start - _TOUCH:
            return number
    return None


def _meet(level: Rule, upright: Rule) -> bool:
    return (
        level.start - _TOUCH <= upright.at <= level.end + _TOUCH
        and upright.start - _TOUCH <= level.at <= upright.end + _TOUCH
    )


def _connected(level: list[Rule], upright: list[Rule]) -> list[tuple[list[Rule], list[Rule]]]:
    """Groups of rules that touch one another, directly or by way of others."""
    groups: list[tuple[list[Rule], list[Rule]]] = []
    free = set(range(len(upright)))
    left = set(range(len(level)))
    while left:
        todo = [left.pop()]
        rows: list[Rule] = []
        columns: list[Rule] = []
        while todo:
            rule = level[todo.pop()]
            rows.append(rule)
            touched = [number for number in free if _meet(rule, upright[number])]
            free.difference_update(touched)
            columns.extend(upright[number] for number in touched)
            joined = [number for number in left if any(_meet(level[number], upright[column]) for column in touched)]
            left.difference_update(joined)
            todo.extend(joined)
        groups.append((rows, columns))
    return groups


def _grid(level: list[Rule], upright: list[Rule]) -> Grid | None:
    columns = _edges([rule.at for rule in upright], [rule.start for rule in level], [rule.end for rule in level])
    edges = _edges([rule.at for rule in level], [rule.start for rule in upright], [rule.end for rule in upright])
    across, down = len(columns) - 1, len(edges) - 1
    if across < 1 or down < 1 or across * down < 2:
        return None
    if columns[-1] - columns[0] < across * _LEAST_WIDTH or edges[-1] - edges[0] < down * _LEAST_HEIGHT:
        return None
    joined = list(range(across * down))
    for row in range(down):
        middle = (edges[down - row] + edges[down - row - 1]) / 2
        for column in range(across):
            if column + 1 < across and not _wall(upright, columns[column + 1], middle):
                _unite(joined, row * across + column, row * across + column + 1)
            centre = (columns[column] + columns[column + 1]) / 2
            if row + 1 < down and not _wall(level, edges[down - row - 1], centre):
                _unite(joined, row * across + column, (row + 1) * across + column)
    numbers = [_first(joined, cell) for cell in range(across * down)]
    if len(set(numbers)) < 2:
        return None
    rows = tuple(tuple(numbers[start : start + across]) for start in range(0, across * down, across))
    return Grid(tuple(columns), tuple(edges), rows)


def _edges(places: list[float], starts: list[float], ends: list[float]) -> list[float]:
    """Distinct places in order, with the outer ends of the crossing rules where a table has no side rules."""
    outer = [place for place in (min(starts, default=0), max(ends, default=0)) if places]
    edges: list[float] = []
    for place in sorted(places):
        if not edges or place - edges[-1] > _TOUCH:
            edges.append(place)
    if outer and edges and edges[0] - outer[0] > 3 * _TOUCH:
        edges.insert(0, outer[0])
    if outer and edges and outer[1] - edges[-1] > 3 * _TOUCH:
        edges.append(outer[1])
    return edges


def _wall(rules: list[Rule], at: float, along: float) -> bool:
    return any(abs(rule.at - at) <= _TOUCH and rule.start - 1 <= along <= rule.end + 1 for rule in rules)


def _first(joined: list[int], cell: int) -> int:
    """The first of the cells that are one with this cell; `joined` points from each cell towards it."""
    while joined[cell] != cell:
        joined[cell] = joined[joined[cell]]
        cell = joined[cell]
    return cell


def _unite(joined: list[int], one: int, other: int) -> None:
    one, other = _first(joined, one), _first(joined, other)
    joined[max(one, other)] = min(one, other)
