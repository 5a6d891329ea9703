"""A desk as a process of its own that is killed while it writes verdicts."""

import os
import signal
import socket
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path

from monitor.review.app import make_app
from monitor.serving import serve
from notices.review import Review
from storage import open_store
from storage.reviews import ReviewRepository


def run(url: str, captures: Path, dies_at: int, told: Connection) -> None:
    """Tells its address, then answers until it is to write its `dies_at`th verdict: there it is killed."""
    insert, written = ReviewRepository._insert, [0]

    def counted(self: ReviewRepository, given: Review, act: str) -> None:
        written[0] += 1
        if written[0] == dies_at:
            os.kill(os.getpid(), signal.SIGKILL)
        insert(self, given, act)

    ReviewRepository._insert = counted  # type: ignore[method-assign]
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen()
    application = make_app(open_store(url), captures, clock=lambda: datetime.now(UTC))
    told.send(f"http://127.0.0.1:{listening.getsockname()[1]}")
    told.close()
    serve(application, listening)
