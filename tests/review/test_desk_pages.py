"""Every page of the desk answers, in both languages, and says what the store says."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.review import words
from monitor.review.words import Words
from notices.document import PARTLY_READ, Text
from notices.finding import RELATIONS, SEVERITIES, Quantity
from notices.review import VERDICTS
from notices.run import ISSUE_KINDS
from storage import Store
from tests.review import invented
from tests.review.conftest import Desk, browse, visible


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/overview",
        "/buyers",
        "/sellers",
        "/items",
        "/items/nvidia-h100",
        "/sources",
        "/alerts",
        "/runs",
        "/?view=all",
        "/?item=nothing",
        "/nowhere",
    ],
)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_page_answers_in_both_languages(desk: Desk, path: str, language: str) -> None:
    page = desk.client.get(path, params={"lang": language} if "?" not in path else None, headers=_chose(language)).text
    assert f'<html lang="{"zh-Hans" if language == "zh" else "en"}">' in page
    assert ("待复核" if language == "zh" else "Queue") in page
    assert len(page.encode()) < 100_000


def _chose(language: str) -> dict[str, str]:
    return {"cookie": f"desk_language={language}"}


def test_a_chosen_language_stays_and_an_unknown_one_is_named(desk: Desk) -> None:
    assert "待复核" in desk.get("/?lang=zh")
    assert "来源" in desk.get("/sources")
    assert "Sources" in desk.get("/sources?lang=en")
    page = desk.get("/?lang=fr", 400)
    assert "lang=fr" in page
    assert "<code>zh</code>" in page


def test_every_finding_of_the_store_has_a_page_of_less_than_100_kb_with_its_quote_marked(desk: Desk) -> None:
    for key in desk.keys.values():
        page = desk.get(f"/findings/{key}")
        assert page.count('id="hit"') == 1
        assert len(page.encode()) < 100_000


def test_a_queue_of_many_long_findings_stays_under_100_kb_and_shows_all_by_pages(sqlite_store: Store) -> None:
    with sqlite_store.begin() as unit:
        for number in range(95):
            text = "大" * 400 + f"采购NVIDIA H100第{number}批" + "模型" * 400
            made = invented.notice(number, "高性能计算平台建设" * 12, "tender", text)
            found = invented.finding(made, "nvidia-h100", "NVIDIA H100", invented.place(text, "NVIDIA H100"))
            unit.findings.replace(unit.notices.save(made, invented.NOW).notice_id, made.source, [found], invented.NOW)
    client = browse(sqlite_store, Path("nowhere"))
    pages = [client.get(f"/?page={number}").text for number in (1, 2, 3)]
    assert [page.count('class="go"') for page in pages] == [40, 40, 15]
    assert all(len(page.encode()) < 100_000 for page in pages)
    assert 'rel="next"' in pages[0]
    assert 'rel="next"' not in pages[2]
    assert len({line for page in pages for line in page.split('"') if line.startswith("/findings/")}) == 95
    assert client.get("/?page=99").text.count('class="go"') == 15


def test_the_queue_shows_the_most_severe_and_newest_first_with_what_decides(desk: Desk) -> None:
    page = desk.get("/")
    order = [page.index(desk.keys[name]) for name in ("h100", "nvidia-a800", "nvidia-h20", "aws", "l20")]
    assert order == sorted(order)
    assert desk.keys["a100"] not in page
    row = visible(page[page.index(desk.keys["h100"]) : page.index("</li>", page.index(desk.keys["h100"]))])
    for shown in (
        "NVIDIA H100",
        "Buys 采购",
        "东屏理工大学",
        "北泽恒远科技有限公司",
        "¥2,598,000",
        "Award 中标（成交）结果公告",
        "2026-03-05",
        "Restricted as of 2026-03-05",
        "2 attachments not fully read",
    ):
        assert shown in row


def test_a_row_shows_its_quote_in_its_line_with_only_the_hit_marked(desk: Desk) -> None:
    page = desk.get("/?item=nvidia-a800")
    assert '新增<mark class="m-hit">A800 80GB</mark>加速卡16张，与现有节点同型号。' in page


def test_a_quote_in_an_attachment_is_shown_in_its_line(desk: Desk) -> None:
    with desk.store.begin() as unit:
        stored = unit.notices.get(invented.SOURCE, invented.AWARD.id)
        assert stored is not None
        spot = replace(invented.H100.place, origin="document:1#page=14", start=8, end=12, quote="H100")
        found = replace(invented.H100, item="nvidia-hgx", label="NVIDIA HGX", place=spot, also=())
        (key,) = unit.findings.replace(stored.id, invented.SOURCE, [found], invented.NOW)
    assert '技术参数：训练卡<mark class="m-hit">H100</mark>，显存80GB。' in desk.get("/?item=nvidia-hgx")
    page = desk.get(f"/findings/{key}")
    assert "Attachment 1, page 14" in page
    assert '训练卡<mark class="m-hit" id="hit">H100</mark>' in page


def test_the_finding_says_all_that_a_verdict_needs(desk: Desk) -> None:
    page = visible(desk.get(f"/findings/{desk.keys['h100']}"))
    for shown in (
        "Listed under ECCN 3A090/4A090 for export to China as of 2026-03-05.",
        "Rule: us-2023-10-17",
        "Citation: 88 FR 73458",
        "16 cards in 2 servers",
        "The notice procures, awards, contracts or intends to procure it.",
        "The product is named",
        "Agency 代理机构 南汀招标咨询有限公司",
        "¥2,598,000 Award 2598000.00元",
        "Award 中标（成交）结果公告 “中标公告”",
        "Beijing · 北京",
        "2 attachments were not read: 中标标的清单.pdf, 评审附件.rar",
        "the archive is protected by a password",
        "5d41402abc4b2a76",
        "The goods table of an award names NVIDIA H100.",
        "1 of 14 in this queue",
    ):
        assert shown in page
    assert "illegal" not in page.lower()


def test_the_candidates_of_a_specification_are_named(desk: Desk) -> None:
    page = visible(desk.get(f"/findings/{desk.keys['spec-implied-gpu']}"))
    assert "NVIDIA H100, NVIDIA H800" in page
    assert "Inferred from the specification; the product is not named" in page


def test_a_document_read_in_part_is_not_called_unread(desk: Desk) -> None:
    with desk.store.begin() as unit:
        second = unit.documents.all()[1]
        unit.documents.set_read(second.id, PARTLY_READ, "3 of 9 pages are pictures", "pdf", [], invented.NOW)
    page = visible(desk.get(f"/findings/{desk.keys['h100']}"))
    assert "1 attachment was not read: 评审附件.rar" in page
    assert "1 attachment was read only in part: 中标标的清单.pdf" in page
    assert "3 of 9 pages are pictures" in page


def test_tables_stay_tables_and_other_mentions_are_marked_softly(desk: Desk) -> None:
    page = desk.get(f"/findings/{desk.keys['h100']}")
    assert '<td><mark class="m-hit" id="hit">配置8张NVIDIA H100 80GB SXM5</mark>，NVLink互联</td>' in page
    assert re.search(
        r'<th scope="row">采购代理机构 <span class="gl"[^<]*</span> </th><td>南汀招标咨询有限公司</td>', page
    )
    assert re.search(r'<th scope="col">规格型号 <span class="gl"', page)
    assert '<mark class="m-also">兼容H100集群</mark>' in page
    assert '<mark class="m-other">原有A100节点维保</mark>' in page
    evidence = page[page.index('class="evidence') : page.index("</section>", page.index('class="evidence'))]
    assert " | " not in visible(evidence)


def test_the_procedure_is_a_timeline_with_the_findings_of_its_notices(desk: Desk) -> None:
    page = desk.get(f"/findings/{desk.keys['h100']}")
    timeline = page[page.index('class="timeline"') :]
    assert timeline.index("2026-02-02") < timeline.index("2026-03-05")
    assert f'href="/findings/{desk.keys["tender"]}"' in timeline
    assert "https://portal.invalid/notice/n0.htm" in timeline


def test_a_long_text_is_shown_around_its_quote_and_whole_page_by_page(desk: Desk) -> None:
    key = desk.keys["long"]
    page = visible(desk.get(f"/findings/{key}"))
    assert "第1500条 显卡为RTX 5090 32G" in page
    assert "第0001条" not in page
    assert "characters not shown here" in page
    parts = [visible(desk.get(f"/findings/{key}/text?origin=body&part={number}")) for number in range(1, 6)]
    whole = "".join("".join(part.split()) for part in parts)
    assert all(f"第{number:04}条" in whole for number in range(3000))
    desk.get(f"/findings/{key}/text?origin=body&part=6", 404)
    desk.get(f"/findings/{key}/text?origin=nowhere", 404)
    desk.get(f"/findings/{key}/text?part=x", 404)


def test_mentions_on_many_long_pages_stay_in_reach_and_the_page_small(desk: Desk) -> None:
    key, text = desk.keys["h100"], "参数 | 值\n" + "显存带宽 | 按要求响应\n" * 900 + "加速卡 | H100 | 8张\n"
    pages = [Text(f"#page={number}", text) for number in range(1, 31)]
    places = tuple(replace(invented.place(text, "H100"), origin=f"document:2{page.origin}") for page in pages)
    with desk.store.begin() as unit:
        unit.documents.set_read(unit.documents.all()[1].id, "read", "", "pdf", pages, invented.NOW)
        notice_id = unit.findings.notice_id(key)
        assert notice_id is not None
        unit.findings.replace(notice_id, invented.SOURCE, [replace(invented.H100, also=places)], invented.NOW)
    page = desk.get(f"/findings/{key}")
    assert len(page.encode()) < 100_000
    for number in range(1, 31):
        assert f"Attachment 2, page {number}<" in page
    link = re.findall(r'href="(/findings/\w+/text\?origin=document%3A2%23page%3D30[^"]*)"', page)[0]
    assert 'class="m-also">H100</mark>' in desk.get(link.replace("&amp;", "&"))


def test_of_a_procedure_of_very_many_notices_the_nearest_are_shown_and_the_others_counted(desk: Desk) -> None:
    with desk.store.begin() as unit:
        for number in range(100):
            unit.notices.save(replace(invented.TENDER, id=f"again-{number}"), invented.NOW)
    page = visible(desk.get(f"/findings/{desk.keys['h100']}"))
    assert "62 more notices share this procedure" in page
    assert "this notice" in page


def test_a_quote_that_is_no_longer_in_the_notice_is_said_to_be_gone(desk: Desk) -> None:
    with desk.store.begin() as unit:
        unit.notices.save(replace(invented.AWARD, text="更正后的公告正文。"), invented.NOW)
    page = desk.get(f"/findings/{desk.keys['h100']}")
    assert "does not stand in the present text" in page
    assert '<mark class="m-hit">配置8张NVIDIA H100 80GB SXM5</mark>' in page
    assert "2 of 2 — the page changed once since" in page


def test_sources_show_their_state_their_last_success_and_their_gap(desk: Desk) -> None:
    page = visible(desk.get("/sources"))
    for line in invented.SOURCES:
        assert line.title in page
    for shown in ("Refused", "Silent", "Failing", "Never run", "8,817", "2026-03-04 09:30", "challenge page"):
        assert shown in page


def test_sources_show_how_stale_they_are_in_both_languages(desk: Desk) -> None:
    page = " ".join(visible(desk.get("/sources")).split())
    assert "Fresh last success: 2 h ago, newest notice: 5 h ago, limit 4 d" in page
    assert "Stale last success: 2 d ago, newest notice: 11 d ago, limit 10 d" in page
    assert "Never succeeded limit 10 d" in page
    chinese = " ".join(visible(desk.get("/sources?lang=zh")).split())
    assert "陈旧程度" in chinese
    assert "新鲜 最近成功：2 小时前，最新公告：5 小时前，上限 4 天" in chinese
    assert "从未成功 上限 10 天" in chinese


def test_sources_and_runs_show_requests_and_failures_by_class(desk: Desk, sqlite_store: Store) -> None:
    page = visible(desk.get("/sources"))
    for shown in (
        "requests 57 · read 12 · new 3 · items per request 0.21",
        "Layout 4",
        "Server error 1",
        "at least 40",
    ):
        assert shown in " ".join(page.split())
    with sqlite_store.begin() as unit:
        run = unit.runs.start("crawl", "s", invented.NOW)
        unit.runs.finish(run, "partial", {"requests": 4, "notices": 2, "failure@over budget": 7}, invented.NOW)
    runs = " ".join(visible(browse(sqlite_store, Path("nowhere"), sources=()).get("/runs").text).split())
    assert "items per request 0.50" in runs
    assert "Over budget 7" in runs


def test_sources_may_be_made_anew_for_each_page(sqlite_store: Store) -> None:
    lines = list(invented.SOURCES[:1])
    client = browse(sqlite_store, Path("nowhere"), sources=lambda: lines)
    assert "dongping-portal" not in client.get("/sources").text
    lines.append(invented.SOURCES[2])
    assert "dongping-portal" in client.get("/sources").text
    assert client.get("/?source=dongping-portal").status_code == 200


def test_alerts_show_each_delivery_with_its_tries_and_error(desk: Desk) -> None:
    page = visible(desk.get("/alerts"))
    for shown in ("desk-mail", "desk@newsroom.invalid", "Sent", "Waiting", "the receiver answered 503", "2 tries"):
        assert shown in page
    assert "desk-mail" not in desk.get("/alerts?state=pending")
    assert "<code>dead</code>" in desk.get("/alerts?state=lost", 400)
    desk.get("/alerts?page=0", 400)


def test_runs_show_what_they_did_and_the_issues_that_they_met(desk: Desk) -> None:
    page = visible(desk.get("/runs"))
    for shown in (
        "Crawl 采集 ccgp-local",
        "Succeeded",
        "7 min",
        "requests 412",
        "Failed",
        "Refused",
        "left alone until",
    ):
        assert shown in page


def test_health_is_json(desk: Desk) -> None:
    said = desk.client.get("/healthz").json()
    assert said == {"status": "ok", "to_review": 14, "notices": 14, "time": "2026-03-06T01:30:00+00:00"}


def test_an_empty_store_is_shown_as_empty(sqlite_store: Store) -> None:
    client = browse(sqlite_store, Path("nowhere"))
    for path, said in (
        ("/", "Nothing left to review"),
        ("/overview", "No notice is stored yet."),
        ("/buyers", "None yet."),
        ("/items", "None yet."),
        ("/items/nvidia-h100", "No finding of it yet."),
        ("/sources", "No source"),
        ("/alerts", "No alert"),
        ("/runs", "No stage"),
    ):
        assert said in client.get(path).text


CODES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("relation", RELATIONS),
    ("relation_long", RELATIONS),
    ("severity", SEVERITIES),
    ("verdict", VERDICTS),
    ("issue", ISSUE_KINDS),
)


@pytest.mark.parametrize(("table", "known"), CODES)
def test_every_code_has_words(table: str, known: tuple[str, ...]) -> None:
    assert set(known) <= set(words.codes(table))


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (lambda w: w.quantity(Quantity(16, 2)), "16 cards in 2 servers"),
        (lambda w: w.quantity(Quantity(1)), "1 card"),
        (lambda w: w.quantity(Quantity(None, 1)), "1 server"),
        (lambda w: w.quantity(Quantity(40_000_000, unit="token")), "40,000,000 tokens"),
        (lambda w: w.quantity(Quantity(2.5, unit="petaflop")), "2.5 petaflops"),
        (lambda w: w.quantity(Quantity()), None),
        (lambda w: w.region("北京市"), "Beijing · 北京"),
        (lambda w: w.region("东屏"), "东屏"),
        (lambda w: w.place("document:3#page=14"), "Attachment 3, page 14"),
        (lambda w: w.place("document:3#sheet=报价&row=7"), "Attachment 3, sheet 报价, row 7"),
        (lambda w: w.place("item:2"), "Item row 2"),
        (lambda w: words.yuan(2598000.0), "¥2,598,000"),
        (lambda w: words.yuan(0.5), "¥0.50"),
        (lambda w: words.yuan(None), None),
    ],
)
def test_figures_and_places_are_put_in_words(shown: Callable[[Words], str | None], expected: str | None) -> None:
    assert shown(Words("en")) == expected


def test_figures_are_put_in_chinese_words_too() -> None:
    assert Words("zh").quantity(Quantity(16, 2)) == "16 张（2 台服务器）"
    assert Words("zh").place("document:3#page=14") == "附件 3，第 14 页"


def test_every_word_that_a_page_asks_for_is_there_in_two_languages() -> None:
    folder = Path(words.__file__).parent
    asked = {
        key
        for template in (folder / "templates").iterdir()
        for key in re.findall(r"\bw(?:\.label)?\('(\w+)'(?! ~)", template.read_text(encoding="utf-8"))
    }
    assert len(asked) > 100
    assert asked <= set(words.codes("ui"))
    for key in words.codes("ui"):
        fields = [set(re.findall(r"{\w+}", text)) for text in words.pair("ui", key)]
        assert fields[0] == fields[1], key
        assert all(words.pair("ui", key)), key
