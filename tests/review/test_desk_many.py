"""Verdicts on several findings at once, and verdicts taken back: all or nothing, each conflict told, nothing lost."""

import re
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

from httpx import Response

from notices.review import Review
from storage import Store, open_store
from tests.review import invented, staff
from tests.review.conftest import Desk, TestClient, browse, visible
from tests.review.test_desk_verdicts import history, judge

LATER = datetime(2026, 3, 6, 1, 20, tzinfo=UTC)


def send_many(client: TestClient, page: str, keys: list[str], **fields: str) -> Response:
    """Picks findings on a page and sends its form."""
    picks = [each for each in re.findall(r'name="pick" form="bulk" value="([^"]+)"', page) if each[:24] in keys]
    assert len(picks) == len(keys)
    return client.post("/bulk", data=staff.hidden(page, "/bulk") | fields | {"pick": picks})


def take_back(client: TestClient, page: str, path: str) -> Response:
    return client.post(path, data=staff.hidden(page, path))


def undo_path(page: str) -> str:
    found = re.search(r'action="(/[^"]+/undo)"', page)
    assert found, "no form to take anything back"
    return unescape(found.group(1))


def test_the_picked_findings_get_one_verdict_in_one_act_and_leave_the_queue(desk: Desk) -> None:
    keys = [desk.keys["h100"], desk.keys["tender"]]
    answer = send_many(desk.client, desk.get("/?item=nvidia-h100"), keys, reason="duplicate", note="同一项目")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/?item=nvidia-h100&batch=")
    page = desk.get(answer.headers["location"])
    assert "Rejected: 2 findings." in visible(page)
    assert "No finding matches these filters." in page
    given = [history(desk, key)[0] for key in keys]
    assert {(each.verdict, each.reason, each.note, each.reviewer) for each in given} == {
        ("rejected", "duplicate", "同一项目", "analyst")
    }
    assert len({each.batch for each in given}) == 1
    with desk.store.read() as unit:
        assert sorted(entry.subject for entry in unit.audit.newest(2, act="verdict")) == sorted(keys)


def test_a_page_is_picked_whole_without_a_script(desk: Desk) -> None:
    page = desk.get("/?severity=critical&picked=page")
    boxes = re.findall(r'<input type="checkbox"[^>]*>', page)
    assert boxes
    assert all(each.endswith("checked>") for each in boxes)
    assert "checked>" not in "".join(re.findall(r'<input type="checkbox"[^>]*>', desk.get("/?severity=critical")))


def test_one_changed_finding_stops_all_and_is_told_with_the_note_kept(desk: Desk) -> None:
    keys = [desk.keys["h100"], desk.keys["tender"]]
    page = desk.get("/")
    with desk.store.begin() as unit:
        unit.reviews.add(Review(keys[0], "unsure", "型号待核", "second reader", LATER))
    answer = send_many(desk.client, page, keys, verdict="confirmed", note="批量备注")
    assert answer.status_code == 409
    told = visible(answer.text)
    assert "1 of the 2 picked findings changed while you had them open, so no verdict was saved." in told
    assert "second reader" in told
    assert "型号待核" in told
    assert answer.text.count('class="told"') == 1
    assert 'value="批量备注"' in answer.text
    assert history(desk, keys[1]) == []
    again = send_many(desk.client, answer.text, keys, verdict="confirmed", note="批量备注")
    assert again.status_code == 303
    assert [[each.verdict for each in history(desk, key)] for key in keys] == [["unsure", "confirmed"], ["confirmed"]]


def test_a_withdrawn_finding_stops_all_too(desk: Desk) -> None:
    keys, page = [desk.keys["h100"], desk.keys["aws"]], desk.get("/")
    with desk.store.begin() as unit:
        notice_id = unit.findings.notice_id(keys[1])
        assert notice_id is not None
        unit.findings.replace(notice_id, invented.SOURCE, [], invented.NOW)
    answer = send_many(desk.client, page, keys, verdict="confirmed")
    assert answer.status_code == 409
    assert history(desk, keys[0]) == []


def test_what_is_missing_from_the_form_is_said_and_what_was_picked_stays_picked(desk: Desk) -> None:
    page, keys = desk.get("/"), [desk.keys["h100"]]
    assert "A rejection needs a reason" in visible(send_many(desk.client, page, keys, verdict="rejected").text)
    none = send_many(desk.client, page, [], verdict="confirmed")
    assert (none.status_code, "No finding was picked" in none.text) == (400, True)
    stale = send_many(desk.client, page, keys, verdict="confirmed", note="留着", token="0" * 64)
    assert stale.status_code == 403
    assert 'value="留着"' in stale.text
    assert f'value="{keys[0]}:0"' in stale.text
    assert history(desk, keys[0]) == []
    elsewhere = desk.client.post("/bulk", data={"verdict": "confirmed"}, headers={"origin": "https://evil.invalid"})
    assert elsewhere.status_code == 403


