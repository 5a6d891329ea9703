"""Whole crawls of a portal on loopback: what is stored, what is asked, and what each fault becomes."""

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from notices.dates import SHANGHAI
from notices.run import FAILED, PARTIAL, SUCCEEDED
from storage.archive import read_archive, read_capture
from tests.portal import replies
from tests.portal.pages import PortalDocument, PortalNotice
from tests.portal.portal import NEWEST, FaultyPortal, made_up_notices
from tests.spiders.crawling import House

GKZB, CJGG, GZGG = "zygg/gkzb", "zygg/cjgg", "zygg/gzgg"
SITE = "http://www.ccgp.gov.cn"


def test_lists_details_and_files_are_kept_and_stored(house: House) -> None:
    file = PortalDocument("采购需求.txt", "服务器1台".encode("gbk"), "ABCDEF01", "text/plain")
    late = NEWEST - timedelta(hours=3)
    with FaultyPortal.with_notices(41, [GKZB]) as portal, FaultyPortal(host="localhost") as elsewhere:
        elsewhere.on("/file.zip", replies.page(b"PK-elsewhere", content_type="application/zip"))
        link = f'<p>附件：<a href="{elsewhere.url}/file.zip">图纸.zip</a></p>'
        twins = [
            PortalNotice(
                f"6100000{n}",
                GKZB,
                "北泽大学算力服务器采购项目",
                late,
                body=link if n else "<p>一</p>",
                documents=(file,),
            )
            for n in (0, 1)
        ]
        portal.publish(*twins)
        shifted = PortalNotice("61000009", GKZB, "望潮市公务用车采购", NEWEST + timedelta(minutes=5))
        portal.after("/cggg/zygg/gkzb/", lambda: portal.publish(shifted))
        gbk = portal.notice("50000007")
        portal.on(gbk.path, replies.gbk_as("utf-8"))
        crawled = house.crawl(portal)

        assert (crawled.status, crawled.run.outcome, crawled.issues) == (0, SUCCEEDED, [])
        assert house.ids() == {notice.id for notice in portal.notices} - {"61000009"}
        # Rows that a shift showed twice are asked for once, and so is a file that two notices link.
        details = portal.paths("/cggg/zygg/gkzb/2*")
        assert len(details) == len(set(details)) == 43
        assert portal.paths("/oss/*") == [file.path]
        assert elsewhere.paths() == ["/robots.txt", "/file.zip"]
        assert [seen.referer for seen in elsewhere.requests][1] == SITE + twins[1].path
        # What sounds like computing comes before what does not.
        assert details.index(twins[0].path) < 12
        assert {seen.user_agent for seen in portal.requests} == {"tenderwatch/0.1.0 (+https://example.org/watch)"}
        second = house.crawl(portal)

    assert [line["event"] for line in crawled.progress].count("page") == 14
    assert (crawled.progress[-1]["event"], crawled.progress[-1]["counts"]) == ("end", crawled.run.counts)
    assert (house.home / "logs" / "ccgp-central.log").read_text().count("Spider closed") == 2
    assert second.run.counts["new"] == 1
    assert second.run.counts["requests"] == 1 + 12 + 1
    assert "61000009" in house.ids()
    counts = crawled.run.counts
    assert (counts["notices"], counts["new"], counts["documents"], counts["pages"]) == (43, 43, 2, 14)
    with house.store.read() as unit:
        stored = unit.notices.get("ccgp-central", "50000007")
        assert stored is not None
        assert stored.capture is not None
        assert (stored.notice.title, stored.notice.url) == (gbk.title, SITE + gbk.path)
        assert stored.notice.kind == "tender"
        assert stored.notice.published_on == f"{gbk.published:%Y-%m-%d}"
        assert stored.capture.url == portal.url + gbk.path
        assert gbk.title.encode("gbk") in read_capture(house.captures, stored.capture)
        assert unit.runs.watermark("ccgp-central", "gkzb") == shifted.published
        files = [each.capture for each in unit.documents.all()]
        assert [read_capture(house.captures, kept) for kept in files if kept].count(file.data) == 2
        assert unit.captures.count() == counts["captures"] + second.run.counts["captures"]
    (warc, _) = sorted(house.captures.iterdir())
    kept = list(read_archive(warc))
    assert len(kept) == counts["captures"] == counts["requests"]
    assert urlsplit(kept[0].url).path == "/robots.txt"
    assert dict(kept[1].headers)["Content-Length"] == str(len(kept[1].body))


