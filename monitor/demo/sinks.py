"""Where the demonstration's alerts arrive: a mail server and a webhook receiver on loopback that keep what they get."""

import asyncio
import threading
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from aiosmtpd.smtp import SMTP, Envelope, Session
from standardwebhooks import Webhook, WebhookVerificationError

LOOPBACK = "127.0.0.1"
LARGEST_BODY = 10_000_000


@dataclass(frozen=True, slots=True)
class Mail:
    """One message as it arrived; `recipients` are those of the envelope."""

    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage

    @property
    def subject(self) -> str:
        return str(self.message["Subject"] or "")

    def part(self, kind: str) -> str:
        """The text of the first part of a kind ("plain" or "html"); empty if the message has none."""
        part = self.message.get_body(preferencelist=(kind,))
        return str(part.get_content()) if part else ""


class MailSink(AbstractContextManager["MailSink"]):
    """An SMTP server at `host`:`port` while it is open; `received` lists the messages in order."""

    host = LOOPBACK

    def __init__(self) -> None:
        self.received: list[Mail] = []
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result()
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: ARG002, N802
        """Keeps one message (the name is what aiosmtpd calls)."""
        content = envelope.content or b""
        message = message_from_bytes(content if isinstance(content, bytes) else content.encode(), policy=policy.default)
        self.received.append(Mail(envelope.mail_from or "", tuple(envelope.rcpt_tos), message))
        return "250 OK"

    async def _listen(self) -> asyncio.Server:
        return await self._loop.create_server(
            lambda: SMTP(self, hostname="localhost", enable_SMTPUTF8=True, loop=self._loop), LOOPBACK, 0
        )

    async def _stop(self) -> None:
        self._server.close()
        sessions = asyncio.all_tasks() - {asyncio.current_task()}
        for session in sessions:
            session.cancel()
        await asyncio.gather(*sessions, return_exceptions=True)


@dataclass(frozen=True, slots=True)
class Hook:
    """One webhook call whose signature held: its webhook-id, its headers in lower case, its JSON body."""

    id: str
    headers: dict[str, str]
    body: dict[str, Any]


@dataclass(slots=True)
class _Calls:
    received: list[Hook] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


class WebhookSink(AbstractContextManager["WebhookSink"]):
    """A receiver of signed webhooks (Standard Webhooks) at `url` while it is open.

    `received` holds each webhook-id once; `repeated` the ids that came again, `refused` why a call was turned away.
    """

    def __init__(self, secret: str) -> None:
        self._webhook = Webhook(secret)
        self._calls = _Calls()

    def __enter__(self) -> Self:
        self._server = _Server((LOOPBACK, 0), _Receiver)
        self._server.sink = self
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
        return f"http://{LOOPBACK}:{self._server.server_address[1]}/"

    @property
    def received(self) -> tuple[Hook, ...]:
        return tuple(self._calls.received)

    @property
    def repeated(self) -> tuple[str, ...]:
        return tuple(self._calls.repeated)

    @property
    def refused(self) -> tuple[str, ...]:
        return tuple(self._calls.refused)

    def take(self, data: bytes, headers: dict[str, str]) -> int:
        """The HTTP status for one call: 204 if it is kept or was kept before, 401 if its signature does not hold."""
        try:
            body = self._webhook.verify(data, headers)
        except (WebhookVerificationError, ValueError) as error:
            self._calls.refused.append(str(error))
            return 401
        call = Hook(headers["webhook-id"], headers, body)
        with self._calls.lock:
            known = any(hook.id == call.id for hook in self._calls.received)
            if known:
                self._calls.repeated.append(call.id)
            else:
                self._calls.received.append(call)
        return 204


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    sink: WebhookSink


class _Receiver(BaseHTTPRequestHandler):
    server: _Server
    timeout = 10

    def do_POST(self) -> None:
        size = int(self.headers.get("Content-Length", 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        status = 413 if size > LARGEST_BODY else self.server.sink.take(self.rfile.read(size), headers)
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """The sink keeps its own log."""
