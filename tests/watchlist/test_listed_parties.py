"""Which entries of the party lists name an organisation, and which names only contain one."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from monitor.watchlist import load_watchlist
from monitor.watchlist.model import ListedParty
from notices.errors import ConfigurationError

PARTY = ListedParty("屏电子大学", "Example List", date(2020, 1, 2), "00 FR 1")
WATCHLIST = replace(load_watchlist(), parties=(PARTY,), unlisted=("东屏电子大学", "屏电子大学"))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("屏电子大学", True),
        ("屏 电子大学（本级）", True),
        ("东屏电子大学", False),
        ("东屏 电子大学附属医院", False),
        ("东屏电子大学与屏电子大学", True),
        ("屏电子大", False),
        ("", False),
    ],
)
def test_a_listed_name_counts_unless_it_is_part_of_a_name_that_no_list_has(name: str, expected: bool) -> None:
    assert WATCHLIST.listed(name) == ((PARTY,) if expected else ())


def test_no_party_list_says_of_a_party_that_it_is_not_listed() -> None:
    watchlist = load_watchlist()
    assert watchlist.unlisted
    assert not [name for name in watchlist.lists() if "not listed" in name.casefold()]
    assert len(set(watchlist.lists())) == len(watchlist.lists())
    for name in watchlist.unlisted:
        assert watchlist.listed(name) == ()


def test_a_name_that_no_list_has_says_as_of_when(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text('[[unlisted]]\nname = "青楠大学"\nas_of = 2026-03-30\n', encoding="utf-8")
    assert "青楠大学" in load_watchlist(extra=tmp_path).unlisted
    (tmp_path / "own.toml").write_text('[[unlisted]]\nname = "青楠大学"\n', encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"own\.toml: '青楠大学' lacks the key 'as_of'"):
        load_watchlist(extra=tmp_path)


def test_each_entry_names_one_party_as_notices_write_it() -> None:
    watchlist = load_watchlist()
    for party in watchlist.parties:
        # A name with signs of a pattern, or several in one, stands in no notice.
        assert not set(party.name) & set("/|*\\;；、"), party.name
        assert party in watchlist.listed(f"{party.name}后勤处"), party.name


def test_only_a_published_list_has_days_and_citations() -> None:
    for party in load_watchlist().parties:
        is_own = party.listed.startswith("the watchlist's own: ")
        assert is_own == (not party.citation), party.name
        assert not (is_own and party.since), party.name
