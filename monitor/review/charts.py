"""Charts as SVG text: figures in, a picture out that scales with the page and speaks to a screen reader.

Lengths across are percentages, so that letters keep their size at every width, and heights grow with the letters
(given here as px of letters of 16 px, written as rem); colours are classes (c0, c1 …, or the
name of a state) that the style sheet fills, light or dark. Every mark carries its figure as `data-value`.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from itertools import pairwise

from monitor.review.words import CHINESE_RUN

COLOURS = 8
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_HEIGHT, _BASE, _FOOT = 150, 18, 22
_ROW, _BAR = 38, 10
# How wide a chart is at least, in px, by the class of the names that it shows then: the style sheet shows one class.
_WIDTHS = {"at-least": 240, "at-narrow": 280, "at-middle": 480, "at-wide": 800}
# A letter of a name, in px: Latin, and any wider one; and the room between two names.
_LETTER, _WIDE_LETTER, _GAP = 7.2, 12, 4
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
    parts = [_words(0, 12, f"{most:,}", "axis", "start"), _rule(_BASE), _rule(_HEIGHT)]
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
    parts += _names(places, [(index + 0.5) * step for index in range(len(places))], _HEIGHT + 16)
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
        _mark(_box(at(span.start), 32, at(span.end) - at(span.start), 26), span.colour, None,
              f"{span.start.isoformat()} – {span.end.isoformat()}: {span.name}")
        for span in spans
    ]  # fmt: skip
    parts += _signs(signs, at)
    most = max((value for _, value in events), default=1)
    for day, value in events:
        high = 4 + 26 * value / most
        box = _box(max(0.0, min(at(day), 99.4)), 96 - high, 0.6, high)
        parts.append(_mark(box, "event", value, f"{day.isoformat()}: {value:,}"))
    parts.append(_rule(96))
    years = [year for year in range(start.year, end.year + 1) if date(year, 1, 1) >= start]
    parts += _names([str(year) for year in years], [at(date(year, 1, 1)) for year in years], 112)
    return _picture(id_, title, description, 118, parts)


def percent(part: int, whole: int) -> str:
    """A share in words: "12.5 %"; "0 %" of nothing."""
    return f"{100 * part / whole:.1f} %".replace(".0 %", " %") if whole else "0 %"


def _signs(signs: Sequence[Sign], at: Callable[[date], float]) -> Iterator[str]:
    """A line for each marked day; the signs of days that lie close together step aside into a row above."""
    taken = [-100.0, -100.0]
    for sign in signs:
        x = at(sign.day)
        row = 0 if x - taken[0] >= 5 else 1
        taken[row] = x
        words = _escaped(f"{sign.day.isoformat()} {sign.sentence}")
        yield (
            f'<g class="sign"><title>{words}</title>'
            f'<line x1="{x:.2f}%" x2="{x:.2f}%" y1="{_rem(28)}" y2="{_rem(62)}"/>'
            f"{_words(min(max(x, 1.5), 98.5), 24 if row == 0 else 11, sign.sign, 'axis', 'middle')}</g>"
        )


def _names(names: Sequence[str], middles: Sequence[float], y: float) -> Iterator[str]:
    """Names beneath a chart: at each width as many as have room, at even steps, and always the last."""
    shown: dict[int, list[str]] = {}
    for kind, px in _WIDTHS.items():
        for index in with_room(names, middles, px):
            shown.setdefault(index, []).append(kind)
    for index, kinds in sorted(shown.items()):
        x, anchor = _anchored(names[index], middles[index], min(_WIDTHS.values()))
        yield _words(x, y, names[index], " ".join(["axis", *kinds]), anchor)


def with_room(names: Sequence[str], middles: Sequence[float], px: int) -> list[int]:
    """The places of the names that can stand side by side on a chart of `px`: every one, every second, third …"""
    reach = [reach_of(name, middle, px) for name, middle in zip(names, middles, strict=True)]
    last = len(names) - 1
    for stride in range(1, len(names) + 1):
        kept = [index for index in range(0, last, stride) if reach[index][1] + _GAP <= reach[last][0]] + [last]
        if all(reach[one][1] + _GAP <= reach[other][0] for one, other in pairwise(kept)):
            return kept
    return []


def reach_of(name: str, middle: float, px: int) -> tuple[float, float]:
    """From where to where a name goes, in px of a chart that is `px` wide."""
    wide = sum(_LETTER if ord(letter) < 0x2E80 else _WIDE_LETTER for letter in name)
    x, anchor = _anchored(name, middle, min(_WIDTHS.values()))
    start = x * px / 100 - {"start": 0.0, "middle": wide / 2, "end": wide}[anchor]
    return start, start + wide


def _anchored(name: str, middle: float, px: int) -> tuple[float, str]:
    """Where a name is held: by its middle, unless it would then stick out of a chart that is `px` wide."""
    half = 50 * _LETTER * len(name) / px
    if middle < half:
        return 0.0, "start"
    return (100.0, "end") if middle > 100 - half else (middle, "middle")


def _picture(id_: str, title: str, description: str, height: float, parts: Iterable[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img" width="100%" height="{_rem(height)}" '
        f'aria-labelledby="{id_}-t {id_}-d"><title id="{id_}-t">{_escaped(title)}</title>'
        f'<desc id="{id_}-d">{_escaped(description)}</desc>{"".join(parts)}</svg>'
    )


def _box(x: float, y: float, wide: float, high: float) -> str:
    return f'x="{x:.2f}%" y="{_rem(y)}" width="{max(0.0, wide):.2f}%" height="{_rem(high)}"'


def _mark(box: str, colour: str, value: int | None, words: str) -> str:
    stated = "" if value is None else f' data-value="{value}"'
    return f'<rect {box} class="{colour}"{stated}><title>{_escaped(words)}</title></rect>'


def _words(x: float, y: float, words: str, kind: str, anchor: str) -> str:
    return f'<text class="{kind}" x="{x:.2f}%" y="{_rem(y)}" text-anchor="{anchor}">{_spoken(words)}</text>'


def _rule(y: float) -> str:
    return f'<line class="rule" x1="0" x2="100%" y1="{_rem(y)}" y2="{_rem(y)}"/>'


def _rem(px: float) -> str:
    return f"{px / 16:.4f}".rstrip("0").rstrip(".") + "rem"


def _spoken(words: str) -> str:
    """A name with its Chinese marked as such for who hears it."""
    return CHINESE_RUN.sub(r'<tspan lang="zh-Hans">\g<0></tspan>', _escaped(words))


def _escaped(words: str) -> str:
    return escape(_NOT_XML.sub("", words))
