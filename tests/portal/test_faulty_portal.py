"""The misbehaving test portal does what its users in other tests rely on."""

import http.client
import threading
import time
import urllib.error
import urllib.request
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from tests.portal import replies
from tests.portal.pages import PortalDocument, PortalNotice
from tests.portal.portal import NEWEST, FaultyPortal

LIST = "/cggg/zygg/gkzb/"


class _Redirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def fetch(portal: FaultyPortal, path: str, **headers: str) -> tuple[int, bytes, dict[str, str]]:
    request = urllib.request.Request(portal.url + path, headers=headers)
    opener = urllib.request.build_opener(_Redirects, urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=10) as response:
            return response.status, response.read(), dict(response.headers)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read(), dict(error.headers)


def titles(body: bytes) -> int:
    return body.decode().count("<li>")


def test_lists_are_cut_into_twenties_and_end_with_a_404() -> None:
    with FaultyPortal.with_notices(45, ["zygg/gkzb"]) as portal:
        sizes = [titles(fetch(portal, LIST + name)[1]) for name in ("", "index.htm", "index_1.htm", "index_2.htm")]
        assert sizes == [20, 20, 20, 5]
        assert fetch(portal, LIST + "index_3.htm")[0] == 404
        assert fetch(portal, "/cggg/zygg/htgg/")[0] == 404


def test_the_retention_boundary_hides_older_pages_but_not_their_notices() -> None:
    made = FaultyPortal.with_notices(45, ["zygg/gkzb"]).notices
    with FaultyPortal(made, pages_kept=1) as portal:
        assert fetch(portal, LIST + "index_1.htm")[0] == 404
        assert fetch(portal, made[-1].path)[0] == 200


def test_a_channel_without_notices_has_an_empty_list() -> None:
    with FaultyPortal() as portal:
        status, body, _ = fetch(portal, LIST)
        assert (status, titles(body)) == (200, 0)
        assert b"c_list_bid" in body


def test_notices_are_dealt_over_the_channels_and_lead_to_their_pages() -> None:
    with FaultyPortal.with_notices(7, ["zygg/gkzb", "dfgg/zbgg", "dfgg/qtgg"]) as portal:
        assert [titles(fetch(portal, f"/cggg/{name}/")[1]) for name in ("zygg/gkzb", "dfgg/zbgg", "dfgg/qtgg")] == [
            3,
            2,
            2,
        ]
        newest = portal.notices[0]
        body = fetch(portal, newest.path)[1].decode()
        assert f'<meta name="ArticleTitle" content="{newest.title}" />' in body
        assert newest.body in body


def test_robots_and_the_request_log_are_kept() -> None:
    with FaultyPortal(robots="User-agent: *\nDisallow: /cggg/dfgg/\n") as portal:
        assert fetch(portal, "/robots.txt", **{"User-Agent": "watch/1"})[1].endswith(b"/cggg/dfgg/\n")
        fetch(portal, LIST, Referer="http://127.0.0.1/")
        first, second = portal.requests
        assert (first.method, first.path, first.user_agent, first.status) == ("GET", "/robots.txt", "watch/1", 200)
        assert second.referer == "http://127.0.0.1/"
        assert portal.gaps == [second.at - first.at]
        assert portal.paths("/cggg/*") == [LIST]
    with FaultyPortal() as portal:
        assert fetch(portal, "/robots.txt")[0] == 404


def test_scripted_replies_are_given_in_turn_and_then_the_page() -> None:
    with FaultyPortal.with_notices(3, ["zygg/gkzb"]) as portal:
        portal.on(LIST, replies.too_many_requests(7), replies.unavailable(), replies.nothing())
        answers = [fetch(portal, LIST) for _ in range(4)]
        assert [status for status, _, _ in answers] == [429, 503, 200, 200]
        assert answers[0][2]["Retry-After"] == "7"
        assert [len(body) > 0 for _, body, _ in answers] == [True, True, False, True]
        assert titles(answers[3][1]) == 3


