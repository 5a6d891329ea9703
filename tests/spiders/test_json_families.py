"""Whole crawls of sites that answer in JSON: list, detail, store, again, and out of the archive."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest

from notices.run import SUCCEEDED
from storage.archive import read_archive
from tests.portal.articles import Article, Shelf, made_up
from tests.portal.b2b_10086 import B2bSite
from tests.portal.freecms import FreecmsSite, GpcmsSite
from tests.portal.ggzy import GgzySite
from tests.portal.nbygcg import NbygcgSite
from tests.portal.site import NEWEST, Site, SitePortal
from tests.portal.szggzy import SzggzySite
from tests.portal.weain import WeainSite
from tests.portal.zcy import ZcySite
from tests.spiders.crawling import House

PLAP = "/freecms-glht/rest/v1/notice/selectInfoMoreChannel.do"
ZYCG = "/freecms/rest/v1/notice/selectInfoMore.do"


@dataclass(frozen=True)
class Family:
    """A source, its site, two of its channels, where bodies are asked for ("" if they are not), and a notice's page."""

    source: str
    site: Callable[[Shelf], Site]
    channels: tuple[str, str]
    details: str
    page: str
    lists: int
    has_bodies: bool = True


FAMILIES = [
    Family("zcy-shanghai", ZcySite, ("ZcyAnnouncement3001", "ZcyAnnouncement3004"), "/portal/detail?*",
           "https://www.zfcg.sh.gov.cn/site/detail?parentId=137027&articleId={id}", 23),
    Family("gpcms-guangdong", GpcmsSite, ("00101", "001054"), "/gpcms/rest/web/v2/info/getInfoById?*",
           "https://gdgpo.czt.gd.gov.cn/gpcms/rest/web/v2/info/getInfoById?id={id}", 10),
    Family("freecms-plap", lambda shelf: FreecmsSite(shelf, PLAP), ("00101", "001031"), "",
           "https://www.plap.mil.cn/freecms/site/x/info/2026/{id}.html", 10),
    Family("ggzy-procurement", GgzySite, ("0201", "0202"), "/information/deal/html/b/*",
           "https://www.ggzy.gov.cn/information/deal/html/a/999900/{channel}/{day}/{id}.html", 12),
    Family("weain-tenders", WeainSite, ("1149231276155707394", "1149231318006472705"), "",
           "https://www.weain.mil.cn/cggg/jdgg/{id}.html", 3, has_bodies=False),
    Family("szggzy-construction", SzggzySite, ("招标公告", "定标公示"), "/cms/api/v1/trade/content/detail?*",
           "https://www.szggzy.com/jygg/details.html?contentId={id}&channelId=2851", 2),
    Family("b2b-10086", B2bSite, ("PROCUREMENT", "PURCHASE_OPINION"), "",
           "https://b2b.10086.cn/#/noticeDetail?publishId={id}&publishUuid=u-{id}&publishType={branch}"
           "&publishOneType={channel}", 4, has_bodies=False),
    Family("nbygcg", NbygcgSite, ("21", "21"), "", "https://ygcg.nbcqjy.org/detail?bulletinId={id}", 2),
]  # fmt: skip

# One for each way of asking: JSON posted, a form posted, a GET with bodies in its answer, a list that takes no days.
REPLAYED = {"zcy-shanghai", "ggzy-procurement", "freecms-plap", "nbygcg"}


def shelf_of(family: Family) -> Shelf:
    first, second = family.channels
    articles = made_up(25, first, prefix="a")
    articles += [] if second == first else made_up(3, second, prefix="b", hours=20)
    return Shelf([shaped(family, article) for article in articles])


def shaped(family: Family, article: Article) -> Article:
    body = article.body if family.has_bodies else ""
    return Article(
        article.id, article.channel, article.title, article.published, body, article.buyer, "110000-" + article.code
    )


def page_of(family: Family, article: Article) -> str:
    branch = "PURCHASE_SERVICE" if article.channel == "PURCHASE_OPINION" else "PROCUREMENT"
    facts = {"id": article.id, "channel": article.channel, "day": f"{article.published:%Y%m%d}", "branch": branch}
    return family.page.format(**facts)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.source)
