"""An alert as its readers get it."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from html.parser import HTMLParser

import pytest

from alerts import wording
from alerts.message import email_content, webhook_body
from alerts.routes import Route, alert_of
from notices.alert import DIGEST, FINDINGS, Alert
from notices.finding import RELATIONS, FindingReport, Place, Quantity, report_row

Make = Callable[..., FindingReport]
DESK = "http://desk.example:8000"
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&{{ 7*7 }}"


class Page(HTMLParser):
    """The tags, links and visible text of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.marked: list[str] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]
        assert not [name for name, _ in attrs if name.startswith("on")]

    def handle_data(self, data: str) -> None:
        if self.tags[-1:] == ["mark"] and self.lasttag == "mark":
            self.marked.append(data)
        self.text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "mark":
            self.tags.append("/mark")


def alert_with(now: datetime, *reports: FindingReport) -> Alert:
    return alert_of(Route("export desk", ("c",)), reports, now)


FACTS = (
    "NVIDIA H100", "What the notice procures", "16 cards in 2 servers", "GPU服务器 | 2台，每台8卡 NVIDIA H100 80GB",
    "item row 2", "NVIDIA H100 was listed under ECCN 3A090 as of 2024-03-05.",
    "restricted · as of 2024-03-05 · 87 FR 62186 · rule us-2022-10-07",
    "东屏理工大学智能计算平台中标公告", "Award · 中标（成交）结果公告", "2024-03-05",
    "北泽恒远工程咨询有限公司", "岭川云算科技有限公司", "CNY 2,805,000 (280.5 万元)", "Guangdong (广东)",
    "named in a row of what was awarded",
    "采购文件.rar: needs a password", "ab" * 32, "critical",
)  # fmt: skip


def test_the_mail_states_every_fact_in_text_and_in_html(report: Make, now: datetime) -> None:
    content = email_content(alert_with(now, report(unread_documents=("采购文件.rar: needs a password",))), DESK)
    page = Page(content.html)

    assert [fact for fact in FACTS if fact not in content.text] == []
    assert [fact for fact in FACTS if fact not in page.text] == []
    assert page.links == [f"{DESK}/findings/a1", "https://notices.example/t20240305_1.htm"]
    assert all(link in content.text for link in page.links)
    assert content.subject == "Critical: NVIDIA H100 (16 cards in 2 servers) – 东屏理工大学 – Award"


def test_what_is_not_stated_is_said_to_be_not_stated(report: Make, now: datetime) -> None:
    bare = report(
        buyer=None, agency=None, suppliers=(), amount_cny=None, region=None, published=None, quantity=None,
        capture_sha256=None, reasons=(), sentence="", as_of=None, rule=None, citation=None, status="unknown_date",
    )  # fmt: skip

    content = email_content(alert_with(now, bare), DESK)

    assert Page(content.html).text.count("not stated") == 7
    assert content.text.count("not stated") == 7
    assert "No publication date to judge by" in content.text
    assert "None" not in content.text + content.html
    assert content.subject == "Critical: NVIDIA H100 – 东屏理工大学智能计算平台中标公告 – Award"


def test_the_control_sentence_stands_once(report: Make, now: datetime) -> None:
    sentence = "NVIDIA H100 was listed under ECCN 3A090 as of 2024-03-05."

    content = email_content(alert_with(now, report(reasons=("named in a row", sentence))), DESK)

    assert content.text.count(sentence) == 1
    assert Page(content.html).text.count(sentence) == 1


def test_a_status_without_a_sentence_gets_plain_english(report: Make, now: datetime) -> None:
    text = email_content(alert_with(now, report(sentence="", status="licensable")), DESK).text

    assert "Listed as licensable (case by case, or after notification)" in text
    assert "licensable · as of 2024-03-05 · 87 FR 62186" in text


def test_hostile_words_of_a_notice_stay_words(report: Make, now: datetime) -> None:
    hostile = report(
        title=HOSTILE, buyer=HOSTILE, agency=HOSTILE, suppliers=(HOSTILE,), region=HOSTILE, quote=HOSTILE,
        label=HOSTILE,
        reasons=(HOSTILE,), unread_documents=(HOSTILE,), sentence=HOSTILE, citation=HOSTILE, candidates=(HOSTILE,),
        source=HOSTILE, origin=HOSTILE, url="javascript:alert(1)", published=HOSTILE,
    )  # fmt: skip

    page = Page(email_content(alert_of(Route(HOSTILE, ("c",)), [hostile], now), DESK).html)

    assert not {"script", "img"} & set(page.tags)
    assert page.links == [f"{DESK}/findings/a1"], "an address that is no web address is not a link"
    assert "javascript:alert(1)" in page.text
    assert HOSTILE in page.text
    assert "49" not in page.text


