"""How the test portal's replies go over the wire, faults included."""

import socket
import struct
import sys
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol

from tests.portal.replies import Reply


class Portal(Protocol):
    """What the wire needs of a portal: it decides on each request and is told when that is over."""

    def arrive(
        self, method: str, path: str, user_agent: str, referer: str, posted: bytes, headers: Mapping[str, str]
    ) -> tuple[Any, Reply]: ...
    def leave(self, seen: Any) -> None: ...
    def pause(self, seconds: float) -> bool: ...
    def break_down(self, error: BaseException) -> None: ...


class PortalServer(ThreadingHTTPServer):
    daemon_threads = False
    portal: Portal

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that leaves early is what some tests are about; anything else is a fault of the portal itself."""
        error = sys.exception()
        if error is not None and not isinstance(error, ConnectionError | TimeoutError):
            self.portal.break_down(error)


class PortalHandler(BaseHTTPRequestHandler):
    server: PortalServer
    timeout = 10
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self._answer()

    def do_HEAD(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers.get("Content-Length") or 0)))

    def log_message(self, *_: object) -> None:
        """The portal keeps its own log."""

    def _answer(self, posted: bytes = b"") -> None:
        portal = self.server.portal
        headers = self.headers
        seen, reply = portal.arrive(
            self.command, self.path, headers.get("User-Agent", ""), headers.get("Referer", ""), posted, headers
        )
        try:
            if reply.wait and portal.pause(reply.wait):
                return
            if reply.reset:
                self._reset()
                return
            seen.status = reply.status
            self._send(reply, seen)
        except (ConnectionError, TimeoutError):
            self.close_connection = True
        finally:
            portal.leave(seen)

    def _reset(self) -> None:
        # Linger on with zero seconds: close() then sends RST instead of FIN.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def _send(self, reply: Reply, seen: Any) -> None:
        body = reply.body or b""
        bodiless = self.command == "HEAD" or not body
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type)
        for name, value in reply.headers:
            self.send_header(name, value)
        if not reply.endless:
            self.send_header("Content-Length", str(len(body) if reply.claims is None else reply.claims))
        if bodiless:
            self.server.portal.leave(seen)
        self.end_headers()
        if reply.endless and not bodiless:
            self._send_without_end(body, reply.endless)
        elif not bodiless:
            self._send_in_pieces(reply, body, seen)

    def _send_in_pieces(self, reply: Reply, body: bytes, seen: Any) -> None:
        # A request is over just before its last byte: the client may ask again as soon as it has that.
        size, gap = reply.pace or (max(1, len(body) - 1), 0.0)
        for start in range(0, len(body), size):
            if start + size >= len(body):
                self.server.portal.leave(seen)
            self.wfile.write(body[start : start + size])
            if gap and self.server.portal.pause(gap):
                return

    def _send_without_end(self, piece: bytes, limit: int) -> None:
        block = piece * max(1, 65_536 // len(piece))
        for _ in range(limit // len(block) + 1):
            self.wfile.write(block)
            if self.server.portal.pause(0.0):
                return
