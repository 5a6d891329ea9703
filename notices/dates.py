"""Dates as Chinese notices write them; the sites' zone is Asia/Shanghai."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone

from notices.errors import UnreadableValueError

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")

# Pieces may be parted by line breaks; the day may touch the hour ("2023-05-0810:30:00"), hence two digits first.
_DAY = (
    r"(?<![\d.])(?P<year>(?:19|20)\d{2})\s*(?P<mark>[-–/.．]|年)\s*(?P<month>1[0-2]|0?[1-9])\s*(?:(?P=mark)|月)\s*"
    r"(?P<day>3[01]|[12]\d|0?[1-9])(?:\s*[日号]|(?!\d)|(?=(?:[01]?\d|2[0-4])\s*[:：时]))"
)
_TIME = (
    r"(?:[\sT,，]|[（(]?(?:星期|周)[一二三四五六日天][)）]?|[（(]?北京时间[)）:：]?)*(?P<half>上午|下午|晚上|早上)?\s*"
    r"(?P<hour>2[0-4]|[01]?\d)\s*(?:[:：]\s*(?=[0-5]\d)|[时点])\s*(?P<minute>[0-5]\d(?!\d)|\d(?=\s*分)|半)?"
    r"(?:\s*[:：分]\s*(?:(?P<second>[0-5]?\d)(?!\d)\s*秒?(?:\.\d+)?)?)?"
    r"(?:(?P<zulu>Z)|(?P<zone>[+-]\d{2}:?\d{2})(?!\d))?"
)
_MOMENT = re.compile(f"{_DAY}(?:{_TIME})?")
_COMPACT = re.compile(rf"\s*(?P<year>(?:19|20)\d\d)(?P<month>\d\d)(?P<day>\d\d)(?:{_TIME})?\s*")
_IN_WORDS = re.compile(
    r"([一二][〇零○一二三四五六七八九]{3})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日"
)
_DIGITS = {sign: str(number) for number, sign in enumerate("〇一二三四五六七八九")} | {"零": "0", "○": "0"}


def find_moment(text: str) -> datetime | None:
    """The first date of a text, with its time of day if given (else midnight), aware in the sites' zone; None if none.

    Reads numbers ("2026-06-24", "2026年04月07日 09点00分", "2026/3/16", "2023-05-0810:30:00", ISO 8601) and words
    ("二〇二六年四月七日"), also broken over lines; 24:00 is the next day's midnight. A month alone is no date.
    """
    return next(_moments(text), None)


def find_moments(text: str) -> list[datetime]:
    """Every date of a text, in order, read as `find_moment` reads the first."""
    return list(_moments(text))


def _moments(text: str) -> Iterator[datetime]:
    text = _IN_WORDS.sub(_figures, text)
    compact = _COMPACT.fullmatch(text)
    for match in (compact,) if compact else _MOMENT.finditer(text):
        try:
            start = datetime(int(match["year"]), int(match["month"]), int(match["day"]), tzinfo=SHANGHAI)
        except ValueError:
            continue
        yield _at_time(start, match) if match["hour"] else start


def read_moment(text: str) -> datetime:
    """Like `find_moment`, but a text without a date is an UnreadableValueError that quotes it."""
    moment = find_moment(text)
    if moment is None:
        raise UnreadableValueError(f"no date can be read in {text[:80]!r}")
    return moment


def read_day(text: str) -> date:
    """An ISO day as given by a person (--since 2026-01-31); UnreadableValueError says the expected form."""
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text.strip(), re.ASCII):
        try:
            return date.fromisoformat(text.strip())
        except ValueError:
            pass
    raise UnreadableValueError(f"{text!r} is not a day: write it as YYYY-MM-DD")


def _at_time(start: datetime, match: re.Match[str]) -> datetime:
    hour = int(match["hour"])
    minute = 30 if match["minute"] == "半" else int(match["minute"] or 0)
    second = int(match["second"] or 0)
    if hour == 24 and (minute or second):
        return start
    if match["half"] in {"下午", "晚上"} and hour < 12:
        hour += 12
    moment = start + timedelta(hours=hour, minutes=minute, seconds=second)
    if match["zulu"] or match["zone"]:
        offset = match["zone"] or "+0000"
        east = timedelta(hours=int(offset[1:3]), minutes=int(offset[-2:])) * (-1 if offset[0] == "-" else 1)
        return moment.replace(tzinfo=timezone(east)).astimezone(SHANGHAI)
    return moment


def _figures(match: re.Match[str]) -> str:
    year = "".join(_DIGITS[sign] for sign in match[1])
    return f"{year}年{_small(match[2])}月{_small(match[3])}日"


def _small(word: str) -> int:
    """A number below 100 in Chinese signs; what is none gives 0, which is no month and no day."""
    tens, ten, ones = word.rpartition("十") if "十" in word else ("", "", word)
    if len(tens) > 1 or len(ones) > 1:
        return 0
    return int(_DIGITS.get(tens, "1")) * 10 * bool(ten) + int(_DIGITS.get(ones, "0"))
