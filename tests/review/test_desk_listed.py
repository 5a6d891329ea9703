"""The party lists of the watchlist as a filter of the queue, on a finding's page, in exports and the API."""

import csv
import json
import re
from dataclasses import replace
from urllib.parse import urlencode

import pytest

from monitor.cli import main
from monitor.watchlist import load_watchlist
from monitor.watchlist.model import ListedParty
from notices.listing import Listing
from tests.review import invented
from tests.review.conftest import Desk, browse, visible
from tests.review.test_desk_filters import shown

LIST, OTHER = "Example List (§1)", "Another List"
BUYER = "东屏理工大学"


@pytest.fixture
def listed_desk(desk: Desk) -> Desk:
    """The buyer of three findings of two notices stands on a list, a seller of two of them on another too."""
    first = Listing("buyer", BUYER, LIST, BUYER, "2020-01-02", "00 FR 1")
    second = Listing("supplier", "北泽恒远科技有限公司", OTHER, "北泽恒远", None, "")
    with desk.store.begin() as unit:
        for name, listings in (("h100", (first, second)), ("tender", (first,))):
            notice_id = unit.findings.notice_id(desk.keys[name])
            assert notice_id is not None
            unit.listings.note(notice_id, "v1", listings)
    return desk


def asked(value: str, **more: str) -> str:
    return "/?" + urlencode({"listed": value} | more)


def test_the_queue_is_narrowed_by_one_list_by_any_and_by_none(listed_desk: Desk) -> None:
    everything = shown(listed_desk, "/")
    assert shown(listed_desk, asked(LIST)) == {"h100", "l20", "tender"}
    assert shown(listed_desk, asked(OTHER)) == {"h100", "l20"}
    assert shown(listed_desk, asked(OTHER, view="unflagged")) == {"a100"}
    assert shown(listed_desk, asked("any")) == {"h100", "l20", "tender"}
    assert shown(listed_desk, asked("none")) == everything - {"h100", "l20", "tender"}
    # The watchlist's own lists may be asked for though no finding has them.
    assert shown(listed_desk, asked(load_watchlist().lists()[0])) == set()


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", ("On a party list", "any list", "no list")), ("zh", ("列入机构清单", "任一清单", "未列入任何清单"))],
)
def test_the_filter_stands_beside_the_queue_with_its_counts_in_both_languages(
    listed_desk: Desk, language: str, words: tuple[str, str, str]
) -> None:
    page = listed_desk.get(f"/?lang={language}")
    heading, any_list, no_list = words
    side = page[page.index("<aside") : page.index("</aside>")]
    section = next(part for part in side.split("<section>") if heading in part)
    counted = re.findall(r"<span>([^<]+)</span> <span class=\"n\">(\d+)</span>", section)
    assert counted == [(any_list, "3"), (LIST, "3"), (OTHER, "2"), (no_list, "11")]
    assert f"{heading}{': ' if language == 'en' else '：'}{OTHER}; {LIST}" in visible(page)
    chip = listed_desk.get(f"{asked('any')}&lang={language}")
    assert f"{heading} {any_list} ×" in visible(chip)


def test_a_list_that_is_not_known_is_refused_with_those_that_are(listed_desk: Desk) -> None:
    told = visible(listed_desk.get(asked("No Such List"), 400))
    for known in ("any", "none", LIST, OTHER, load_watchlist().lists()[0]):
        assert known in told


def test_a_finding_and_its_dossier_say_who_is_on_which_list_since_when_by_which_citation(listed_desk: Desk) -> None:
    key = listed_desk.keys["h100"]
    page = visible(listed_desk.get(f"/findings/{key}"))
    assert f"{LIST} buyer {BUYER}, listed since 2020-01-02 00 FR 1" in page
    assert f"{OTHER} supplier 北泽恒远科技有限公司, without a day or a citation “北泽恒远”" in page
    assert "check the list itself before relying on one" in page
    assert f"{LIST} buyer {BUYER}" in visible(listed_desk.get(f"/findings/{key}/dossier"))
    assert f"{LIST} 采购人 {BUYER}, 自 2020-01-02 列入" in visible(listed_desk.get(f"/findings/{key}?lang=zh"))
    unlisted = visible(listed_desk.get(f"/findings/{listed_desk.keys['aws']}?lang=en"))
    assert "On a party list" not in unlisted


def test_a_saved_filter_keeps_it_and_exports_and_the_api_follow_it(listed_desk: Desk) -> None:
    form = listed_desk.get(asked(LIST))
    token = re.findall(r'action="/filters".*?name="token" value="([^"]+)"', form, re.DOTALL)[0]
    back = urlencode({"listed": LIST})
    saved = listed_desk.client.post("/filters", data={"token": token, "back": back, "name": "gelistet"})
    assert saved.status_code == 303
    assert f'href="/?{back.replace("&", "&amp;")}"' in listed_desk.get("/")
    rows = list(csv.DictReader(listed_desk.get("/export/findings.csv" + asked(OTHER)[1:]).splitlines()))
    assert [json.loads(row["listed"]) for row in rows] == [[OTHER, LIST]] * 2
    answer = json.loads(listed_desk.get("/api/v1/findings" + asked("any")[1:]))["data"]
    assert {row["finding"] for row in answer} == {listed_desk.keys[name] for name in ("h100", "l20", "a100", "tender")}
    assert {tuple(row["listed"]) for row in answer} == {(OTHER, LIST), (LIST,)}
    document = json.loads(listed_desk.get("/api/v1/openapi.json"))
    parameters = {each["name"]: each for each in document["paths"]["/api/v1/findings"]["get"]["parameters"]}
    assert parameters["listed"]["schema"] == {"type": "string"}
    assert "listed" in document["components"]["schemas"]["Finding"]["properties"]


def test_the_terminal_exports_by_a_party_list(listed_desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    home = str(listed_desk.captures.parent)

    def exported(value: str) -> tuple[int, list[str]]:
        with pytest.raises(SystemExit) as ended:
            main(["--home", home, "export", "findings", "--filter", asked(value, view="all")])
        code = ended.value.code
        assert isinstance(code, int)
        return code, [json.loads(line)["finding"] for line in capsys.readouterr().out.splitlines()]

    assert exported(OTHER) == (0, [listed_desk.keys["h100"], listed_desk.keys["l20"]])
    assert exported(load_watchlist().lists()[0]) == (0, [])
    assert exported("No Such List") == (2, [])


def test_the_terminal_lists_by_a_party_list(listed_desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    home = str(listed_desk.captures.parent)

    def found(value: str) -> tuple[object, set[str]]:
        with pytest.raises(SystemExit) as ended:
            main(["--home", home, "findings", "--format", "jsonl", "--flagged", "--listed", value])
        return ended.value.code, {json.loads(line)["finding"] for line in capsys.readouterr().out.splitlines()}

    assert found(OTHER) == (0, {listed_desk.keys["h100"], listed_desk.keys["l20"]})
    assert found("any") == (0, {listed_desk.keys[name] for name in ("h100", "l20", "tender")})
    assert found("No Such List") == (2, set())


def test_a_desk_knows_the_party_lists_of_ones_own_watchlist(listed_desk: Desk) -> None:
    own = replace(load_watchlist(), parties=(ListedParty(BUYER, "Own List", None, "own"),))
    browser = browse(listed_desk.store, listed_desk.captures, sources=invented.SOURCES, watchlist=own)
    assert browser.get("/?listed=Own+List").status_code == 200
    assert "Own List" in browser.get(f"/buyers/{BUYER}").text
    assert listed_desk.client.get("/?listed=Own+List").status_code == 400
