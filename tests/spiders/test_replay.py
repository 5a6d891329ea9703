"""A crawl that is answered from WARC files alone: nothing goes to the network, what is missing is named."""

import json
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from notices.run import FAILED, PARTIAL, SUCCEEDED
from spiders.captures import CaptureFile
from spiders.handlers import archive_key
from spiders.middlewares import points_inside
from storage.archive import verify
from tests.portal.pages import PortalDocument, PortalNotice, render_detail, render_list
from tests.portal.portal import NEWEST, made_up_notices
from tests.spiders.crawling import ROOT, House

SITE = "http://www.ccgp.gov.cn"
CHANNEL = "zygg/gkzb"
FETCHED = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
FILES = [PortalDocument(f"需求{n}.txt", f"需求{n}".encode(), f"0A0B0C0{n}") for n in (1, 2)]


def some_notices() -> list[PortalNotice]:
    made = made_up_notices(23, [CHANNEL], NEWEST)
    files = {3: (FILES[0],), 5: tuple(FILES)}
    return [
        PortalNotice(n.id, n.channel, n.title, n.published, n.body, documents=files.get(number, ()))
        for number, n in enumerate(made)
    ]


def write_archive(folder: Path, notices: Sequence[PortalNotice], without: Sequence[str] = ()) -> Path:
    """The WARC file of a visit to a channel of these notices, with two list pages, in the order of a crawl."""
    pages = {f"/cggg/{CHANNEL}/index.htm": notices[:20], f"/cggg/{CHANNEL}/index_1.htm": notices[20:]}
    answers = {path: render_list(CHANNEL, rows, n, 2).encode() for n, (path, rows) in enumerate(pages.items())}
    answers |= {notice.path: render_detail(notice).encode() for notice in notices}
    answers |= {file.path: file.data for file in FILES}
    archive = CaptureFile(folder, "visit", FETCHED, "tenderwatch/0")
    archive.keep(f"{SITE}/robots.txt", 404, [("Content-Type", "text/html")], b"none", FETCHED)
    for path, body in answers.items():
        if path not in without:
            # Recorded over https, asked over http: the same page.
            archive.keep(SITE.replace("http", "https") + path, 200, [("Content-Type", "text/html")], body, FETCHED)
    return archive.path


def test_a_replay_stores_the_archive_under_the_sites_addresses(tmp_path: Path, house: House) -> None:
    notices = some_notices()
    crawled = house.crawl(replay=write_archive(tmp_path, notices))
    assert (crawled.status, crawled.run.outcome, crawled.issues) == (0, SUCCEEDED, [])
    assert house.ids() == {notice.id for notice in notices}
    assert list(house.fetched_files().values()) == [True, True]
    # The other channels are not in the archive: that is said, and no issue. What the pager does not name is not missed.
    assert crawled.run.counts["missing_lists"] == 11
    assert len(crawled.progress[-1]["absent"]) == 11
    with house.store.read() as unit:
        stored = unit.notices.get("ccgp-central", notices[0].id)
        assert stored is not None
        assert stored.capture is not None
        assert (stored.notice.url, stored.capture.fetched_at) == (SITE + notices[0].path, FETCHED)
        assert verify(house.captures, stored.capture) is None
        # An archive says nothing of how far the site is known today.
        assert unit.runs.watermark("ccgp-central", "gkzb") is None
        assert unit.runs.requests("www.ccgp.gov.cn", f"{datetime.now(UTC):%Y-%m-%d}") == 0
    again = house.crawl(replay=tmp_path / "visit-20261120T090000Z-*.warc.gz")
    assert (again.status, again.errors.count("\n")) == (2, 1)


def test_what_an_archive_lacks_is_named_and_a_cut_one_is_used_up_to_the_cut(tmp_path: Path, house: House) -> None:
    notices = some_notices()
    lacking = [notices[4].path, FILES[1].path]
    whole = write_archive(tmp_path, notices, without=lacking)
    first = house.crawl(replay=whole)
    assert (first.status, first.run.outcome, first.kinds) == (3, PARTIAL, ["missing", "missing"])
    assert {str(issue.url).partition("www.ccgp.gov.cn")[2] for issue in first.issues} == set(lacking)
    assert len(house.ids()) == 22
    assert Counter(house.fetched_files().values()) == {True: 1, False: 1}

    full = write_archive(tmp_path / "full", notices)
    cut = tmp_path / "cut.warc.gz"
    cut.write_bytes(full.read_bytes()[:-200])
    second = house.crawl(replay=f"{cut},{whole}")
    assert second.kinds == ["missing", "unreadable"]
    assert "breaks off" in " ".join(issue.message for issue in second.issues)
    assert second.run.counts["new"] == 1
    assert len(house.ids()) == 23
    third = house.crawl(replay=full)
    assert (third.status, third.issues) == (0, [])
    assert Counter(house.fetched_files().values()) == {True: 2}


