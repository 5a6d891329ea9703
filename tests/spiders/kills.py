"""A portal crawled with a kill -9 every few seconds, and what its log says of robots, rate and budget."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from notices.dates import SHANGHAI
from notices.run import CrawlRun
from storage.archive import verify
from tests.portal.portal import NEWEST, PAGE_SIZE, FaultyPortal, made_up_notices
from tests.spiders.crawling import House

SOURCE = "ccgp-central"
CHANNELS = ["zygg/gkzb", "zygg/cjgg", "zygg/gzgg"]
# What the portal's robots.txt keeps to itself: a channel that the source would walk otherwise.
FORBIDDEN = "/cggg/zygg/dylygg/"
ROBOTS = f"User-agent: *\nDisallow: {FORBIDDEN}\n"
PAUSE = 0.01
# So many requests in a row take their pauses; of two alone the first may be served late on a busy machine.
IN_A_ROW, SLACK = 50, 0.8


@dataclass(frozen=True, slots=True)
class Killed:
    """`lives`: seconds that each killed crawl had from its first request; `last`: the run that nobody killed.

    `pages_twice` counts the pages asked for again, `kept_twice` names those of them that were stored already.
    """

    lives: list[float]
    last: CrawlRun
    requests: int
    pages_twice: int
    kept_twice: set[str]


def portal_of(count: int) -> FaultyPortal:
    return FaultyPortal(made_up_notices(count, CHANNELS, NEWEST), robots=ROBOTS, pages_kept=count)


def crawl_under_kills(house: House, portal: FaultyPortal, shortest: float, longest: float, seed: int) -> Killed:
    """Crawls until a crawl ends by itself. A crawl is killed so many seconds after its first request, but not before it
    has asked for as many pages as the lists have, and a few: each life gets a little further.
    """
    chance = random.Random(seed)
    lists = sum(-(-len(portal.notices) // len(CHANNELS)) // PAGE_SIZE + 1 for _ in CHANNELS)
    further = max(20, len(portal.notices) / 20)
    lives: list[float] = []
    starts: list[tuple[int, set[str]]] = []
    budget = 20 * len(portal.notices)
    told = {"TENDERWATCH_LOOPBACK_DELAY": str(PAUSE), "TENDERWATCH_DAILY_BUDGET": str(budget)}
    for _ in range(200):
        before = len(portal.requests)
        starts.append((before, house.ids()))
        crawl = house.start(portal, SOURCE, told).process
        life = chance.uniform(shortest, longest)
        while crawl.is_alive() and len(portal.requests) == before:
            crawl.join(0.02)
        crawl.join(life)
        while crawl.is_alive() and len(portal.requests) < before + lists + further * chance.uniform(1, 2):
            crawl.join(0.1)
        if not crawl.is_alive():
            break
        crawl.kill()
        crawl.join()
        lives.append(life)
    with house.store.read() as unit:
        last = unit.runs.last("crawl", SOURCE)
    assert last is not None
    asked = portal.paths("/cggg/*/t*.htm")
    return Killed(lives, last, len(portal.requests), len(asked) - len(set(asked)), kept_twice(portal, starts))


def kept_twice(portal: FaultyPortal, starts: list[tuple[int, set[str]]]) -> set[str]:
    """Pages that a crawl asked for although their notices were stored; `starts`: requests and ids before each crawl."""
    asked = portal.paths()
    pages = {notice.path: notice.id for notice in portal.notices}
    return {path for before, kept in starts for path in asked[before:] if pages.get(path) in kept}


def assert_exactly_these(house: House, portal: FaultyPortal, killed: Killed) -> None:
    """The store has every notice of the portal once, every capture is whole, and every death is on record."""
    with house.store.read() as unit:
        stored = sorted((each.notice.id, each.revision) for each in unit.notices.all())
        wrong = [fault for each in unit.captures.all() if (fault := verify(house.captures, each.capture))]
        outcomes = [run.outcome for run in unit.runs.recent(1000)]
        deaths = [each for each in unit.runs.issues() if "died in the middle" in each.issue.message]
        marks = {unit.runs.watermark(SOURCE, channel.removeprefix("zygg/")) for channel in CHANNELS}
    assert stored == sorted((notice.id, 1) for notice in portal.notices)
    assert wrong == []
    assert outcomes == [killed.last.outcome, *["interrupted"] * len(killed.lives)]
    assert len(deaths) == len(killed.lives)
    assert marks == {max(each.published for each in portal.notices if each.channel == channel) for channel in CHANNELS}
    # Only what was under way at a death is asked for again.
    assert killed.kept_twice == set()


def assert_polite(house: House, portal: FaultyPortal) -> None:
    """The portal's own log: nothing that robots.txt keeps, one at a time, the pause kept, the budget counted."""
    log = portal.requests
    assert not [seen.path for seen in log if seen.path.startswith(FORBIDDEN)]
    assert portal.most_at_once == 1
    took = [later.at - earlier.at for earlier, later in zip(log, log[IN_A_ROW:], strict=False)]
    assert min(took) >= IN_A_ROW * PAUSE * SLACK
    assert {seen.user_agent.partition("/")[0] for seen in log} == {"tenderwatch"}
    with house.store.read() as unit:
        days = {datetime.now(SHANGHAI).date() - timedelta(days=back) for back in (0, 1)}
        counted = sum(unit.runs.requests("127.0.0.1", day.isoformat()) for day in days)
    # A request is counted before it is sent: a crawl may die between the two, never the other way round.
    assert len(log) <= counted