def test_a_family_is_walked_stored_walked_again_and_replayed(family: Family, house: House, tmp_path_factory) -> None:
    shelf = shelf_of(family)
    with SitePortal(family.site(shelf)) as portal:
        crawled = house.crawl(portal, family.source, since="2026-11-18", until="2026-11-20")
        assert (crawled.status, crawled.issues, crawled.run.outcome) == (0, [], SUCCEEDED)
        counts = crawled.run.counts
        assert house.ids() == {article.id for article in shelf.articles}
        details = portal.paths(family.details) if family.details else []
        assert len(details) == len(set(details)) == (len(shelf.articles) if family.details else 0)
        assert counts["pages"] == counts["requests"] - len(details) - 1 == family.lists
        assert {seen.method for seen in portal.requests} <= {"GET", "POST"}

        new = shaped(family, made_up(1, family.channels[0], prefix="n")[0])
        shelf.articles.append(new)
        again = house.crawl(portal, family.source, until="2026-11-20")
    assert (again.status, again.issues) == (0, [])
    assert again.run.counts["new"] == 1
    assert new.id in house.ids()
    with house.store.read() as unit:
        stored = {each.notice.id: each for each in unit.notices.all()}
    for article in shelf.articles:
        notice = stored[article.id].notice
        assert (notice.title, notice.url) == (article.title, page_of(family, article))
        assert notice.published_on == f"{article.published:%Y-%m-%d}"
        assert ("办公桌" in notice.text) is family.has_bodies
        if family.has_bodies:
            assert (notice.buyer, notice.project_code) == (article.buyer, article.code)
    posted = {answer.posted for path in house.captures.iterdir() for answer in read_archive(path) if answer.posted}
    assert bool(posted) is any(seen.method == "POST" for seen in portal.requests)
    if family.source not in REPLAYED:
        return
    archives = ",".join(str(path) for path in sorted(house.captures.iterdir()))
    other = House(tmp_path_factory.mktemp("other"))
    replayed = other.crawl(None, family.source, replay=archives, base_url=portal.url)
    assert (replayed.status, replayed.issues) == (0, [])
    assert other.ids() == house.ids()
    with other.store.read() as unit:
        assert {each.notice.id: each.notice for each in unit.notices.all()} == {
            number: each.notice for number, each in stored.items()
        }
    other.store.close()


def test_a_list_that_takes_no_days_is_walked_back_to_what_is_known(house: House) -> None:
    articles = made_up(60, "00101", hours=12, prefix="z")
    shelf = Shelf(articles)
    with SitePortal(FreecmsSite(shelf, ZYCG, with_days=False)) as portal:
        crawled = house.crawl(portal, "freecms-zycg", since="2026-11-01", until="2026-11-20")
        assert (crawled.status, crawled.issues) == (0, [])
        in_window = {article.id for article in articles if f"{article.published:%Y-%m-%d}" >= "2026-11-01"}
        assert house.ids() == in_window
        late = Article("late", "00101", "望潮市补登采购公告", NEWEST - timedelta(hours=6), "<p>迟到</p>")
        shelf.articles.append(late)
        again = house.crawl(portal, "freecms-zycg", until="2026-11-20")
        assert (again.status, again.run.counts["new"], again.run.counts["pages"]) == (0, 1, 1)
    assert "late" in house.ids()


def test_a_killed_crawl_of_a_json_portal_is_resumed_without_loss_or_repeats(house: House) -> None:
    shelf = Shelf(made_up(60, "ZcyAnnouncement3001", hours=0.1))
    window = {"since": "2026-11-20", "until": "2026-11-20"}
    with SitePortal(ZcySite(shelf)) as portal:
        kept: list[tuple[int, set[str]]] = []
        for wanted in (15, 35):
            running = house.start(portal, "zcy-shanghai", {}, **window)
            assert portal.wait_for(wanted, "/portal/detail*")
            running.process.kill()
            running.process.join()
            kept.append((len(portal.paths("/portal/detail*")), house.ids()))
        crawled = house.crawl(portal, "zcy-shanghai", **window)
        details = portal.paths("/portal/detail*")
    assert (crawled.status, crawled.issues) == (0, [])
    assert house.ids() == {article.id for article in shelf.articles}
    assert 0 < crawled.run.counts["known"] == 60 - crawled.run.counts["new"]
    # Only what was under way when the crawl was killed is asked for again.
    again = {name for asked, ids in kept for name in ids for path in details[asked:] if f"articleId={name}&" in path}
    assert again == set()
    with house.store.read() as unit:
        assert unit.runs.watermark("zcy-shanghai", "ZcyAnnouncement3001") == NEWEST


def test_channels_that_seldom_have_anything_are_asked_once_a_day(house: House) -> None:
    shelf = Shelf()
    with SitePortal(ZcySite(shelf)) as portal:
        first = house.crawl(portal, "zcy-shanghai")
        asked = {channel for channel, *_ in shelf.asked}
        shelf.asked.clear()
        second = house.crawl(portal, "zcy-shanghai")
        again = {channel for channel, *_ in shelf.asked}
        shelf.asked.clear()
        house.crawl(portal, "zcy-shanghai", since="2026-11-20", until="2026-11-20")
        assert {channel for channel, *_ in shelf.asked} == asked
    assert (first.status, second.status) == (0, 0)
    assert (len(asked), len(asked - again)) == (23, 11)
    assert {"ZcyAnnouncement3001", "ZcyAnnouncement3004", "ZcyAnnouncement3010"} <= again
