"""What the API is asked: parameters read strictly, cursors, and how often one may ask."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from threading import Lock

from starlette.requests import Request

from monitor.review.query import Problem, Query, UnknownFilterError
from notices.dates import SHANGHAI
from storage import Unit

# How far the clocks of those who write may be apart.
OVERLAP = timedelta(minutes=5)
MOST, USUAL = 500, 100
# A steady 600 a minute for each asker, as many at once.
BURST, PER_SECOND = 600, 10.0
MOST_ASKERS = 10_000


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list: at most `limit` rows behind `after` that changed at or after `changed_since`.

    `as_of` is that of the list's first page, None if this is it.
    """

    limit: int
    after: tuple[object, ...] | None
    changed_since: datetime | None
    as_of: datetime | None = None

    def known_until(self, unit: Unit, now: datetime) -> datetime:
        """The moment before which nothing can change any more that the list does not have; asked before it is read.

        A change is stored a little after the moment that it carries: at the end of its transaction.
        """
        return self.as_of or now - OVERLAP - unit.paging.unfinished()


def page_of(request: Request, *kinds: type) -> Page:
    """The part of a list that is asked for; `kinds` are the types of a cursor's values. UnknownFilterError if wrong."""
    asked = request.query_params
    place = _cursor(asked.get("cursor"), (*kinds, datetime))
    after, as_of = (place[:-1], place[-1]) if place else (None, None)
    assert as_of is None or isinstance(as_of, datetime)
    return Page(_limit(asked.get("limit")), after, moment_in(request, "changed_since"), as_of)


def known_only(request: Request, *names: str) -> None:
    """UnknownFilterError if the address has other parameters, or one of them twice."""
    asked = [name for name, _ in request.query_params.multi_items()]
    wrong = [name for name in asked if name not in names or asked.count(name) > 1]
    if wrong:
        found = (Problem(name, request.query_params[name], names) for name in dict.fromkeys(wrong))
        raise UnknownFilterError(tuple(found), Query())


def one_of(request: Request, name: str, allowed: Sequence[str]) -> str | None:
    value = request.query_params.get(name)
    if value is not None and value not in allowed:
        raise UnknownFilterError((Problem(name, value, tuple(allowed)),), Query())
    return value


def moment_in(request: Request, name: str, *, end: bool = False) -> datetime | None:
    """A moment (RFC 3339), or a day in Beijing time: its beginning, or with `end` the beginning of the next one."""
    said = request.query_params.get(name)
    if said is None:
        return None
    try:
        if len(said) == len("2026-03-05"):
            day = datetime.combine(datetime.fromisoformat(said).date(), time(), SHANGHAI)
            return (day + timedelta(days=end)).astimezone(UTC)
        read = datetime.fromisoformat(said.replace(" ", "+"))
        # What UTC, in which it is stored, does not reach.
        read = read.astimezone(UTC) if read.tzinfo else read
    except (ValueError, OverflowError):
        read = datetime.min  # noqa: DTZ901 - refused below
    if read.tzinfo is None:
        raise UnknownFilterError((Problem(name, said[:80], (), "2026-03-05 or 2026-03-05T08:00:00Z"),), Query())
    return read


def cursor_of(values: Sequence[object]) -> str:
    """The place behind a row, as an opaque word."""
    told = [value.isoformat() if isinstance(value, datetime) else value for value in values]
    return urlsafe_b64encode(json.dumps(told, separators=(",", ":")).encode()).decode().rstrip("=")


def _limit(said: str | None) -> int:
    if said is None:
        return USUAL
    if not (said.isascii() and said.isdecimal() and 1 <= int(said[:9]) <= MOST):
        raise UnknownFilterError((Problem("limit", said[:80], (), f"1 to {MOST}"),), Query())
    return int(said)


def _cursor(said: str | None, kinds: Sequence[type]) -> tuple[object, ...] | None:
    if said is None:
        return None
    try:
        values = json.loads(urlsafe_b64decode(said + "=" * (-len(said) % 4)))
        read = tuple(
            datetime.fromisoformat(value) if kind is datetime else value
            for kind, value in zip(kinds, values, strict=True)
        )
        fits = all(type(value) is kind for kind, value in zip(kinds, read, strict=True))
        fits = fits and all(value.tzinfo and value.astimezone(UTC) for value in read if isinstance(value, datetime))
        fits = fits and all(abs(value) < 2**62 for value in read if isinstance(value, int))
    except (ValueError, TypeError, RecursionError, OverflowError):
        fits = False
    if not fits:
        raise UnknownFilterError((Problem("cursor", said[:80], (), "what `next` of the page before has"),), Query())
    return read


@dataclass(slots=True)
class Rates:
    """How many requests each asker has left; in this process only."""

    _left: OrderedDict[str, tuple[float, datetime]] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def wait(self, asker: str, now: datetime) -> int:
        """Counts a request; 0 if it may be answered, else how many seconds to wait."""
        with self._lock:
            left, at = self._left.pop(asker, (float(BURST), now))
            left = min(float(BURST), left + max(0.0, (now - at).total_seconds()) * PER_SECOND)
            allowed = left >= 1
            self._left[asker] = (left - allowed, now)
            if len(self._left) > MOST_ASKERS:
                self._left.popitem(last=False)
        return 0 if allowed else max(1, round((1 - left) / PER_SECOND))
