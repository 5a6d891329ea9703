"""One request at a time to a host, and the pause between two, shared by every crawl on this machine."""

import asyncio
import fcntl
import os
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

POLL = 0.05
_NOT_IN_NAMES = re.compile(r"[^a-z0-9.-]+")


class HostQueue:
    """A lock file per host in `folder`; its time of modification is the start of the last request.

    A killed process leaves no lock behind: the system drops it.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @asynccontextmanager
    async def turn(self, host: str, pause: float) -> AsyncIterator[None]:
        """Waits until nobody else asks the host and `pause` seconds have passed since the last request began."""
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{_NOT_IN_NAMES.sub('_', host.lower())}.lock"
        is_new = not path.exists()
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            await _lock(descriptor)
            if not is_new:
                await _wait_until(os.fstat(descriptor).st_mtime + pause)
            os.utime(descriptor)
            yield
        finally:
            os.close(descriptor)


async def _lock(descriptor: int) -> None:
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            await asyncio.sleep(POLL)
        else:
            return


async def _wait_until(moment: float) -> None:
    # A clock that was set back must not stop the crawl for long.
    wait = min(moment - time.time(), 60.0)
    if wait > 0:
        await asyncio.sleep(wait)
