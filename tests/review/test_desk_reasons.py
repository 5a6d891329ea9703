"""Why a finding is rejected, and how precise that makes the terms."""

import re

import pytest

from notices.review import REASONS, Review
from tests.review import invented
from tests.review.conftest import Desk, visible
from tests.review.test_desk_verdicts import form, history, judge


def test_every_reason_is_a_button_that_rejects_in_one_press(desk: Desk) -> None:
    key = desk.keys["h100"]
    page = desk.get(f"/findings/{key}")
    assert re.findall(r'<button name="reason" value="(\w+)">', page) == list(REASONS)
    answer = desk.client.post(f"/findings/{key}", data=form(page) | {"reason": "past_performance", "note": ""})
    assert answer.status_code == 303
    assert history(desk, key) == [Review(key, "rejected", "", "analyst", invented.NOW, "past_performance")]
    assert "Rejected Track record, news or reason clause" in visible(desk.get(f"/findings/{key}"))


@pytest.mark.parametrize(
    ("reason", "note", "said"),
    [
        ("", "留着", "A rejection needs a reason"),
        ("whim", "留着", "no reason the desk knows"),
        ("other", "", "needs a note that says why"),
    ],
)
def test_a_rejection_without_a_reason_is_not_saved_and_keeps_the_note(
    desk: Desk, reason: str, note: str, said: str
) -> None:
    key = desk.keys["h100"]
    answer = judge(desk, key, "rejected", note, reason=reason)
    assert answer.status_code == 400
    assert said in visible(answer.text)
    assert f"{note}</textarea>" in answer.text
    assert '<details class="reject" open>' in answer.text
    assert history(desk, key) == []


def test_a_reason_beside_another_verdict_does_not_count(desk: Desk) -> None:
    key = desk.keys["h100"]
    assert judge(desk, key, "confirmed", reason="existing").status_code == 303
    assert history(desk, key)[0].reason == ""


def test_the_page_of_precision_follows_the_verdicts_in_force(desk: Desk) -> None:
    judge(desk, desk.keys["h100"], "confirmed")
    judge(desk, desk.keys["tender"], "rejected", reason="compatibility")
    page = visible(desk.get("/precision"))
    assert "NVIDIA H100 nvidia-h100 50 % of 2 1 1 0 Only to be compatible with 1" in page
    judge(desk, desk.keys["tender"], "confirmed")
    assert "NVIDIA H100 nvidia-h100 100 % of 2 2 0 0 –" in visible(desk.get("/precision"))
    assert "准确率" in desk.get("/precision?lang=zh")


def test_the_page_of_precision_is_plain_before_the_first_verdict(desk: Desk) -> None:
    with desk.store.begin() as unit:
        for each in unit.findings.reports():
            stored = unit.findings.notice_id(each.key)
            assert stored is not None
            unit.findings.replace(stored, each.source, [], invented.NOW)
    assert "No flagged finding has a verdict yet." in desk.get("/precision")
