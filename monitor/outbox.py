"""The sender of the daemon: looks at the outbox twice a second, so that an instant alert leaves once it is stored."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from monitor.config import Settings
from monitor.locks import BusyError, only_one
from monitor.stages.alert import send_due
from monitor.stages.report import Report
from notices.errors import TenderwatchError
from storage import Store

EVERY_SECONDS = 0.5
# Digests, repeats and new routes are looked for less often than deliveries.
GATHER_EVERY = timedelta(seconds=30)


class Outbox:
    """A thread that sends what is due until it is stopped; `tell` gets each report that says something."""

    def __init__(
        self, store: Store, settings: Settings, clock: Callable[[], datetime], tell: Callable[[Report], None]
    ) -> None:
        self._store = store
        self._settings = settings
        self._clock = clock
        self._tell = tell
        self._gathered: datetime | None = None
        self._said = ""
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="outbox", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Waits for the round that is being sent."""
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join()

    def send(self) -> Report | None:
        """One round; None if nothing was due or another process is at it."""
        now = self._clock()
        gather = self._gathered is None or not timedelta(0) <= now - self._gathered < GATHER_EVERY
        with self._store.read() as unit:
            due = bool(unit.alerts.due(now, limit=1)) or unit.news.anything_due(now)
        if not due and not gather:
            return None
        settings = self._settings
        try:
            with only_one(settings.home, "alert"):
                self._gathered = now
                to = settings.operators.to
                return send_due(self._store, settings.channels, self._clock, routes=settings.routes, operators=to)
        except BusyError:
            return None

    def _run(self) -> None:
        busy = False
        # After a round that sent something there is probably more.
        while not self._stopping.wait(0.01 if busy else EVERY_SECONDS):
            busy = False
            try:
                report = self.send()
                busy = report is not None and report.counts.get("sent", 0) > 0
                self._said = ""
            except TenderwatchError as error:
                report = None if str(error) == self._said else Report("alert", problems=[str(error)])
                self._said = str(error)
            if report is not None:
                self._tell(report)