def test_robots_are_obeyed_and_a_channel_without_its_list_is_not_taken_for_empty(house: House) -> None:
    robots = "User-agent: *\nDisallow: /cggg/zygg/cjgg/\n"
    with FaultyPortal.with_notices(9, [GKZB, CJGG, GZGG], robots=robots) as portal:
        portal.always("/cggg/zygg/gzgg/", replies.without_list())
        portal.on("/cggg/zygg/gkzb/", replies.without_list())
        portal.always("/cggg/zygg/zbgg/", replies.empty_list())
        portal.always("/cggg/zygg/xjgg/", replies.big(11_000_000))
        portal.always("/cggg/zygg/fblbgg/", replies.endless(12_000_000))
        nameless = portal.notice("50000009").path
        portal.on(nameless, replies.without_title())
        portal.delete("50000006", still_listed=True)
        crawled = house.crawl(portal)

        assert portal.paths("/cggg/zygg/cjgg/*") == []
        assert len(portal.paths("/cggg/zygg/gkzb/")) == 2
        assert len(portal.paths("/cggg/zygg/gzgg/")) == 2
        assert (crawled.status, crawled.run.outcome) == (3, PARTIAL)
        assert crawled.kinds == ["failed", "failed", "missing", "refused", "unreadable", "unreadable"]
        assert house.ids() == {"50000003"}
        with house.store.read() as unit:
            marks = {name: unit.runs.watermark("ccgp-central", name) for name in ("gkzb", "gzgg", "cjgg")}
        assert marks == {"gkzb": None, "gzgg": None, "cjgg": None}

        portal.mend()
        second = house.crawl(portal)
        assert {"50000009", "50000007", "50000001", "50000004"} <= house.ids()
    assert second.kinds == ["missing", "refused"]
    with house.store.read() as unit:
        assert unit.runs.watermark("ccgp-central", "gkzb") == NEWEST


def test_a_site_that_asks_to_wait_is_given_its_time(house: House) -> None:
    with FaultyPortal.with_notices(4, [GKZB]) as portal:
        portal.on("/cggg/zygg/gkzb/", replies.too_many_requests(1))
        portal.on("/cggg/zygg/cjgg/", replies.nothing())
        portal.on("/cggg/zygg/zbgg/", replies.reset())
        portal.on("/cggg/zygg/gzgg/", replies.unavailable())
        portal.on(portal.notices[2].path, replies.truncated())
        crawled = house.crawl(portal)
        asked = [number for number, path in enumerate(portal.paths()) if path == "/cggg/zygg/gkzb/"]
        waited = portal.requests[asked[0] + 1].at - portal.requests[asked[0]].at

    assert (crawled.status, crawled.issues) == (0, [])
    assert len(house.ids()) == 4
    assert crawled.run.counts["retries"] == 5
    assert len(asked) == 2
    assert waited > 0.9


def test_a_challenge_stops_the_source_and_is_kept_but_never_parsed(house: House) -> None:
    with FaultyPortal.with_notices(60, [GKZB]) as portal:
        refused = portal.notices[5].path
        portal.always(refused, replies.challenge())
        crawled = house.crawl(portal)
        assert portal.paths()[-1] == refused
        assert (crawled.status, crawled.run.outcome, crawled.kinds) == (3, PARTIAL, ["refused"])
        assert crawled.issues[0].url == portal.url + refused
        assert portal.notices[5].id not in house.ids()
        (warc,) = house.captures.iterdir()
        assert "频繁访问" in list(read_archive(warc))[-1].body.decode()

        # Blocked from the first page: nothing was done. So is a site that wants more than ten minutes.
        portal.always("/cggg/*", replies.too_many_requests(3600))
        before = len(portal.requests)
        again = house.crawl(portal)
        assert len(portal.requests) == before + 2
    assert (again.status, again.run.outcome, again.kinds) == (1, FAILED, ["refused"])
    assert "3600" in again.issues[0].message


