"""Cron lines in a time zone: five fields as in crontab(5), with 0 and 7 for Sunday."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from apscheduler.triggers.cron import CronTrigger

_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
# Far enough for any cron line that fires monthly; a rarer one is searched from the start.
_NEAR = timedelta(days=32)


def cron_fault(line: str, zone: str) -> str | None:
    """What is wrong with a cron line or its time zone; None if both can be used."""
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return "the time zone is not one of the IANA names, such as Europe/Berlin"
    fields = line.split()
    if len(fields) != 5:
        return "a cron line has five fields: minute, hour, day of month, month, day of week"
    if fields[2] != "*" and fields[4] != "*":
        return "give either days of the month or days of the week, not both"
    try:
        fires = next_time(line, zone, datetime(2024, 1, 1, tzinfo=UTC))
    except ValueError as error:
        return f"the cron line cannot be read: {error}"
    return None if fires else "the cron line never fires"


def next_time(line: str, zone: str, after: datetime) -> datetime | None:
    """The first time that a cron line fires after a moment; None if it never does."""
    found = cron_trigger(line, zone).get_next_fire_time(None, after + timedelta(microseconds=1))
    return found.astimezone(UTC) if found else None


def last_time(line: str, zone: str, after: datetime, now: datetime) -> datetime | None:
    """The last time that a cron line fired after a moment, up to now; None if it did not fire."""
    for start in dict.fromkeys((max(after, now - _NEAR), after)):
        fired, found = next_time(line, zone, start), None
        while fired is not None and fired <= now:
            found, fired = fired, next_time(line, zone, fired)
        if found is not None:
            return found
    return None


@lru_cache(maxsize=256)
def longest_pause(line: str, zone: str) -> timedelta:
    """The longest time between two firings of a cron line within five weeks."""
    start = datetime(2024, 1, 1, tzinfo=UTC)
    fired, longest = next_time(line, zone, start), timedelta()
    while fired is not None and fired < start + _NEAR + timedelta(days=3):
        following = next_time(line, zone, fired)
        longest = max(longest, following - fired) if following else timedelta.max
        fired = following
    return longest if fired else timedelta.max


@lru_cache(maxsize=256)
def cron_trigger(line: str, zone: str) -> CronTrigger:
    """A cron line as APScheduler's trigger, its weekdays counted as crontab counts them; ValueError if unreadable."""
    minute, hour, day, month, weekday = line.split()
    return CronTrigger(
        minute=minute, hour=hour, day=day, month=month, day_of_week=_weekdays(weekday), timezone=ZoneInfo(zone)
    )


def _weekdays(field: str) -> str:
    # The scheduler's numbers begin with Monday and its ranges must not wrap; crontab's begin with Sunday and may.
    if field == "*":
        return field
    days: list[str] = []
    for part in field.lower().split(","):
        span, _, step = part.partition("/")
        first, _, last = ("0-6" if span == "*" else span).partition("-")
        start, end = _weekday(first), _weekday(last or first)
        end += 7 if end < start else 0
        days += [_DAYS[number % 7] for number in range(start, end + 1, int(step or 1))]
    return ",".join(dict.fromkeys(days))


def _weekday(word: str) -> int:
    if word in _DAYS:
        return _DAYS.index(word)
    if word.isascii() and word.isdecimal() and int(word) <= 7:
        return int(word)
    raise ValueError(f"{word!r} is no day of the week")
