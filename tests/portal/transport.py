"""How the test portal's replies go over the wire, faults included."""

import socket
import struct
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol

from tests.portal.replies import Reply


class Portal(Protocol):
    """What the wire needs of a portal: it decides on each request and is told when that is over."""

    def arrive(self, method: str, path: str, user_agent: str, referer: str) -> tuple[Any, Reply]: ...
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

    def do_GET(self) -> None:
        self._answer()

    def do_HEAD(self) -> None:
        self._answer()

    def log_message(self, *_: object) -> None:
        """The portal keeps its own log."""

    def _answer(self) -> None:
        portal = self.server.portal
        headers = self.headers
        seen, reply = portal.arrive(self.command, self.path, headers.get("User-Agent", ""), headers.get("Referer", ""))
        try:
            if reply.wait and portal.pause(reply.wait):
                return
            if reply.reset:
                self._reset()
                return
            seen.status = reply.status
            self._send(reply)
        except (ConnectionError, TimeoutError):
            self.close_connection = True
        finally:
            portal.leave(seen)

    def _reset(self) -> None:
        # Linger on with zero seconds: close() then sends RST instead of FIN.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def _send(self, reply: Reply) -> None:
        body = reply.body or b""
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type)
        for name, value in reply.headers:
            self.send_header(name, value)
        if not reply.endless:
            self.send_header("Content-Length", str(len(body) if reply.claims is None else reply.claims))
        self.end_headers()
        if self.command != "HEAD":
            self._send_body(reply, body)

    def _send_body(self, reply: Reply, body: bytes) -> None:
        if reply.endless:
            piece = body * max(1, 65_536 // max(1, len(body)))
            for _ in range(reply.endless // len(piece) + 1):
                self.wfile.write(piece)
                if self.server.portal.pause(0.0):
                    return
        elif reply.pace:
            size, gap = reply.pace
            for start in range(0, len(body), size):
                self.wfile.write(body[start : start + size])
                self.wfile.flush()
                if self.server.portal.pause(gap):
                    return
        else:
            self.wfile.write(body)
