"""Notes without a verdict: kept for good, shown wherever verdicts are, and nothing of the finding changes."""

import csv
import json
from typing import Any

import pytest
from httpx import Response

from monitor.cli import main
from notices.review import Note, Review
from storage import Store, open_store
from storage.findings import FindingFilter
from tests.review import invented, staff
from tests.review.conftest import Desk, browse, visible
from tests.review.test_desk_verdicts import form, history, judge
from tests.storage.test_store import find, save

TEXT = "与采购人电话核对：\n型号以合同为准 <b>&"


def keep(desk: Desk, key: str, text: str = TEXT, query: str = "", **changed: str) -> Response:
    fields = form(desk.get(f"/findings/{key}{query}")) | {"only": "note", "note": text} | changed
    fields["back"] = fields["back"].replace("&amp;", "&")
    return desk.client.post(f"/findings/{key}", data=fields)


def notes(desk: Desk, key: str) -> list[Note]:
    with desk.store.read() as unit:
        return unit.notes.of(key)


def state(store: Store) -> list[object]:
    """All that the store has of findings and verdicts."""
    with store.engine.connect() as connection:
        return [connection.exec_driver_sql(f"SELECT * FROM {table}").all() for table in ("finding", "review")]


def test_a_note_is_kept_with_who_and_when_and_nothing_of_the_finding_changes(desk: Desk) -> None:
    key = desk.keys["h100"]
    before = state(desk.store)
    answer = keep(desk, key, f"  {TEXT.replace(chr(10), chr(13) + chr(10))} ", "?item=nvidia-h100")
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/findings/{key}?item=nvidia-h100&noted=yes#notes"
    assert notes(desk, key) == [Note(key, TEXT, "analyst", invented.NOW)]
    assert state(desk.store) == before
    page = desk.get(f"/findings/{key}?item=nvidia-h100&noted=yes")
    assert "The note was kept; the finding stays as it is." in visible(page)
    assert "1 of 2 in this queue" in page
    assert '<h3 id="notes">Notes</h3>' in page
    assert "型号以合同为准" in page
    assert "&lt;b&gt;&amp;" in page
    assert "Not reviewed yet." in page
    with desk.store.read() as unit:
        (entry,) = unit.audit.newest(5, act="note")
        assert (entry.by, entry.subject, entry.told) == ("analyst", key, {"note": TEXT})
    assert "备注已保存，线索状态不变。" in desk.get(f"/findings/{key}?noted=yes&lang=zh")


def test_notes_are_only_added_and_the_same_sent_twice_is_kept_once(desk: Desk) -> None:
    key = desk.keys["h100"]
    for text in ("一", "一", "二", "一"):
        assert keep(desk, key, text).status_code == 303
    assert [each.text for each in notes(desk, key)] == ["一", "二", "一"]
    assert "3 notes" in visible(desk.get("/"))
    keep(desk, desk.keys["aws"], "三")
    assert "1 note" in visible(desk.get("/?item=aws"))


def test_a_note_beside_a_verdict_that_came_meanwhile_is_kept_and_its_writer_is_told(desk: Desk) -> None:
    key = desk.keys["h100"]
    stale = form(desk.get(f"/findings/{key}"))
    judge(desk, key, "rejected", "他人的意见")
    answer = desk.client.post(f"/findings/{key}", data=stale | {"only": "note", "note": TEXT})
    assert answer.headers["location"] == f"/findings/{key}?noted=late#notes"
    page = visible(desk.get(answer.headers["location"]))
    assert "The note was kept. Somebody judged this finding while you had it open" in page
    assert "他人的意见" in page
    assert [each.verdict for each in history(desk, key)] == ["rejected"]
    # A verdict is judged by the verdicts that were seen; a note between changes nothing of that.
    assert judge(desk, key, "confirmed").status_code == 303


def test_two_analysts_notes_are_both_kept(desk: Desk) -> None:
    staff.hire_all(desk.store)
    nobody = staff.desk_of(desk.store, desk.captures, staff.Clock())
    path = f"/findings/{desk.keys['h100']}"
    both = [staff.logged_in(nobody, staff.NAMES[role]) for role in ("analyst", "editor")]
    opened = [staff.hidden(each.get(path).text, path) for each in both]
    for browser, fields in zip(both, opened, strict=True):
        assert browser.post(path, data=fields | {"only": "note", "note": TEXT}).status_code == 303
    assert [each.by for each in notes(desk, desk.keys["h100"])] == ["分析员乙", "Éditrice Ω"]
    reader = staff.logged_in(nobody, staff.NAMES["reader"])
    borrowed = staff.hidden(reader.get(path).text, path)
    assert reader.post(path, data=borrowed | {"only": "note", "note": "x"}).status_code == 403
    assert TEXT.splitlines()[0] in reader.get(path).text


