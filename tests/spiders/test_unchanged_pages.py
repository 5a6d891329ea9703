"""What a site says is unchanged is not sent again: lists, robots.txt and second looks, as the portal's log shows."""

import shutil
from datetime import datetime, timedelta

import pytest

from notices.dates import SHANGHAI
from tests.portal import replies
from tests.portal.pages import PortalNotice
from tests.portal.portal import FaultyPortal
from tests.spiders.crawling import House, flag_all
from tests.spiders.subjects import title_of

CHANNEL = "zygg/gkzb"
ALLOWED = "User-agent: *\nAllow: /\n"
LISTS = 12


def fresh(number: int, hours: float) -> PortalNotice:
    moment = datetime.now(SHANGHAI).replace(microsecond=0) - timedelta(hours=hours)
    return PortalNotice(str(70_000_000 + number), CHANNEL, title_of(number), moment)


@pytest.mark.parametrize("validators", [("Last-Modified",), ("ETag", "Last-Modified")])
def test_an_unchanged_list_and_an_unchanged_notice_are_read_from_what_is_kept(
    house: House, validators: tuple[str, ...]
) -> None:
    with FaultyPortal([fresh(number, 30 + number) for number in range(6)], robots=ALLOWED) as portal:
        portal.validators = validators
        house.crawl(portal)
        assert not [seen for seen in portal.requests if seen.if_none_match or seen.if_modified_since]
        flag_all(house, days_ago=2)
        before = len(portal.requests)
        again = house.crawl(portal)
        asked = portal.requests[before:]
        assert {seen.status for seen in asked} == {304}
        assert len(asked) == 1 + LISTS + 6
        assert all(bool(seen.if_none_match) is ("ETag" in validators) for seen in asked)
        assert all(bool(seen.if_modified_since) is ("Last-Modified" in validators) for seen in asked)
        with house.store.read() as unit:
            kept = {each.capture.url: each.capture.size for each in unit.captures.all() if each.capture.status == 200}
        late = fresh(9, 0)
        portal.publish(late)
        changed = house.crawl(portal)
        assert late.path in portal.paths()
    assert (again.status, again.issues, again.run.counts["new"]) == (0, [], 0)
    assert again.run.counts["unchanged"] == len(asked)
    assert again.run.counts["revisited_same"] == 6
    assert again.run.counts["saved_bytes"] == sum(kept[portal.url + path] for path in {seen.path for seen in asked})
    assert (changed.run.counts["new"], changed.run.counts["unchanged"]) == (1, LISTS)


def test_rules_that_are_unchanged_still_hold(house: House) -> None:
    rules = "User-agent: *\nDisallow: /cggg/zygg/gkzb/\n"
    with FaultyPortal([fresh(1, 1)], robots=rules) as portal:
        portal.validators = ("ETag",)
        for _ in range(2):
            house.crawl(portal)
        assert portal.requests[-1].status == 304
        assert [seen.status for seen in portal.requests if seen.path == "/robots.txt"] == [200, 304]
        assert portal.paths("/cggg/zygg/gkzb/*") == []


def test_a_page_whose_copy_is_lost_is_asked_for_whole(house: House) -> None:
    with FaultyPortal([fresh(1, 1)]) as portal:
        portal.validators = ("ETag",)
        house.crawl(portal)
        shutil.rmtree(house.captures)
        before = len(portal.requests)
        again = house.crawl(portal)
        asked = portal.requests[before:]
    assert (again.status, again.run.counts["pages"]) == (0, LISTS)
    assert "unchanged" not in again.run.counts
    assert [seen.status for seen in asked if seen.path == "/cggg/zygg/gkzb/"] == [304, 200]


def test_a_list_that_was_no_list_is_never_taken_for_unchanged(house: House) -> None:
    with FaultyPortal([fresh(1, 1)]) as portal:
        portal.validators = ("ETag",)
        portal.always("/cggg/zygg/gkzb/", replies.without_list())
        first, second = house.crawl(portal), house.crawl(portal)
        answers = [seen.status for seen in portal.requests if seen.path == "/cggg/zygg/gkzb/"]
        assert first.kinds == second.kinds == ["unreadable"]
        assert answers == [200, 200, 304, 200]
        portal.mend()
        assert house.crawl(portal).run.counts["new"] == 1


def test_a_replay_of_unchanged_pages_gives_the_pages(house: House) -> None:
    with FaultyPortal([fresh(1, 1)]) as portal:
        portal.validators = ("ETag",)
        house.crawl(portal)
        house.crawl(portal)
        archives = ",".join(str(path) for path in sorted(house.captures.iterdir()))
        address = portal.url
    other = House(house.home.parent / "other")
    replayed = other.crawl(None, replay=archives, base_url=address)
    assert (replayed.run.counts["new"], other.ids()) == (1, house.ids())
    other.store.close()
