"""The ruled lines of a scanned page, by erosion along each direction (extra `ocr`)."""

import math
from typing import TYPE_CHECKING

from monitor.documents.grid import Rule

if TYPE_CHECKING:
    import numpy as np

    Picture = np.ndarray[tuple[int, ...], np.dtype[np.uint8]]

# In points: what is shorter is a stroke of a letter, what is thicker is a bar or a picture.
_SHORTEST, _THICKEST = 22.0, 5.0
# From this length a rule needs no others to end at, which it then does within this distance.
_SURE, _TOUCH = 70.0, 5.0
_MOST = 2_000


def rules_of(picture: "Picture", skew: float, scale: float) -> tuple[list[Rule], list[Rule]]:
    """Level and upright rules in points, y upwards. `skew` in radians; `scale` in pixels per point."""
    import cv2
    import numpy as np

    # The brightest channel: the ring of a red seal is no rule.
    grey = picture.max(axis=2)
    height, width = grey.shape
    if skew:
        turn = cv2.getRotationMatrix2D((width / 2, height / 2), math.degrees(skew), 1.0)
        grey = cv2.warpAffine(grey, turn, (width, height), borderValue=255)
    window = max(11, int(10 * scale) | 1)
    ink = cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, window, 12)
    length, gap = max(8, int(_SHORTEST * scale)), max(3, int(2 * scale))
    level: list[tuple[float, ...]] = []
    upright: list[tuple[float, ...]] = []
    for found, along, bridged in ((level, (length, 1), (gap, 1)), (upright, (1, length), (1, gap))):
        closed = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones(bridged[::-1], np.uint8))
        kept = cv2.morphologyEx(closed, cv2.MORPH_OPEN, np.ones(along[::-1], np.uint8))
        count, _, boxes, _ = cv2.connectedComponentsWithStats(kept, connectivity=8)
        for x, y, wide, high, _ in boxes[1 : min(count, _MOST)].tolist():
            found.append((x / scale, (height - y - high) / scale, wide / scale, high / scale))
    across = [Rule(y + high / 2, x, x + wide) for x, y, wide, high in level if high <= _THICKEST]
    down = [Rule(x + wide / 2, y, y + high) for x, y, wide, high in upright if wide <= _THICKEST]
    across = _anchored(across, down)
    return across, _anchored(down, across)


def _anchored(rules: list[Rule], crossing: list[Rule]) -> list[Rule]:
    """The rules but for short ones that do not go from one crossing rule to another: arcs, strokes, dashes."""

    def is_met(at: float, along: float) -> bool:
        return any(
            abs(rule.at - along) <= _TOUCH and rule.start - _TOUCH <= at <= rule.end + _TOUCH for rule in crossing
        )

    return [
        rule
        for rule in rules
        if rule.end - rule.start > _SURE or (is_met(rule.at, rule.start) and is_met(rule.at, rule.end))
    ]
