"""Files that are made while their reader waits, over a real socket: sent as they grow, given up with their reader."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from time import monotonic

import httpx
import pytest
import uvicorn
from anyio import CapacityLimiter
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from monitor.review.made_file import FIRST, HungUpError, MadeFile, Making
from notices.errors import StoreError

PART = b"x" * FIRST
Make = Callable[[Making], None]


@contextmanager
def served(make: Make, at_once: int = 2) -> Iterator[str]:
    """An application that answers with a file made so, and a page of StoreErrors."""
    limiter = CapacityLimiter(at_once)

    def file(request: Request) -> Response:
        return MadeFile(make, headers={"cache-control": "no-store"}, media_type="text/csv", limiter=limiter)

    def unavailable(request: Request, error: Exception) -> Response:
        return PlainTextResponse(str(error), 503)

    routes = [Route("/file", file), Route("/page", lambda request: PlainTextResponse("here"))]
    app = Starlette(routes=routes, exception_handlers={StoreError: unavailable})
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off", timeout_graceful_shutdown=1))
        thread = Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join(10)
        assert not thread.is_alive()


def test_what_is_made_is_sent_while_the_rest_is_in_the_making() -> None:
    go_on = Event()

    def make(making: Making) -> None:
        making.say({"tenderwatch-rows": "2"})
        making.write(PART)
        assert go_on.wait(20)
        making.write(b"end")

    with served(make) as address, httpx.stream("GET", f"{address}/file") as answer:
        parts = answer.iter_raw()
        read = next(parts)
        go_on.set()
        assert answer.headers["tenderwatch-rows"] == "2"
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        assert read + b"".join(parts) == PART + b"end"


def test_a_small_file_says_how_long_it_is() -> None:
    with served(lambda making: making.path.write_bytes(b"all of it") and None) as address:
        answer = httpx.get(f"{address}/file")
        assert (answer.content, answer.headers["content-length"]) == (b"all of it", "9")


def test_an_empty_file_is_an_answer() -> None:
    with served(lambda making: making.write(b"") and None) as address:
        answer = httpx.get(f"{address}/file")
        assert (answer.status_code, answer.content) == (200, b"")


def test_a_reader_who_hangs_up_ends_the_work_at_once() -> None:
    ended = Event()

    def make(making: Making) -> None:
        making.write(PART)
        try:
            while True:
                making.go_on()
        except HungUpError:
            ended.set()
            raise

    with served(make) as address:
        with httpx.stream("GET", f"{address}/file") as answer:
            # A walk that is let go of closes its connection.
            parts = answer.iter_raw()
            next(parts)
            assert not ended.is_set()
        assert ended.wait(10)
        assert httpx.get(f"{address}/page").text == "here"


def test_work_ends_too_where_nothing_was_sent_yet() -> None:
    began, ended = Event(), Event()

    def make(making: Making) -> None:
        began.set()
        try:
            while True:
                making.go_on()
        except HungUpError:
            ended.set()
            raise

    with served(make) as address:
        with pytest.raises(httpx.TimeoutException):
            httpx.get(f"{address}/file", timeout=0.5)
        assert began.is_set()
        assert ended.wait(10)


def test_the_server_ends_while_a_file_is_in_the_making() -> None:
    def make(making: Making) -> None:
        making.write(PART)
        while True:
            making.go_on()

    with served(make) as address:
        client = httpx.Client()
        request = client.send(client.build_request("GET", f"{address}/file"), stream=True)
        parts = request.iter_raw()
        next(parts)
        started = monotonic()
    assert monotonic() - started < 9
    client.close()


@pytest.mark.parametrize("error", [StoreError("the store is away"), OSError(28, "No space left on device")])
def test_what_goes_wrong_before_anything_is_sent_is_told(error: Exception) -> None:
    def make(making: Making) -> None:
        making.write(b"a beginning")
        raise error

    with served(make) as address:
        answer = httpx.get(f"{address}/file")
    assert answer.status_code == 503
    assert answer.text.endswith(("the store is away", "No space left on device"))


def test_what_goes_wrong_later_breaks_the_transfer_off_so_that_it_never_looks_whole() -> None:
    is_read = Event()

    def make(making: Making) -> None:
        making.write(PART)
        assert is_read.wait(20)
        raise StoreError("the store is away")

    with served(make) as address:
        with httpx.stream("GET", f"{address}/file") as answer:
            parts = answer.iter_raw()
            next(parts)
            is_read.set()
            with pytest.raises(httpx.RemoteProtocolError):
                list(parts)
        assert httpx.get(f"{address}/page").text == "here"


def test_others_wait_for_their_turn_and_pages_do_not() -> None:
    go_on = Event()

    def make(making: Making) -> None:
        making.write(PART)
        assert go_on.wait(20)

    with served(make, at_once=1) as address, httpx.stream("GET", f"{address}/file") as first:
        parts = first.iter_raw()
        next(parts)
        with pytest.raises(httpx.TimeoutException):
            httpx.get(f"{address}/file", timeout=0.3)
        assert httpx.get(f"{address}/page").text == "here"
        go_on.set()
        assert httpx.get(f"{address}/file").content == PART


def test_who_asks_only_for_the_head_has_nothing_made() -> None:
    made: list[Path] = []
    with served(lambda making: made.append(making.path)) as address:
        answer = httpx.head(f"{address}/file")
    assert (answer.status_code, answer.content, made) == (200, b"", [])