def test_a_note_after_the_session_has_ended_is_kept_and_sent_once_more(desk: Desk) -> None:
    staff.hire_all(desk.store)
    clock = staff.Clock()
    name = staff.NAMES["analyst"]
    path = f"/findings/{desk.keys['h100']}"
    browser = staff.logged_in(staff.desk_of(desk.store, desk.captures, clock), name)
    fields = staff.hidden(browser.get(path).text, path)
    with desk.store.begin() as unit:
        account = unit.accounts.named(name)
        assert account
        unit.sessions.end_all(account, name, clock())
    asked = browser.post(path, data=fields | {"only": "note", "note": TEXT})
    assert asked.status_code == 401
    again = browser.post("/login", data=staff.hidden(asked.text, "/login") | {"name": name, "password": staff.PASSWORD})
    kept = staff.hidden(again.text, path) | {"note": TEXT}
    assert kept["only"] == "note"
    assert browser.post(path, data=kept).status_code == 303
    assert [(each.by, each.text) for each in notes(desk, desk.keys["h100"])] == [(name, TEXT)]
    assert history(desk, desk.keys["h100"]) == []


@pytest.mark.parametrize(
    ("changed", "status", "told"),
    [
        ({"note": " \n "}, 400, "There is nothing in the note, so nothing was saved."),
        ({"note": "长" * 10_001}, 413, "The note is longer than 10,000 characters"),
        ({"token": "x"}, 403, "so nothing was saved"),
    ],
)
def test_a_note_that_cannot_be_kept_is_said_and_stays_in_the_form(
    desk: Desk, changed: dict[str, str], status: int, told: str
) -> None:
    key = desk.keys["h100"]
    fields = form(desk.get(f"/findings/{key}")) | {"only": "note", "note": TEXT} | changed
    answer = desk.client.post(f"/findings/{key}", data=fields)
    assert answer.status_code == status
    assert told.casefold() in visible(answer.text).casefold()
    assert fields["note"].strip()[:10].split("\n")[0] in answer.text
    assert notes(desk, key) == []


def test_a_store_that_cannot_be_written_gives_the_note_back(desk: Desk) -> None:
    key = desk.keys["h100"]
    fields = form(desk.get(f"/findings/{key}")) | {"only": "note", "note": TEXT}
    with desk.store.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE finding_note")
    answer = desk.client.post(f"/findings/{key}", data=fields)
    assert answer.status_code == 503
    assert "型号以合同为准 &lt;b&gt;&amp;" in answer.text


def test_dossier_exports_and_zip_have_the_notes(desk: Desk) -> None:
    key = desk.keys["h100"]
    with desk.store.begin() as unit:
        unit.notes.add(Note(key, TEXT, "核查员甲", invented.NOW))
        unit.reviews.add(Review(key, "unsure", "", "核查员甲", invented.NOW))
    said = [f"{invented.NOW.isoformat()} 核查员甲: {TEXT}"]
    row = json.loads(desk.get("/export/findings.jsonl?view=unsure"))
    assert row["notes"] == said
    (cells,) = csv.DictReader(desk.get("/export/findings.csv?view=unsure").splitlines())
    assert json.loads(cells["notes"]) == said
    dossier = desk.get(f"/findings/{key}/dossier")
    assert "型号以合同为准" in dossier
    assert "&lt;b&gt;&amp;" in dossier
    assert "核查员甲" in dossier
    assert "Notes" not in visible(desk.get(f"/findings/{desk.keys['aws']}/dossier"))


def test_the_terminal_notes_too(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    home, key = str(desk.captures.parent), desk.keys["h100"]

    def told(*words: str) -> tuple[Any, str]:
        with pytest.raises(SystemExit) as ended:
            main(["--home", home, "review", "note", *words])
        return ended.value.code, capsys.readouterr().out

    assert told(key[:12], TEXT) == (0, f"{key}: noted\n")
    assert told(key, TEXT) == (0, f"{key}: noted already\n")
    assert [each.text for each in notes(desk, key)] == [TEXT]
    for words in ((key, "  "), (key, "长" * 10_001), ("no-such", "x")):
        assert told(*words)[0] == 2


def test_notes_are_numbered_and_go_with_their_findings_on_each_database(store: Store) -> None:
    key = find(store, save(store))[0]
    with store.begin() as unit:
        for text in ("一", "二", "三"):
            assert unit.notes.add(Note(key, text, "甲", invented.NOW))
        assert not unit.notes.add(Note(key, "三", "甲", invented.NOW))
        assert unit.notes.add(Note(key, "三", "乙", invented.NOW))
    with store.read() as unit:
        numbered = unit.notes.numbered()
        assert [each.text for _, each in numbered] == ["一", "二", "三", "三"]
        assert unit.notes.numbered(limit=1, after=numbered[0][0]) == numbered[1:2]
        assert unit.notes.counts([key, "none"]) == {key: 4, "none": 0}
        assert unit.findings.keys(FindingFilter(verdict="none")) == [key]


def test_another_process_sees_a_note_at_once(desk: Desk) -> None:
    other = open_store(str(desk.store.engine.url))
    keep(desk, desk.keys["h100"])
    page = browse(other, desk.captures, sources=invented.SOURCES).get(f"/findings/{desk.keys['h100']}").text
    other.close()
    assert "型号以合同为准" in page