def test_a_standing_fault_lasts_until_it_is_mended() -> None:
    with FaultyPortal.with_notices(3, ["zygg/gkzb"]) as portal:
        portal.always("/cggg/*", replies.challenge())
        assert all("频繁访问" in fetch(portal, LIST)[1].decode() for _ in range(2))
        portal.mend()
        assert titles(fetch(portal, LIST)[1]) == 3


def test_redirects_lead_to_a_path_another_host_or_round_in_circles() -> None:
    with FaultyPortal(host="127.0.0.2") as other, FaultyPortal() as portal:
        portal.always("/a", replies.redirect("/b"))
        portal.always("/b", replies.redirect("/a", 301))
        portal.always("/c", replies.redirect(other.url + LIST))
        assert [fetch(portal, path)[::2][0] for path in ("/a", "/b", "/c")] == [302, 301, 302]
        assert urlsplit(fetch(portal, "/c")[2]["Location"]).hostname == "127.0.0.2"
        assert fetch(other, LIST)[0] == 200


def test_a_changed_layout_loses_the_list_or_the_title() -> None:
    with FaultyPortal.with_notices(3, ["zygg/gkzb"]) as portal:
        path, title = portal.notices[0].path, portal.notices[0].title.encode()
        portal.on(LIST, replies.without_list(), replies.empty_list())
        portal.on(path, replies.without_title())
        changed, empty = fetch(portal, LIST)[1], fetch(portal, LIST)[1]
        assert (b"c_list_bid" in changed, titles(changed)) == (False, 3)
        assert (b"c_list_bid" in empty, titles(empty)) == (True, 0)
        without = fetch(portal, path)[1]
        assert b"ArticleTitle" not in without
        assert b'<h2 class="tc">' not in without
        assert title in fetch(portal, path)[1]


def test_a_page_shifts_between_two_visits() -> None:
    with FaultyPortal.with_notices(40, ["zygg/gkzb"]) as portal:
        last = portal.notices[19].title
        fresh = [
            PortalNotice(str(60_000_000 + n), "zygg/gkzb", f"新公告{n}", NEWEST + timedelta(hours=1 + n))
            for n in range(3)
        ]
        portal.after(LIST, lambda: portal.publish(*fresh))
        assert last in fetch(portal, LIST)[1].decode()
        assert last in fetch(portal, LIST + "index_1.htm")[1].decode()
        assert "新公告2" in fetch(portal, LIST)[1].decode()


def test_notices_are_posted_late_edited_duplicated_and_deleted() -> None:
    with FaultyPortal.with_notices(5, ["zygg/gkzb"]) as portal:
        ids = [notice.id for notice in portal.notices]
        portal.publish(PortalNotice("61000000", "zygg/gkzb", "迟到的公告", NEWEST - timedelta(hours=2, minutes=30)))
        assert fetch(portal, LIST)[1].decode().split("<li>")[4].count("迟到的公告") == 2
        edited = portal.edit(ids[0], body="<p>数量由1台改为2台</p>")
        assert "改为2台" in fetch(portal, edited.path)[1].decode()
        portal.duplicate(ids[1])
        assert titles(fetch(portal, LIST)[1]) == 7
        gone, listed = portal.notice(ids[2]).path, portal.notice(ids[3]).path
        portal.delete(ids[2])
        portal.delete(ids[3], still_listed=True)
        assert [fetch(portal, path)[0] for path in (gone, listed)] == [404, 404]
        assert titles(fetch(portal, LIST)[1]) == 6


def test_gbk_bytes_come_under_a_wrong_character_set() -> None:
    with FaultyPortal.with_notices(1, ["zygg/gkzb"]) as portal:
        notice = portal.notices[0]
        portal.on(notice.path, replies.gbk_as("utf-8"), replies.gbk_as("ISO-8859-1"))
        for charset in ("utf-8", "ISO-8859-1"):
            _, body, headers = fetch(portal, notice.path)
            assert headers["Content-Type"] == f"text/html; charset={charset}"
            assert notice.title in body.decode("gbk")


