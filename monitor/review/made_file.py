"""A file that is made while its reader waits: sent as it grows or once it is whole, given up when the reader goes."""

import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from typing import IO

import anyio
from anyio import CancelScope, from_thread, to_thread
from starlette.background import BackgroundTask
from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from notices.errors import StoreError, TenderwatchError

# What goes wrong before so much is made is a page that says so; afterwards the transfer is broken off.
FIRST = 64 * 1024
PART = 256 * 1024
log = logging.getLogger(__name__)


class HungUpError(TenderwatchError):
    """Whoever asked for the file is gone."""


class Making:
    """A file in the making, as its maker sees it: `path` may be written whole, or `write` appends what is sent at once.

    `give_way` is called between rows: it lets the desk's pages go first.
    """

    def __init__(self, path: Path, give_way: Callable[[], None]) -> None:
        self.path = path
        self.headers: dict[str, str] = {}
        self.failure: Exception | None = None
        self.size = 0
        self.is_done = False
        self._told = 0
        self._give_way, self._gone = give_way, Event()
        self._changed = anyio.Event()
        self._file: IO[bytes] | None = None

    def say(self, headers: Mapping[str, str]) -> None:
        """Headers of the answer, before anything is written."""
        self.headers |= headers

    def go_on(self, steps: int = 1) -> None:  # noqa: ARG002
        """HungUpError if nobody waits for the file any more."""
        if self._gone.is_set():
            raise HungUpError("the reader has hung up")
        self._give_way()

    def write(self, data: bytes) -> int:
        if self._file is None:
            self._file = self.path.open("wb")
        self._file.write(data)
        self.size += len(data)
        if self.size - self._told >= FIRST:
            self.flush()
        return len(data)

    def flush(self) -> None:
        if self._file is not None:
            self._file.flush()
        self._tell()

    def end(self, failure: Exception | None) -> None:
        """The file is whole, or will not become so."""
        try:
            if self._file is not None:
                self._file.close()
            self.size = self.path.stat().st_size if failure is None else self.size
        except OSError as error:
            failure = failure or error
        self.failure = _told_plainly(failure)
        self.is_done = True
        self._tell()

    def give_up(self) -> None:
        self._gone.set()

    async def changed(self) -> None:
        await self._changed.wait()
        self._changed = anyio.Event()

    def _tell(self) -> None:
        self._told = self.size
        # The loop may have been stopped meanwhile: then nobody waits.
        with suppress(RuntimeError):
            from_thread.run_sync(self._note)

    def _note(self) -> None:
        self._changed.set()


class MadeFile(Response):
    """The answer that `make` writes in a thread of its own; `limiter` says how many are made at a time."""

    def __init__(
        self,
        make: Callable[[Making], None],
        *,
        headers: Mapping[str, str],
        media_type: str,
        limiter: anyio.CapacityLimiter,
        give_way: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(None, headers=dict(headers), media_type=media_type)
        del self.headers["content-length"]
        self._make, self._limiter, self._give_way = make, limiter, give_way
        self.background: BackgroundTask | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] == "HEAD":
            await self._start(send, {})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
            return
        with _folder() as folder:
            making = Making(Path(folder) / "export", self._give_way)
            failure = await self._made_and_sent(making, receive, send)
        if failure is not None:
            raise failure
        if self.background is not None:
            await self.background()

    async def _made_and_sent(self, making: Making, receive: Receive, send: Send) -> Exception | None:
        """Why nothing was sent; None if something was."""
        failure: Exception | None = None
        async with anyio.create_task_group() as group:
            try:
                group.start_soon(_watch, receive, making, group.cancel_scope)
                group.start_soon(self._run, making)
                failure = await self._send(making, send)
                group.cancel_scope.cancel()
            finally:
                making.give_up()
        return failure

    async def _run(self, making: Making) -> None:
        def made() -> None:
            try:
                making.go_on()
                self._make(making)
            # The thread ends here: whatever went wrong is told by the answer.
            except Exception as error:  # noqa: BLE001
                making.end(error)
            else:
                making.end(None)

        await to_thread.run_sync(made, limiter=self._limiter)

    async def _send(self, making: Making, send: Send) -> Exception | None:
        sent, started = 0, False
        while True:
            await making.changed()
            done, size = making.is_done, making.size
            if making.failure is not None:
                if started:
                    log.error("an export was broken off: %s", making.failure)
                return None if started else making.failure
            if not started and (done or size >= FIRST):
                await self._start(send, making.headers | ({"content-length": str(size)} if done else {}))
                started = True
            if started:
                sent = await _send_parts(making.path, sent, size, send)
            if done:
                await send({"type": "http.response.body", "body": b"", "more_body": False})
                return None

    async def _start(self, send: Send, headers: Mapping[str, str]) -> None:
        all_headers = MutableHeaders(raw=list(self.raw_headers))
        all_headers.update(headers)
        await send({"type": "http.response.start", "status": self.status_code, "headers": all_headers.raw})


async def _send_parts(path: Path, sent: int, size: int, send: Send) -> int:
    def read() -> bytes:
        with path.open("rb") as file:
            file.seek(sent)
            return file.read(min(PART, size - sent))

    while sent < size:
        part = await to_thread.run_sync(read)
        await send({"type": "http.response.body", "body": part, "more_body": True})
        sent += len(part)
    return sent


async def _watch(receive: Receive, making: Making, scope: CancelScope) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    making.give_up()
    scope.cancel()


def _folder() -> TemporaryDirectory[str]:
    try:
        return TemporaryDirectory(prefix="tenderwatch-export-", ignore_cleanup_errors=True)
    except OSError as error:
        raise _no_room(error) from error


def _told_plainly(failure: Exception | None) -> Exception | None:
    return _no_room(failure) if isinstance(failure, OSError) else failure


def _no_room(error: OSError) -> StoreError:
    return StoreError(f"the export cannot be written to the folder for temporary files: {error.strerror or error}")
