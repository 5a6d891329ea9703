"""Pages a second of our spider beside a bare Scrapy spider that fetches and parses the same pages and keeps nothing.

Both ask the same portal on loopback, politeness off, one request at a time, in turns within one run. Ours captures
every page (WARC, synced), reads it and stores the notice. The bare one parses the pages with our readers, so that the
ratio is what capture and store cost; it is measured with three selectors of its own too, also at sixteen at a time.
Then one long crawl is watched for its memory: `--pages` (20,000; 0 for none).
"""

import argparse
import multiprocessing
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import scrapy  # noqa: E402
from scrapy.crawler import CrawlerProcess  # noqa: E402

from spiders.pages.ccgp import read_notice  # noqa: E402
from storage import open_store  # noqa: E402
from tests.portal.pages import made_up_notices  # noqa: E402
from tests.portal.portal import NEWEST, PAGE_SIZE, FaultyPortal  # noqa: E402

CHANNEL = "zygg/gkzb"
LEAST_RATIO = 0.6
MOST_MEMORY = 300
ROW = "<tr><td>{n}</td><td>办公桌（{n}号）</td><td>望潮牌 WC-{n}</td><td>{n}</td><td>张</td><td>1,2{n}0.00</td></tr>"
BODY = (
    "<p>一、项目编号：{code}</p><p>二、项目名称：望潮市办公物资采购项目</p><p>预算金额：28.5万元（人民币）</p>"
    "<table><tr><th>序号</th><th>货物名称</th><th>品牌型号</th><th>数量</th><th>单位</th><th>单价（元）</th></tr>{rows}</table>"
    "{words}<p>采购人名称：望潮市公共事务中心</p><p>地址：望潮市一路1号</p><p>采购代理机构：望潮咨询有限公司</p>"
)
WORDS = "<p>申请人的资格要求：满足《中华人民共和国政府采购法》第二十二条规定，本项目不接受联合体投标。</p>" * 12


class BareSpider(scrapy.Spider):
    """What anybody would write in five minutes: lists, pages, three selectors."""

    name = "bare"

    async def start(self):  # type: ignore[no-untyped-def]
        yield scrapy.Request(f"{self.portal}/cggg/{CHANNEL}/", self.parse_list, cb_kwargs={"number": 0})

    def parse_list(self, response, number):  # type: ignore[no-untyped-def]
        for link in response.css("ul.c_list_bid li a::attr(href)").getall():
            yield response.follow(link, self.parse_page)
        if f"size:{number + 1}," not in response.text:
            yield response.follow(f"/cggg/{CHANNEL}/index_{number + 1}.htm", cb_kwargs={"number": number + 1})

    parse = parse_list

    def parse_page(self, response):  # type: ignore[no-untyped-def]
        if self.reader == "ours":
            yield asdict(read_notice(response.body, response.url, "公开招标公告", "bare", "text/html; charset=utf-8"))
            return
        yield {
            "title": response.css("h2.tc::text").get(),
            "published": response.css("#pubTime::text").get(),
            "text": "\n".join(response.css("div.vF_detail_content ::text").getall()),
        }


@dataclass(frozen=True, slots=True)
class Measured:
    """One crawl as the portal and the system saw it: pages, seconds from the first to the last, its own seconds of
    processor, memory in MB.
    """

    pages: int
    seconds: float
    processor: float
    memory: float

    @property
    def speed(self) -> float:
        return self.pages / self.seconds


def serve(notices: int, pipe: Connection) -> None:
    made = (
        replace(each, body=BODY.format(code=each.code, rows="".join(ROW.format(n=n) for n in range(1, 9)), words=WORDS))
        for each in made_up_notices(notices, [CHANNEL], NEWEST)
    )
    with FaultyPortal(made, pages_kept=notices) as portal:
        pipe.send(portal.url)
        while pipe.recv() is not None:
            seen = [each for each in portal.requests if each.path != "/robots.txt" and each.status == 200]
            pipe.send((len(seen), seen[-1].at - seen[0].at if seen else 0.0))
            portal.requests.clear()


class Portal:
    def __init__(self, url: str, pipe: Connection) -> None:
        self.url = url
        self._pipe = pipe

    def take(self) -> tuple[int, float]:
        """Pages served since the last time, and the seconds between the first and the last of them."""
        self._pipe.send("take")
        return self._pipe.recv()


@contextmanager
def portal_of(notices: int) -> Iterator[Portal]:
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(notices, there))
    process.start()
    yield Portal(here.recv(), here)
    here.send(None)
    process.join()


