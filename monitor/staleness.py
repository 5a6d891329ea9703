"""How stale what is known of a source is: the ages of its last success and its newest notice, against its limit."""

from dataclasses import dataclass
from datetime import datetime, timedelta

FRESH, AGEING, STALE, NEVER = WORDS = ("fresh", "ageing", "stale", "never")
HOUR = timedelta(hours=1)
COLUMNS = ("staleness", "success_age_hours", "notice_age_hours", "silence_limit_hours")


@dataclass(frozen=True, slots=True)
class Staleness:
    """`success` is how long ago a crawl last succeeded, `notice` how long ago a new notice was last seen; None if
    never. `limit` is the source's silence limit.
    """

    success: timedelta | None
    notice: timedelta | None
    limit: timedelta

    @property
    def word(self) -> str:
        """never: no crawl succeeded yet; stale: one of the two is past the limit; ageing: past half of it; else fresh.

        A source that gave no notice yet is as old as its last success.
        """
        if self.success is None:
            return NEVER
        oldest = max(self.success, self.notice or timedelta())
        if oldest > self.limit:
            return STALE
        return AGEING if oldest > self.limit / 2 else FRESH

    @property
    def sentence(self) -> str:
        """The word and what it is made of: "fresh: success 2 h, notice 5 h of 96 h"."""
        return f"{self.word}: success {_hours(self.success)}, notice {_hours(self.notice)} of {_hours(self.limit)}"

    def row(self) -> dict[str, object]:
        """The columns of `sources`; ages and limit are in hours."""
        return dict(zip(COLUMNS, (self.word, *map(_number, (self.success, self.notice, self.limit))), strict=True))


def staleness(success: datetime | None, notice: datetime | None, limit_hours: int, now: datetime) -> Staleness:
    return Staleness(_since(success, now), _since(notice, now), limit_hours * HOUR)


def _since(moment: datetime | None, now: datetime) -> timedelta | None:
    return None if moment is None else now - moment


def _number(age: timedelta | None) -> float | None:
    return None if age is None else round(age / HOUR, 1)


def _hours(age: timedelta | None) -> str:
    return "never" if age is None else f"{age // HOUR} h"
