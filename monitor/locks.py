"""One at a time: a lock file per home, so that two processes never do the same stage at once."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from notices.errors import TenderwatchError


class BusyError(TenderwatchError):
    """Another process holds the lock; the message says which work it does."""


@contextmanager
def only_one(home: Path, work: str) -> Iterator[None]:
    """Holds the lock of one kind of work; BusyError if another process has it. A killed holder leaves it free."""
    path = home / f"{work}.lock"
    with path.open("a", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BusyError(f"another tenderwatch is busy with {work!r} in {home}: wait for it, or stop it") from None
        yield
