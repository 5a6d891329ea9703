"""Text recognition (extra `ocr`): the picture of a page to lines of text, tables by the rules seen in the picture."""

import importlib.util
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from monitor.documents.grid import find_grids
from monitor.documents.layout import Glyph, page_lines
from monitor.documents.reading import NotReadError
from monitor.documents.scan_rules import rules_of

if TYPE_CHECKING:
    import numpy as np
    from rapidocr import RapidOCR

    Picture = np.ndarray[tuple[int, ...], np.dtype[np.uint8]]

# Where text stands is found in a smaller picture; what it says is read from the whole one.
_FINDING_SIDE = 1600
_LINE_HEIGHT = 15.0
_LEAST_SCORE = 0.5
_TALL, _LONG = 1.8, 3.0
_LEAST_SKEW = math.radians(0.1)
# Difference of the brightest and the darkest channel in coloured ink, and the shares of a page that a seal takes.
_COLOURED, _LEAST_COLOUR, _MOST_COLOUR = 90, 0.0005, 0.2
_PARTS = re.compile(r"\s+|\S")


class RecognitionError(NotReadError):
    """The recognizer could not work on a picture."""


class _Span(NamedTuple):
    """One run of text found in a picture: its corners from the upper left clockwise, and a box for each letter."""

    corners: list[tuple[float, float]]
    text: str
    score: float
    letters: list[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Recognized:
    """The text of a picture and the mean confidence of its letters, 0 to 1; 1 where it shows no text."""

    text: str
    confidence: float


def is_installed() -> bool:
    return all(importlib.util.find_spec(name) is not None for name in ("rapidocr", "onnxruntime"))


@cache
def _engine() -> "RapidOCR":
    """The recognizer with the models of its own wheel, on one thread: nothing is downloaded."""
    import cv2
    import rapidocr

    cv2.setNumThreads(0)
    models = Path(rapidocr.__file__).parent / "models"
    parameters: dict[str, object] = {
        "Global.log_level": "critical",
        "Global.max_side_len": 6000,
        "Global.text_score": _LEAST_SCORE,
        "Det.limit_type": "max",
        "Det.limit_side_len": _FINDING_SIDE,
        "EngineConfig.onnxruntime.intra_op_num_threads": 1,
        "EngineConfig.onnxruntime.inter_op_num_threads": 1,
    }
    for part in ("det", "cls", "rec"):
        found = sorted(models.glob(f"*_{part}_*.onnx"))
        if not found:
            raise RecognitionError(f"the wheel of rapidocr holds no {part} model")
        parameters[f"{part.capitalize()}.model_path"] = str(found[-1])
    return rapidocr.RapidOCR(params=parameters)


def recognize(picture: "Picture") -> Recognized:
    """Reads a picture (height × width × 3, blue green red); a page that lies on a side or its head is turned upright.

    RecognitionError if the recognizer fails on it.
    """
    import cv2
    from rapidocr.inference_engine.onnxruntime.main import ONNXRuntimeError

    try:
        return _recognize(picture)
    except (cv2.error, ONNXRuntimeError, RuntimeError, ValueError, LookupError, ArithmeticError) as error:
        raise RecognitionError(f"the recognizer stopped with {type(error).__name__}") from error


def _recognize(picture: "Picture") -> Recognized:
    import numpy as np

    spans = _spans(picture)
    if _lies_on_side(spans):
        picture = np.ascontiguousarray(np.rot90(picture))
        spans = _spans(picture)
    if _stands_on_head(picture, spans):
        picture = np.ascontiguousarray(picture[::-1, ::-1])
        spans = _spans(picture)
    faded = _without_colour(picture)
    if faded is not None:
        spans = _completed(_spans(faded), spans)
    if not spans:
        return Recognized("", 1.0)
    letters = sum(len(span.text) for span in spans)
    confidence = sum(span.score * len(span.text) for span in spans) / letters
    return Recognized("\n".join(_lines(picture, spans)), confidence)


def _spans(picture: "Picture") -> list[_Span]:
    answer = _engine()(
        picture, use_det=True, use_cls=True, use_rec=True, return_word_box=True, return_single_char_box=True
    )
    if answer.boxes is None or not answer.txts:
        return []
    words = answer.word_results or [()] * len(answer.txts)
    spans = []
    for corners, text, score, letters in zip(answer.boxes, answer.txts, answer.scores, words, strict=False):
        places = [(float(x), float(y)) for x, y in corners]
        edges = [(min(x for x, _ in box), max(x for x, _ in box)) for _, _, box in letters if box is not None]
        spans.append(_Span(places, text, float(score), edges))
    return spans


def _without_colour(picture: "Picture") -> "Picture | None":
    """The picture without its coloured ink, so that text under a seal shows; None where nothing is coloured."""
    import numpy as np

    brightest, darkest = picture.max(axis=2), picture.min(axis=2)
    coloured = (brightest.astype(np.int16) - darkest > _COLOURED) & (brightest > _COLOURED)
    if coloured.mean() < _LEAST_COLOUR or coloured.mean() > _MOST_COLOUR:
        return None
    return np.repeat(brightest[:, :, None], 3, axis=2)


def _completed(spans: list[_Span], others: list[_Span]) -> list[_Span]:
    """Runs with those of another reading that stand elsewhere: what was written in colour."""

    def is_covered(other: _Span) -> bool:
        x, y = (sum(place) / 4 for place in zip(*other.corners, strict=True))
        return any(_holds(span, x, y) for span in spans)

    return spans + [other for other in others if not is_covered(other)]


def _holds(span: _Span, x: float, y: float) -> bool:
    xs, ys = [x for x, _ in span.corners], [y for _, y in span.corners]
    return min(xs) <= x <= max(xs) and min(ys) <= y <= max(ys)


def _size(span: _Span) -> tuple[float, float]:
    upper_left, upper_right, _, lower_left = span.corners
    return math.dist(upper_left, upper_right), math.dist(upper_left, lower_left)


def _lies_on_side(spans: Sequence[_Span]) -> bool:
    """Whether most runs stand upright, each weighed by its length: words set one under another look level."""
    sizes = [_size(span) for span in spans]
    tall = sum(height for width, height in sizes if height > _TALL * width)
    return tall > sum(width for width, height in sizes if width > _TALL * height)


def _stands_on_head(picture: "Picture", spans: Sequence[_Span]) -> bool:
    """Whether most of the longest lines are upside down, by the recognizer's classifier of directions."""
    longest = sorted(spans, key=lambda span: -_size(span)[0])[:7]
    turned = asked = 0
    for span in longest:
        xs, ys = [x for x, _ in span.corners], [y for _, y in span.corners]
        cut = picture[max(0, int(min(ys))) : int(max(ys)) + 1, max(0, int(min(xs))) : int(max(xs)) + 1]
        if _size(span)[0] < _LONG * _size(span)[1] or not cut.size:
            continue
        answer = _engine()(cut, use_det=False, use_cls=True, use_rec=False)
        asked += 1
        turned += bool(answer.cls_res) and answer.cls_res[0][0] == "180" and answer.cls_res[0][1] > 0.9
    return asked > 0 and turned > asked / 2


def _lines(picture: "Picture", spans: list[_Span]) -> list[str]:
    """The lines of a page: letters and rules are brought level and to points, then laid out like those of a PDF."""
    skew = _skew(spans)
    height, width = picture.shape[:2]
    sine, cosine = math.sin(skew), math.cos(skew)

    def level(x: float, y: float) -> tuple[float, float]:
        dx, dy = x - width / 2, y - height / 2
        return width / 2 + dx * cosine + dy * sine, height / 2 + dy * cosine - dx * sine

    scale = median(_size(span)[1] for span in spans) / _LINE_HEIGHT
    rows = _rows([span._replace(corners=[level(x, y) for x, y in span.corners]) for span in spans])
    glyphs = list(_glyphs(rows, height, scale))
    across, upright = rules_of(picture, skew, scale)
    return page_lines(glyphs, find_grids(across, upright), (0.0, width / scale))


def _skew(spans: Sequence[_Span]) -> float:
    """The slope of the long lines, in radians, downwards to the right; 0 where it is too small to matter."""
    slopes = []
    for span in spans:
        (x0, y0), (x1, y1) = span.corners[0], span.corners[1]
        if _size(span)[0] > 2 * _LONG * _size(span)[1]:
            slopes.append(math.atan2(y1 - y0, x1 - x0))
    found = median(slopes) if slopes else 0.0
    return found if abs(found) > _LEAST_SKEW else 0.0


def _rows(spans: list[_Span]) -> list[list[_Span]]:
    """Spans that stand side by side, each row from the left, rows from the top."""

    def middle(span: _Span) -> float:
        return sum(y for _, y in span.corners) / 4

    rows: list[list[_Span]] = []
    for span in sorted(spans, key=middle):
        if rows and middle(span) - median(map(middle, rows[-1])) < 0.5 * min(_size(span)[1], _size(rows[-1][-1])[1]):
            rows[-1].append(span)
        else:
            rows.append([span])
    return [sorted(row, key=lambda span: span.corners[0][0]) for row in rows]


def _glyphs(rows: Sequence[Sequence[_Span]], height: int, scale: float) -> Iterator[Glyph]:
    for row in rows:
        for number, span in enumerate(row):
            if number:
                yield Glyph(" ", 0, 0, 0, 0)
            yield from _letters(span, height, scale)
        yield Glyph("\n", 0, 0, 0, 0)


def _letters(span: _Span, height: int, scale: float) -> Iterator[Glyph]:
    """A glyph per letter. The box of a run stands off from its letters by a sixth of its height."""
    xs, ys = [x for x, _ in span.corners], [y for _, y in span.corners]
    left, right = min(xs), max(xs)
    # Corners of a slanting run: its own height, about its middle.
    middle, half = sum(ys) / 4, _size(span)[1] / 3
    letters = _PARTS.findall(span.text)
    marks = [letter for letter in letters if not letter.isspace()]
    edges = span.letters
    if len(edges) != len(marks):
        step = (right - left) / max(1, len(marks))
        edges = [(left + step * number, left + step * (number + 1)) for number in range(len(marks))]
    boxes = iter(edges)
    for letter in letters:
        if letter.isspace():
            yield Glyph(" ", 0, 0, 0, 0)
        else:
            start, end = next(boxes)
            base = (height - middle - half) / scale
            yield Glyph(letter, start / scale, base, max(start, end) / scale, base + 2 * half / scale)
