"""The English beside the Chinese: what is glossed, where it stands, and that the original stays whole."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.review import glossary
from monitor.review.glossary import GLOSS, glosser, glosses, meaning
from monitor.review.marked_text import HIT, Piece
from tests.review.conftest import Desk


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("一、项目编号：DP-2026-0117", [("一、项目编号", "Project code")]),
        ("四、主要标的信息", [("四、主要标的信息", "Main goods or services")]),
        ("（二）获取招标文件：", [("（二）获取招标文件", "How to get the tender documents")]),
        ("3.1 技术参数", [("3.1 技术参数", "Technical parameters")]),
        ("采购方式：公开招标", [("采购方式", "Procurement method"), ("采购方式：公开招标", "open tender")]),
        ("中标金额（万元）", [("中标金额（万元）", "Award amount (10,000 yuan)")]),
        ("联系人：某某 联系电话：略", [("联系人", "Contact person"), ("联系人：某某 联系电话", "Telephone"),
                               ("联系人：某某 联系电话：略", "omitted")]),
        ("配置英伟达H100，英伟达原厂", [("配置英伟达", "NVIDIA")]),
        ("英伟达（NVIDIA）H100", []),
        ("北京市", [("北京市", "Beijing")]),
        ("台", []),
        ("本公司郑重承诺如下", []),
        ("", []),
    ],
)  # fmt: skip
def test_what_is_known_is_glossed_behind_it(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(text[:at], english) for at, english in glosses(text)] == expected


known = st.sampled_from(
    ["一、项目名称：", "采购人：", "英伟达", "公开招标", "H100", "，", "\u3000", "（元）", "合计", "<b>", "："]
)


@given(st.lists(st.tuples(known, st.sampled_from(["", HIT])), max_size=12))
def test_the_original_stays_whole_and_no_mark_is_cut(parts: list[tuple[str, str]]) -> None:
    line = tuple(Piece(text, level) for text, level in parts)
    shown = glosser("en")(line)
    assert "".join(piece.text for piece in shown if piece.level != GLOSS) == "".join(piece.text for piece in line)
    assert [piece for piece in shown if piece.level == HIT] == [piece for piece in line if piece.level == HIT]
    assert glosser("zh")(line) == line


def test_a_gloss_stands_once_in_a_text() -> None:
    gloss = glosser("en")
    row = (Piece("供应商名称"),)
    assert [piece.text for piece in gloss(row)] == ["供应商名称", "Supplier"]
    assert gloss(row) == row


def test_the_glossary_has_many_words_each_in_one_table_of_words() -> None:
    tables = glossary._tables()
    assert sum(len(words) for words in tables.values()) >= 400
    for table, words in tables.items():
        for word, english in words.items():
            assert re.search(r"[\u4e00-\u9fff]", word), word
            assert english.isascii(), (table, word)
            assert english == english.strip() != "", word
            assert meaning(word), word
    assert "illegal" not in str(tables).lower()


def test_a_finding_shows_glosses_to_a_reader_of_english_only(desk: Desk) -> None:
    path = f"/findings/{desk.keys['h100']}"
    page = desk.get(path)
    for said in ("Project code", "Main goods or services", "Specification, model", "Unit price (yuan)"):
        assert f'<span class="gl" lang="en">{said}</span>' in page, said
    assert "规格型号" in page
    assert 'class="gl"' not in desk.get(f"{path}?lang=zh")