def test_a_page_cannot_send_the_crawl_into_a_private_network(tmp_path: Path, house: House) -> None:
    hostile = ("http://127.0.0.1:8000/secret.pdf", "http://169.254.169.254/latest.zip", "http://intranet/plan.docx")
    links = "".join(f'<p>附件：<a href="{link}">{link.rpartition("/")[2]}</a></p>' for link in hostile)
    notices = some_notices()
    notices[0] = PortalNotice("61000000", CHANNEL, "望潮市办公物资采购项目", NEWEST, body=links)
    crawled = house.crawl(replay=write_archive(tmp_path, notices))
    assert crawled.kinds == ["failed"] * 3
    with house.store.read() as unit:
        files = {each.document.url: each.document for each in unit.documents.all() if each.notice == "61000000"}
    assert set(files) == set(hostile)
    assert {file.state for file in files.values()} == {"failed"}
    assert "private network" in files[hostile[1]].reason


@pytest.mark.parametrize(
    ("address", "is_private"),
    [
        ("http://10.0.0.7/a.pdf", True),
        ("http://[::1]/a.pdf", True),
        ("http://[fd00::1]/a.pdf", True),
        ("http://LOCALHOST./a.pdf", True),
        ("http://printer.local/a.pdf", True),
        ("http://8.8.8.8/a.pdf", False),
        ("https://open-doc.oss-cn-north-2.aliyuncs.example/a.pdf", False),
        ("http://www.ccgp.gov.cn/a.pdf", False),
    ],
)
def test_private_addresses_are_known(address: str, is_private: bool) -> None:
    assert points_inside(address) == is_private


def test_an_archive_of_another_site_is_a_failed_crawl(tmp_path: Path, house: House) -> None:
    crawled = house.crawl(source="ccgp-local", replay=write_archive(tmp_path, some_notices()))
    assert (crawled.status, crawled.run.outcome, crawled.kinds) == (1, FAILED, ["missing"])


def test_an_address_is_looked_up_without_scheme_and_index_page() -> None:
    key = archive_key("http://www.ccgp.gov.cn/cggg/dfgg/zbgg/")
    assert archive_key("https://WWW.ccgp.gov.cn/cggg/dfgg/zbgg/index.htm") == key
    assert archive_key("https://www.ccgp.gov.cn/cggg/dfgg/zbgg/index_1.htm") != key
    assert archive_key("http://a.example") == archive_key("https://a.example/")
    assert archive_key("http://a.example/oss?uuid=1") != archive_key("http://a.example/oss?uuid=2")


@pytest.mark.corpus
def test_the_pages_of_the_published_cases_are_stored_as_they_are(tmp_path: Path) -> None:
    press = ROOT.parent / "shared" / "press"
    truth = [json.loads(line) for line in (press / "dev" / "truth.jsonl").read_text(encoding="utf-8").splitlines()]
    house = House(tmp_path / "press")
    for source in ("ccgp-central", "ccgp-local"):
        crawled = house.crawl(source=source, since="2021-01-01", replay=press / "dev.warc.gz")
        assert (crawled.status, crawled.issues) == (0, [])
    with house.store.read() as unit:
        stored = {kept.notice.url: kept.notice for kept in unit.notices.all()}
        captures = [verify(house.captures, kept.capture) for kept in unit.captures.all()]
    house.store.close()
    found = {url: (n.title, n.published_on, n.kind, n.buyer, len(n.documents)) for url, n in stored.items()}
    assert found == {
        row["url"]: (row["title"], row["published"], row["notice_type"], row["buyer"], len(row["attachments"]))
        for row in truth
    }
    assert len(found) == 91
    assert set(house.captures.iterdir()) != set()
    assert set(captures) == {None}