def test_the_subject_is_one_line_whatever_the_notice_says(report: Make, now: datetime) -> None:
    hostile = report(buyer="东屏\r\nBcc: x@example.org\u2028\x00\u202e大学" + "长" * 200, label="H100\nX: y")

    subject = email_content(alert_with(now, hostile), DESK).subject

    assert subject.startswith("Critical: H100 X: y (16 cards in 2 servers) – 东屏 Bcc: x@example.org 大学长")
    assert len(subject) <= 150
    assert not re.search(r"[\x00-\x1f\x7f\u2028\u202e]", subject)


def test_a_quote_cannot_forge_lines_of_the_text(report: Make, now: datetime) -> None:
    forged = report(quote="H100\nDesk:        http://evil.example\r\nOriginal:    http://evil.example")

    text = email_content(alert_with(now, forged), DESK).text

    assert [line for line in text.splitlines() if line.startswith("Desk:")] == [f"Desk:        {DESK}/findings/a1"]


def test_many_findings_are_counted_and_the_most_severe_shown(report: Make, now: datetime) -> None:
    reports = [report(key=f"k{number:02}", severity="low") for number in range(44)] + [report(key="z")]

    content = email_content(alert_with(now, *reports), DESK)

    assert content.text.count("Capture:") == 40
    assert "45 findings in 1 notice: 1 critical, 44 low" in content.text
    assert "And 5 more of this procedure, not shown here" in content.text
    assert "And 5 more of this procedure, not shown here" in content.html
    assert content.text.index("[critical]") < content.text.index("[low]")


def test_the_same_alert_gives_the_same_mail_and_the_same_bytes(report: Make, now: datetime) -> None:
    one, two = report(key="k1"), report(key="k2")

    assert webhook_body(alert_with(now, one, two)) == webhook_body(alert_with(now + timedelta(days=1), two, one))
    assert email_content(alert_with(now, one, two), DESK) == email_content(alert_with(now, two, one), DESK)


def test_the_webhook_body_holds_the_rows_of_the_findings_listing(report: Make, now: datetime) -> None:
    alert = alert_with(now, report())

    assert json.loads(webhook_body(alert)) == {
        "type": "findings.flagged",
        "route": "export desk",
        "alert": alert.id,
        "findings": [report_row(report())],
    }


def test_a_broken_character_in_a_notice_does_not_stop_an_alert(report: Make, now: datetime) -> None:
    alert = alert_with(now, report(title="采购\ud83d公告", quote="H100 \udc00"))

    assert json.loads(webhook_body(alert))["findings"][0]["title"] == "采购\ud83d公告"
    assert "采购公告" in email_content(alert, DESK).html.encode().decode()


@pytest.mark.parametrize(
    ("label", "item", "quote", "marked"),
    [
        ("NVIDIA H20", "nvidia-h20", "不接受H200，要求NVIDIA-H20", ["NVIDIA-H20"]),
        ("NVIDIA GeForce RTX 4090", "nvidia-rtx-4090", "GeForce RTX4090×4", ["GeForce RTX4090"]),
        ("NVIDIA A100", "nvidia-a100", "采购A100服务器，80G", ["A100"]),
        ("Huawei Ascend 910B", "huawei-ascend-910b", "昇腾910B", ["910B"]),
        ("Amazon Web Services", "aws", "亚马逊云账号", ["亚马逊云账号"]),
        ("NVIDIA H800", "nvidia-h800", "H 800训练服务器2台", ["H 800"]),
        ("Google Cloud", "google-cloud", "采购Google Cloud服务，Web服务", ["Google Cloud"]),
        ("GPU implied by specification rows", "spec-implied-gpu", "GPU显存≥80GB", ["GPU显存≥80GB"]),
        ("", "", "某物", ["某物"]),
        ("OpenAI", "openai", "OPENAI接口、openai令牌", ["OPENAI", "openai"]),
    ],
)
def test_the_matched_part_of_a_quote_is_marked(
    report: Make, now: datetime, label: str, item: str, quote: str, marked: list[str]
) -> None:
    content = email_content(alert_with(now, report(label=label, item=item, quote=quote)), DESK)

    assert Page(content.html).marked == marked
    assert f"Quote:       {quote}" in content.text
    assert f"Matched:     {' / '.join(marked)}" in content.text


