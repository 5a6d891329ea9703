"""The demonstration portal speaks the national portal's structure and says that it is a demonstration."""

import http.client
import re
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from datetime import date

import pytest
from bs4 import BeautifulSoup

from monitor.demo.portal import DemoPortal, expected_flagged
from monitor.demo.portal.notices import CHANNELS, LEVELS, NOTICE_FILES, read_data, read_notices

NOTICES = read_notices()


@pytest.fixture(scope="module")
def demo() -> Iterator[DemoPortal]:
    with DemoPortal() as running:
        yield running


def fetch(demo: DemoPortal, path: str, **headers: str) -> tuple[int, bytes, http.client.HTTPMessage]:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(urllib.request.Request(demo.url + path, headers=headers), timeout=10) as response:
            return response.status, response.read(), response.headers
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read(), error.headers


def soup(body: bytes) -> BeautifulSoup:
    return BeautifulSoup(body, "lxml")


def test_there_are_at_least_sixty_notices_and_twelve_to_flag() -> None:
    ids = [notice.id for notice in NOTICES]
    assert len(ids) == len(set(ids)) >= 60
    assert len(expected_flagged()) == 12
    assert expected_flagged() <= set(ids)


def test_what_is_expected_names_known_notices_once_per_item() -> None:
    expected = read_data("expected")
    rows = [*expected["flagged"], *expected["reported"]]
    pairs = Counter((row["notice"], row["item"]) for row in rows)
    assert set(pairs.values()) == {1}
    assert {row["notice"] for row in rows} <= {notice.id for notice in NOTICES}
    assert not {row["notice"] for row in expected["reported"]} & expected_flagged()


def test_the_twelve_stand_at_every_stage_of_a_procurement() -> None:
    stages = Counter(notice.kind for notice in NOTICES if notice.id in expected_flagged())
    assert set(stages) == {"intention", "tender", "correction", "award", "contract", "single_source", "termination"}


def test_procurements_run_over_several_notices_with_one_project_code() -> None:
    threads = Counter(notice.code for notice in NOTICES)
    shared = {code: {n.project for n in NOTICES if n.code == code} for code, count in threads.items() if count > 1}
    assert len(shared) >= 10
    assert all(len(projects) == 1 for projects in shared.values())


def test_dates_lie_in_the_years_of_the_rules() -> None:
    days = sorted(notice.published.date() for notice in NOTICES)
    assert date(2022, 8, 1) <= days[0] < days[-1] <= date(2026, 11, 30)


def test_lists_hold_twenty_and_lead_to_every_notice(demo: DemoPortal) -> None:
    found = []
    for level in LEVELS:
        for kind in CHANNELS:
            channel, number = f"/cggg/{level}/{kind}/", 0
            while True:
                status, body, _ = fetch(demo, channel + (f"index_{number}.htm" if number else "index.htm"))
                if status == 404:
                    break
                rows = soup(body).select("ul.c_list_bid li")
                assert len(rows) <= 20
                found += [
                    (channel + str(row.a["href"])[2:], row.a["title"], [em.text for em in row("em")]) for row in rows
                ]
                number += 1
            assert number >= 1
            assert fetch(demo, channel)[1] == fetch(demo, channel + "index.htm")[1]
    assert len(fetch(demo, "/cggg/dfgg/gkzb/index_1.htm")[1]) > 0
    expected = [
        (n.path, n.title, [f"{n.published:%Y-%m-%d %H:%M}", n.region, n.buyer])
        for n in NOTICES
    ]  # fmt: skip
    assert sorted(found) == sorted(expected)


def test_list_rows_are_newest_first(demo: DemoPortal) -> None:
    times = [em.text for em in soup(fetch(demo, "/cggg/dfgg/gkzb/")[1]).select("ul.c_list_bid li em:first-of-type")]
    assert times == sorted(times, reverse=True)
    assert len(times) == 20


