"""Whole crawls of campus sites on loopback: column, article, file and store, for each system that makes them."""

import re
from dataclasses import replace

import pytest

from notices.dates import SHANGHAI
from notices.run import PARTIAL, SUCCEEDED
from tests.portal import replies
from tests.portal.campus import MAKERS, Article, articles
from tests.portal.site import SitePortal, days_back
from tests.spiders.crawling import House

KEYS = {"nuist-bulletin": "1021/{}", "hrbust-gzc": "c1291a{}", "nju-zbb": "{}"}
ROWS = "<tr><td>名称</td><td>数量</td></tr><tr><td>GPU服务器</td><td>2台</td></tr>"
SERVERS = f"<p>项目编号：DP-2026-7</p><table>{ROWS}</table>"
LOGIN = "<title>统一身份认证</title><form>用户登录<input type='password'></form>"


def articles_of_every_kind() -> list[Article]:
    """Twenty, of which one has a file, one a file behind a code, one is for the campus, one lies elsewhere, one has no
    date in the list, and one row leads straight to a file.
    """
    made = articles(20)
    made[1] = replace(made[1], title="计算学院算力服务器采购公告", body=SERVERS, file="采购需求.docx")
    made[3] = replace(made[3], title="超算中心采购成交公告", on_campus=True)
    made[4] = replace(made[4], elsewhere="http://www.ccgp-dongping.example/2026/t1.htm")
    made[6] = replace(made[6], listed_day=False)
    made[9] = replace(made[9], elsewhere="/upfile/2026/结果.pdf")
    return made


@pytest.mark.parametrize("source", MAKERS)
def test_a_campus_is_walked_read_and_known_the_second_time(house: House, source: str) -> None:
    made = articles_of_every_kind()
    site = MAKERS[source](made)
    with SitePortal(site) as portal:
        portal.on("/upfile/*", replies.page(b"%PDF-1.4 ", content_type="application/pdf"))
        portal.on(site.path(made[5]), replies.gbk_as("utf-8"))
        crawled = house.crawl(portal, source)
        first_requests = len(portal.requests)
        late = Article(2000, "迟发的服务器采购公告", days_back(0), body=SERVERS)
        site.published.insert(0, late)
        again = house.crawl(portal, source)
        asked_again = portal.paths()[first_requests:]

    ours = [issue for issue in crawled.issues if issue.kind != "missing"]  # columns that the test site does not have
    assert ours == []
    assert len(house.ids()) == 21
    key = KEYS[source].format
    with house.store.read() as unit:
        stored = {each.notice.id: each.notice for each in unit.notices.all()}
        servers = stored[key(made[1].number)]
        assert servers.title == made[1].title
        assert servers.project_code == "DP-2026-7"
        assert "GPU服务器 | 2台" in servers.text
        assert servers.url.startswith("https://")
        assert "采购内容：办公家具一批。" in stored[key(made[5].number)].text
        assert "首页" not in stored[key(made[5].number)].text
        assert stored[key(made[6].number)].published_on == f"{made[6].published:%Y-%m-%d}"
        hidden = stored[key(made[3].number)]
        assert (hidden.kind, hidden.text, hidden.published_on) == ("award", "", f"{made[3].published:%Y-%m-%d}")
        row_only = [each for each in stored.values() if each.url.endswith((".example/2026/t1.htm", ".pdf"))]
        assert sorted((each.text, len(each.documents)) for each in row_only) == [("", 0), ("", 1)]
    kept = house.fetched_files()
    assert len(kept) == 2
    assert set(kept.values()) == {True}
    # The second time: the column's first page, and the one new article.
    assert again.run.counts["new"] == 1
    assert site.path(late) in asked_again
    assert asked_again.count(site.column) == 1
    assert not [path for path in asked_again if path in {site.path(each) for each in made}]


def test_a_window_of_days_asks_for_nothing_else(house: House) -> None:
    source = "hrbust-gzc"
    site = MAKERS[source](articles(30))
    with SitePortal(site) as portal:
        crawled = house.crawl(portal, source, since="2026-11-08", until="2026-11-10", limit=2)
        assert len(house.ids()) == 2
        house.crawl(portal, source, since="2026-11-08", until="2026-11-10")
        wanted = [each for each in site.published if 8 <= each.published.astimezone(SHANGHAI).day <= 10]
        assert house.ids() == {KEYS[source].format(each.number) for each in wanted}
        assert {site.path(each) for each in wanted} == set(portal.paths()) & {
            site.path(each) for each in site.published
        }
    assert "unreadable" not in crawled.kinds


