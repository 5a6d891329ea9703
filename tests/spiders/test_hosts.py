"""Turns at a host: one at a time, with a pause between, whoever asks."""

import asyncio
import fcntl
import time
from itertools import pairwise
from pathlib import Path

from spiders.hosts import HostQueue


def never() -> bool:
    return False


async def ask(queue: HostQueue, host: str, pause: float, begun: list[float]) -> None:
    async with queue.turn(host, pause, never):
        begun.append(time.time())


def gaps(begun: list[float]) -> list[float]:
    return [later - earlier for earlier, later in pairwise(begun)]


def test_requests_to_a_host_begin_a_pause_apart_whichever_crawl_they_are_of(tmp_path: Path) -> None:
    begun: list[float] = []

    async def scenario() -> None:
        crawls = [HostQueue(tmp_path), HostQueue(tmp_path)]
        await asyncio.gather(*(ask(queue, "a.example", 0.05, begun) for queue in crawls for _ in range(3)))

    asyncio.run(scenario())
    assert len(begun) == 6
    assert min(gaps(begun)) >= 0.049


def test_a_host_is_asked_by_one_at_a_time_and_another_host_does_not_wait(tmp_path: Path) -> None:
    begun: list[float] = []

    async def scenario() -> None:
        crawls = [HostQueue(tmp_path), HostQueue(tmp_path)]
        async with crawls[0].turn("a.example", 0, never):
            waiting = asyncio.create_task(ask(crawls[1], "A.EXAMPLE", 0, begun))
            await ask(crawls[1], "b.example", 0, begun)
            await asyncio.wait([waiting], timeout=0.15)
            assert not waiting.done()
        await waiting

    asyncio.run(scenario())
    assert len(begun) == 2


def test_a_host_that_asks_for_time_is_left_alone_by_every_crawl(tmp_path: Path) -> None:
    begun: list[float] = []
    HostQueue(tmp_path).hold("a.example", 0.2)
    held = time.time()
    asyncio.run(ask(HostQueue(tmp_path), "a.example", 0.05, begun))
    assert begun[0] - held >= 0.24


def test_a_crawl_that_is_over_waits_for_nothing(tmp_path: Path) -> None:
    queue = HostQueue(tmp_path)
    queue.hold("a.example", 500)
    started = time.time()

    async def scenario() -> None:
        async with queue.turn("a.example", 3.0, lambda: True):
            pass

    asyncio.run(scenario())
    with (tmp_path / "a.example.lock").open("r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        asyncio.run(scenario())
    assert time.time() - started < 2
