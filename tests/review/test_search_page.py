"""The desk's search: words in, results with their places out; every address and every wrong query is answered."""

from dataclasses import replace
from html import unescape
from pathlib import Path
from urllib.parse import quote

import pytest

from monitor.review.excerpts import BEHIND, excerpts_of
from monitor.stages.index import index_due
from notices.document import READ, Document, Text
from storage import Store
from storage.search_words import read_search
from tests.review import invented
from tests.review.conftest import Desk, browse, visible

PDF = Document("https://portal.invalid/spec.pdf", "技术规格书.pdf")


@pytest.fixture
def indexed(desk: Desk) -> Desk:
    index_due(desk.store)
    return desk


def searched(desk: Desk, words: str, rest: str = "", status: int = 200) -> str:
    return desk.get(f"/search?q={quote(words)}{rest}", status)


def test_an_empty_search_explains_its_syntax_in_both_languages(desk: Desk) -> None:
    page = visible(desk.get("/search"))
    assert "How to search" in page
    assert "A100 -二手 without the second word" in page
    assert "完全匹配该词组" in desk.get("/search?lang=zh")


def test_a_result_shows_the_words_marked_with_their_place_and_leads_to_the_notice(indexed: Desk) -> None:
    page = searched(indexed, "A800 节点")
    assert '<mark class="m-hit">A800</mark>' in page
    assert '<mark class="m-hit">节点</mark>' in page
    assert "Text of the notice" in visible(page)
    assert "与现有节点同型号" in visible(page)
    address = unescape(page.split('class="go"')[1].split('href="')[1].split('"')[0])
    notice = indexed.get(address)
    assert '<mark class="m-hit" id="hit">A800</mark>' in notice
    assert "Back to the search" in notice
    assert indexed.get("/notices/999999", 404)
    assert indexed.get(f"/notices/{2**80}", 404)


def test_words_of_an_attachment_are_shown_with_their_page(sqlite_store: Store) -> None:
    made = invented.notice(1, "采购公告", "tender", "正文").with_documents((PDF,))
    with sqlite_store.begin() as unit:
        unit.notices.save(made, invented.NOW)
        (each,) = unit.documents.all()
        texts = [Text("#page=1", "封面"), Text("#page=14", "机柜\n采用液冷H100八卡机型，NA1000除外" + "长文" * 9000)]
        unit.documents.set_read(each.id, READ, "", "pdf", texts, invented.NOW)
    client = browse(sqlite_store, Path("nowhere"))
    assert "2 changes are not in the search yet" in client.get("/search").text
    index_due(sqlite_store)
    page = client.get("/search?q=" + quote("液冷 h100")).text
    assert "not in the search yet" not in page
    row = visible(page[page.index('class="rows') :])
    assert "Attachment 1, page 14" in row
    assert "采用液冷H100八卡机型，NA1000除外" in row
    assert page.count('<mark class="m-hit">') == 2
    notice = client.get("/notices/1?q=" + quote("液冷")).text
    assert '<mark class="m-hit" id="hit">液冷</mark>' in notice
    part = client.get("/notices/1/text?q=" + quote("液冷") + "&origin=document:1%23page=14&part=2").text
    assert "长文长文" in part
    assert client.get("/notices/1/text?origin=document:9").status_code == 404
    assert len(notice.encode()) < 100_000


def test_a_filter_narrows_the_results_to_what_its_count_said(indexed: Desk) -> None:
    with indexed.store.begin() as unit:
        unit.notices.save(invented.notice(77, "无线索的采购", "tender", "采购"), invented.NOW)
    index_due(indexed.store)
    page = searched(indexed, "采购")
    facet = page[page.index("<h2>Stage") :].split("<li>")[1]
    address, count = unescape(facet.split('href="')[1].split('"')[0]), facet.split('class="n">')[1].split("<")[0]
    narrowed = indexed.get(address)
    assert narrowed.count('class="go"') == int(count)
    assert "Remove filter" in narrowed
    assert "flagged" in visible(page)
    flagged = searched(indexed, "采购", "&found=flagged")
    assert 0 < flagged.count('class="go"') < page.count('class="go"')


