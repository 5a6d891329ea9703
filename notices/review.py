"""An analyst's verdict on a finding; verdicts are only ever added."""

from dataclasses import dataclass
from datetime import datetime

VERDICTS = ("confirmed", "rejected", "unsure")


@dataclass(frozen=True, slots=True)
class Review:
    """One verdict, by whom and when (aware, UTC); the last one on a finding is in force."""

    finding: str
    verdict: str
    note: str
    reviewer: str
    at: datetime
