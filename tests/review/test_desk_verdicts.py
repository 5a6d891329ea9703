"""Verdicts: given, counted, told to be late, refused from elsewhere; a note is never lost."""

import re
from datetime import UTC, datetime

import pytest
from httpx import Response

from notices.review import Review
from storage import open_store
from tests.review import invented
from tests.review.conftest import Desk, browse, visible


def form(page: str) -> dict[str, str]:
    """The hidden fields of the verdict form."""
    inside = re.search(r'<form [^>]*id="verdict">.*?</form>', page, re.DOTALL)
    assert inside, "the page has no verdict form"
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', inside.group()))


def judge(desk: Desk, key: str, verdict: str, note: str = "", query: str = "", **changed: str) -> Response:
    fields = form(desk.get(f"/findings/{key}{query}")) | {"verdict": verdict, "note": note}
    fields |= ({"reason": "confusable"} if verdict == "rejected" else {}) | changed
    fields["back"] = fields["back"].replace("&amp;", "&")
    return desk.client.post(f"/findings/{key}", data=fields)


def history(desk: Desk, key: str) -> list[Review]:
    with desk.store.read() as unit:
        return unit.reviews.history(key)


@pytest.mark.parametrize("verdict", ["confirmed", "rejected", "unsure"])
def test_a_verdict_is_kept_with_its_note_and_leads_to_the_next_finding(desk: Desk, verdict: str) -> None:
    key = desk.keys["h100"]
    answer = judge(desk, key, verdict, " 中标公告载明\r\n型号。 ")
    assert answer.status_code == 303
    reason = "confusable" if verdict == "rejected" else ""
    assert history(desk, key) == [Review(key, verdict, "中标公告载明\n型号。", "analyst", invented.NOW, reason)]
    with desk.store.read() as unit:
        first = unit.findings.keys()
    assert answer.headers["location"].startswith("/findings/")
    following = desk.get(answer.headers["location"])
    assert f"{verdict.capitalize()}: NVIDIA H100 · 东屏理工大学." in following
    assert answer.headers["location"].split("?")[0].rpartition("/")[2] in first
    page = visible(desk.get(f"/findings/{key}"))
    assert "中标公告载明 型号。" in page
    assert "analyst · 2026-03-06 09:30" in page
    assert desk.client.get("/healthz").json()["to_review"] == 13


def test_the_next_finding_is_of_the_same_queue_and_the_last_one_leads_back_to_it(desk: Desk) -> None:
    query = "?item=nvidia-h100"
    first = judge(desk, desk.keys["h100"], "confirmed", query=query).headers["location"]
    assert first.startswith(f"/findings/{desk.keys['tender']}?item=nvidia-h100")
    last = judge(desk, desk.keys["tender"], "rejected", query=query).headers["location"]
    assert last == f"/?item=nvidia-h100&done={desk.keys['tender']}"
    page = desk.get(last)
    assert "Rejected: NVIDIA H100" in page
    assert "No finding matches these filters." in page


def test_a_changed_mind_is_added_and_the_last_verdict_is_in_force(desk: Desk) -> None:
    key = desk.keys["aws"]
    judge(desk, key, "confirmed")
    judge(desk, key, "unsure", "转售商身份不明")
    assert [given.verdict for given in history(desk, key)] == ["confirmed", "unsure"]
    assert f"/findings/{key}" in desk.get("/?view=unsure")
    assert f"/findings/{key}" not in desk.get("/?view=confirmed")


def test_the_second_of_two_analysts_is_told_and_keeps_the_note(desk: Desk) -> None:
    key = desk.keys["h100"]
    stale = form(desk.get(f"/findings/{key}"))
    with desk.store.begin() as unit:
        unit.reviews.add(
            Review(key, "rejected", "兼容条款而已", "second reader", datetime(2026, 3, 6, 1, 20, tzinfo=UTC))
        )
    answer = desk.client.post(
        f"/findings/{key}", data=stale | {"verdict": "confirmed", "note": "型号在标的清单 <第4行>"}
    )
    assert answer.status_code == 409
    page = visible(answer.text)
    assert "Somebody else reviewed this finding" in page
    assert "兼容条款而已" in page
    assert "You chose: Confirmed" in page
    assert "型号在标的清单 &lt;第4行&gt;</textarea>" in answer.text
    assert len(history(desk, key)) == 1
    again = desk.client.post(f"/findings/{key}", data=form(answer.text) | {"verdict": "confirmed", "note": "仍确认"})
    assert again.status_code == 303
    assert [given.verdict for given in history(desk, key)] == ["rejected", "confirmed"]


