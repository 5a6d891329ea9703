"""What a finding's page has room for of the changes in its procedure: the nearest steps first, the rest counted."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from monitor.review.finding_context import MOST_CORRECTIONS, MOST_LINES, Revised, StepDetails
from notices.corrections import Correction
from notices.diff import FieldChange

# So many letters of one value are shown; and letters that the marks around a row weigh as much as.
LONGEST_VALUE, _MARKS = 400, 60

T = TypeVar("T", Correction, FieldChange, Revised)


def within(details: Sequence[StepDetails], at: int, room: int) -> tuple[StepDetails, ...]:
    """The details for which there is room, in letters; of each step `left_out` counts what is not among them.

    The step `at` comes first, then those next to it.
    """
    kept = list(details)
    for index in sorted(range(len(kept)), key=lambda each: abs(each - at)):
        step = kept[index]
        corrections, room = _fitting(step.corrections[:MOST_CORRECTIONS], room)
        changes, room = _fitting(step.changes, room)
        revisions, room = _fitting(step.revisions, room)
        shown = len(corrections) + len(changes) + len(revisions)
        left_out = len(step.corrections) + len(step.changes) + len(step.revisions) - shown
        kept[index] = replace(step, corrections=corrections, changes=changes, revisions=revisions, left_out=left_out)
    return tuple(kept)


def _fitting(rows: Sequence[T], room: int) -> tuple[tuple[T, ...], int]:
    kept: list[T] = []
    for row in rows:
        room -= _letters(row)
        if room < 0:
            return tuple(kept), 0
        kept.append(row)
    return tuple(kept), room


def _letters(row: Correction | FieldChange | Revised) -> int:
    if isinstance(row, Revised):
        lines = sum(min(len(each.line), LONGEST_VALUE) + _MARKS for each in row.changes.lines[:MOST_LINES])
        return _MARKS + lines + sum(_letters(each) for each in row.changes.fields)
    name = row.item or "" if isinstance(row, Correction) else row.field
    return (
        _MARKS
        + min(len(name), LONGEST_VALUE)
        + sum(min(len(value or ""), LONGEST_VALUE) for value in (row.before, row.after))
    )