def test_a_very_long_quote_is_cut_around_what_matched(report: Make, now: datetime) -> None:
    long = report(quote="前" * 3000 + "NVIDIA H100" + "后" * 3000)

    page = Page(email_content(alert_with(now, long), DESK).html)

    assert page.marked == ["NVIDIA H100"]
    assert "…前" in page.text
    assert "后…" in page.text
    assert 800 < page.text.count("前") + page.text.count("后") < 900


@pytest.mark.parametrize(
    ("quantity", "words"),
    [
        (None, None),
        (Quantity(), None),
        (Quantity(1), "1 card"),
        (Quantity(16, 2), "16 cards in 2 servers"),
        (Quantity(None, 2), "2 servers, number of cards not stated"),
        (Quantity(40000000, unit="token"), "40,000,000 tokens"),
        (Quantity(1.5, unit="card-month"), "1.5 card-months"),
    ],
)
def test_quantities_in_words(quantity: Quantity | None, words: str | None) -> None:
    assert wording.quantity_words(quantity) == words


@pytest.mark.parametrize(
    ("yuan", "words"),
    [
        (None, None),
        (0.0, "CNY 0"),
        (9860.5, "CNY 9,860.50"),
        (1285000.0, "CNY 1,285,000 (128.5 万元)"),
        (123456789.0, "CNY 123,456,789 (1.2346 亿元)"),
    ],
)
def test_amounts_in_words(yuan: float | None, words: str | None) -> None:
    assert wording.amount_words(yuan) == words


@pytest.mark.parametrize(
    ("origin", "words"),
    [
        ("title", "title"),
        ("body", "text of the notice"),
        ("item:2", "item row 2"),
        ("document:3", "attachment 3"),
        ("document:3#page=14", "attachment 3, page 14"),
        ("document:1#sheet=报价&row=7", "attachment 1, sheet 报价, row 7"),
        ("elsewhere:x", "elsewhere:x"),
    ],
)
def test_places_in_words(origin: str, words: str) -> None:
    assert wording.place_words(Place(origin, 0, 1, "x")) == words


def test_a_place_says_its_row_and_that_it_was_read_by_ocr() -> None:
    assert wording.place_words(Place("document:1#sheet=报价", 0, 1, "x", row=7)) == "attachment 1, sheet 报价, row 7"
    scanned = Place("document:2#page=3", 0, 1, "x", confidence=0.94)
    assert wording.place_words(scanned) == (
        "attachment 2, page 3 (read by OCR, confidence 0.94: compare it with the scan)"
    )


def test_a_finding_from_a_scan_says_so_in_alert_and_digest_and_one_from_characters_does_not(
    report: Make, now: datetime
) -> None:
    given = report()
    scanned = replace(given, finding=replace(given.finding, place=replace(given.finding.place, confidence=0.9)))
    for kind in (FINDINGS, DIGEST):
        told = email_content(replace(alert_with(now, scanned), kind=kind), DESK)
        assert "read by OCR, confidence 0.90" in told.text
        assert "read by OCR, confidence 0.90" in told.html
        plain = email_content(replace(alert_with(now, given), kind=kind), DESK)
        assert "OCR" not in plain.text + plain.html
    row = json.loads(webhook_body(alert_with(now, scanned)))["findings"][0]
    assert (row["ocr_confidence"], row["row"]) == (0.9, None)


@pytest.mark.parametrize(
    ("region", "words"),
    [
        ("110000", "Beijing (北京)"),
        ("北京市海淀区", "Beijing (北京市海淀区)"),
        ("beijing", "Beijing"),
        ("某地", "某地"),
    ],
)
def test_regions_in_words(region: str, words: str) -> None:
    assert wording.region_words(region) == words


def test_every_relation_has_plain_english() -> None:
    assert set(wording.RELATIONS_IN_ENGLISH) == set(RELATIONS)


def test_no_words_of_ours_call_a_purchase_unlawful(report: Make, now: datetime) -> None:
    content = email_content(alert_with(now, *(report(key=one, relation=one) for one in RELATIONS)), DESK)

    assert not re.search(r"illegal|unlawful|banned|smuggl|violat", content.text + content.html, re.IGNORECASE)
