"""Charts as SVG text: figures in, a picture out that scales with the page and speaks to a screen reader.

Lengths across are percentages, so that letters keep their size at every width; colours are classes (c0, c1 …, or the
name of a state) that the style sheet fills, light or dark. Every mark carries its figure as `data-value`.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

COLOURS = 8
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_HEIGHT, _BASE, _FOOT = 150, 18, 22
_ROW, _BAR = 38, 10
_MOST_LABELS = 4
# Per cent of the width that a name takes on the narrowest chart.
_LABEL_ROOM = 19.5
# So few columns are no wider than these many would be.
_LEAST_PLACES = 5


@dataclass(frozen=True, slots=True)
class Series:
    """One named row of figures, one for each place along the chart, under one colour."""

    name: str
    values: tuple[int, ...]
    colour: str


@dataclass(frozen=True, slots=True)
class Span:
    """One state from a day on, up to (not including) another day."""

    name: str
    start: date
    end: date
    colour: str


@dataclass(frozen=True, slots=True)
class Sign:
    """A day that is marked, by a short sign and a sentence."""

    day: date
    sign: str
    sentence: str


def columns(id_: str, title: str, description: str, places: Sequence[str], series: Sequence[Series]) -> str:
    """Columns along `places`, the series stacked in each; what is zero has no mark."""
    totals = [sum(each.values[index] for each in series) for index in range(len(places))]
    most = max(totals, default=0)
    room = _HEIGHT - _BASE
    step = 100 / max(_LEAST_PLACES, len(places))
    parts = [f'<text class="axis" x="0" y="12">{most:,}</text>', _rule(_BASE), _rule(_HEIGHT)]
    for index, place in enumerate(places):
        floor = float(_HEIGHT)
        for each in series:
            value = each.values[index]
            if not value:
                continue
            high = room * value / most
            floor -= high
            box = _box(index * step + step * 0.12, floor, step * 0.76, high)
            parts.append(_mark(box, each.colour, value, f"{place} · {each.name}: {value:,}"))
    for index in _labelled(len(places), step):
        middle = (index + 0.5) * step
        anchor = "start" if middle < 8 else "end" if middle > 92 else "middle"
        x = {"start": 0.0, "end": 100.0}.get(anchor, middle)
        parts.append(_words(x, _HEIGHT + 16, places[index], "axis", anchor))
    return _picture(id_, title, description, _HEIGHT + _FOOT, parts)


def bars(id_: str, title: str, description: str, rows: Sequence[tuple[str, int]]) -> str:
    """One bar under each name, as long as its figure's share of the greatest."""
    most = max((value for _, value in rows), default=0)
    parts = []
    for index, (name, value) in enumerate(rows):
        top = index * _ROW
        parts.append(_words(0, top + 14, name, "name", "start"))
        parts.append(_words(100, top + 14, f"{value:,}", "value", "end"))
        wide = 100 * value / most if most else 0
        parts.append(_mark(_box(0, top + 20, wide, _BAR), "c0", value, f"{name}: {value:,}"))
    return _picture(id_, title, description, len(rows) * _ROW, parts)


def shares(id_: str, title: str, description: str, rows: Sequence[tuple[str, int, str]]) -> str:
    """One bar cut into parts: (name, figure, colour) each."""
    total = sum(value for _, value, _ in rows)
    parts, at = [], 0.0
    for name, value, colour in rows:
        wide = 100 * value / total if total else 0
        if value:
            parts.append(_mark(_box(at, 0, wide, 26), colour, value, f"{name}: {value:,} ({percent(value, total)})"))
        at += wide
    return _picture(id_, title, description, 26, parts)


def history(
    id_: str,
    title: str,
    description: str,
    spans: Sequence[Span],
    signs: Sequence[Sign],
    events: Sequence[tuple[date, int]],
) -> str:
    """States along the days that the spans cover, the days of `signs` marked in them, figures of days beneath."""
    start, end = spans[0].start, spans[-1].end
    whole = max(1, (end - start).days)

    def at(day: date) -> float:
        return 100 * min(max((day - start).days, 0), whole) / whole

    parts = [
        _mark(_box(at(span.start), 24, at(span.end) - at(span.start), 26), span.colour, None,
              f"{span.start.isoformat()} – {span.end.isoformat()}: {span.name}")
        for span in spans
    ]  # fmt: skip
    parts += _signs(signs, at)
    most = max((value for _, value in events), default=1)
    for day, value in events:
        high = 4 + 26 * value / most
        box = _box(max(0.0, min(at(day), 99.4)), 88 - high, 0.6, high)
        parts.append(_mark(box, "event", value, f"{day.isoformat()}: {value:,}"))
    parts.append(_rule(88))
    parts += [_words(at(date(year, 1, 1)), 104, str(year), "axis", "start") for year in _years(start, end)]
    return _picture(id_, title, description, 110, parts)


def percent(part: int, whole: int) -> str:
    """A share in words: "12.5 %"; "0 %" of nothing."""
    return f"{100 * part / whole:.1f} %".replace(".0 %", " %") if whole else "0 %"


def _signs(signs: Sequence[Sign], at: Callable[[date], float]) -> Iterator[str]:
    """A line for each marked day; the signs of days that lie close together step aside into a second row."""
    taken = [-100.0, -100.0]
    for sign in signs:
        x = at(sign.day)
        row = 0 if x - taken[0] >= 5 else 1
        taken[row] = x
        words = _escaped(f"{sign.day.isoformat()} {sign.sentence}")
        yield (
            f'<g class="sign"><title>{words}</title>'
            f'<line x1="{x:.2f}%" x2="{x:.2f}%" y1="20" y2="54"/>'
            f"{_words(min(max(x, 1.5), 98.5), 15 if row == 0 else 68, sign.sign, 'axis', 'middle')}</g>"
        )


def _years(start: date, end: date) -> Iterable[int]:
    years = [year for year in range(start.year, end.year + 1) if date(year, 1, 1) >= start]
    return years[:: max(1, -(-len(years) // _MOST_LABELS))]


def _labelled(count: int, step: float) -> Iterable[int]:
    """Which places are named, `step` per cent of the width each: as many as have room, the first and the last first."""
    most = min(_MOST_LABELS, 1 + int((count - 1) * step / _LABEL_ROOM))
    if count <= most:
        return range(count)
    return sorted({round(number * (count - 1) / max(1, most - 1)) for number in range(most)})


def _picture(id_: str, title: str, description: str, height: float, parts: Iterable[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img" width="100%" height="{height:g}" '
        f'aria-labelledby="{id_}-t {id_}-d"><title id="{id_}-t">{_escaped(title)}</title>'
        f'<desc id="{id_}-d">{_escaped(description)}</desc>{"".join(parts)}</svg>'
    )


def _box(x: float, y: float, wide: float, high: float) -> str:
    return f'x="{x:.2f}%" y="{y:.2f}" width="{max(0.0, wide):.2f}%" height="{high:.2f}"'


def _mark(box: str, colour: str, value: int | None, words: str) -> str:
    stated = "" if value is None else f' data-value="{value}"'
    return f'<rect {box} class="{colour}"{stated}><title>{_escaped(words)}</title></rect>'


def _words(x: float, y: float, words: str, kind: str, anchor: str) -> str:
    return f'<text class="{kind}" x="{x:.2f}%" y="{y:g}" text-anchor="{anchor}">{_escaped(words)}</text>'


def _rule(y: float) -> str:
    return f'<line class="rule" x1="0" x2="100%" y1="{y:g}" y2="{y:g}"/>'


def _escaped(words: str) -> str:
    return escape(_NOT_XML.sub("", words))
