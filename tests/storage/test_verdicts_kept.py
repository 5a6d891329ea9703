"""Verdicts with reasons, given at once, taken back, and what share of a term's findings they confirm."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from notices.errors import StoreError
from notices.finding import Place
from notices.review import Review, standing
from storage import Store, Unit
from storage.findings import FindingFilter
from storage.precision import Precision, overall_of
from tests.storage.test_store import FINDING, NOTICE, NOW


def found(unit: Unit, number: int, term: str = "H100", **changed: object) -> str:
    """The key of a finding in a notice of its own."""
    notice = replace(NOTICE, id=f"v{number}", url=f"http://portal.invalid/v{number}.htm", documents=())
    saved = unit.notices.save(notice, NOW)
    place = Place("body", 14, 23, f"H100 80GB{number}")
    each = replace(FINDING, notice=notice.id, place=place, term=term, **changed)  # type: ignore[arg-type]
    return unit.findings.replace(saved.notice_id, notice.source, [each], NOW)[0]


def given(key: str, verdict: str, reason: str = "", by: str = "甲", **more: object) -> Review:
    return Review(key, verdict, "", by, NOW, reason, **more)  # type: ignore[arg-type]


def test_precision_counts_the_last_verdicts_on_present_flagged_findings_by_item_and_term(store: Store) -> None:
    with store.begin() as unit:
        keys = [found(unit, number, "H100" if number < 3 else "H100 80GB") for number in range(5)]
        unflagged = found(unit, 10, flagged=False)
        rows = found(unit, 11, "", basis="specification")
        for key in (keys[0], keys[1], unflagged):
            unit.reviews.add(given(key, "rejected", "confusable"))
        unit.reviews.add(given(keys[1], "confirmed"))
        unit.reviews.add(given(keys[2], "rejected"))
        unit.reviews.add(given(keys[3], "confirmed"))
        unit.reviews.add(given(keys[4], "unsure"))
        unit.reviews.add(given(rows, "rejected", "misread"))
        assert unit.precision.all() == [
            Precision("nvidia-h100", None, 2, 3, 1, {"confusable": 1, "misread": 1, "none": 1}),
            Precision("nvidia-h100", "H100", 1, 2, 0, {"confusable": 1, "none": 1}),
            Precision("nvidia-h100", "H100 80GB", 1, 0, 1, {}),
            Precision("nvidia-h100", "", 0, 1, 0, {"misread": 1}),
        ]
        assert [each.share for each in unit.precision.all()] == [0.4, 1 / 3, 1.0, 0.0]
        assert overall_of(unit.precision.all()).share == 0.4
        notice_id = unit.findings.notice_id(keys[0])
        assert notice_id is not None
        unit.findings.replace(notice_id, NOTICE.source, [], NOW)
        assert unit.precision.all()[0].rejected == 2
        assert unit.precision.all(NOW + timedelta(seconds=1)) == []


def test_a_reason_stands_with_a_rejection_only_and_in_the_audit_log(store: Store) -> None:
    with store.begin() as unit:
        key = found(unit, 1)
        unit.reviews.add(given(key, "rejected", "duplicate"))
        last = unit.audit.last()
        assert last is not None
        assert json.loads(last.detail) == {"old": None, "new": "rejected", "note": "", "reason": "duplicate"}
    for wrong in (given(key, "confirmed", "duplicate"), given(key, "rejected", "whim")):
        with pytest.raises(StoreError, match="no reason"), store.begin() as unit:
            unit.reviews.add(wrong)


def test_verdicts_given_at_once_are_all_added_or_none(store: Store) -> None:
    with store.begin() as unit:
        keys = [found(unit, number) for number in range(3)]
        unit.reviews.add(given(keys[1], "unsure", by="乙"))
        batch = [(0, given(key, "confirmed", batch="b1")) for key in keys]
        assert unit.reviews.add_all(batch) == [keys[1]]
        assert unit.reviews.batch("b1") == []
        assert unit.findings.count(FindingFilter(verdict="confirmed")) == 0
        batch[1] = (1, batch[1][1])
        assert unit.reviews.add_all(batch) == []
        assert {each.finding for each in unit.reviews.batch("b1")} == set(keys)
        assert unit.reviews.counts(keys) == dict(zip(keys, (1, 2, 1), strict=True))


def test_a_verdict_taken_back_leaves_the_one_before_in_force_and_both_on_record(store: Store) -> None:
    with store.begin() as unit:
        key = found(unit, 1)
        unit.reviews.add(given(key, "rejected", "existing"))
        unit.reviews.add(given(key, "confirmed", by="乙"))
        assert unit.reviews.undo([(1, given(key, ""))]) == [key]
        assert unit.reviews.undo([(2, given(key, ""))]) == []
        assert unit.reviews.last(key) == given(key, "rejected", "existing")
        assert unit.precision.all()[0].reasons == {"existing": 1}
        assert unit.reviews.undo([(3, given(key, ""))]) == []
        assert unit.reviews.last(key) is None
        assert unit.reviews.undo([(4, given(key, ""))]) == [key]
        assert [(each.verdict, each.undoes) for each in unit.reviews.history(key)] == [
            ("rejected", False), ("confirmed", False), ("rejected", True), ("none", True),
        ]  # fmt: skip
        report = unit.findings.report(key)
        assert report is not None
        assert report.verdict is None
        assert [each.key for each in unit.findings.reports(FindingFilter(verdict="none"))] == [key]
        assert {each.verdict for each in unit.findings.tally().rows()} == {"none"}
        assert unit.precision.all() == []
        acts = [entry.act for entry in unit.audit.all()]
        assert acts == ["verdict", "verdict", "verdict_undone", "verdict_undone"]


def test_what_stands_of_a_history_is_what_was_not_taken_back() -> None:
    first, second = given("k", "confirmed"), given("k", "unsure")
    back = replace(first, undoes=True)
    assert standing([first, second, back]) == [first]
    assert standing([first, second, back, second, back, replace(first, verdict="none", undoes=True)]) == []
