"""Dossiers: one file that stands alone, proves what it says, loads nothing, and is the same for the same state."""

import gzip
import re
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from monitor.cli import main
from monitor.review.privacy import LEFT_OUT, without_contacts
from notices.review import Review
from notices.terms import Contact, Terms
from storage.findings import FindingFilter
from tests.review import invented
from tests.review.conftest import Desk, visible

LOADING = {"script", "img", "iframe", "link", "object", "embed", "video", "audio", "form", "base", "svg", "source"}


class Loads(HTMLParser):
    """Collects what of a page would run, or be fetched without a click."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in LOADING or any(name.startswith("on") or name in {"src", "srcset", "style"} for name in given):
            self.found.append(tag)
        if tag == "meta" and (given.get("http-equiv") or "").lower() == "refresh":
            self.found.append("refresh")
        if tag == "a":
            self.links.append(given.get("href") or "")


def the_key(desk: Desk, item: str = "nvidia-h100", kind: str = "award") -> str:
    with desk.store.read() as unit:
        return unit.findings.keys(FindingFilter(item=item, kind=kind))[0]


def dossier(desk: Desk, key: str, query: str = "") -> str:
    return desk.get(f"/findings/{key}/dossier{query}")


def test_a_dossier_says_what_is_claimed_where_it_stands_and_how_to_check_it(desk: Desk) -> None:
    key = the_key(desk)
    with desk.store.begin() as unit:
        unit.reviews.add(Review(key, "confirmed", "Checked against the annex.", "分析员乙", invented.NOW))
        report = unit.findings.report(key)
        notice_id = unit.findings.notice_id(key)
        assert report is not None
        assert notice_id is not None
        captures = unit.captures.of_notice(notice_id)
        documents = unit.documents.of_notice(notice_id)
    assert captures
    page = visible(dossier(desk, key))
    for said in (
        report.finding.place.quote, report.title, report.buyer, report.finding.watchlist_version, "88 FR 73458",
        "2026-03-05", "Checked against the annex.", "分析员乙", "tenderwatch evidence verify", *report.suppliers,
        *report.finding.reasons,
    ):  # fmt: skip
        assert str(said) in page, said
    for _, capture in captures:
        assert capture.sha256 in page
        assert capture.warc in page
    assert re.search(r"&lt;urn:uuid:[0-9a-f-]{36}&gt;", dossier(desk, key))
    assert "&lt;time" not in dossier(desk, key)
    for each in documents:
        assert each.document.title in page
    assert "the record is whole" in page.lower()
    assert all(str(place.start) in page for place in report.finding.also)


def test_a_dossier_is_a_file_that_loads_and_runs_nothing(desk: Desk) -> None:
    hostile = '<script>alert(1)</script><img src=x onerror=alert(1)> "quoted" H100'
    notice = invented.notice(901, hostile, "award", f"{hostile}\n甲 | {hostile}", url="javascript:alert(1)")
    finding = invented.finding(notice, "nvidia-h100", hostile, invented.place(notice.text, hostile))
    with desk.store.begin() as unit:
        saved = unit.notices.save(notice, invented.NOW)
        (key,) = unit.findings.replace(saved.notice_id, notice.source, [finding], invented.NOW)
        unit.reviews.add(Review(key, "unsure", hostile, hostile, invented.NOW))
    for each in (key, the_key(desk)):
        answer = desk.client.get(f"/findings/{each}/dossier")
        assert answer.headers["content-disposition"].startswith('attachment; filename="dossier-')
        loads = Loads()
        loads.feed(answer.text)
        assert loads.found == []
        assert all(link.startswith(("https://", "http://")) for link in loads.links)
        assert "url(" not in answer.text
        assert "@import" not in answer.text


def test_the_same_state_gives_the_same_bytes_and_another_verdict_others(desk: Desk) -> None:
    key = the_key(desk)
    first = dossier(desk, key)
    assert dossier(desk, key) == first
    with desk.store.begin() as unit:
        unit.reviews.add(Review(key, "rejected", "", "甲", invented.NOW))
    assert dossier(desk, key) != first


def test_a_damaged_capture_is_told_in_the_dossier(desk: Desk) -> None:
    key = the_key(desk)
    for file in desk.captures.rglob("*.warc*"):
        file.write_bytes(b"\0" * file.stat().st_size)
    page = visible(dossier(desk, key))
    assert "The capture could not be confirmed:" in page
    assert "The record is whole" not in page


def test_the_record_can_be_taken_out_as_the_dossier_says(desk: Desk) -> None:
    key = the_key(desk)
    page = dossier(desk, key)
    offset, name, length = re.findall(r"tail -c \+(\d+) (\S+) \| head -c (\d+)", page)[0]
    record = (desk.captures / name).read_bytes()[int(offset) - 1 :][: int(length)]
    digest = re.findall(r"<dt>SHA-256</dt><dd><code>([0-9a-f]{64})", page)[0]
    plain = record if not record.startswith(b"\x1f\x8b") else gzip.decompress(record)
    body = plain.split(b"\r\n\r\n", 2)[2].removesuffix(b"\r\n\r\n")
    assert sha256(body).hexdigest() == digest


def test_contacts_are_left_out_and_what_is_evidence_stays(desk: Desk) -> None:
    text = (
        "联系人：甲某某，电话 010-55500000，13800000000，mail@x.invalid\n采购NVIDIA H100 服务器，编号20261390000000099"
    )
    notice = invented.notice(902, "采购公告", "tender", text)
    notice = replace(notice, terms=Terms(contacts=(Contact("buyer", "甲某某", "010-55500000"),)))
    finding = invented.finding(notice, "nvidia-h100", "NVIDIA H100", invented.place(text, "NVIDIA H100"))
    with desk.store.begin() as unit:
        saved = unit.notices.save(notice, invented.NOW)
        (key,) = unit.findings.replace(saved.notice_id, notice.source, [finding], invented.NOW)
    page = dossier(desk, key)
    for left_out in ("甲某某", "55500000", "13800000000", "mail@"):
        assert left_out not in page
    assert LEFT_OUT in page
    assert "编号20261390000000099" in visible(page)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("电话：0571-88880000转8", "电话：［…］转8"),
        ("（010）55500000", "（010）55500000"),
        ("(010) 55500000", "［…］"),
        ("手机 138-0000-0000。", "手机 ［…］。"),
        ("中标金额13800000000.00元", "中标金额13800000000.00元"),
        ("NVIDIA RTX 4090 24G, 1380000", "NVIDIA RTX 4090 24G, 1380000"),
        ("ZB-2026-13800000000", "ZB-2026-13800000000"),
    ],
)
def test_numbers_of_telephones_are_told_from_other_numbers(text: str, left: str) -> None:
    assert without_contacts(text, ()) == left


def test_an_archive_of_dossiers_has_an_index_that_leads_to_each(desk: Desk) -> None:
    answer = desk.client.get("/export/dossiers.zip?view=all&lang=zh")
    with desk.store.read() as unit:
        keys = unit.findings.keys(FindingFilter(flagged=True))
    with ZipFile(BytesIO(answer.content)) as archive:
        assert set(archive.namelist()) == {
            "index.html",
            "findings.csv",
            "about.json",
            *(f"dossiers/{key}.html" for key in keys),
        }
        loads = Loads()
        loads.feed(archive.read("index.html").decode())
        assert loads.found == []
        assert loads.links == ["findings.csv", *(f"dossiers/{key}.html" for key in keys)]
        assert archive.read(f"dossiers/{keys[0]}.html").decode() == dossier(desk, keys[0], "?lang=zh")
    assert desk.client.get("/export/dossiers.zip?view=all&lang=zh").content == answer.content


def test_an_index_of_very_many_dossiers_has_pages(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.review.dossier_archive.ON_A_PAGE", 2)
    answer = desk.client.get("/export/dossiers.zip?view=all")
    with desk.store.read() as unit:
        keys = unit.findings.keys(FindingFilter(flagged=True))
    with ZipFile(BytesIO(answer.content)) as archive:
        names = [name for name in archive.namelist() if name.startswith("index/")]
        assert len(names) == -(-len(keys) // 2)
        first = Loads()
        first.feed(archive.read("index.html").decode())
        assert first.links == ["findings.csv", *names]
        listed: list[str] = []
        for name in names:
            page = Loads()
            page.feed(archive.read(name).decode())
            assert page.links[0] == "../index.html"
            listed += page.links[1:]
        assert listed == [f"../dossiers/{key}.html" for key in keys]


def test_the_page_of_a_finding_offers_its_dossier_and_an_unknown_one_is_told(desk: Desk) -> None:
    key = the_key(desk)
    assert f'href="/findings/{key}/dossier?lang=en"' in desk.get(f"/findings/{key}")
    desk.get("/findings/0123456789abcdef01234567/dossier", 404)


def test_the_terminal_writes_dossiers(desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home, key = str(desk.captures.parent), the_key(desk)

    def status(*words: str) -> object:
        with pytest.raises(SystemExit) as ended:
            main(["--home", home, "export", *words])
        return ended.value.code

    assert status("dossier", key[:10], "--out", str(tmp_path / "d.html")) == 0
    assert key in (tmp_path / "d.html").read_text(encoding="utf-8")
    assert status("dossiers", "--filter", "view=all&item=nvidia-h100", "--out", str(tmp_path / "d.zip")) == 0
    assert "dossiers written" in capsys.readouterr().out
    with ZipFile(tmp_path / "d.zip") as archive:
        assert f"dossiers/{key}.html" in archive.namelist()
    assert status("dossier", "--out", str(tmp_path / "x")) == 2
    assert status("dossier", "zzz", "--out", str(tmp_path / "x")) == 2
    assert status("dossier", key) == 2
    assert status("dossier", key, "--out", str(tmp_path / "no" / "d.html")) == 1


def test_a_verdict_that_was_taken_back_and_a_reason_are_told(desk: Desk) -> None:
    key = the_key(desk)
    with desk.store.begin() as unit:
        unit.reviews.add(Review(key, "rejected", "", "分析员乙", invented.NOW, "existing"))
        seen = unit.reviews.counts([key])[key]
        assert unit.reviews.undo([(seen, Review(key, "", "", "分析员乙", invented.NOW))]) == []
    page = visible(dossier(desk, key))
    assert "Rejected Equipment already owned" in page
    assert "Taken back, in force again:" in page
