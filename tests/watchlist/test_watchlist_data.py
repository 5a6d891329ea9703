import re
from datetime import date
from pathlib import Path

import pytest

from monitor.detection import Subject, detect
from monitor.watchlist import load_watchlist
from monitor.watchlist.check import check_watchlist
from monitor.watchlist.load import DEFAULT_FOLDER
from notices.document import Text
from notices.errors import ConfigurationError
from notices.finding import Quantity


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for path in DEFAULT_FOLDER.glob("*.toml"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    return tmp_path


def _add(folder: Path, text: str) -> None:
    (folder / "more.toml").write_text(text, encoding="utf-8")


ITEM = """
[[item]]
id = "{id}"
label = "Test card"
vendor = "Test"
category = "gpu"
control = "none"
terms = ["{term}"]
[item.examples]
match = ["{match}"]
miss = ["{miss}"]
"""


def test_the_product_s_own_watchlist_has_no_problem_and_each_example_holds() -> None:
    assert check_watchlist() == []


def test_every_rule_carries_a_citation_and_a_source() -> None:
    for rule in load_watchlist().rules.values():
        assert rule.citation
        assert rule.source.startswith("https://")


def test_the_version_is_the_data_s_and_changes_with_it(folder: Path) -> None:
    assert load_watchlist(folder).version == load_watchlist().version
    _add(folder, ITEM.format(id="test-card", term="QX77", match="采购QX77两块", miss="采购QX771两块"))
    assert load_watchlist(folder).version != load_watchlist().version


def test_a_new_term_is_a_data_edit_that_passes_the_check(folder: Path) -> None:
    _add(folder, ITEM.format(id="test-card", term="QX77", match="采购QX77两块", miss="采购QX771两块"))
    assert check_watchlist(folder) == []
    assert [item.id for item in load_watchlist(folder).find_term("qx-77")] == ["test-card"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            ITEM.format(id="test-card", term="QX77", match="采购QX78两块", miss="桌椅"),
            "miss their own example '采购QX78两块'",
        ),
        (ITEM.format(id="test-card", term="QX77", match="QX77卡", miss="QX77板"), "where it must not be"),
        (ITEM.format(id="Test Card", term="QX77", match="QX77卡", miss="桌椅"), "lower-case letters"),
        (ITEM.format(id="test-card", term="re:QX[", match="QX77卡", miss="桌椅"), "more.toml, line 8"),
        (ITEM.format(id="test-card", term="re:[0-9]+", match="77", miss="桌椅"), "matches ordinary text"),
        (ITEM.format(id="test-card", term="MI300X", match="MI300X卡", miss="桌椅"), "stands under amd-mi300x too"),
        (ITEM.format(id="nvidia-a100", term="QX77", match="QX77卡", miss="桌椅"), "stands twice"),
        ("[[item]]\nid = 'x'\ntitle = 'y'\n", "unknown key 'title'"),
        ("[[thing]]\nid = 'x'\n", "the table [thing] is unknown"),
        ("[[item]\n", "more.toml is not readable TOML"),
        ("[[rule]]\nid = 'r'\neffective = '2024'\ntitle = 't'\ncitation = 'c'\nsource = 's'\n", "is not a date"),
        ("[[class]]\nid = 'c'\n", "lacks the key 'base'"),
    ],
    ids=lambda value: value[-24:].strip(),
)
def test_a_mistake_in_the_data_is_named_with_what_to_change(folder: Path, text: str, said: str) -> None:
    _add(folder, text)
    problems = check_watchlist(folder)
    assert any(said in problem and ("more.toml" in problem or "twice" in problem) for problem in problems), problems


def test_an_empty_folder_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"holds no \.toml file"):
        load_watchlist(tmp_path)


BAD = ITEM.format(id="bad-card", term="re:QX[", match="QX77卡", miss="桌椅")
GOOD = ITEM.format(id="good-card", term="QY88", match="采购QY88两块", miss="采购QY881两块")


