"""Whole crawls of provincial portals on loopback: static lists, a search by days, bodies that a frame loads."""

from dataclasses import replace
from datetime import timedelta

import pytest

from notices.run import FAILED, SUCCEEDED
from tests.portal import replies
from tests.portal.campus import Article, articles
from tests.portal.provincial import FrameSite, StaticSite, WasSite
from tests.portal.site import NEWEST, SitePortal
from tests.spiders.crawling import House

SITES = {"static-beijing": StaticSite, "was5-hebei": WasSite, "henan": FrameSite}
DAYS = {"since": "2026-10-20", "until": "2026-11-20"}
ROWS = "<tr><td>名称</td><td>数量</td></tr><tr><td>GPU服务器</td><td>2台</td></tr>"
SERVERS = (
    f"<p>项目编号：JL-2026-7</p><table>{ROWS}</table><p>采购人：燕川学院</p><a href='/xxgg/P1.docx'>招标文件.docx</a>"
)
LISTS = {
    "static-beijing": "/xxgg/sjxxgg/*index_1.htm",
    "was5-hebei": "/was5/web/search*",
    "henan": "/henan/list2*",
}


@pytest.mark.parametrize("source", SITES)
def test_a_province_is_walked_and_read_and_known_the_second_time(house: House, source: str) -> None:
    made = articles(30)
    made[1] = replace(made[1], title="燕川学院算力服务器公开招标公告", body=SERVERS)
    site = SITES[source](made)
    with SitePortal(site) as portal:
        portal.on("/xxgg/P1.docx", replies.page(b"PK-words", content_type="application/octet-stream"))
        crawled = house.crawl(portal, source, **DAYS)
        before = len(portal.requests)
        site.published.insert(0, Article(5000, "迟发的公告", NEWEST + timedelta(minutes=5)))
        again = house.crawl(portal, source, **DAYS)
        assert len([path for path in portal.paths()[before:] if path == site.path(site.published[0])]) == 1
    assert (crawled.run.outcome, crawled.issues, again.issues) == (SUCCEEDED, [], [])
    assert (crawled.run.counts["new"], again.run.counts["new"]) == (30, 1)
    with house.store.read() as unit:
        stored = {each.notice.title: each.notice for each in unit.notices.all()}
    servers = stored[made[1].title]
    assert servers.project_code == "JL-2026-7"
    assert "GPU服务器 | 2台" in servers.text
    assert servers.published == made[1].published
    assert servers.url.endswith(site.path(made[1]))
    assert list(house.fetched_files().values()) == [True]


@pytest.mark.parametrize("source", SITES)
def test_a_province_whose_lists_have_changed_is_no_success(house: House, source: str) -> None:
    with SitePortal(SITES[source](articles(5))) as portal:
        portal.always(LISTS[source], replies.page("<html><body><div>全新改版</div></body></html>"))
        portal.always("/xxgg/qjxxgg/*", replies.page("<html><body><div>全新改版</div></body></html>"))
        crawled = house.crawl(portal, source, **DAYS)
    assert (crawled.run.outcome, set(crawled.kinds), house.ids()) == (FAILED, {"unreadable"}, set())


def test_a_site_that_repeats_its_last_page_for_ever_is_left(house: House) -> None:
    with SitePortal(FrameSite(articles(20))) as portal:
        crawled = house.crawl(portal, "henan", since="2026-01-01")
        assert len(portal.paths("/henan/list2*bz=1*")) == 4
    assert (crawled.run.outcome, crawled.issues, len(house.ids())) == (SUCCEEDED, [], 20)
