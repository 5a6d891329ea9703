import re

from hypothesis import given
from hypothesis import strategies as st
from labelled_cases import read_rows, subject_of

from monitor.detection.fold import fold
from monitor.detection.gate import compile_gate, gate_of
from monitor.detection.match import matcher_of
from monitor.watchlist import Watchlist, load_watchlist

MANY = [chr(code) for code in range(0x4E00, 0x4E00 + 300)]
CROWDED = compile_gate([*MANY[1:], f"{MANY[0]}[^{MANY[5]}\\n]{{0,4}}QX"])


@given(
    st.lists(st.sampled_from([*MANY[:1], *"abc一二三四五\n", *map(chr, range(0x9F00, 0x9F40))]), max_size=4).map(
        "".join
    )
)
def test_a_gate_with_more_characters_than_codes_never_misses(between: str) -> None:
    text = f"{MANY[0]}{between}QX"
    if re.search(f"{MANY[0]}[^{MANY[5]}\\n]{{0,4}}QX", fold(text)):
        assert CROWDED.spans(text)


def test_offsets_of_the_gate_are_those_of_the_text_even_beyond_the_basic_plane() -> None:
    gate = compile_gate(["QX77"])
    assert gate.spans("😀\ud800采购qx77") == [(4, 8)]
    assert gate.spans_of(["无", "😀ＱＸ７７", "", "qx77 QX77"]) == {1: [(1, 5)], 3: [(0, 4), (5, 9)]}


def test_the_gate_lets_every_exact_term_of_the_cases_pass() -> None:
    watchlist: Watchlist = load_watchlist()
    matcher, gate = matcher_of(watchlist), gate_of(watchlist)
    from pathlib import Path

    for row in read_rows(Path(__file__).parent / "cases_tune.jsonl"):
        for text in subject_of(row).texts:
            folded = fold(text.content)
            covered = {at for start, end in gate.spans(text.content) for at in range(start, end)}
            exact = {at for at in range(len(folded)) if matcher.match(folded, at)}
            inside = {
                at for at in exact if (mention := matcher.match(folded, at)) and set(range(at, mention.end)) & covered
            }
            assert exact == inside, row["id"]


ENDS = [
    "产自关境外的产品）。",
    "不接受进口产品。",
    "云服务",
    "Azure",
    "GPU",
    "算力",
    "A",
    "100",
    "H",
    "RTX",
    "4090",
    "。",
    " ",
    "A100",
    "",
]
GATE = gate_of(load_watchlist())


@given(st.lists(st.lists(st.sampled_from(ENDS), max_size=4).map("".join), max_size=6))
def test_a_text_gives_the_same_whatever_texts_stand_before_and_after_it(texts: list[str]) -> None:
    alone = {index: spans for index, text in enumerate(texts) if (spans := GATE.spans(text))}
    assert GATE.spans_of(texts) == alone


def test_a_pattern_that_reaches_over_the_end_of_a_text_finds_nothing_there_and_hides_nothing() -> None:
    gate = compile_gate(["品[^x]{0,9}GPU", "GPU"])
    assert gate.spans_of(["产品。", "GPU服务器", "", "品"]) == {1: [(0, 3)]}
    assert gate.spans_of(["产品", "", "GPU"]) == {2: [(0, 3)]}
