import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from labelled_cases import read_rows, subject_of

from monitor.detection import Subject, detect, detect_all
from monitor.detection.fold import fold, fold_table
from monitor.watchlist import Watchlist, load_watchlist
from notices.document import Text
from notices.finding import Finding

ROWS = read_rows(Path(__file__).parent / "cases_tune.jsonl")
WATCHLIST = load_watchlist()
ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=200)
FURTHER = ["AWS", "租用", "新加坡", "GPU云主机", "*8", "（", "）", "\ud800", "😀", "５０９０", "単", "现有", "不接受"]
PIECES = st.lists(
    st.sampled_from(["A100", "显卡8张", "NVIDIA", "|", "\n", "，", "H20 ", "8卡", "服务器2台", "显存≥80GB", *FURTHER]),
    max_size=40,
).map("".join)  # fmt: skip
UNRELATED = "\n\n本公告期限为一个工作日，供应商如有疑问请以书面形式向采购人提出，逾期不予受理。\n\n"


def _subject(body: str, title: str = "") -> Subject:
    return Subject("n", "tender", date(2024, 3, 5), (Text("title", title), Text("body", body)))


def _gist(findings: list[Finding]) -> list[tuple[str, str, str, object]]:
    return sorted((each.item, each.relation, each.basis, str(each.quantity)) for each in findings)


@given(ANY_TEXT)
def test_folding_never_changes_the_length(text: str) -> None:
    assert len(fold(text)) == len(text)


@given(ANY_TEXT)
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_no_pattern_of_the_watchlist_needs_a_character_that_folding_replaces() -> None:
    table = fold_table()
    patterns = [source for words in WATCHLIST.words.values() for source in words.values()]
    patterns += [text for item in WATCHLIST.items.values() for text in (item.needs, item.never, item.not_after)]
    replaced = {sign for text in patterns for sign in text if "㐀" <= sign <= "鿿" and table[ord(sign)] != ord(sign)}
    assert replaced == set()


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("Ⓗ₁₀⁰", "H100"),
        ("⾧⾞", "长车"),
        ("Н１００", "H100"),
        ("讓繼續歷", "让继续历"),
        ("𝐇𝟏𝟎𝟎", "H100"),
        ("①昇腾", "①昇腾"),
    ],
)
def test_forms_of_a_character_fold_to_it(written: str, plain: str) -> None:
    assert fold(written) == plain


@settings(max_examples=150, deadline=None)
@given(st.one_of(PIECES, ANY_TEXT))
def test_any_text_is_judged_and_each_quote_is_the_text_at_its_offsets(body: str) -> None:
    for finding in detect(_subject(body), WATCHLIST):
        for place in (finding.place, *finding.also):
            assert place.origin == "body"
            assert body[place.start : place.end] == place.quote
            assert place.quote


@pytest.mark.parametrize("row", ROWS[::3], ids=lambda row: row["id"])
def test_an_unrelated_paragraph_changes_no_finding(row: dict[str, str]) -> None:
    subject = subject_of(row)
    title, body = subject.texts
    longer = Subject(row["id"], subject.kind, subject.published, (title, Text("body", body.content + UNRELATED)), None)
    assert _gist(detect(longer, WATCHLIST)) == _gist(detect(subject, WATCHLIST))


def _wide(text: str) -> str:
    return "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" and sign != "|" else sign for sign in text)


def _traditional(text: str) -> str:
    table = fold_table()
    back = {chr(int(table[code])): chr(code) for code in range(0x4E00, 0x9FFF) if table[code] != code}
    return "".join(back.get(sign, sign) for sign in text)


@pytest.mark.parametrize(
    "variant", [str.lower, str.upper, _wide, _traditional], ids=["lower", "upper", "wide", "traditional"]
)
def test_case_width_and_traditional_characters_change_no_finding(variant: object) -> None:
    assert callable(variant)
    for row in ROWS:
        subject = subject_of(row)
        texts = tuple(Text(text.origin, variant(text.content)) for text in subject.texts)
        changed = Subject(row["id"], subject.kind, subject.published, texts, None)
        assert _gist(detect(changed, WATCHLIST)) == _gist(detect(subject, WATCHLIST)), row["id"]


def test_a_batch_says_what_each_notice_alone_says() -> None:
    subjects = [subject_of(row) for row in ROWS]
    together = dict(
        zip((s.notice for s in subjects), (found for _, found in detect_all(subjects, WATCHLIST)), strict=True)
    )
    assert all(together[subject.notice] == detect(subject, WATCHLIST) for subject in subjects)


def test_a_product_in_several_places_is_one_finding_with_all_places(watchlist: Watchlist) -> None:
    texts = (Text("body", "采购NVIDIA H20加速卡8张。"), Text("document:1#page=3", "NVIDIA H20加速卡8张，三年质保。"))
    (finding,) = detect(Subject("n", "tender", date(2025, 9, 1), texts), watchlist)
    assert finding.place.origin == "body"
    assert [place.origin for place in finding.also] == ["document:1#page=3"]


@pytest.mark.parametrize(
    "body", ["", "\x00" * 5000, "\ud800\udfff" * 500, "%PDF-1.4\x00\x01\xff" * 300, "A100" * 200_000, "\n" * 300_000]
)
def test_empty_binary_and_hostile_texts_are_judged_without_a_crash(body: str, watchlist: Watchlist) -> None:
    assert json.dumps([each.item for each in detect(_subject(body), watchlist)]) == "[]"


def test_a_very_long_line_still_gives_the_one_product_in_it(watchlist: Watchlist) -> None:
    filler = "本项目采购一批办公家具及配套服务" * 160_000
    findings = detect(_subject(filler + "，采购NVIDIA H100显卡8张，" + filler), watchlist)
    assert [(each.item, each.relation) for each in findings] == [("nvidia-h100", "buys")]
