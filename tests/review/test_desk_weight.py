"""No page is heavy, however much there is to show and however long it is; what is cut is said to be cut."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from monitor.review.finding_context import StepDetails
from monitor.review.room import within
from notices.alert import PENDING, Alert, Delivery
from notices.corrections import Correction, corrections_of
from notices.document import Document
from notices.money import Money
from notices.party import Party
from notices.review import Review
from notices.run import Issue
from storage import Unit
from storage.health import Condition, Receiver
from tests.review import invented
from tests.review.conftest import Desk, browse, visible

LARGEST = 100_000
ITEM, LABEL = "nvidia-h20", "NVIDIA H20"
NAME = "东屏理工大学智能计算与数据科学联合研究院（筹）高性能计算中心"
SENTENCE = "The page answered with something else than a list: " + "the layout has changed, " * 80
NOTE = "核对原文后认为此处仅为兼容性要求。" * 600


def purchase(number: int) -> tuple[object, ...]:
    """A notice of a long title, buyer, seller and region, of its own month; and its finding."""
    parties = (Party(f"{NAME}{number % 90}", "buyer"), Party(f"{NAME}供应商{number % 90}有限公司", "supplier"))
    day = datetime(2020 + number % 6, 1 + number % 12, 1 + number % 28, 2, tzinfo=UTC)
    text = f"第{number}包：采购{LABEL} 96GB加速卡，" + "技术参数详见采购文件，" * 20
    made = invented.notice(
        1000 + number, f"{NAME}第{number}批次人工智能训练推理一体化平台建设项目（二次）", "award", text, published=day,
        parties=parties, region=f"某省某市某区{number % 70}", award=Money(Decimal(10_000 + number), "CNY"),
        documents=tuple(Document(f"https://portal.invalid/{number}/{n}", f"附件{n}.pdf") for n in range(2)),
    )  # fmt: skip
    found = invented.finding(made, ITEM, LABEL, invented.place(text, f"{LABEL} 96GB"), reasons=(SENTENCE,))
    return made, found


def store_purchases(unit: Unit, count: int) -> list[str]:
    keys = []
    for number in range(count):
        made, found = purchase(number)
        saved = unit.notices.save(made, invented.NOW)  # type: ignore[arg-type]
        keys += unit.findings.replace(saved.notice_id, invented.SOURCE, [found], invented.NOW)  # type: ignore[list-item]
    return keys


def weigh(desk: Desk, *paths: str) -> None:
    for path in paths:
        for language in ("en", "zh"):
            page = desk.get(f"{path}{'&' if '?' in path else '?'}lang={language}")
            assert len(page.encode()) < LARGEST, (path, language, len(page.encode()))


def test_lists_and_pages_of_names_stay_light_over_hundreds_of_findings(desk: Desk) -> None:
    with desk.store.begin() as unit:
        store_purchases(unit, 300)
    weigh(desk, "/", "/?view=all&picked=page", "/overview", "/items", f"/items/{ITEM}", f"/items/{ITEM}?page=2")
    weigh(desk, "/buyers", "/sellers", f"/buyers/{NAME}1", f"/sellers/{NAME}供应商1有限公司", f"/items/{ITEM}")


def test_the_page_of_precision_stays_light_with_hundreds_of_terms(desk: Desk) -> None:
    reasons = ("confusable", "compatibility", "not_controlled", "past_performance", "existing", "misread")
    with desk.store.begin() as unit:
        for number in range(240):
            made, _ = purchase(number)
            item, label = f"vendor-very-long-item-name-{number % 80}", f"Vendor Very Long Item Name {number % 80}"
            quote = made.text[:40] + str(number)  # type: ignore[attr-defined]
            made = replace(made, text=quote)  # type: ignore[type-var]
            found = invented.finding(made, item, label, invented.place(quote, quote))  # type: ignore[arg-type]
            saved = unit.notices.save(made, invented.NOW)  # type: ignore[arg-type]
            (key,) = unit.findings.replace(saved.notice_id, invented.SOURCE, [found], invented.NOW)
            unit.reviews.add(Review(key, "rejected", "", "a", invented.NOW, reasons[number % len(reasons)]))
    weigh(desk, "/precision")
    page = desk.get("/precision?lang=en")
    assert "more rows are not shown here" in page


def test_a_procedure_of_many_long_corrections_stays_light_and_says_what_is_cut(desk: Desk) -> None:
    rows = "".join(f"第{n}条 | {'原内容' * 120}{n} | {'新内容' * 120}{n}\n" for n in range(20))
    text = f"更正内容：\n更正项 | 更正前内容 | 更正后内容\n{rows}采购{LABEL} 96GB加速卡。"
    with desk.store.begin() as unit:
        for number in range(30):
            day = datetime(2026, 1, 1, 2, tzinfo=UTC) + timedelta(days=number)
            made = invented.notice(
                3000 + number, f"{NAME}更正公告{number}", "correction", text, published=day, project_code="DUO-1",
                parties=(Party(NAME, "buyer"),), budget=Money(Decimal(100 + number), "CNY"),
                documents=tuple(Document(f"https://p.invalid/{number}/{n}", NAME + f"{n}.pdf") for n in range(30)),
            )  # fmt: skip
            assert len(corrections_of(made)) == 20
            saved = unit.notices.save(made, invented.NOW)
            found = invented.finding(made, ITEM, LABEL, invented.place(text, f"{LABEL} 96GB"))
            (key,) = unit.findings.replace(saved.notice_id, invented.SOURCE, [found], invented.NOW)
    weigh(desk, f"/findings/{key}")
    shown = visible(desk.get(f"/findings/{key}?lang=en"))
    assert shown.count("Corrections stated: 20") >= 1
    assert "changes are not shown here: they stand in the dossier." in shown


def test_sources_runs_and_alerts_stay_light_with_long_sentences(desk: Desk) -> None:
    with desk.store.begin() as unit:
        keys = store_purchases(unit, 60)
        reports = tuple(filter(None, (unit.findings.report(key) for key in keys)))
        for number in range(60):
            counts = {f"counted_under_a_long_name_{n}": 10**6 + n for n in range(30)}
            run = unit.runs.start("crawl", "ccgp-local", invented.NOW - timedelta(minutes=number))
            unit.runs.finish(run, "failed", counts, invented.NOW)
            unit.runs.add_issue(Issue("ccgp-local", "failed", SENTENCE, "https://p.invalid/" + "x" * 900), invented.NOW)
            news = Alert(f"n{number}", "digest", f"p{number}", invented.NOW, reports)
            sent = Delivery(f"{number:024}", news.id, "mail", "desk@newsroom.invalid", PENDING, 0, invented.NOW)
            unit.alerts.add(news, [sent])
            for minute in range(12):
                at = invented.NOW + timedelta(minutes=minute)
                unit.alerts.postponed(sent.id, SENTENCE, at, at)
            unit.health.set_receiver(Receiver(f"hook-{number}", "https://hooks.invalid/", 6, at, error=SENTENCE))
            unit.health.set_condition(Condition(f"expected {number}", SENTENCE, at, at, None))
    line = replace(invented.SOURCES[4], gap=SENTENCE, trouble=SENTENCE, concerns=(SENTENCE, SENTENCE))
    lines = tuple(replace(line, id=f"source-{number}", title=NAME) for number in range(60))
    long = Desk(browse(desk.store, desk.captures, sources=lines), desk.store, desk.keys, desk.captures)
    weigh(long, "/sources", "/overview", "/runs", "/alerts")
    assert "…" in long.get("/sources")


def test_the_audit_log_stays_light_with_the_longest_notes_and_keeps_them_whole_in_the_file(desk: Desk) -> None:
    with desk.store.begin() as unit:
        key = desk.keys["h100"]
        for number in range(60):
            unit.reviews.add(Review(key, "unsure", f"{NOTE[:9_990]}{number}", "a", invented.NOW))
    weigh(desk, "/audit", f"/findings/{key}")
    assert f"{NOTE[:9_990]}59" in desk.client.get("/audit/export").text


@pytest.mark.parametrize("day", [date(2026, 3, 5)])
def test_a_notice_of_many_attachments_and_findings_stays_light(desk: Desk, day: date) -> None:
    text = "".join(f"采购{LABEL} 96GB加速卡第{number}批；\n" for number in range(300))
    made = invented.notice(
        5000, NAME, "tender", text, published=datetime(day.year, day.month, day.day, 2, tzinfo=UTC),
        documents=tuple(Document(f"https://portal.invalid/{n}/{'x' * 150}", f"{NAME}附件{n}.pdf") for n in range(300)),
    )  # fmt: skip
    with desk.store.begin() as unit:
        saved = unit.notices.save(made, invented.NOW)
        found = [
            invented.finding(made, f"item-{n}", f"Item {n}", invented.place(text, f"{LABEL} 96GB加速卡第{n}批"),
                             also=tuple(invented.place(text, f"{LABEL} 96GB加速卡第{m}批") for m in range(300)))
            for n in range(60)
        ]  # fmt: skip
        key = unit.findings.replace(saved.notice_id, invented.SOURCE, found, invented.NOW)[0]
    weigh(desk, f"/findings/{key}", f"/notices/{saved.notice_id}")


def test_the_nearest_steps_have_room_first_and_nothing_is_left_out_uncounted() -> None:
    row = Correction("数量", "甲" * 50, "乙" * 50)
    steps = [StepDetails((row,) * 3, (), (), 3) for _ in range(5)]
    kept = within(steps, 3, 1_000)
    assert [len(step.corrections) for step in kept] == [0, 0, 3, 3, 0]
    assert all(len(step.corrections) + step.left_out == 3 for step in kept)
    assert within(steps, 3, 10_000) == tuple(steps)
