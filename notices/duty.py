"""Who is to look at a finding and by when, and whether it was published: each act is only ever added."""

from dataclasses import dataclass
from datetime import datetime

# How far a confirmed finding is read: by one person, by two, or published.
ONCE, TWICE, PUBLISHED = "once", "twice", "published"
READINGS = (ONCE, TWICE, PUBLISHED)
LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Assignment:
    """`assignee` is a person's name, empty for nobody; `due` is a day in the sites' zone, YYYY-MM-DD, or None."""

    finding: str
    assignee: str
    due: str | None
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Publication:
    """That a finding was marked as published, or (`published` False) the mark was taken off.

    `vouched` says that whoever marked it declared a second reading that the desk cannot tell.
    """

    finding: str
    published: bool
    by: str
    at: datetime
    vouched: bool = False


@dataclass(frozen=True, slots=True)
class Duty:
    """What is in force on one finding."""

    assignee: str = ""
    due: str | None = None
    reading: str = ""
    verdict: str | None = None

    def is_overdue(self, today: str) -> bool:
        """Whether its day has passed without a confirmation or rejection."""
        return self.due is not None and self.due < today and self.verdict not in ("confirmed", "rejected")
