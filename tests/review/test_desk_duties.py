"""Assignments with their day, the second reader, and the mark of publication."""

import re
from pathlib import Path

import pytest
from httpx import Response

from storage import Store
from tests.review import invented, staff
from tests.review.conftest import Desk, TestClient, visible
from tests.review.test_desk_verdicts import judge


def send(client: TestClient, key: str, act: str, **fields: str) -> Response:
    path = f"/findings/{key}/{act}"
    return client.post(path, data=staff.hidden(client.get(f"/findings/{key}").text, path) | fields)


def confirm(client: TestClient, key: str) -> None:
    path = f"/findings/{key}"
    answer = client.post(path, data=staff.hidden(client.get(path).text, path) | {"verdict": "confirmed"})
    assert answer.status_code == 303


def test_a_finding_is_assigned_with_a_day_and_its_list_shows_when_that_has_passed(desk: Desk) -> None:
    key = desk.keys["h100"]
    answer = send(desk.client, key, "assign", assignee=" 核查员甲 ", due="2026-03-05")
    assert answer.headers["location"] == f"/findings/{key}#duty"
    page = visible(desk.get(f"/findings/{key}"))
    assert "核查员甲 due 2026-03-05 Overdue" in page
    queue = desk.get("/")
    assert "→ 核查员甲 due 2026-03-05 Overdue" in visible(queue)
    assert re.search(
        r'href="/\?assignee=[^"]+"><span><span lang="zh-Hans">核查员甲</span></span> <span class="n">1</span>', queue
    )
    assert re.search(
        r'href="/\?view=all&amp;due_before=2026-03-06"><span>Overdue</span> <span class="n">1</span>', queue
    )
    for address in ("/?assignee=核查员甲", "/?view=all&due_before=2026-03-06"):
        assert "<b>1</b> finding" in desk.get(address)
    assert "No finding matches" in desk.get("/?assignee=核查员乙")
    judge(desk, key, "confirmed")
    assert "Overdue" not in visible(desk.get("/?view=all"))
    with desk.store.read() as unit:
        entry = unit.audit.newest(1, act="assignment")[0]
        assert (entry.by, entry.subject, entry.told["new"]) == ("analyst", key, "核查员甲")


def test_the_second_of_two_who_assign_is_told_and_what_was_written_stays(desk: Desk) -> None:
    key, path = desk.keys["h100"], f"/findings/{desk.keys['h100']}/assign"
    stale = staff.hidden(desk.get(f"/findings/{key}"), path)
    assert send(desk.client, key, "assign", assignee="甲", due="2026-03-09").status_code == 303
    answer = desk.client.post(path, data=stale | {"assignee": "乙", "due": "2026-03-20"})
    assert answer.status_code == 409
    assert "Somebody else assigned this finding" in answer.text
    assert 'value="乙"' in answer.text
    assert 'value="2026-03-20"' in answer.text
    again = desk.client.post(path, data=staff.hidden(answer.text, path) | {"assignee": "乙", "due": "2026-03-20"})
    assert again.status_code == 303
    with desk.store.read() as unit:
        assert [each.assignee for each in unit.duties.assignments(key)] == ["甲", "乙"]


@pytest.mark.parametrize(("due", "assignee"), [("tomorrow", "甲"), ("2026-02-30", "甲"), ("", "长" * 101)])
def test_a_day_or_a_name_that_cannot_be_is_said_and_not_saved(desk: Desk, due: str, assignee: str) -> None:
    key = desk.keys["h100"]
    answer = send(desk.client, key, "assign", assignee=assignee, due=due)
    assert answer.status_code == 400
    assert "nothing was saved" in answer.text
    with desk.store.read() as unit:
        assert unit.duties.assignments(key) == []


def test_without_accounts_a_tick_stands_for_the_second_reader_and_is_kept_as_such(desk: Desk) -> None:
    key = desk.keys["h100"]
    assert "Mark as published" not in desk.get(f"/findings/{key}")
    judge(desk, key, "confirmed")
    assert "<b>1</b> finding" in desk.get("/?view=all&reading=once")
    refused = send(desk.client, key, "publish", published="yes")
    assert refused.status_code == 409
    assert "Tick that a second person read it" in refused.text
    assert send(desk.client, key, "publish", published="yes", vouched="yes").status_code == 303
    assert "second reading declared, not seen by the desk" in desk.get(f"/findings/{key}")
    assert "<b>1</b> finding" in desk.get("/?view=all&reading=published")
    judge(desk, key, "unsure")
    assert "its verdict in force is no confirmation" in desk.get(f"/findings/{key}")
    assert send(desk.client, key, "publish", published="no").status_code == 303
    assert "No finding matches" in desk.get("/?view=all&reading=published")
    with desk.store.read() as unit:
        assert [each.told["vouched"] for each in unit.audit.newest(2, act="publication")] == [False, True]


def test_with_accounts_a_finding_is_published_after_a_second_person_confirmed_it(store: Store, tmp_path: Path) -> None:
    keys = invented.fill(store, tmp_path / "captures")
    staff.hire_all(store)
    key = keys["h100"]
    browser = staff.desk_of(store, tmp_path / "captures", staff.Clock())
    analyst, editor = (staff.logged_in(browser, staff.NAMES[role]) for role in ("analyst", "editor"))
    confirm(editor, key)
    page = editor.get(f"/findings/{key}").text
    assert "marked as published after a second person confirmed it" in page
    borrowed = staff.hidden(page, f"/findings/{key}/assign")
    confirm(editor, key)
    again = editor.get(f"/findings/{key}").text
    assert f"/findings/{key}/publish" in again
    alone = editor.post(
        f"/findings/{key}/publish",
        data=staff.hidden(again, f"/findings/{key}/publish") | {"published": "yes", "vouched": "yes"},
    )
    assert alone.status_code == 409
    confirm(analyst, key)
    assert send(editor, key, "publish", published="yes").status_code == 303
    assert "Published" in visible(editor.get("/?view=all&reading=published").text)
    assert analyst.post(f"/findings/{key}/publish", data=borrowed).status_code == 403
    unknown = send(analyst, key, "assign", assignee=staff.NAMES["reader"])
    assert unknown.status_code == 400
    assert send(analyst, key, "assign", assignee=staff.NAMES["editor"]).status_code == 303