def test_the_same_form_sent_twice_is_one_verdict(desk: Desk) -> None:
    key = desk.keys["h100"]
    fields = form(desk.get(f"/findings/{key}")) | {"verdict": "confirmed"}
    assert desk.client.post(f"/findings/{key}", data=fields).status_code == 303
    assert desk.client.post(f"/findings/{key}", data=fields).status_code == 409
    assert len(history(desk, key)) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.invalid"},
        {"origin": "null", "sec-fetch-site": "cross-site"},
        {"origin": "http://127.0.0.1:9999"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
    ],
)
def test_a_form_from_elsewhere_is_refused(desk: Desk, headers: dict[str, str]) -> None:
    key = desk.keys["h100"]
    fields = form(desk.get(f"/findings/{key}")) | {"verdict": "confirmed"}
    answer = desk.client.post(f"/findings/{key}", data=fields, headers=headers)
    assert answer.status_code == 403
    assert "did not come from the desk" in answer.text
    assert history(desk, key) == []


@pytest.mark.parametrize("origin", ["http://127.0.0.1", "null"])
def test_a_form_of_the_desk_itself_is_taken(desk: Desk, origin: str) -> None:
    # Browsers send the origin "null" under the referrer policy of the desk.
    key = desk.keys["h100"]
    fields = form(desk.get(f"/findings/{key}")) | {"verdict": "confirmed"}
    headers = {"origin": origin, "sec-fetch-site": "same-origin"}
    assert desk.client.post(f"/findings/{key}", data=fields, headers=headers).status_code == 303


@pytest.mark.parametrize("token", ["", "0" * 64, "é"])
def test_a_form_without_the_right_token_is_refused_and_keeps_the_note(desk: Desk, token: str) -> None:
    key = desk.keys["h100"]
    answer = judge(desk, key, "confirmed", "我的备注", token=token)
    assert answer.status_code == 403
    assert "out of date" in answer.text
    assert "我的备注</textarea>" in answer.text
    assert history(desk, key) == []


def test_a_token_is_good_for_its_own_finding_and_its_own_browser_only(desk: Desk) -> None:
    other = form(desk.get(f"/findings/{desk.keys['aws']}"))["token"]
    assert judge(desk, desk.keys["h100"], "confirmed", token=other).status_code == 403
    stranger = browse(desk.store, desk.captures)
    fields = form(desk.get(f"/findings/{desk.keys['h100']}")) | {"verdict": "confirmed"}
    assert stranger.post(f"/findings/{desk.keys['h100']}", data=fields).status_code == 403


def test_what_is_no_verdict_or_too_long_a_note_is_said_and_nothing_is_saved(desk: Desk) -> None:
    key = desk.keys["h100"]
    assert judge(desk, key, "maybe", "留着").status_code == 400
    long = judge(desk, key, "confirmed", "长" * 10_001)
    assert long.status_code == 413
    assert "长" * 10_001 in long.text
    assert judge(desk, key, "confirmed", "x" * 300_000).status_code == 413
    assert history(desk, key) == []


def test_a_damaged_field_is_not_a_verdict_after_what_was_seen(desk: Desk) -> None:
    for seen in ("-1", "x", "", "9" * 40):
        assert judge(desk, desk.keys["h100"], "confirmed", seen=seen).status_code == 409
    assert judge(desk, desk.keys["h100"], "confirmed", back="item=none&severity=critical").status_code == 303


def test_a_verdict_on_a_withdrawn_finding_is_not_saved_and_shows_the_note(desk: Desk) -> None:
    key = desk.keys["aws"]
    fields = form(desk.get(f"/findings/{key}")) | {"verdict": "confirmed", "note": "请保留"}
    with desk.store.begin() as unit:
        notice_id = unit.findings.notice_id(key)
        assert notice_id is not None
        unit.findings.replace(notice_id, invented.SOURCE, [], invented.NOW)
    answer = desk.client.post(f"/findings/{key}", data=fields)
    assert answer.status_code == 404
    assert "withdrew it" in answer.text
    assert "请保留</textarea>" in answer.text


def test_a_locked_database_is_told_and_keeps_the_note(desk: Desk) -> None:
    impatient = open_store(f"sqlite:///{desk.store.engine.url.database}?timeout=0.05")
    client = browse(impatient, desk.captures)
    key = desk.keys["h100"]
    fields = form(client.get(f"/findings/{key}").text) | {"verdict": "confirmed", "note": "不要丢失"}
    with desk.store.begin():
        assert client.get("/").status_code == 200
        answer = client.post(f"/findings/{key}", data=fields)
    assert answer.status_code == 503
    assert "locked" in answer.text
    assert "不要丢失</textarea>" in answer.text
    again = client.post(f"/findings/{key}", data=fields)
    assert again.status_code == 303
    assert history(desk, key)[0].note == "不要丢失"
    impatient.close()
