"""An analyst's verdict on a finding; verdicts are only ever added."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from notices.account import KEY_MARK

CONFIRMED, REJECTED, UNSURE = "confirmed", "rejected", "unsure"
VERDICTS = (CONFIRMED, REJECTED, UNSURE)
# Why a finding is rejected, in the order in which the desk offers them; the last one wants a note.
REASONS = (
    "confusable", "compatibility", "not_controlled", "past_performance", "existing", "duplicate", "misread", "other",
)  # fmt: skip
OTHER = REASONS[-1]
# What stands in a verdict's place once the only one was undone.
NO_VERDICT = "none"


@dataclass(frozen=True, slots=True)
class Review:
    """One verdict, by whom and when (aware, UTC); the last one on a finding is in force.

    `reason` is one of REASONS, for a rejection only, and empty where none was given. `batch` is shared by the verdicts
    that were given at once. `undoes` says that it takes the verdict in force back: it repeats the one before that,
    or is NO_VERDICT.
    """

    finding: str
    verdict: str
    note: str
    reviewer: str
    at: datetime
    reason: str = ""
    batch: str = ""
    undoes: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody noted on a finding without judging it; notes are only ever added. `at` is aware, UTC."""

    finding: str
    text: str
    by: str
    at: datetime


def confirmers(history: Iterable[Review]) -> tuple[str, ...]:
    """The persons whose last standing verdict confirms, if the one in force does; programs with a key are none."""
    kept = standing(history)
    if not kept or kept[-1].verdict != CONFIRMED:
        return ()
    last = {each.reviewer: each.verdict for each in kept}
    return tuple(sorted(name for name, given in last.items() if given == CONFIRMED and not name.startswith(KEY_MARK)))


def standing(history: Iterable[Review]) -> list[Review]:
    """The verdicts that were not taken back, oldest first; the last is in force. `history` is oldest first."""
    kept: list[Review] = []
    for each in history:
        if not each.undoes:
            kept.append(each)
        elif kept:
            kept.pop()
    return kept