@pytest.mark.parametrize("notice", NOTICES, ids=lambda notice: notice.id)
def test_a_detail_page_has_the_real_structure(demo: DemoPortal, notice) -> None:  # type: ignore[no-untyped-def]
    status, body, headers = fetch(demo, notice.path)
    page = soup(body)
    assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert re.search(r"/t(\d{8})_(\d+)\.htm$", notice.path)[2] == notice.id  # type: ignore[index]
    assert page.select_one("meta[name=ArticleTitle]")["content"] == notice.title  # type: ignore[index]
    assert page.select_one("meta[name=PubDate]")["content"] == f"{notice.published:%Y-%m-%d %H:%M}"  # type: ignore[index]
    labels = {td.text: td.find_next_sibling("td").text for td in page.select("div.table td.title")}
    assert labels["采购项目名称"] == notice.project
    assert labels["采购单位"] == notice.buyer
    content = page.select_one("div.vF_deail_maincontent div.vF_detail_content").get_text("\n")  # type: ignore[union-attr]
    told = [*notice.needs, *(cell for row in notice.table for cell in row), notice.code * (notice.kind != "intention")]
    squeezed = re.sub(r"\s+", "", content)
    assert all(re.sub(r"\s+", "", words) in squeezed for words in told)
    assert b"<!--vF_deail_maincontent-->" in body


def test_amounts_stand_in_ten_thousands_in_the_summary(demo: DemoPortal) -> None:
    notice = next(n for n in NOTICES if n.id == "23111501")
    page = soup(fetch(demo, notice.path)[1])
    amounts = [td.find_next_sibling("td").text for td in page.select("div.table td.title") if td.text == "总成交金额"]
    assert amounts == ["￥20.000000 万元（人民币）"]


def test_all_layouts_of_the_body_are_used(demo: DemoPortal) -> None:
    bodies = [fetch(demo, notice.path)[1] for notice in NOTICES]
    for mark in (b'id="noticeArea"', b'class="second-title"', b"TRS_Editor", b"<p><strong>"):
        assert sum(mark in body for body in bodies) >= 5
    area = soup(next(body for body in bodies if b'id="noticeArea"' in body))
    assert area.select_one("#noticeArea span#noticePurchase-purchaserOrgName")
    assert area.select_one("#noticeArea p[name=releaseDateSpan]")


def test_attachments_are_linked_in_every_way_and_served(demo: DemoPortal) -> None:
    ways = Counter(attachment.link for notice in NOTICES for attachment in notice.attachments)
    assert set(ways) == {"summary", "list", "inline", "public"}
    for notice in NOTICES:
        page = fetch(demo, notice.path)[1].decode()
        for attachment in notice.attachments:
            linked = (
                f'class="bizDownload" href="" id="{attachment.uuid}"'
                if attachment.link == "summary"
                else attachment.path
            )
            assert linked in page
            status, body, headers = fetch(demo, attachment.path, Referer=demo.url + notice.path)
            assert (status, len(body) > 50) == (200, True)
            assert headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''")


def test_every_page_says_that_it_is_a_demonstration(demo: DemoPortal) -> None:
    for path in ("/", "/cggg/dfgg/gkzb/", NOTICES[0].path, NOTICES[-1].path):
        page = soup(fetch(demo, path)[1])
        assert "invented" in str(page.select_one("meta[name=demonstration]")["content"])  # type: ignore[index]
        assert "均为虚构" in page.select_one("div.footer").text  # type: ignore[union-attr]


def test_no_telephone_number_and_no_real_site_stand_in_the_data(demo: DemoPortal) -> None:
    for notice in NOTICES:
        text = fetch(demo, notice.path)[1].decode()
        assert set(re.findall(r"\b0\d{2,3}-\d{7,8}\b", text)) <= {"010-00000000"}
        assert not re.search(r"(?<!\d)1[3-9]\d{9}(?!\d)", text)
        assert "gov.cn" not in text


def test_robots_allow_all_but_the_admin_pages_and_requests_are_logged() -> None:
    with DemoPortal() as demo:
        assert fetch(demo, "/robots.txt", **{"User-Agent": "watch/1"})[1] == b"User-agent: *\nDisallow: /admin/\n"
        assert fetch(demo, "/cggg/zygg/htgg/")[0] == 404
        first = demo.requests[0]
        assert (first.method, first.path, first.user_agent) == ("GET", "/robots.txt", "watch/1")
        assert demo.requests[0].at <= demo.requests[1].at


def test_the_pages_are_the_same_on_every_start() -> None:
    first, second = DemoPortal(), DemoPortal()
    paths = ["/", *(n.path for n in NOTICES), *(a.path for n in NOTICES for a in n.attachments)]
    assert [first.page(path) for path in paths] == [second.page(path) for path in paths]


def test_the_data_files_hold_all_notices() -> None:
    assert sum(len(read_data(name)["notice"]) for name in NOTICE_FILES) == len(NOTICES)
