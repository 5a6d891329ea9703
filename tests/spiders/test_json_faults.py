"""Sites that answer in JSON and misbehave: each fault is named, nothing is lost in silence, no refusal is read."""

from dataclasses import replace
from datetime import timedelta

from notices.run import FAILED, PARTIAL, SUCCEEDED
from tests.portal import replies
from tests.portal.articles import Article, Shelf, json_reply, made_up
from tests.portal.freecms import FreecmsSite
from tests.portal.ggzy import GgzySite
from tests.portal.site import NEWEST, SitePortal
from tests.portal.szggzy import SzggzySite
from tests.portal.zcy import ZcySite
from tests.spiders.crawling import House

PLAP = "/freecms-glht/rest/v1/notice/selectInfoMoreChannel.do"
TRADES = "/information/pubTradingInfo/getTradList"
TENDER, AWARD = "ZcyAnnouncement3001", "ZcyAnnouncement3004"
LOGIN = (
    "<html><head><title>用户登录</title></head><body><form action='/login'>用户登录"
    "<input name='u'><input type='password' name='p'></form></body></html>"
)
DAYS = {"since": "2026-11-11", "until": "2026-11-20"}


def windows(counts: dict[str, int], word: str) -> dict[str, int]:
    return {name.removeprefix(word + "@"): count for name, count in counts.items() if name.startswith(word + "@")}


def test_a_day_over_the_cap_is_parted_by_province_and_the_rest_is_named(house: House) -> None:
    def of_day(count: int, province: str) -> list[Article]:
        made = made_up(count, "0201", hours=0, prefix=f"p{province[0]}")
        return [replace(article, code=f"{province}-{article.code}") for article in made]

    shelf = Shelf(of_day(700, "110000") + of_day(400, "310000"), cap=1000)
    with SitePortal(GgzySite(shelf, has_pages=False)) as portal:
        crawled = house.crawl(portal, "ggzy-procurement", since="2026-11-20", until="2026-11-20")
    assert (crawled.status, crawled.run.outcome, crawled.issues) == (0, SUCCEEDED, [])
    assert len(house.ids()) == crawled.run.counts["new"] == crawled.run.counts["by_title"] == 1100
    stated = windows(crawled.run.counts, "stated")
    assert stated == {"0201@110000@2026-11-20@2026-11-20": 700, "0201@310000@2026-11-20@2026-11-20": 400}
    assert windows(crawled.run.counts, "listed") == windows(crawled.run.counts, "kept") == stated


def test_a_window_whose_pages_end_too_early_is_halved(house: House) -> None:
    shelf = Shelf(made_up(100, "00101", hours=2.4), cap=40, honest_total=True)
    with SitePortal(FreecmsSite(shelf, PLAP)) as portal:
        crawled = house.crawl(portal, "freecms-plap", **DAYS)
    assert (crawled.status, crawled.issues) == (0, [])
    inside = {article.id for article in shelf.articles if f"{article.published:%Y-%m-%d}" >= DAYS["since"]}
    assert house.ids() == inside
    assert sum(windows(crawled.run.counts, "stated").values()) == len(inside) == crawled.run.counts["stated_total"]
    halves = {(since, until) for channel, since, until, _ in shelf.asked if channel == "00101,001011"}
    assert {("2026-11-11", "2026-11-20"), ("2026-11-11", "2026-11-15"), ("2026-11-16", "2026-11-20")} <= halves


def test_a_total_that_is_not_kept_is_walked_twice_and_then_a_gap(house: House) -> None:
    shelf = Shelf(made_up(6, "00101"), stated_more=3)
    with SitePortal(FreecmsSite(shelf, PLAP)) as portal:
        crawled = house.crawl(portal, "freecms-plap", since="2026-11-20", until="2026-11-20")
    assert (crawled.status, crawled.run.outcome) == (3, PARTIAL)
    assert house.ids() == {article.id for article in shelf.articles}
    gaps = [issue.message for issue in crawled.issues if issue.kind == "gap"]
    assert "00101,001011 2026-11-20: the portal states 9 notices and lists 6" in gaps
    assert windows(crawled.run.counts, "stated")["00101,001011@@2026-11-20@2026-11-20"] == 9
    assert windows(crawled.run.counts, "listed")["00101,001011@@2026-11-20@2026-11-20"] == 6
    assert windows(crawled.run.counts, "kept") == {"00101,001011@@2026-11-20@2026-11-20": 6}


