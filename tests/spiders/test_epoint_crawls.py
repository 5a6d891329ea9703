"""Whole crawls of a trading portal and of a campus procurement system: answers over POST, bodies, files and store."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from notices.run import FAILED, PARTIAL, SUCCEEDED
from tests.portal import replies
from tests.portal.epoint import SEARCH, Entry, EpointSite, entries
from tests.portal.sfw_cms import Publication, SfwCmsSite, publications
from tests.portal.site import NEWEST, SitePortal, days_back
from tests.spiders.crawling import House

ROWS = "<tr><td>名称</td><td>数量</td></tr><tr><td>GPU服务器</td><td>2台</td></tr>"
SERVERS = f"<p>项目编号：JY-2026-7</p><table>{ROWS}</table><p>采购人：锦原大学</p>"
DAYS = {"since": "2026-11-01", "until": "2026-11-20"}


def test_a_trading_portal_is_searched_by_days_and_read(house: House) -> None:
    made = entries(25)
    made[2] = replace(
        made[2], title="锦原大学智能计算服务器公开招标公告", body=SERVERS, file="/frame/attachdown.jspx?attachGuid=1"
    )
    made[4] = replace(made[4], file="/frame/attachdown.jspx?attachGuid=2", gated=True)
    twin = replace(made[3], category="002002003", title="锦原市物资中标公告")
    site = EpointSite([*made, twin])
    with SitePortal(site) as portal:
        portal.on(made[5].path, replies.gbk_as("utf-8"))
        crawled = house.crawl(portal, "epoint-sichuan", **DAYS)
        again = house.crawl(portal, "epoint-sichuan", **DAYS)
        assert len(portal.paths("/jyxx/*")) == 21
        assert portal.paths("/frame/*").count(made[4].file) == 1
    assert (crawled.run.outcome, crawled.issues) == (SUCCEEDED, [])
    assert (crawled.run.counts["new"], again.run.counts["new"]) == (21, 0)
    assert crawled.run.counts["stated_total"] == crawled.run.counts["listed_total"] == 21
    assert {f"{made[3].infoid}_002002001", f"{made[3].infoid}_002002003"} <= house.ids()
    assert all(asked["condition"][0]["fieldName"] == "ZHUANZAI" for asked in site.asked)
    with house.store.read() as unit:
        stored = {each.notice.id: each.notice for each in unit.notices.all()}
        files = {each.document.url: each.document.state for each in unit.documents.all()}
    servers = stored[f"{made[2].infoid}_002002001"]
    assert (servers.title, servers.buyer, servers.project_code) == (made[2].title, "锦原大学", "JY-2026-7")
    assert servers.url == f"https://ggzyjy.sc.gov.cn{made[2].path}"
    assert stored[f"{made[5].infoid}_002002001"].text == "采购内容：办公家具一批。"
    assert files[f"https://ggzyjy.sc.gov.cn{made[4].file}"] == "failed"


def test_a_window_over_the_cap_is_halved_down_to_parts_of_a_day(house: House) -> None:
    """900 notices in four days, 450 of them on one: no question may be answered with more than 360."""
    busy = NEWEST.replace(hour=0, minute=5)
    made = [Entry(f"b{n}", "002002001", f"采购公告{n}", busy + timedelta(minutes=3 * n)) for n in range(450)]
    made += [Entry(f"q{n}", "002002001", f"采购公告 {n}", busy - timedelta(minutes=9 * n + 6)) for n in range(450)]
    site = EpointSite(made)
    with SitePortal(site) as portal:
        crawled = house.crawl(portal, "epoint-sichuan", since="2026-11-17", until="2026-11-20", limit=3)
    walked = [asked for asked in site.asked if asked["pn"]]
    assert all(asked["pn"] < 360 for asked in walked)
    assert {asked["time"][0]["startTime"] for asked in site.asked} >= {"2026-11-20 00:00:00", "2026-11-20 16:00:00"}
    assert "gap" not in crawled.kinds


def test_a_wrapped_answer_is_unwrapped_and_a_day_that_is_sorted_by_another_field_is_asked_by_it(house: House) -> None:
    site = EpointSite(entries(5, "003004002"), wrapped=True)
    with SitePortal(site) as portal:
        crawled = house.crawl(portal, "epoint-jiangsu", **DAYS)
    assert (crawled.run.outcome, len(house.ids())) == (SUCCEEDED, 5)
    assert {asked["time"][0]["fieldName"] for asked in site.asked} == {"infodatepx"}
    assert {asked["sort"] for asked in site.asked} == {json.dumps({"infodatepx": "0"})}


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (replies.page('{"code":401,"msg":"请先登录"}'), "refused"),
        (replies.page('{"result":{"rows":[]}}'), "unreadable"),
        (replies.page("<html><body>新版平台</body></html>"), "unreadable"),
    ],
)
def test_an_answer_that_is_no_list_is_named_and_no_proof_of_nothing(
    house: House, fault: replies.Reply, kind: str
) -> None:
    with SitePortal(EpointSite(entries(5))) as portal:
        portal.always(SEARCH, fault)
        crawled = house.crawl(portal, "epoint-hainan", **DAYS)
    assert crawled.run.outcome == FAILED
    assert set(crawled.kinds) == {kind}
    assert house.ids() == set()


def test_a_campus_procurement_system_is_walked_by_sections(house: House) -> None:
    made = [*publications(30), *publications(3, "ZCGG")]
    made[1] = replace(made[1], title="人工智能学院算力服务器采购", body=SERVERS, files={"f1.zip": "招标文件.zip"})
    made[2] = replace(made[2], as_pdf=True)
    inline = "<p>合同编号：HT-1</p><p>合同金额：36万元</p>"
    contract = Publication("9001", "", "出口链路合同公示", days_back(1), "HTGS", inline=inline)
    title_only = Publication("9002", "", "实验家具采购意向", days_back(2), "YXGK")
    site = SfwCmsSite([*made, contract, title_only])
    with SitePortal(site) as portal:
        crawled = house.crawl(portal, "sfw-sztu", since="2026-10-01")
        before = len(portal.requests)
        site.published.append(Publication("9100", "s9100", "迟到的采购公告", days_back(0)))
        again = house.crawl(portal, "sfw-sztu", since="2026-10-01")
        steady = len(portal.requests) - before
    assert (crawled.run.outcome, crawled.issues) == (SUCCEEDED, [])
    assert len(house.ids()) == 36
    assert again.run.counts["new"] == 1
    assert steady <= 1 + 5 + 2  # robots, a page or two of each section, the new publication and its attachments
    assert {asked["categoryId"][0] for asked in site.asked} == {"104791", "104910", "103980", "104557"}
    with house.store.read() as unit:
        stored = {each.notice.id: each.notice for each in unit.notices.all()}
    assert stored[made[1].id].text.startswith("项目编号：JY-2026-7")
    assert stored[made[1].id].url == f"https://ztb.sztu.edu.cn/provider/#/publish/{made[1].shared}"
    assert (stored["9001"].kind, stored["9002"].kind, stored["9002"].text) == ("contract", "intention", "")
    assert sorted(document.title for each in stored.values() for document in each.documents) == [
        "公告正文.pdf",
        "招标文件.zip",
    ]
    assert set(house.fetched_files().values()) == {True}


def test_a_host_that_counts_its_rows_from_one_is_asked_so(house: House) -> None:
    site = SfwCmsSite(publications(25), first_row=1)
    with SitePortal(site) as portal:
        portal.on("/api/publish/sZCXQ3", replies.page('{"code":500,"message":"系统异常"}'))
        crawled = house.crawl(portal, "sfw-kust", since="2026-10-01")
    assert [asked["start"][0] for asked in site.asked if "ZCXQ" in asked["type"]] == ["1", "21"]
    assert (crawled.run.outcome, crawled.kinds, len(house.ids())) == (PARTIAL, ["unreadable"], 24)


def test_a_replay_of_what_was_posted_gives_the_same_store(house: House) -> None:
    with SitePortal(SfwCmsSite(publications(30))) as portal:
        house.crawl(portal, "sfw-sztu", since="2026-10-01")
    (archive,) = house.captures.iterdir()
    other = House(house.home.parent / "other")
    replayed = other.crawl(None, "sfw-sztu", replay=str(archive), base_url=portal_address(house))
    assert (replayed.run.outcome, other.ids()) == (SUCCEEDED, house.ids())
    other.store.close()


def portal_address(house: House) -> str:
    """Where the captures of a house were fetched from."""
    with house.store.read() as unit:
        kept = unit.captures.all()
        return next(iter(kept)).capture.url.removesuffix("/robots.txt")
