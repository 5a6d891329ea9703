"""Receivers of alerts in a process of their own, so that they see what a real one would."""

import asyncio
import json
import random
import time
from email import message_from_bytes
from multiprocessing.connection import Connection
from typing import Any

from aiosmtpd.smtp import SMTP


class Receiver:
    """An SMTP and an HTTP server that keep (time, channel, id, alert) of what they took; `mode` says how they answer.

    Modes: ok, smtp451, smtp550, http503, http400, slow, flaky (a third of the calls get 451 / 503).
    """

    def __init__(self) -> None:
        self.mode = "ok"
        self.seen: list[tuple[float, str, str, str]] = []
        self.calls = 0
        self.dice = random.Random(7)

    def refusal(self, kind: str) -> int | None:
        self.calls += 1
        if self.mode.startswith(kind):
            return int(self.mode.removeprefix(kind))
        if self.mode == "flaky" and self.dice.random() < 1 / 3:
            return 451 if kind == "smtp" else 503
        return None

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802, ARG002
        if self.mode == "slow":
            await asyncio.sleep(0.05)
        code = self.refusal("smtp")
        if code is not None:
            return f"{code} not now" if code < 500 else f"{code} no"
        at, message = time.time(), message_from_bytes(envelope.content)
        identity = f"{message['Message-ID']} {envelope.rcpt_tos[0]}"
        self.seen.append((at, "mail", identity, str(message["X-Tenderwatch-Alert"])))
        return "250 OK"

    async def http(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                fields = dict(line.lower().split(": ", 1) for line in head.decode().split("\r\n")[1:] if ": " in line)
                body = await reader.readexactly(int(fields.get("content-length", 0)))
                if self.mode == "slow":
                    await asyncio.sleep(0.05)
                code = self.refusal("http")
                if code is None:
                    self.seen.append((time.time(), "hook", fields["webhook-id"], json.loads(body)["alert"]))
                writer.write(f"HTTP/1.1 {code or 204} X\r\nContent-Length: 0\r\n\r\n".encode())
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


def serve(pipe: Connection) -> None:
    """The receivers' process: answers {"mode": …} and {"take": …} on the pipe."""

    async def run() -> None:
        state, loop = Receiver(), asyncio.get_running_loop()
        mail = await loop.create_server(lambda: SMTP(state, hostname="localhost", loop=loop), "127.0.0.1", 0)
        hook = await asyncio.start_server(state.http, "127.0.0.1", 0)
        pipe.send([server.sockets[0].getsockname()[1] for server in (mail, hook)])
        while True:
            while not pipe.poll():
                await asyncio.sleep(0.005)
            asked = pipe.recv()
            if asked is None:
                return
            state.mode = asked
            pipe.send((state.seen, state.calls))
            state.seen, state.calls = [], 0

    asyncio.run(run())