def test_a_file_behind_a_code_is_recorded_and_the_rest_goes_on(house: House) -> None:
    made = articles(12)
    made[2] = replace(made[2], file="招标文件.zip", gated=True)
    made[7] = replace(made[7], file="需求.docx")
    site = MAKERS["nuist-bulletin"](made)
    with SitePortal(site) as portal:
        crawled = house.crawl(portal, "nuist-bulletin")
        house.crawl(portal, "nuist-bulletin")
        assert portal.paths().count(site.file_path(made[2])) == 1
    assert (crawled.run.outcome, crawled.issues, len(house.ids())) == (SUCCEEDED, [], 12)
    assert crawled.run.counts["gated"] == 1
    with house.store.read() as unit:
        (gated,) = [each.document for each in unit.documents.all() if each.document.title == "招标文件.zip"]
    assert gated.state == "failed"
    assert "code from a picture" in gated.reason


def without_dates(body: bytes) -> bytes:
    return re.sub(rb"20\d\d-\d\d-\d\d", b"", body)


def changed(body: bytes) -> bytes:
    return re.sub(
        rb"class=\"news\"|wp_article_list|/info/|cid=|wp_articlecontent|v_news_content|vsb_content", b"x2027", body
    )


@pytest.mark.parametrize(
    ("source", "fault", "kinds", "stored"),
    [
        ("hrbust-gzc", replies.Reply(rewrite=changed), ["unreadable"], 0),
        ("nuist-bulletin", replies.Reply(rewrite=changed), ["unreadable"], 0),
        ("hrbust-gzc", replies.Reply(rewrite=without_dates), ["unreadable"], 16),
        ("nuist-bulletin", replies.captcha(), ["refused"], 0),
        ("nju-zbb", replies.page(LOGIN), ["refused"], 0),
    ],
)  # fmt: skip
def test_a_column_that_is_not_what_it_was_is_named(
    house: House, source: str, fault: replies.Reply, kinds: list[str], stored: int
) -> None:
    site = MAKERS[source](articles(16))
    with SitePortal(site) as portal:
        for pattern in (site.column, "/1291/list2.htm"):
            portal.always(pattern, fault)
        crawled = house.crawl(portal, source)
        assert (crawled.run.outcome == PARTIAL) == bool(stored)
        assert sorted({kind for kind in crawled.kinds if kind != "missing"}) == kinds
        assert len(house.ids()) == stored
    with house.store.read() as unit:
        assert unit.runs.watermark(source, site.column.removesuffix("list.htm")) is None


def test_an_empty_column_is_empty_and_no_fault(house: House) -> None:
    site = MAKERS["nuist-bulletin"]([])
    with SitePortal(site) as portal:
        crawled = house.crawl(portal, "nuist-bulletin")
    assert (crawled.run.outcome, crawled.issues, house.ids()) == (SUCCEEDED, [], set())


def test_shifted_pages_lose_nothing_and_ask_nothing_twice(house: House) -> None:
    site = MAKERS["nuist-bulletin"](articles(20))
    fresh = Article(3000, "页间发布的公告", days_back(0))
    with SitePortal(site) as portal:
        portal.after(site.column, lambda: site.published.insert(0, fresh))
        house.crawl(portal, "nuist-bulletin")
        house.crawl(portal, "nuist-bulletin")
        details = portal.paths("/info/1021/*")
    assert len(details) == len(set(details)) == 21
    assert len(house.ids()) == 21


def test_rows_on_top_of_every_page_do_not_hold_a_window_open(house: House) -> None:
    made = articles(60)
    pinned = Article(4000, "置顶的公告", days_back(0))

    class Pinning(MAKERS["hrbust-gzc"]):  # type: ignore[misc]
        def render_list(self, shown: list[Article], number: int) -> str:
            return super().render_list([pinned, *shown] if number > 1 else shown, number)

    site = Pinning([pinned, *made])
    with SitePortal(site) as portal:
        house.crawl(portal, "hrbust-gzc", since="2026-11-10")
        assert len(portal.paths("/1291/list*")) <= 4
    assert len(house.ids()) == 12


def test_a_replay_gives_the_same_store_and_asks_nobody(house: House) -> None:
    site = MAKERS["nuist-bulletin"](articles_of_every_kind())
    with SitePortal(site) as portal:
        portal.on("/upfile/*", replies.page(b"%PDF-1.4 ", content_type="application/pdf"))
        house.crawl(portal, "nuist-bulletin")
        address = portal.url
    (archive,) = house.captures.iterdir()
    other = House(house.home.parent / "other")
    replayed = other.crawl(None, "nuist-bulletin", replay=str(archive), base_url=address)
    assert (replayed.run.outcome, other.ids()) == (SUCCEEDED, house.ids())
    assert set(other.fetched_files().values()) == {True}
    other.store.close()
