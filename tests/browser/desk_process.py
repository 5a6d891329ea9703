"""The desk as a process of its own over a store on disk, its clock begun at the invented day."""

import socket
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path

from monitor.review.app import make_app
from monitor.review.links import first_link
from monitor.review.people import People
from monitor.serving import serve
from storage import open_store
from tests.review import invented


def run(folder: Path, accounts: bool, told: Connection) -> None:
    """Tells its address and the first admin's link (empty if there is none to make), then answers until SIGTERM."""
    started = datetime.now(UTC)

    def clock() -> datetime:
        return invented.NOW + (datetime.now(UTC) - started)

    store = open_store(f"sqlite:///{folder / 'tenderwatch.sqlite'}")
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen()
    link = first_link(store, clock()) if accounts else None
    people = People("analyst", accounts=accounts)
    application = make_app(
        store, folder / "captures", clock=clock, sources=invented.SOURCES, reviewer="analyst", people=people
    )
    told.send((f"http://127.0.0.1:{listening.getsockname()[1]}", link or ""))
    told.close()
    serve(application, listening)
    store.close()