def test_missing_bodies_leave_titles_and_bad_answers_are_tried_again_next_time(house: House) -> None:
    articles = made_up(6, TENDER)
    articles[0] = replace(articles[0], body="", title="望潮市短信验证码平台采购公告")
    shelf = Shelf(articles)
    wrong = json_reply({"success": False, "result": None, "error": "系统繁忙"})
    with SitePortal(ZcySite(shelf)) as portal:
        bad, gone = (f"/portal/detail?articleId={articles[number].id}*" for number in (1, 2))
        portal.on(bad, wrong)
        portal.on(gone, replies.not_found())
        first = house.crawl(portal, "zcy-shanghai", until="2026-11-20", since="2026-11-20")
        assert (first.status, first.kinds) == (3, ["missing", "unreadable"])
        assert house.ids() == {article.id for article in articles} - {articles[1].id}
        assert first.run.counts["by_title"] == 2
        with house.store.read() as unit:
            assert unit.runs.watermark("zcy-shanghai", TENDER) is None
        second = house.crawl(portal, "zcy-shanghai", until="2026-11-20", since="2026-11-20")
        assert (second.status, second.run.counts["new"], second.issues) == (0, 1, [])
        with house.store.read() as unit:
            assert unit.runs.watermark("zcy-shanghai", TENDER) == NEWEST


def test_a_login_page_or_a_captcha_in_json_ends_the_run(house: House) -> None:
    shelf = Shelf(made_up(30, "0201", hours=0))
    captcha = {"code": 829, "message": "请完成验证", "data": {"captchaToken": "x9", "captchaImage": "A" * 4000}}
    tired = {"code": 800, "message": "您的眼睛累了，休息一下吧", "data": None}
    with SitePortal(GgzySite(shelf)) as portal:
        for number, (answer, path) in enumerate(
            [(json_reply(captcha), TRADES), (json_reply(tired), TRADES), (replies.page(LOGIN), "/information/deal/*")]
        ):
            portal.mend()
            portal.always(path, answer)
            before = len(portal.requests)
            crawled = house.crawl(portal, "ggzy-procurement", since="2026-11-20", until="2026-11-20")
            assert "refused" in crawled.kinds
            assert crawled.run.outcome == (PARTIAL if path != TRADES else FAILED)
            assert house.ids() == set()
            asked = [seen for seen in portal.requests[before:] if seen.path != "/robots.txt"]
            assert len(asked) <= (1 if path == TRADES else 8), number


def test_an_answer_that_is_no_list_is_no_proof_of_zero_notices(house: House) -> None:
    shelf = Shelf(made_up(4, "采购公告"))
    with SitePortal(SzggzySite(shelf)) as portal:
        portal.always("/cms/api/v1/trade/content/page", json_reply({"code": 500, "msg": "服务异常", "data": None}))
        crawled = house.crawl(portal, "szggzy-procurement", **DAYS)
        assert (crawled.status, crawled.kinds) == (1, ["unreadable"])
        assert "服务异常" in crawled.issues[0].message
        assert len(portal.paths("/cms/*")) == 2
        portal.mend()
        portal.on("/cms/api/v1/trade/content/page", replies.gbk_as("utf-8"))
        again = house.crawl(portal, "szggzy-procurement", limit=3, **DAYS)
        assert (again.status, again.run.counts["new"]) == (0, 3)
        shelf.articles.append(
            Article("late", "采购公告", "望潮市迟到的采购公告", NEWEST - timedelta(hours=2), "<p>一</p>")
        )
        rest = house.crawl(portal, "szggzy-procurement", until="2026-11-20")
        assert (rest.status, rest.run.counts["new"]) == (0, 2)
        shelf.articles.clear()
        empty = house.crawl(portal, "szggzy-procurement", **DAYS)
    assert (empty.status, empty.run.outcome, empty.run.counts["notices"]) == (0, SUCCEEDED, 0)
    assert house.ids() == {"a00000", "a00001", "a00002", "a00003", "late"}


def test_a_list_that_is_not_newest_first_is_not_left_at_what_is_known(house: House) -> None:
    shelf = Shelf(made_up(50, "00101", hours=0.5), oldest_first=True)
    with SitePortal(FreecmsSite(shelf, PLAP)) as portal:
        house.crawl(portal, "freecms-plap", **DAYS)
        assert len(house.ids()) == 50
        shelf.articles.append(Article("new", "00101", "望潮市新采购公告", NEWEST + timedelta(minutes=5), "<p>一</p>"))
        again = house.crawl(portal, "freecms-plap", until="2026-11-20")
    assert (again.status, again.run.counts["new"], again.run.counts["known"]) == (0, 1, 50)
    assert "new" in house.ids()


def test_a_notice_in_two_channels_is_fetched_once_and_kept_in_both(house: House) -> None:
    twice = made_up(3, TENDER)
    shelf = Shelf([*twice, *(replace(article, channel=AWARD) for article in twice)])
    with SitePortal(ZcySite(shelf)) as portal:
        crawled = house.crawl(portal, "zcy-shanghai", since="2026-11-20", until="2026-11-20")
        assert len(portal.paths("/portal/detail*")) == 3
    assert (crawled.status, crawled.run.counts["new"]) == (0, 3)
    assert sorted(windows(crawled.run.counts, "kept").values()) == [3, 3]