def test_a_closed_file_ends_the_run_once_and_is_not_asked_for_again(house: House) -> None:
    closed, ahead = (PortalDocument(f"{name}.pdf", b"%PDF", f"0000000{n}") for n, name in enumerate(("甲", "乙")))
    files = {0: (closed,), 1: (ahead,)}
    notices = [
        PortalNotice(n.id, n.channel, n.title, n.published, n.body, documents=files.get(number, ()))
        for number, n in enumerate(made_up_notices(5, [GKZB], NEWEST))
    ]
    misdated = PortalNotice("61000000", GKZB, "望潮市办公物资采购（误填日期）", datetime(2036, 1, 1, tzinfo=SHANGHAI))
    with FaultyPortal([*notices, misdated]) as portal:
        portal.always(closed.path, replies.forbidden())
        crawled = house.crawl(portal)
        assert (crawled.status, crawled.run.outcome, crawled.kinds) == (3, PARTIAL, ["refused"])
        # Files come after all notices, so that none of those waits for a closed file.
        assert len(house.ids()) == 6
        again = house.crawl(portal)
        assert len(portal.paths(closed.path)) == 1
    assert (again.run.outcome, sorted(house.fetched_files().values())) == (SUCCEEDED, [False, True])
    with house.store.read() as unit:
        mark = unit.runs.watermark("ccgp-central", "gkzb")
    assert mark is not None
    assert mark <= datetime.now(SHANGHAI) + timedelta(days=1)


def test_redirects_are_followed_within_the_site_only(house: House) -> None:
    with FaultyPortal.with_notices(8, [GKZB]) as portal, FaultyPortal(host="localhost") as elsewhere:
        one, two, three, four, five = (notice.path for notice in portal.notices[:5])
        moved = "/cggg/zygg/gkzb/moved.htm"
        portal.on(one, replies.redirect(moved, 301))
        portal.on(moved, replies.redirect(one))
        portal.on(two, replies.redirect(elsewhere.url + "/elsewhere"))
        portal.on(three, replies.redirect("/user/login?back=1"))
        portal.always(four, replies.redirect(four))
        portal.on(five, replies.redirect(SITE + portal.notices[5].path))
        crawled = house.crawl(portal)
        assert elsewhere.paths() == []
        assert portal.paths("/user/*") == []
    assert (crawled.status, crawled.run.outcome) == (3, PARTIAL)
    messages = " ".join(issue.message for issue in crawled.issues)
    assert crawled.kinds == ["failed"] * 4
    assert "another host" in messages
    assert "login" in messages
    assert "in a circle" in messages


def test_a_login_in_front_of_a_list_is_a_refusal_that_stops_the_source(house: House) -> None:
    with FaultyPortal.with_notices(8, [GKZB]) as portal:
        portal.always("/cggg/zygg/gkzb/", replies.redirect("/user/login?back=1"))
        crawled = house.crawl(portal)
        assert portal.paths("/user/*") == []
        assert len(portal.requests) == 2
    assert crawled.kinds == ["refused"]
    assert house.ids() == set()


def test_the_retention_boundary_is_a_gap_only_if_it_comes_before_what_was_known(house: House) -> None:
    notices = made_up_notices(130, [GKZB, CJGG], NEWEST)
    long_ago = datetime(2026, 10, 1, tzinfo=SHANGHAI)
    with house.store.begin() as unit:
        unit.runs.set_watermark("ccgp-central", "cjgg", long_ago, long_ago)
    with FaultyPortal(notices, pages_kept=2) as portal:
        crawled = house.crawl(portal)
        assert portal.paths("/cggg/zygg/gkzb/index*") == ["/cggg/zygg/gkzb/index_1.htm", "/cggg/zygg/gkzb/index_2.htm"]
        again = house.crawl(portal)
    assert (crawled.run.outcome, crawled.kinds) == (PARTIAL, ["gap"])
    assert "2026-10-01 00:00" in crawled.issues[0].message
    assert "cjgg" in crawled.issues[0].message
    assert len(house.ids()) == 80
    # The gap was told; it is not told again, and the walk ends with the first page.
    assert (again.run.outcome, again.issues) == (SUCCEEDED, [])
    assert again.run.counts["pages"] == 12