def watched(command: list[str], environment: dict[str, str], portal: Portal) -> Measured:
    portal.take()
    running = subprocess.Popen(command, cwd=ROOT, env=os.environ | environment, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(running.pid, 0)
    running.returncode = os.waitstatus_to_exitcode(status)
    if running.returncode:
        raise SystemExit(f"a crawl of the bench ended with {running.returncode}: {' '.join(command)}")
    pages, seconds = portal.take()
    return Measured(pages, seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def ours(portal: Portal, notices: int) -> Measured:
    with tempfile.TemporaryDirectory() as home:
        url = f"sqlite:///{home}/tenderwatch.sqlite"
        store = open_store(url)
        store.migrate()
        store.close()
        told = {"TENDERWATCH_HOME": home, "TENDERWATCH_DATABASE_URL": url, "TENDERWATCH_LOOPBACK_DELAY": "0"}
        told |= {"TENDERWATCH_DAILY_BUDGET": "1000000", "TENDERWATCH_CONTACT": "https://example.org/bench"}
        command = [sys.executable, "-m", "scrapy", "crawl", "ccgp-central", "-a", f"base_url={portal.url}"]
        measured = watched(command, told, portal)
        with sqlite3.connect(f"{home}/tenderwatch.sqlite") as database:
            (stored,) = database.execute("select count(*) from notice").fetchone()
            (kept,) = database.execute("select count(*) from capture where status = 200").fetchone()
    if (stored, kept) != (notices, measured.pages):
        raise SystemExit(f"the crawl stored {stored} notices and {kept} pages of {notices} and {measured.pages}")
    return measured


def bare(portal: Portal, at_once: int, reader: str = "three selectors") -> Measured:
    return watched([sys.executable, __file__, "--bare", portal.url, str(at_once), reader], {}, portal)


def crawl_bare(url: str, at_once: int, reader: str) -> None:
    settings = {"LOG_LEVEL": "ERROR", "TELNETCONSOLE_ENABLED": False, "ROBOTSTXT_OBEY": True, "DOWNLOAD_DELAY": 0}
    if at_once == 1:
        settings |= {"CONCURRENT_REQUESTS": 1, "CONCURRENT_REQUESTS_PER_DOMAIN": 1}
    else:
        settings |= {"CONCURRENT_REQUESTS": at_once, "CONCURRENT_REQUESTS_PER_DOMAIN": at_once}
    process = CrawlerProcess(settings)
    process.crawl(BareSpider, portal=url, reader=reader)
    process.start()


def shown(measured: Measured) -> str:
    return f"{measured.speed:.0f} pages/s ({measured.processor:.1f} s of processor)"


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--bare", nargs=3, metavar=("URL", "AT_ONCE", "READER"), help=argparse.SUPPRESS)
    words.add_argument("--pages", type=int, default=20_000)
    words.add_argument("--notices", type=int, default=1000)
    words.add_argument("--rounds", type=int, default=3)
    asked = words.parse_args()
    if asked.bare:
        crawl_bare(asked.bare[0], int(asked.bare[1]), asked.bare[2])
        return 0
    print(f"load before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    ratios = []
    with portal_of(asked.notices) as portal:
        for _ in range(asked.rounds):
            alone, mine, many = bare(portal, 1), ours(portal, asked.notices), bare(portal, 16)
            same = bare(portal, 1, "ours")
            ratios.append(mine.speed / same.speed)
            print(
                f"ours {shown(mine)}, {mine.memory:.0f} MB; bare with our readers {shown(same)}, with three selectors "
                f"{shown(alone)}, with these sixteen at a time {shown(many)}; {mine.pages} pages each; ratio "
                f"{mine.speed / same.speed:.2f} to our readers, {mine.speed / alone.speed:.2f} to three selectors, "
                f"{mine.speed / many.speed:.2f} to sixteen at a time; load {os.getloadavg()[0]:.1f}"
            )
    ratio = statistics.median(ratios)
    memory = 0.0
    if asked.pages:
        notices = asked.pages * PAGE_SIZE // (PAGE_SIZE + 1)
        with portal_of(notices) as portal:
            started = time.monotonic()
            long = ours(portal, notices)
            memory = long.memory
            print(
                f"{long.pages} pages in {time.monotonic() - started:.0f} s, {long.speed:.0f} pages/s, {memory:.0f} MB"
            )
    print(f"ratio {ratio:.2f} (at least {LEAST_RATIO}), memory {memory:.0f} MB (at most {MOST_MEMORY})")
    return 0 if ratio >= LEAST_RATIO and memory <= MOST_MEMORY else 1


if __name__ == "__main__":
    sys.exit(main())
