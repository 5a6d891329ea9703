"""Attachments in every form that the sites use: asked for once, with the notice as Referer, kept, or recorded."""

import json
from dataclasses import replace
from hashlib import sha256

from notices.run import PARTIAL, SUCCEEDED
from storage.archive import read_archive, read_capture
from tests.portal import replies
from tests.portal.articles import Shelf, json_reply, made_up
from tests.portal.pages import PortalDocument, PortalNotice
from tests.portal.portal import NEWEST, FaultyPortal
from tests.portal.replies import Reply
from tests.portal.site import SitePortal
from tests.portal.zcy import ZcySite
from tests.spiders.crawling import House

GKZB = "zygg/gkzb"
SITE = "http://www.ccgp.gov.cn"
PDF = b"%PDF-1.4 one file"
LOGIN = (
    "<!doctype html><html><head><title>用户登录</title></head><body>请先登录"
    "<form><input name='user'><input type='password' name='word'></form></body></html>"
)


def notice(number: int, body: str = "<p>采购内容</p>", documents: tuple[PortalDocument, ...] = ()) -> PortalNotice:
    return PortalNotice(
        f"6100000{number}", GKZB, f"望潮市办公物资采购项目（{number}）", NEWEST, body, documents=documents
    )


def links(*addresses: str) -> str:
    return "".join(f"<p>附件：<a href='{each}'>附件{n}.pdf</a></p>" for n, each in enumerate(addresses))


def states(house: House) -> dict[str, tuple[str, str, bool]]:
    """What is stored of each linked file: state, reason, whether it is kept."""
    with house.store.read() as unit:
        stored = unit.documents.all()
    return {each.document.url: (each.document.state, each.document.reason, each.capture is not None) for each in stored}


def test_every_form_of_link_is_asked_for_once_with_its_notice_as_referer_and_kept_whole(house: House) -> None:
    button = PortalDocument("采购需求", PDF + b" button", "ABCDEF01")
    own = ["/oss/download?uuid=1B2C3D", "/gpx-public-file?accessCode=x9", "/group1/M00/00/01/noending"]
    with FaultyPortal(host="localhost") as bucket:
        far = f"{bucket.url}/open-doc/1072/noname?Expires=1&Signature=a%2Fb"
        bucket.always("/open-doc/*", replies.page(PDF + b" far", content_type="binary/octet-stream"))
        listed = f"<p class='fjxx'>附件信息</p><ul class='fjxx'><li><a href='{own[2]}'>报价明细（12KB）</a></li></ul>"
        body = f"<a href='{own[0]}'>技术规范书</a><a href='{own[1]}'>附件：清单</a>{listed}"
        body += f"<a ignore='1' href='{far}'>图纸</a>"
        with FaultyPortal([notice(1, body, (button,)), notice(2, body)]) as portal:
            for each in own:
                portal.always(each, replies.page(PDF + each.encode(), content_type="text/html"))
            crawled = house.crawl(portal)
            assert (crawled.run.outcome, crawled.issues) == (SUCCEEDED, [])
            asked = [seen for seen in portal.requests if seen.path in {button.path, *own}]
        assert sorted(seen.path for seen in asked) == sorted([button.path, *own])
        pages = {SITE + notice(number).path for number in (1, 2)}
        assert {seen.referer for seen in asked} <= pages
        assert [seen.referer in pages for seen in bucket.requests if seen.path != "/robots.txt"] == [True]
    kept = states(house)
    assert set(kept) == {SITE + button.path, *(SITE + each for each in own), far}
    assert all(is_kept for _, _, is_kept in kept.values())
    with house.store.read() as unit:
        captures = {each.document.url: each.capture for each in unit.documents.all()}
    assert len({kept.sha256 for kept in captures.values() if kept}) == 5
    for url, capture in captures.items():
        assert capture is not None
        data = read_capture(house.captures, capture)
        assert data.startswith(PDF), url
        assert (capture.sha256, capture.size) == (sha256(data).hexdigest(), len(data))


def test_a_file_that_a_later_notice_links_again_is_not_asked_for_again(house: House) -> None:
    file = PortalDocument("采购文件.pdf", PDF, "ABCDEF01")
    with FaultyPortal([notice(1, documents=(file,))]) as portal:
        house.crawl(portal)
        portal.publish(replace(notice(2, documents=(file,)), title="望潮市办公物资采购项目更正公告"))
        again = house.crawl(portal)
        assert again.run.counts["new"] == 1
        assert portal.paths("/oss/*") == [file.path]
    with house.store.read() as unit:
        first, second = unit.documents.all()
        assert {first.notice, second.notice} == {"61000001", "61000002"}
        assert first.capture == second.capture
        assert first.capture is not None
        assert len(unit.documents.due()) == 2