@pytest.fixture
def own(tmp_path: Path) -> Path:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "good.toml").write_text(GOOD, encoding="utf-8")
    return tmp_path / "own"


def _first(own: Path, text: str) -> str:
    (own / "bad.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        load_watchlist(extra=own)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (BAD, r"bad\.toml, line 8: the term 're:QX\[' of bad-card is no readable pattern \(.+\)"),
        (
            BAD.replace("re:QX[", "re:(Q)\\\\1"),
            r"bad\.toml, line 8: the term .* is no readable pattern \(invalid escape",
        ),
        (
            "[[item]]\nid = 'x'\nlabel = 'x'\nvendor = 'x'\ncategory = 'gpu'\nnever = '(a'\n",
            r"bad\.toml, line 6: `never`",
        ),
        ("[words.existing]\nbefore = ['现有', '原(']\n", r"bad\.toml, line 2: '原\(' in existing\.before"),
        ("[[item]\n", r"bad\.toml is not readable TOML: .*line 1"),
    ],
    ids=["pattern", "beyond the gate", "field", "word", "toml"],
)
def test_a_bad_pattern_is_named_with_file_line_and_reason(own: Path, text: str, said: str) -> None:
    assert re.match(said, _first(own, text))


@pytest.mark.parametrize("text", [BAD, "[[item]\n", "[[thing]]\nid = 'x'\n", "[[class]]\nid = 'c'\n", GOOD])
def test_the_others_still_load_if_told_to(own: Path, text: str) -> None:
    (own / "bad.toml").write_text(text, encoding="utf-8")
    watchlist = load_watchlist(extra=own, skip_bad=True)
    assert len(watchlist.problems) == 1
    assert "bad-card" not in watchlist.items
    assert {"good-card", "nvidia-h100"} <= set(watchlist.items)
    body = Text("body", "采购QY88显卡2块、NVIDIA H100显卡8块。")
    found = detect(Subject("n", "tender", date(2025, 9, 1), (body,)), watchlist)
    assert [(each.item, each.quantity) for each in found] == [
        ("good-card", Quantity(2, None)),
        ("nvidia-h100", Quantity(8, None)),
    ]


def test_a_word_that_nothing_else_says_is_not_left_out(folder: Path) -> None:
    text = (folder / "context.toml").read_text(encoding="utf-8").replace("topic = '", "topic = '(")
    (folder / "context.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"context\.toml, line \d+: .*context\.topic cannot be left out"):
        load_watchlist(folder, skip_bad=True)


def test_a_bad_word_of_an_own_file_leaves_the_product_s_word(own: Path) -> None:
    (own / "bad.toml").write_text("[words.existing]\nbefore = '('\n", encoding="utf-8")
    assert load_watchlist(extra=own, skip_bad=True).words["existing"] == load_watchlist().words["existing"]


def test_weights_of_an_own_file_count_in_place_of_the_product_s(own: Path) -> None:
    (own / "weights.toml").write_text("[weights.severity_level]\ncritical = 500\n", encoding="utf-8")
    body = Text("body", "采购NVIDIA H100显卡8块。")
    subject = Subject("n", "award", date(2025, 9, 1), (body,))
    (before,), (after,) = (detect(subject, watchlist) for watchlist in (load_watchlist(), load_watchlist(extra=own)))
    assert (before.severity, after.severity) == ("critical", "high")
    assert load_watchlist(extra=own).version != load_watchlist().version


def test_the_check_reads_the_own_files_too_and_names_every_fault(own: Path) -> None:
    assert check_watchlist(extra=own) == []
    (own / "bad.toml").write_text(BAD + ITEM.format(id="x", term="re:Q(", match="Q", miss="P"), encoding="utf-8")
    assert [problem.split(":")[0] for problem in check_watchlist(extra=own)] == [
        "bad.toml, line 8",
        "bad.toml, line 19",
    ]