@pytest.mark.parametrize(
    ("words", "said", "said_in_chinese"),
    [
        ('"A100', "A quotation mark is not closed.", "引号未闭合"),
        ("-A100", "Give at least one word that is not excluded.", "不带减号"),
        ("A100 OR", "OR stands between two words", "位于两个词之间"),
        ("。。", "A word has no letter and no digit", "不含文字或数字"),
        ("算" * 201, "longer than 200 characters", "超过 200 字"),
        ("算 " * 21, "More than 20 words", "超过 20 个"),
    ],
)
def test_a_wrong_query_is_told_in_one_sentence_and_stays_in_its_box(
    desk: Desk, words: str, said: str, said_in_chinese: str
) -> None:
    page = unescape(searched(desk, words, status=400))
    assert said in page
    assert f'value="{words.strip()}"' in page
    assert said_in_chinese in searched(desk, words, "&lang=zh", 400)


@pytest.mark.parametrize(
    "part",
    ["month=2026-13", "month=26", "kind=x", "source=nowhere", "region=nowhere", "found=x", "order=best", "page=0",
     "page=501", "pages=1"],
)  # fmt: skip
def test_a_part_of_the_address_that_means_nothing_is_named(indexed: Desk, part: str) -> None:
    page = searched(indexed, "采购", f"&{part}", 400)
    assert part in page


def test_no_result_says_so_and_hostile_words_stay_words(indexed: Desk) -> None:
    assert "No notice has these words." in searched(indexed, "龘龘")
    hostile = ("<script>alert(1)</script>", "title : A100", "A100*", "NEAR(A100 B)", "'; DROP TABLE notice", "^A")
    for words in hostile:
        page = indexed.client.get("/search", params={"q": words})
        assert page.status_code in {200, 400}
        assert "<script>alert" not in page.text


def test_many_results_come_in_pages_of_less_than_100_kb(sqlite_store: Store) -> None:
    with sqlite_store.begin() as unit:
        for number in range(45):
            text = "大" * 900 + f"\n采购算力第{number}批" + "模型" * 900
            unit.notices.save(invented.notice(number, "高性能算力平台建设" * 12, "tender", text), invented.NOW)
    index_due(sqlite_store)
    client = browse(sqlite_store, Path("nowhere"))
    for order in ("date", "title"):
        pages = [client.get(f"/search?q={quote('算力 采购')}&order={order}&page={number}").text for number in (1, 2, 3)]
        assert [page.count('class="go"') for page in pages] == [20, 20, 5]
        assert all(len(page.encode()) < 100_000 for page in pages)
        links = {link for page in pages for link in page.split('"') if link.startswith("/notices/")}
        assert len(links) == 45
        assert 'rel="next"' not in pages[2]


def test_the_search_is_the_same_on_each_database(store: Store) -> None:
    texts = ("采购A100服务器八台", "租赁算力", "采购服务器A100")
    with store.begin() as unit:
        for number, text in enumerate(texts):
            made = replace(invented.notice(number, f"公告{number}", "tender", text), region="北京")
            unit.notices.save(made, invented.NOW)
    index_due(store)
    client = browse(store, Path("nowhere"))
    page = client.get("/search?q=" + quote("服务器 A100") + "&region=" + quote("北京")).text
    assert page.count('class="go"') == 2
    assert client.get("/search?q=" + quote('"A100服务器"')).text.count('class="go"') == 1
    assert client.get("/search?q=" + quote("采购") + "&order=title&found=none").text.count('class="go"') == 2


def test_an_excerpt_marks_what_matched_and_nothing_that_only_its_border_makes_alike() -> None:
    # The window ends BEHIND characters after the first place: there, in the middle of the second.
    for tail, marks in (("A1000", 1), ("A100、", 2), ("A100B", 2)):
        content = "A100" + "长" * (BEHIND - 4) + tail
        (excerpt,) = excerpts_of(read_search("A100"), [Text("body", content)])
        assert [piece.text for piece in excerpt.line if piece.level] == ["A100"] * marks, tail


def test_a_query_of_thousands_of_characters_is_told_on_a_light_page(desk: Desk) -> None:
    for words in ("算" * 7_000, "a" * 10_000, "算 " * 5_000):
        page = searched(desk, words, status=400)
        assert "longer than 200 characters" in page
        assert len(page.encode()) < 100_000