def test_a_busy_store_keeps_the_picked_and_the_note(desk: Desk) -> None:
    impatient = open_store(f"sqlite:///{desk.store.engine.url.database}?timeout=0.05")
    client = browse(impatient, desk.captures)
    page, keys = client.get("/").text, [desk.keys["h100"], desk.keys["tender"]]
    with desk.store.begin():
        answer = send_many(client, page, keys, verdict="confirmed", note="不要丢失")
    assert answer.status_code == 503
    assert "locked" in answer.text
    assert send_many(client, answer.text, keys, verdict="confirmed", note="不要丢失").status_code == 303
    impatient.close()


def test_the_last_verdict_is_taken_back_from_the_page_that_follows_it(desk: Desk) -> None:
    key = desk.keys["h100"]
    judge(desk, key, "confirmed", "初判")
    after = desk.get(judge(desk, key, "rejected").headers["location"])
    answer = take_back(desk.client, after, f"/findings/{key}/undo")
    assert answer.status_code == 303
    page = visible(desk.get(answer.headers["location"]))
    assert "The verdict was taken back; both stay in the history." in page
    assert "Taken back, in force again: Confirmed" in page
    assert f"/findings/{key}" in desk.get("/?view=confirmed")
    once_more = take_back(desk.client, desk.get(f"/findings/{key}"), f"/findings/{key}/undo")
    assert once_more.status_code == 303
    assert f"/findings/{key}" in desk.get("/")
    assert "/undo" not in desk.get(f"/findings/{key}")
    assert [each.undoes for each in history(desk, key)] == [False, False, True, True]


def test_a_verdict_that_somebody_followed_is_not_taken_back(desk: Desk) -> None:
    key = desk.keys["h100"]
    page = desk.get(judge(desk, key, "confirmed").headers["location"])
    with desk.store.begin() as unit:
        unit.reviews.add(Review(key, "unsure", "另有疑问", "second reader", LATER))
    answer = take_back(desk.client, page, f"/findings/{key}/undo")
    assert answer.status_code == 409
    assert "Nothing was taken back" in answer.text
    assert "另有疑问" in answer.text
    assert len(history(desk, key)) == 2


def test_verdicts_given_at_once_are_taken_back_at_once_or_not_at_all(desk: Desk) -> None:
    keys = [desk.keys["h100"], desk.keys["tender"]]
    done = desk.get(send_many(desk.client, desk.get("/"), keys, verdict="confirmed").headers["location"])
    with desk.store.begin() as unit:
        unit.reviews.add(Review(keys[0], "unsure", "", "second reader", LATER))
    late = take_back(desk.client, done, undo_path(done))
    assert late.status_code == 409
    assert "1 of these 2 findings have a later verdict" in visible(late.text)
    with desk.store.begin() as unit:
        unit.reviews.undo([(2, Review(keys[0], "", "", "second reader", LATER))])
    assert take_back(desk.client, done, undo_path(done)).status_code == 409
    others = [desk.keys["aws"], desk.keys["spec-implied-gpu"]]
    done = desk.get(send_many(desk.client, desk.get("/"), others, verdict="unsure").headers["location"])
    answer = take_back(desk.client, done, undo_path(done))
    assert answer.status_code == 303
    assert "2 verdicts were taken back" in visible(desk.get(answer.headers["location"]))
    assert [[each.verdict for each in history(desk, key)] for key in others] == [["unsure", "none"]] * 2
    assert take_back(desk.client, done, undo_path(done)).status_code == 409
    signed = staff.hidden(done, undo_path(done))
    assert desk.client.post("/batches/none/undo", data=signed).status_code == 403


def test_only_who_gave_a_verdict_or_an_editor_takes_it_back(store: Store, tmp_path: Path) -> None:
    keys = invented.fill(store, tmp_path / "captures")
    staff.hire_all(store)
    key = keys["h100"]
    with store.begin() as unit:
        unit.reviews.add(Review(key, "confirmed", "", "somebody else", LATER))
    browser = staff.desk_of(store, tmp_path / "captures", staff.Clock())
    analyst = staff.logged_in(browser, staff.NAMES["analyst"])
    assert "/undo" not in analyst.get(f"/findings/{key}").text
    editor = staff.logged_in(staff.another(browser), staff.NAMES["editor"])
    page = editor.get(f"/findings/{key}").text
    borrowed = staff.hidden(page, f"/findings/{key}/undo")
    assert analyst.post(f"/findings/{key}/undo", data=borrowed).status_code == 403
    assert take_back(editor, page, f"/findings/{key}/undo").status_code == 303
    reader = staff.logged_in(staff.another(browser), staff.NAMES["reader"])
    assert 'name="pick"' not in reader.get("/").text
    assert reader.post("/bulk", data={"verdict": "confirmed"}).status_code == 403
