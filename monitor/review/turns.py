"""Pages go before exports: while one is being answered, whoever makes a file waits, but not for ever."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from time import monotonic, sleep

# A file waits so long at most, in steps, and then is worked on for a while whatever is asked.
LONGEST_WAIT, STEP, OWN_TURN = 0.1, 0.002, 0.05


class Turns:
    """How many pages are being answered in this process."""

    def __init__(self) -> None:
        self._pages = 0
        self._lock = Lock()

    @contextmanager
    def page(self) -> Iterator[None]:
        """A page is being answered."""
        with self._lock:
            self._pages += 1
        try:
            yield
        finally:
            with self._lock:
                self._pages -= 1

    def file(self) -> "GiveWay":
        return GiveWay(self)

    @property
    def is_page_waiting(self) -> bool:
        return self._pages > 0


class GiveWay:
    """What the maker of one file calls again and again."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns
        self._mine_until = 0.0

    def __call__(self) -> None:
        if not self._turns.is_page_waiting or monotonic() < self._mine_until:
            return
        until = monotonic() + LONGEST_WAIT
        while self._turns.is_page_waiting and monotonic() < until:
            sleep(STEP)
        self._mine_until = monotonic() + OWN_TURN