def test_robots_and_size_hold_for_files_and_a_file_that_is_gone_is_named(house: House) -> None:
    robots = "User-agent: *\nDisallow: /closed/\n"
    with FaultyPortal(host="localhost", robots=robots) as bucket:
        far = [f"{bucket.url}/{name}.pdf" for name in ("closed/a", "b", "gone", "big")]
        bucket.always("/b.pdf", replies.page(PDF, content_type="application/pdf"))
        bucket.always("/big.pdf", Reply(200, PDF, content_type="application/pdf", claims=200_000_000))
        with FaultyPortal([notice(1, links(*far))]) as portal:
            house.crawl(portal)
            house.crawl(portal)
        assert sorted(bucket.paths("/*.pdf")) == ["/b.pdf", "/big.pdf", "/gone.pdf"]
    found = states(house)
    assert [found[each][2] for each in far] == [False, True, False, False]
    assert [found[each][0] for each in far] == ["failed", "unread", "failed", "failed"]
    assert "robots.txt" in found[far[0]][1]
    assert "404" in found[far[2]][1]
    assert "larger than the limit" in found[far[3]][1]


def test_a_login_page_in_place_of_a_file_closes_that_file_alone(house: House) -> None:
    with FaultyPortal([notice(1, links("/oss/download?uuid=A1", "/oss/download?uuid=B2"))]) as portal:
        portal.always("/oss/download?uuid=A1", replies.page(LOGIN))
        portal.always("/oss/download?uuid=B2", replies.page(PDF))
        crawled = house.crawl(portal)
        house.crawl(portal)
        assert sorted(portal.paths("/oss/*")) == ["/oss/download?uuid=A1", "/oss/download?uuid=B2"]
        (warc, *_) = sorted(house.captures.iterdir())
        assert LOGIN.encode() in [each.body for each in read_archive(warc)]
    closed, given = (states(house)[f"{SITE}/oss/download?uuid={name}"] for name in ("A1", "B2"))
    assert closed == ("failed", "the site answered with a login page instead of the file", False)
    assert given[2]
    assert "refused" not in crawled.kinds


def test_a_captcha_in_place_of_a_file_ends_the_run_and_is_written_on_the_document(house: House) -> None:
    file = PortalDocument("采购文件.pdf", PDF, "ABCDEF01")
    with FaultyPortal([notice(1, documents=(file,))]) as portal:
        portal.always(file.path, replies.captcha())
        first = house.crawl(portal)
        assert (first.run.outcome, first.kinds) == (PARTIAL, ["refused"])
        assert portal.paths()[-1] == file.path
        assert states(house)[SITE + file.path] == (
            "unread",
            "not fetched: the site answered with a challenge or block page ('安全验证') (times asked: 1)",
            False,
        )
        house.crawl(portal)
        assert "(times asked: 2)" in states(house)[SITE + file.path][1]
        assert portal.paths("/verify*") == []
        portal.always(file.path, replies.page(PDF))
        house.crawl(portal)
    assert states(house)[SITE + file.path][1:] == ("fetched, not read yet", True)


class ListedSite(ZcySite):
    """A site whose articles list their attachments beside the body."""

    def __init__(self, shelf: Shelf, attached: dict[str, object]) -> None:
        super().__init__(shelf)
        self.attached = attached

    def answer(self, path: str, posted: bytes) -> Reply | None:
        answer = super().answer(path, posted)
        if not path.startswith("/portal/detail?") or answer is None or answer.body is None:
            return answer
        said = json.loads(answer.body)
        said["result"]["data"] |= self.attached
        return json_reply(said)


def test_what_a_portal_lists_beside_an_article_is_fetched_or_named_as_withheld(house: House) -> None:
    with FaultyPortal(host="localhost") as bucket:
        address = f"{bucket.url}/1072/a%3D?sign=x"
        bucket.always("/1072/*", replies.page(PDF, content_type="application/octet-stream"))
        given, kept = {"fileId": address, "name": "采购需求.pdf"}, {"fileId": "1072Op==", "name": "采购文件.zip"}
        site = ListedSite(Shelf(made_up(1, "ZcyAnnouncement3001")), {"attachmentVO": {"attachments": [given, kept]}})
        with SitePortal(site) as portal:
            crawled = house.crawl(portal, "zcy-shanghai", since="2026-11-18", until="2026-11-20")
            assert crawled.run.counts["notices"] == 1
            second = house.crawl(portal, "zcy-shanghai", since="2026-11-18", until="2026-11-20")
            assert second.run.counts["documents"] == 0
        assert len(bucket.paths("/1072/*")) == 1
    with house.store.read() as unit:
        documents = {each.document.title: each for each in unit.documents.all()}
    assert documents["采购需求.pdf"].capture is not None
    withheld = documents["采购文件.zip"]
    assert (withheld.capture, withheld.document.state) == (None, "failed")
    assert withheld.document.reason == "the site names the file and gives no address to fetch it from"
