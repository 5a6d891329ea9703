"""The desk's pages over HTTP, over an invented archive: p50 and p95 of each in milliseconds, and its size.

Some pages are asked for once more right after another process gave a verdict, when nothing that was counted holds.
On a busy machine the time of the desk's process alone says more than the clock.
Run: python bench/desk.py [--notices 1000000] [--findings 20000] [--keep FOLDER]. A further page is a line in PAGES.
With --keep the store is the one of bench/search.py, and stays.
"""

import argparse
import math
import multiprocessing
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle, product
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import httpx
from invented.archive import NOW, fill, find
from search import folder_of, load, point, ticker

from monitor.config import Desk
from monitor.health import source_lines
from monitor.review.app import make_app
from monitor.serving import bind, serve
from monitor.stages.index import index_due
from notices.review import Review
from storage import Store, open_store
from storage.findings import FindingFilter
from storage.overview import Counted

SIZE, FINDINGS, ROUNDS = 50_000, 20_000, 25
# Pages of results are promised with the search that they wait for.
PROMISED_MS, SEARCH_MS, LARGEST = 50, 100, 100_000
# What a reader waits for between two verdicts is promised right after one too; charts are counted anew then.
BETWEEN_VERDICTS, COUNTED_ANEW = ("queue", "finding"), ("overview", "buyers", "item")
# {finding}, {notice} and {buyer} are filled in with what the archive has.
PAGES = {
    "queue": "/",
    "queue, one severity": "/?severity=critical",
    "queue, four filters": "/?view=all&severity=high&category=gpu&kind=tender&relation=buys",
    "queue, one source and a time": "/?view=all&source=portal-07&since=2024-01-01&until=2024-12-31",
    "queue, words": "/?view=all&words=算力",
    "queue, a later page": "/?view=all&page=50",
    "queue, not flagged": "/?view=unflagged",
    "queue, amounts and unread": "/?view=all&least=100000&unread=no",
    "queue, an assignee": "/?assignee=nobody",
    "precision": "/precision",
    "finding": "/findings/{finding}",
    "notice": "/notices/{notice}?q=采购",
    "search, a common word": "/search?q=采购",
    "search, two words": "/search?q=算力+服务器",
    "search, a model": "/search?q=A100",
    "search, a phrase and a filter": '/search?q="GPU服务器"+-租赁&kind=tender',
    "search, title first": "/search?q=算力&order=title",
    "overview": "/overview",
    "buyers": "/buyers",
    "buyer": "/buyers/{buyer}",
    "sellers": "/sellers",
    "items": "/items",
    "item": "/items/nvidia-h100",
    "sources": "/sources",
    "alerts": "/alerts",
    "runs": "/runs",
    "audit": "/audit",
    "health": "/healthz",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """One answer: milliseconds by the clock and of the desk's process, and bytes."""

    name: str
    ms: float
    cpu_ms: float
    size: int


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--notices", type=int, default=SIZE)
    parser.add_argument("--findings", type=int, default=FINDINGS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--keep", type=Path)
    given = parser.parse_args()
    with folder_of(given.keep) as folder:
        url = f"sqlite:///{folder / f'archive-{given.notices}.sqlite'}"
        store = open_store(url)
        addresses = made(store, given.notices, given.findings)
        print(f"{given.notices:,} notices, {given.findings:,} findings; load of this machine {load()}")
        with served(url) as base:
            missed = ask(base, addresses, given.rounds, judging(store))
        store.close()
        return missed


def made(store: Store, notices: int, findings: int) -> dict[str, str]:
    """Fills the store unless it holds the archive already; the addresses of its pages by name."""
    store.migrate()
    with store.read() as unit:
        present = unit.notices.count()
        found = unit.findings.count()
    if not present:
        fill(store, notices, ticker("filled", notices))
    if not found:
        find(store, notices, findings)
    index_due(store, progress=ticker("indexed", notices))
    with store.read() as unit:
        (report,) = unit.findings.reports(FindingFilter(flagged=True), limit=1)
        number = unit.findings.notice_id(report.key)
    names = {"{finding}": report.key, "{notice}": str(number), "{buyer}": str(report.buyer)}
    addresses = dict(PAGES)
    for mark, value in names.items():
        addresses = {name: address.replace(mark, value) for name, address in addresses.items()}
    return addresses


def judging(store: Store) -> Callable[[], None]:
    """What gives one of the last findings a verdict, and the next time another."""
    with store.read() as unit:
        key = unit.findings.keys(FindingFilter(flagged=True))[-1]
    said = cycle(("confirmed", "unsure"))

    def judge() -> None:
        with store.begin() as unit:
            unit.reviews.add(Review(key, next(said), "", "invented reader", NOW))

    return judge


def ask(base: str, addresses: dict[str, str], rounds: int, judge: Callable[[], None]) -> int:
    """Asks for each page in turn, so that none is only ever met warm; 1 if a promise is not kept."""
    asked: list[Asked] = []
    with httpx.Client(base_url=base, timeout=60, trust_env=False) as client:
        for turn, (name, address) in product(range(rounds + 1), addresses.items()):
            answer = one(client, name, address)
            if turn:
                asked.append(answer)
        for name in (*BETWEEN_VERDICTS, *COUNTED_ANEW) * rounds:
            judge()
            told = "after a verdict" if name in BETWEEN_VERDICTS else "counted anew"
            asked.append(one(client, f"{name}, {told}", addresses[name]))
    pages: dict[str, list[Asked]] = {}
    for each in asked:
        pages.setdefault(each.name, []).append(each)
    for name, part in [*pages.items(), ("all of them", asked)]:
        cpu, size = points([each.cpu_ms for each in part]), max(each.size for each in part)
        print(f"  {name:<30} {points([each.ms for each in part])} ms   CPU {cpu} ms  {size:>7,} B")
    print(f"load {load()}")
    slow = [name for name, part in pages.items() if point([each.ms for each in part], 0.95) > promised(name)]
    large = sorted({each.name for each in asked if each.size > LARGEST})
    print(f"above {PROMISED_MS} ms at p95 (search {SEARCH_MS} ms): {', '.join(slow) or 'none'}")
    print(f"above {LARGEST:,} bytes: {', '.join(large) or 'none'}")
    return int(bool(slow or large))


def one(client: httpx.Client, name: str, address: str) -> Asked:
    started = perf_counter()
    answer = client.get(address)
    took = perf_counter() - started
    if answer.status_code != 200:
        raise SystemExit(f"{name}: {address} answered {answer.status_code}")
    return Asked(name, took * 1e3, float(answer.headers["x-cpu-ms"]), len(answer.content))


def points(times: list[float]) -> str:
    return f"p50 {point(times, 0.5):6.1f} p95 {point(times, 0.95):6.1f}"


def promised(name: str) -> float:
    if name.endswith(", counted anew"):
        return math.inf
    return SEARCH_MS if name.startswith("search") else PROMISED_MS


@contextmanager
def served(url: str) -> Iterator[str]:
    """The desk in a process of its own, on a free port of this machine."""
    listening = bind(Desk.model_construct(port=0))
    listening.listen()
    process = multiprocessing.get_context("fork").Process(target=_serve, args=(url, listening), daemon=True)
    process.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    process.terminate()
    process.join(10)


def _serve(url: str, listening: socket.socket) -> None:
    store = open_store(url)
    counted = Counted()
    desk = make_app(store, Path(), clock=lambda: NOW, sources=lambda: source_lines(store, NOW, counted))

    async def timed(scope: Any, receive: Any, send: Any) -> None:
        began = process_time()

        async def sent(message: Any) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [
                    *message["headers"],
                    (b"x-cpu-ms", f"{(process_time() - began) * 1e3:.2f}".encode()),
                ]
            await send(message)

        await desk(scope, receive, sent)

    serve(timed, listening)


if __name__ == "__main__":
    sys.exit(main())
