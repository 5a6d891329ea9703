"""The demonstration portal as a web server on loopback, with a log of who asked for what."""

import sys
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from monitor.demo.portal.notices import read_data, read_notices
from monitor.demo.portal.pages import HTML, Page, render_site

MISSING = Page("<html><head><title>404</title></head><body>404 演示门户没有这个页面</body></html>".encode(), HTML)


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it arrived; `at` is seconds of time.monotonic()."""

    at: float
    method: str
    path: str
    user_agent: str
    referer: str


class DemoPortal:
    """Serves the invented notices at `url` while it is open; `requests` lists what was asked for, in order."""

    def __init__(self, port: int = 0) -> None:
        self.notices = read_notices()
        self.requests: list[Request] = []
        self._pages = render_site(self.notices)
        self._port = port

    def __enter__(self) -> Self:
        self._server = _Server(("127.0.0.1", self._port), _Handler)
        self._server.portal = self
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def page(self, path: str) -> Page | None:
        """The answer to a path with its query; None is a 404 (also past the last list page, as on the real portal)."""
        return self._pages.get(path)


def expected_flagged() -> set[str]:
    """The ids of the notices that detection must flag: these and no others."""
    return {row["notice"] for row in read_data("expected")["flagged"]}


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    portal: DemoPortal

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A visitor who leaves early is no error of the portal."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = 10

    def do_GET(self) -> None:
        self._answer()

    def do_HEAD(self) -> None:
        self._answer()

    def log_message(self, *_: object) -> None:
        """The portal keeps its own log."""

    def _answer(self) -> None:
        portal, headers = self.server.portal, self.headers
        agent, referer = headers.get("User-Agent", ""), headers.get("Referer", "")
        portal.requests.append(Request(time.monotonic(), self.command, self.path, agent, referer))
        page = portal.page(self.path)
        self.send_response(200 if page else 404)
        answer = page or MISSING
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        if answer.disposition:
            self.send_header("Content-Disposition", answer.disposition)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(answer.body)
