"""Dates as Chinese notices write them; the sites' zone is Asia/Shanghai."""

import re
from datetime import date, datetime, timedelta, timezone

from notices.errors import UnreadableValueError

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")

_MOMENT = re.compile(
    r"(?<!\d)((?:19|20)\d{2})\s*[-年/.]\s*(\d{1,2})\s*[-月/.]\s*(\d{1,2}?)(?:\s*日|(?!\d{1,2}\b(?!:)))?"
    r"(?:[\sT]*([01]?\d|2[0-4])\s*[:：时点]\s*([0-5]\d)?(?:\s*[:：分]\s*([0-5]\d)?\s*秒?)?)?"
)


def find_moment(text: str) -> datetime | None:
    """The first date in a text, with its time of day if given (else midnight), aware in the sites' zone; None if none."""
    for match in _MOMENT.finditer(text):
        year, month, day, hour, minute, second = (int(part or 0) for part in match.groups())
        try:
            start = datetime(year, month, day, tzinfo=SHANGHAI)
        except ValueError:
            continue
        return start + timedelta(hours=hour, minutes=minute, seconds=second)
    return None


def read_moment(text: str) -> datetime:
    """Like `find_moment`, but a text without a date is an UnreadableValueError that quotes it."""
    moment = find_moment(text)
    if moment is None:
        raise UnreadableValueError(f"no date can be read in {text!r}")
    return moment


def read_day(text: str) -> date:
    """An ISO day as given by a person (--since 2026-01-31); UnreadableValueError says the expected form."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UnreadableValueError(f"{text!r} is not a day: write it as YYYY-MM-DD") from None
