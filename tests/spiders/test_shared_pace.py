"""Pace, budget and quiet of a host hold for all its sources, across processes and restarts, by the portal's own log."""

import asyncio
import json
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from pathlib import Path

import pytest

from notices.dates import SHANGHAI
from notices.quiet import read_quiet_hours
from notices.run import PARTIAL
from spiders.hosts import LONGEST_LEAVE, HostQueue, LeftAloneError
from spiders.sources.ccgp_central import CcgpCentral
from tests.portal import replies
from tests.portal.portal import FaultyPortal
from tests.spiders.crawling import House

LISTS = {"since": "2026-11-20", "limit": 1}
HOST = "127.0.0.1"
# Requests begin a pause apart; they arrive so much nearer to each other on a machine that has other things to do.
ALL_DAY = json.dumps({HOST: ["00:00-12:00", "12:00-24:00"]})


def never() -> bool:
    return False


def gaps_after(portal: FaultyPortal, path: str) -> list[float]:
    """Seconds between the requests that began after the first answer to `path`."""
    first = next(number for number, seen in enumerate(portal.requests) if seen.path == path)
    times = [seen.at for seen in portal.requests[first + 1 :]]
    return [later - earlier for earlier, later in pairwise(times)]


def test_a_crawl_delay_holds_for_every_source_of_the_host_and_after_a_restart(house: House) -> None:
    with FaultyPortal.with_notices(4, robots="User-agent: *\nCrawl-delay: 0.3\n") as portal:
        both = [house.start(portal, source, {}, **LISTS) for source in ("ccgp-central", "ccgp-local")]
        for running in both:
            running.finish()
        assert portal.most_at_once == 1
        assert len(portal.requests) >= 26
        assert min(gaps_after(portal, "/robots.txt")) >= 0.2
        before = len(portal.requests)
        house.crawl(portal, **LISTS)
        times = [seen.at for seen in portal.requests[before - 1 :]]
        assert min(later - earlier for earlier, later in pairwise(times)) >= 0.2
        portal.robots = "User-agent: *\nAllow: /\n"
        before = len(portal.requests)
        house.crawl(portal, **LISTS)
        times = [seen.at for seen in portal.requests[before:]]
        assert min(later - earlier for earlier, later in pairwise(times[1:])) < 0.2


def test_the_delay_of_a_host_holds_between_two_sources_that_are_crawled_at_once(house: House) -> None:
    slow = {"TENDERWATCH_LOOPBACK_DELAY": "0.3"}
    with FaultyPortal.with_notices(2) as portal:
        for running in [house.start(portal, source, slow, **LISTS) for source in ("ccgp-central", "ccgp-local")]:
            running.finish()
        assert portal.most_at_once == 1
        assert min(portal.gaps) >= 0.2


@pytest.mark.parametrize("as_date", [False, True])
def test_a_wait_that_a_site_asks_for_is_waited_by_every_crawl_of_it(house: House, as_date: bool) -> None:
    with FaultyPortal.with_notices(2) as portal:
        until = datetime.now(UTC) + timedelta(seconds=8)
        wait = format_datetime(until, usegmt=True) if as_date else 3
        portal.on("/cggg/zygg/gkzb/", replies.too_many_requests(wait))
        first = house.start(portal, "ccgp-central", {}, **LISTS)
        assert portal.wait_for(1, "/cggg/zygg/gkzb/")
        asked_at, answered = time.time(), len(portal.requests)
        second = house.start(portal, "ccgp-local", {}, **LISTS)
        first.finish()
        second.finish()
        next_at = portal.requests[answered].at - time.monotonic() + time.time()
    assert next_at - asked_at >= (until.timestamp() - asked_at - 1.1 if as_date else 2.9)


def test_a_site_that_wants_to_be_left_alone_for_long_is_not_asked_by_any_crawl_until_then(house: House) -> None:
    with FaultyPortal.with_notices(2) as portal:
        portal.on("/cggg/zygg/gkzb/", replies.unavailable(5000))
        assert house.crawl(portal).kinds == ["refused"]
        asked = len(portal.requests)
        for source in ("ccgp-local", "ccgp-central"):
            later = house.crawl(portal, source)
            assert later.kinds == ["refused"]
            assert "asked to be left alone until" in later.issues[0].message
        assert len(portal.requests) == asked


def test_a_wish_to_be_left_alone_ends_and_one_of_years_is_a_mistake(tmp_path: Path) -> None:
    queue = HostQueue(tmp_path)

    async def ask(host: str) -> None:
        async with queue.turn(host, 0, never):
            pass

    queue.hold("a.example", 3600)
    with pytest.raises(LeftAloneError):
        asyncio.run(ask("a.example"))
    (tmp_path / "b.example.lock").write_text(json.dumps({"pause": 0, "until": time.time() - 1}), encoding="utf-8")
    (tmp_path / "c.example.lock").write_text(json.dumps({"until": time.time() + LONGEST_LEAVE * 60}), encoding="utf-8")
    (tmp_path / "d.example.lock").write_text("no json", encoding="utf-8")
    for host in ("b.example", "c.example", "d.example"):
        asyncio.run(ask(host))


def test_the_budget_of_a_day_is_shared_by_the_sources_of_a_host_and_survives_a_restart(house: House) -> None:
    budget = {"TENDERWATCH_DAILY_BUDGET": "20"}
    with FaultyPortal.with_notices(6) as portal:
        outcomes = [house.crawl(portal, source, environment=budget) for source in ("ccgp-central", "ccgp-local")]
        assert len(portal.requests) == 20
        assert house.crawl(portal, environment=budget).kinds == ["over_budget"]
        assert len(portal.requests) == 20
    assert [crawled.kinds for crawled in outcomes] == [[], ["over_budget"]]


def test_nothing_is_asked_of_a_host_in_its_quiet_hours_and_that_is_no_failure(house: House) -> None:
    with FaultyPortal.with_notices(2) as portal:
        quiet = house.crawl(portal, environment={"TENDERWATCH_QUIET_HOURS": ALL_DAY})
        assert (portal.requests, quiet.run.outcome, quiet.issues) == ([], PARTIAL, [])
        assert quiet.run.counts["quiet_hours"] == 1
        elsewhere = json.dumps({"other.example": ["00:00-24:00"]})
        assert house.crawl(portal, environment={"TENDERWATCH_QUIET_HOURS": elsewhere}).run.counts["new"] == 1


def test_a_source_adds_quiet_hours_to_those_of_the_configuration_and_takes_none_away(house: House) -> None:
    assert CcgpCentral.quiet_hours == ()
    noon = datetime(2026, 11, 20, 12, 30, tzinfo=SHANGHAI)
    configured, declared = read_quiet_hours(["12:00-13:00"]), read_quiet_hours(())
    assert (configured | declared).until(noon) == configured.until(noon)
    assert (declared | read_quiet_hours(["12:00-14:00"]) | configured).until(noon) == noon.replace(hour=14, minute=0)
