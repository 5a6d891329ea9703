"""One request at a time to a host, and the pauses between them, shared by every crawl on this machine."""

import asyncio
import fcntl
import json
import os
import re
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

from scrapy.http import Response

# The longest that a site's Retry-After is waited for; a site that wants more is left alone until then.
LONGEST_WAIT = 600.0
# A longer time than this is taken for a mistake, of the site or of a clock.
LONGEST_LEAVE = 7 * 86_400.0
POLL = 0.05
_NOT_IN_NAMES = re.compile(r"[^a-z0-9.-]+")


class LeftAloneError(Exception):
    """A host asked to be left alone until `until` (seconds since 1970), longer than a request waits."""

    def __init__(self, until: float) -> None:
        super().__init__(f"until {until}")
        self.until = until


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a host asked for: seconds between two requests (robots.txt, Crawl-delay), to be left alone until a time."""

    pause: float = 0.0
    until: float = 0.0


class HostQueue:
    """A lock file per host in `folder`; its time of modification says since when the host's pause runs, its content
    what the host asked for.

    A killed process leaves no lock behind: the system drops it.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._here: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    @asynccontextmanager
    async def turn(self, host: str, pause: float, is_over: Callable[[], bool]) -> AsyncIterator[None]:
        """Waits until nobody else asks the host and `pause` seconds have passed since the last request began, or more
        if the host asked for more.

        Stops waiting as soon as `is_over()`. LeftAloneError if the host is to be left alone.
        """
        async with self._here[host]:
            descriptor, is_new = self._open(host)
            try:
                await _lock(descriptor, is_over)
                wishes = _wishes(descriptor)
                if LONGEST_WAIT < wishes.until - time.time() <= LONGEST_LEAVE:
                    raise LeftAloneError(wishes.until)
                pause = max(pause, wishes.pause)
                while (
                    not is_new and not is_over() and (wait := os.fstat(descriptor).st_mtime + pause - time.time()) > 0
                ):
                    # A clock that was set back must not stop the crawl.
                    if wait > LONGEST_WAIT + pause:
                        break
                    await asyncio.sleep(min(wait, 0.5))
                _mark(descriptor, time.time_ns())
                yield
            finally:
                os.close(descriptor)

    def hold(self, host: str, seconds: float) -> None:
        """Lets nobody ask the host for so many seconds, and the usual pause."""
        descriptor, _ = self._open(host)
        if seconds > LONGEST_WAIT:
            _wish(descriptor, Wishes(_wishes(descriptor).pause, time.time() + seconds))
        until = time.time_ns() + int(min(seconds, LONGEST_WAIT) * 1e9)
        _mark(descriptor, max(until, os.fstat(descriptor).st_mtime_ns))
        os.close(descriptor)

    def slow(self, host: str, pause: float) -> None:
        """Lets so many seconds pass between any two requests to the host from now on, whoever asks; 0 is the usual."""
        descriptor, _ = self._open(host)
        wishes = _wishes(descriptor)
        if pause != wishes.pause:
            _wish(descriptor, Wishes(pause, wishes.until))
        os.close(descriptor)

    def _open(self, host: str) -> tuple[int, bool]:
        path = self._folder / f"{_NOT_IN_NAMES.sub('_', host.lower())}.lock"
        try:
            return os.open(path, os.O_RDWR), False
        except FileNotFoundError:
            self._folder.mkdir(parents=True, exist_ok=True)
            return os.open(path, os.O_RDWR | os.O_CREAT, 0o644), True


def retry_after(response: Response, moment: datetime) -> float | None:
    """The seconds that a 429 or 503 asks to wait, given as seconds or as an HTTP date; None if it does not ask."""
    text = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    if response.status not in {429, 503} or not text:
        return None
    if text.isdecimal():
        return float(text)
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return max(0.0, (until - moment).total_seconds())


def _wishes(descriptor: int) -> Wishes:
    try:
        said = json.loads(os.pread(descriptor, 1000, 0) or b"{}")
        return Wishes(float(said.get("pause", 0)), float(said.get("until", 0)))
    except (ValueError, AttributeError, TypeError):
        return Wishes()


def _wish(descriptor: int, wishes: Wishes) -> None:
    """Writes down what a host asked for; since when its pause runs stays as it is."""
    marked = os.fstat(descriptor).st_mtime_ns
    words = json.dumps(asdict(wishes)).encode()
    os.pwrite(descriptor, words.ljust(100), 0)
    _mark(descriptor, marked)


def _mark(descriptor: int, moment: int) -> None:
    # The kernel's own time of modification may lie some milliseconds back.
    os.utime(descriptor, ns=(moment, moment))


async def _lock(descriptor: int, is_over: Callable[[], bool]) -> None:
    while not is_over():
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            await asyncio.sleep(POLL)
        else:
            return
