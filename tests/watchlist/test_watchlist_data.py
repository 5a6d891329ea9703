from pathlib import Path

import pytest

from monitor.watchlist import load_watchlist
from monitor.watchlist.check import check_watchlist
from monitor.watchlist.load import DEFAULT_FOLDER
from notices.errors import ConfigurationError


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