def test_the_budget_of_a_host_ends_the_crawl(house: House) -> None:
    with FaultyPortal.with_notices(30, [GKZB]) as portal:
        crawled = house.crawl(portal, environment={"TENDERWATCH_DAILY_BUDGET": "20"})
        assert len(portal.requests) == 20
        local = house.crawl(portal, "ccgp-local", environment={"TENDERWATCH_DAILY_BUDGET": "20"})
        assert len(portal.requests) == 20
    assert (crawled.status, crawled.run.outcome, crawled.kinds) == (3, PARTIAL, ["over_budget"])
    assert (local.status, local.run.outcome, local.kinds) == (3, PARTIAL, ["over_budget"])
    assert 0 < len(house.ids()) < 20


def test_a_window_and_a_limit_choose_what_is_fetched(house: House) -> None:
    with FaultyPortal.with_notices(100, [GKZB]) as portal:
        wanted = {n.id for n in portal.notices if f"{n.published:%Y-%m-%d}" in {"2026-11-18", "2026-11-19"}}
        house.crawl(portal, since="2026-11-18", until="2026-11-19", limit=5)
        assert len(house.ids()) == 5
        crawled = house.crawl(portal, since="2026-11-18", until="2026-11-19")
        assert house.ids() == wanted
        assert len(wanted) == 48
    assert crawled.run.counts["new"] == 43
    assert crawled.run.counts["known"] == 5


def test_two_crawls_of_a_host_take_turns(house: House) -> None:
    pause = {"TENDERWATCH_LOOPBACK_DELAY": "0.1"}
    with FaultyPortal.with_notices(4, [GKZB, "dfgg/gkzb"]) as portal:
        both = [house.start(portal, source, pause) for source in ("ccgp-central", "ccgp-local")]
        for process in both:
            process.finish()
        gaps = portal.gaps
        assert len(gaps) == 2 * (1 + 12 + 1 + 2) - 1
        # A thread of the portal may note an arrival late, so that a single gap looks shorter than it was.
        assert sum(gaps) > 0.097 * len(gaps)
        assert min(gaps) > 0.03
    assert [process.status for process in both] == [0, 0]


def test_a_run_that_is_told_to_end_is_no_success(house: House) -> None:
    with FaultyPortal.with_notices(60, [GKZB]) as portal:
        process = house.start(portal, "ccgp-central", {})
        assert portal.wait_for(30)
        process.process.terminate()
        process.finish()
    with house.store.read() as unit:
        run = unit.runs.last("crawl", "ccgp-central")
        assert run is not None
        assert run.outcome == "interrupted"
        assert unit.runs.watermark("ccgp-central", "gkzb") is None
    assert process.status == 1


def test_what_cannot_be_kept_is_not_read_and_ends_the_run(house: House) -> None:
    house.captures.write_text("a file where the folder should be")
    with FaultyPortal.with_notices(4, [GKZB]) as portal:
        crawled = house.crawl(portal)
        assert len(portal.requests) <= 2
    assert (crawled.status, crawled.run.outcome, crawled.kinds) == (1, FAILED, ["failed"])
    assert "cannot be kept" in crawled.issues[0].message
    assert house.ids() == set()


def test_a_store_that_fails_in_the_middle_fails_the_run_and_loses_nothing(house: House) -> None:
    def rename(old: str, new: str) -> None:
        with closing(sqlite3.connect(house.home / "tenderwatch.sqlite")) as database:
            database.execute(f"ALTER TABLE {old} RENAME TO {new}")

    with FaultyPortal.with_notices(30, [GKZB]) as portal:
        portal.after(portal.notices[9].path, lambda: rename("revision", "hidden"))
        crawled = house.crawl(portal)
        rename("hidden", "revision")
        stored = house.ids()
        assert 0 < len(stored) < 30
        again = house.crawl(portal)
    assert (crawled.status, crawled.run.outcome, crawled.kinds) == (1, FAILED, ["failed"])
    assert "no tables" in crawled.issues[0].message
    assert (again.run.outcome, again.run.counts["new"]) == (SUCCEEDED, 30 - len(stored))
    assert len(house.ids()) == 30
