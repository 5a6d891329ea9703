"""A procurement from intention to contract, with a correction before the award, a copy and a second tender."""

from dataclasses import dataclass
from decimal import Decimal

import pytest

from alerts.message import email_content
from notices.alert import DIGEST, Alert
from notices.finding import FindingReport
from notices.money import Money
from notices.notice import Notice
from notices.party import Party
from tests.review import invented
from tests.review.conftest import Desk, visible
from tests.review.test_finding_context import published, store_judged

BUYER, SELLER = Party("远山大学", "buyer"), Party("甲科技有限公司", "supplier")
ASKED = "采购NVIDIA H20 96GB加速卡8张。"
CORRECTED = "更正内容：\n更正项 | 更正前内容 | 更正后内容\n型号 | NVIDIA H20加速卡8张 | NVIDIA H100加速卡8张\n"
WON = "中标内容：NVIDIA H100 80GB加速卡8张。"


@dataclass(frozen=True)
class Told:
    """The findings by the notice's name and the item, and their pages."""

    desk: Desk
    reports: dict[tuple[str, str], FindingReport]

    def page(self, name: str, item: str, part: str = "") -> str:
        return self.desk.get(f"/findings/{self.reports[name, item].key}{part}")


def notice(number: int, name: str, kind: str, text: str, day: str | None, **values: object) -> Notice:
    given = {"parties": (BUYER,), "project_code": "YS-2025-001"} | values
    shown = published(day) if day else None
    return invented.notice(200 + number, f"远山大学智算平台项目{name}", kind, text, published=shown, **given)


@pytest.fixture
def told(desk: Desk) -> Told:
    won = {"parties": (BUYER, SELLER), "award": Money(Decimal(900))}
    made = {
        "intention": notice(0, "采购意向", "intention", ASKED, "2025-01-05", project_code=None),
        "tender": notice(1, "公开招标公告", "tender", ASKED, "2025-03-01", budget=Money(Decimal(1000))),
        "correction": notice(2, "更正公告", "correction", CORRECTED, "2025-03-10"),
        "award": notice(3, "中标公告", "award", WON, "2025-04-20", **won),
        "copy": notice(4, "中标公告", "award", WON, "2025-04-21", source="dongping-portal", **won),
        "contract": notice(5, "合同公告", "contract", WON, "2025-05-20", **won),
        "again": notice(6, "（二次）公开招标公告", "tender", ASKED, "2025-07-01", project_code="YS-2025-001（二次）"),
        "other": notice(7, "公开招标公告", "tender", ASKED, "2024-01-05", project_code="YS-2023-777"),
    }
    reports = {}
    for name, each in made.items():
        for key in store_judged(desk.store, each):
            with desk.store.read() as unit:
                report = unit.findings.report(key)
            assert report is not None
            reports[name, report.finding.item] = report
    return Told(desk, reports)


def test_one_procurement_is_one_timeline_in_the_order_of_its_days_and_a_second_tender_is_another(told: Told) -> None:
    one = {name: report.procedure for (name, _), report in told.reports.items()}
    assert len({one[name] for name in ("intention", "tender", "correction", "award", "copy", "contract")}) == 1
    assert len({one[name] for name in ("tender", "again", "other")}) == 3
    timeline = told.page("tender", "nvidia-h20").split('class="timeline"')[1].split('id="h-verdict"')[0]
    days = ["2025-01-05", "2025-03-01", "2025-03-10", "2025-04-20", "2025-04-21", "2025-05-20"]
    assert [visible(timeline).index(day) for day in days] == sorted(visible(timeline).index(day) for day in days)
    assert "Corrections stated: 1" in timeline
    assert "2025-07-01" not in timeline


def test_the_award_of_a_procurement_is_that_of_its_day_for_what_came_before_and_after(told: Told) -> None:
    for name, item in (("tender", "nvidia-h20"), ("correction", "nvidia-h100"), ("contract", "nvidia-h100")):
        assert "At the award 2025-04-20" in visible(told.page(name, item)), name
    for name, item in (("award", "nvidia-h100"), ("copy", "nvidia-h100"), ("again", "nvidia-h20")):
        assert "At the award" not in told.page(name, item), name


def test_what_a_correction_takes_out_is_nowhere_said_to_be_bought(told: Told) -> None:
    gone, new = told.reports["correction", "nvidia-h20"], told.reports["correction", "nvidia-h100"]
    for report, words in ((gone, "NVIDIA H20 (taken out)"), (new, "NVIDIA H100 (brought in)")):
        for path in (f"/findings/{report.key}", f"/findings/{report.key}/dossier", "/?view=all&kind=correction"):
            assert words in visible(told.desk.get(path)), path
        alert = Alert("a", "all", report.procedure, invented.NOW, (report,))
        digest = Alert("a", "all", report.procedure, invented.NOW, (report,), kind=DIGEST)
        for mail in (email_content(alert, "http://desk.invalid"), email_content(digest, "http://desk.invalid")):
            assert words in mail.text
            assert words in visible(mail.html)
        assert words in email_content(alert, "http://desk.invalid").subject
    mail = email_content(Alert("a", "all", gone.procedure, invented.NOW, (gone,)), "http://desk.invalid").text
    assert "Only in the wording before a correction, or in an earlier page: What the notice procures" in mail
    assert "It stands only in the wording before a correction" in visible(told.page("correction", "nvidia-h20"))
    assert "NVIDIA H20（已移除）" in told.page("correction", "nvidia-h20", "?lang=zh")


def test_of_a_like_procurement_one_finding_is_shown_and_none_of_its_own(told: Told) -> None:
    page = told.page("again", "nvidia-h20")
    shown = visible(page.split('id="h-similar"')[1].split("</section>")[0])
    assert shown.count("same item, same buyer") == 2
    assert "2024-01-05" in shown
    own = told.page("award", "nvidia-h100")
    similar = own.split('id="h-similar"')[1].split("</section>")[0] if 'id="h-similar"' in own else ""
    for name in ("copy", "contract"):
        assert told.reports[name, "nvidia-h100"].key not in similar