def test_big_and_endless_bodies_are_bounded_by_the_portal() -> None:
    with FaultyPortal() as portal:
        portal.on("/big", replies.big(10_000_000))
        portal.on("/endless", replies.endless(3_000_000))
        assert len(fetch(portal, "/big")[1]) > 10_000_000
        _, body, headers = fetch(portal, "/endless")
        assert 3_000_000 <= len(body) < 3_200_000
        assert "Content-Length" not in headers


def test_a_client_may_leave_an_endless_body() -> None:
    with FaultyPortal() as portal:
        portal.on("/endless", replies.endless(10**12))
        connection = http.client.HTTPConnection(urlsplit(portal.url).netloc, timeout=10)
        connection.request("GET", "/endless")
        response = connection.getresponse()
        assert len(response.read(100_000)) == 100_000
        response.close()
        connection.close()
    assert portal.requests[0].done_at is not None


def test_a_connection_is_reset_or_the_body_is_cut() -> None:
    with FaultyPortal.with_notices(3, ["zygg/gkzb"]) as portal:
        portal.on(LIST, replies.reset(), replies.truncated())
        with pytest.raises((ConnectionResetError, urllib.error.URLError)):
            fetch(portal, LIST)
        with pytest.raises(http.client.IncompleteRead):
            fetch(portal, LIST)
        assert fetch(portal, LIST)[0] == 200


def test_a_slow_body_arrives_whole_and_takes_its_time() -> None:
    with FaultyPortal.with_notices(3, ["zygg/gkzb"]) as portal:
        portal.on(LIST, replies.slow(0.05, piece=400, gap=0.02))
        start = time.monotonic()
        body = fetch(portal, LIST)[1]
        assert time.monotonic() - start > 0.1
        assert titles(body) == 3


def test_closing_the_portal_cuts_a_slow_reply_short() -> None:
    def visit() -> None:
        with pytest.raises((ConnectionError, urllib.error.URLError)):
            fetch(portal, LIST)

    start = time.monotonic()
    with FaultyPortal() as portal:
        portal.on(LIST, replies.slow(60))
        visitor = threading.Thread(target=visit)
        visitor.start()
        assert portal.wait_for(1)
    visitor.join()
    assert time.monotonic() - start < 10


def test_requests_open_at_the_same_time_are_counted() -> None:
    with FaultyPortal.with_notices(3, ["zygg/gkzb"]) as portal:
        portal.always("/cggg/*", replies.slow(0.3))
        visitors = [threading.Thread(target=fetch, args=(portal, LIST)) for _ in range(3)]
        for visitor in visitors:
            visitor.start()
        for visitor in visitors:
            visitor.join()
        assert portal.most_at_once == 3
        fetch(portal, "/robots.txt")
        assert portal.requests[-1].active == 1


def test_attachments_are_served_under_their_uuid() -> None:
    document = PortalDocument("采购需求.txt", "服务器1台".encode("gbk"), "ABCDEF01", "text/plain")
    with FaultyPortal([PortalNotice("62000000", "dfgg/gkzb", "公告", NEWEST, documents=(document,))]) as portal:
        assert 'class="bizDownload" href="" id="ABCDEF01"' in fetch(portal, portal.notices[0].path)[1].decode()
        assert fetch(portal, document.path)[1].decode("gbk") == "服务器1台"
        assert fetch(portal, "/oss/download?uuid=FFFF")[0] == 404


def test_an_error_of_the_portal_itself_is_raised_when_it_closes() -> None:
    def fail() -> None:
        raise ValueError("the test's own action is wrong")

    with pytest.raises(ValueError, match="own action"), FaultyPortal() as portal:
        portal.after(LIST, fail)
        with pytest.raises((ConnectionError, http.client.RemoteDisconnected, urllib.error.URLError)):
            fetch(portal, LIST)


def test_one_visitor_after_another_never_counts_as_two_at_once() -> None:
    with FaultyPortal.with_notices(60, ["zygg/gkzb"]) as portal:
        for notice in portal.notices:
            fetch(portal, notice.path)
        portal.on("/big", replies.big(300_000))
        portal.on(LIST, replies.nothing(), replies.redirect("/x"))
        for path in ("/big", LIST, LIST, LIST):
            fetch(portal, path)
        assert portal.most_at_once == 1
        assert len(portal.requests) == 64
