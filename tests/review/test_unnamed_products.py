"""Where a notice names no product, no page, list, mail or dossier says that it does."""

from dataclasses import replace
from datetime import date

import pytest

from alerts.message import email_content
from monitor.detection.control import control_on
from notices.alert import DIGEST, Alert
from tests.review import invented
from tests.review.conftest import Desk, visible
from tests.review.test_finding_context import SPECIFIED, WATCHLIST, published, store_judged


@pytest.fixture
def implied(desk: Desk) -> str:
    """A finding whose item eight products satisfy."""
    made = invented.notice(95, "远山大学训练节点成交公告", "award", SPECIFIED, published=published("2026-03-01"))
    (key,) = store_judged(desk.store, made)
    return key


def test_every_place_says_that_the_product_is_not_named(desk: Desk, implied: str) -> None:
    with desk.store.read() as unit:
        report = unit.findings.report(implied)
        number = unit.findings.notice_id(implied)
    assert report is not None
    others = len(report.finding.candidates) - 1
    assert others > 1
    said = f"{report.finding.label} (not named, by parameters, or {others} others)"
    for path in (f"/findings/{implied}", f"/findings/{implied}/dossier", f"/notices/{number}",
                 "/?view=all&words=训练节点成交", f"/items/{report.finding.item}"):  # fmt: skip
        assert said in visible(desk.get(path)), path
    chinese = desk.get(f"/findings/{implied}?lang=zh")
    assert f"{report.finding.label}（未载明，由参数推得，另有 {others} 种可能）" in chinese
    alert = Alert("a", "all", report.procedure, invented.NOW, (report,))
    for kind in (alert.kind, DIGEST):
        mail = email_content(replace(alert, kind=kind), "http://desk.invalid")
        assert said in mail.text
        assert said in visible(mail.html)
    assert said in email_content(alert, "http://desk.invalid").subject
    alone = replace(report, finding=replace(report.finding, candidates=(report.finding.item,)))
    assert "(not named, by parameters)" in email_content(replace(alert, reports=(alone,)), "").subject


def test_the_status_is_said_to_be_that_of_the_nearest_candidate(desk: Desk, implied: str) -> None:
    for path in (f"/findings/{implied}", f"/findings/{implied}/dossier"):
        assert "this is the status of the candidate whose figures are nearest" in visible(desk.get(path))
    assert "whose figures are nearest" not in desk.get(f"/findings/{desk.keys['h100']}")


def test_a_notice_without_a_date_is_compared_with_all_years(desk: Desk) -> None:
    made = invented.notice(96, "远山大学无日期节点公告", "tender", SPECIFIED, published=None)
    (key,) = store_judged(desk.store, made)
    page = visible(desk.get(f"/findings/{key}"))
    assert "the notice's day" not in page[page.index("The specification, read") :].split("Parameter")[0]
    assert "satisfied (the notice gives no date, so of all years) by" in page
    assert "on that day" not in page


@pytest.mark.parametrize(
    ("item", "day", "said"),
    [
        ("spec-implied-gpu", date(2026, 3, 1), "not named; the strictest that it may be was listed under 87 FR 62186"),
        ("nvidia-unspecified", date(2026, 3, 1), "not named; the strictest that it may be was listed under"),
        ("nvidia-hgx", date(2022, 1, 1), "not named; none that it may be was listed as of 2022-01-01"),
        ("nvidia-h20", date(2026, 3, 1), "listed as of 2026-03-01 according to press reports of 2025-08-08"),
        ("nvidia-h100", date(2023, 12, 1), "listed under 87 FR 62186 as of 2023-12-01"),
    ],
)
def test_a_sentence_on_controls_says_what_is_known(item: str, day: date, said: str) -> None:
    assert said in control_on(WATCHLIST.items[item], day, WATCHLIST).sentence
