"""What a finding's page says around the finding: other days, parameter rows, what each step changed, like findings."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from urllib.parse import quote

import pytest

from monitor.detection import Subject as Read
from monitor.detection import detect
from monitor.detection.control import control_of, control_on
from monitor.review.finding_context import standings_of
from monitor.review.finding_subject import read_subject
from monitor.watchlist import load_watchlist
from notices.document import Text
from notices.finding import Finding
from notices.money import Money
from notices.notice import Notice
from notices.party import Party
from storage import Store
from tests.review import invented
from tests.review.conftest import Desk, visible

WATCHLIST = load_watchlist()
SPECIFIED = (
    "采购训练加速卡8张，技术参数如下：\n★显存容量 | ≥141GB HBM3e\n★显存带宽 | ≥4.8TB/s\n"
    "★卡间通过NVLink互联，互联带宽 | ≥900GB/s\n"
)


def published(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T02:00:00+00:00")


def store_judged(store: Store, made: Notice) -> list[str]:
    """Stores a notice with what detection finds in it; returns the keys of the findings."""
    day = date.fromisoformat(made.published_on) if made.published_on else None
    texts = (Text("title", made.title), Text("body", made.text))
    found: list[Finding] = detect(Read(made.id, made.kind, day, texts, made.buyer), WATCHLIST)
    with store.begin() as unit:
        saved = unit.notices.save(made, invented.NOW)
        return unit.findings.replace(saved.notice_id, made.source, found, invented.NOW)


def test_the_status_is_given_for_the_notice_the_award_and_today(desk: Desk) -> None:
    text = "采购NVIDIA H20 96GB加速卡8张。"
    tender = invented.notice(60, "远山大学推理平台公开招标公告", "tender", text, published=published("2025-03-20"))
    award = replace(tender, id="n61", title="远山大学推理平台中标公告", kind="award", published=published("2025-04-20"))
    (key,) = store_judged(desk.store, tender)
    store_judged(desk.store, award)
    page = desk.get(f"/findings/{key}")
    table = page[page.index('class="plain-table standings"') :]
    shown = visible(table[: table.index("</table>")])
    assert "At the notice 2025-03-20 Unrestricted" in shown
    assert "At the award 2025-04-20 Restricted 15 CFR 744.21 (letter), NVIDIA Form 8-K of 2025-04-15" in shown
    assert "Today 2026-03-06 Licensable" in shown


def test_a_status_that_the_present_rules_do_not_give_is_not_carried_on(desk: Desk) -> None:
    shown = visible(desk.get(f"/findings/{desk.keys['h100']}"))
    assert "The present rules alone do not give the status that was judged" in shown
    with desk.store.read() as unit:
        standings, differ = standings_of(read_subject(unit, desk.keys["h100"]), WATCHLIST, date(2026, 3, 6))
    assert differ
    assert [each.control for each in standings] == [invented.H100.control]


def test_a_server_has_the_strictest_status_of_the_chips_it_is_built_for() -> None:
    day = date(2024, 1, 1)
    server = WATCHLIST.items["dell-poweredge-xe9680"]
    assert control_of(server, day, WATCHLIST).status == "restricted"
    chip = WATCHLIST.items["nvidia-a800"]
    assert control_of(chip, day, WATCHLIST) == control_on(chip, day, WATCHLIST)


def test_the_rows_of_a_specification_stand_beside_the_candidates_figures(desk: Desk) -> None:
    made = invented.notice(62, "远山大学训练节点采购公告", "tender", SPECIFIED, published=published("2026-03-01"))
    (key,) = store_judged(desk.store, made)
    page = desk.get(f"/findings/{key}")
    table = page[page.index('id="h-spec"') :]
    shown = visible(table[: table.index("</section>")])
    assert "Memory, GB 显存（GB） ≥ 141 (must)" in shown
    assert "Memory bandwidth, GB/s" in shown
    assert "≥ 4800" in shown
    assert "NVIDIA H200" in shown
    assert "NVLINK" in shown
    assert 'id="h-spec"' not in desk.get(f"/findings/{desk.keys['h100']}")


def test_a_specification_deep_in_a_long_text_is_read_too(desk: Desk) -> None:
    filler = "投标人须按要求逐项响应本条。\n" * 3000
    made = invented.notice(63, "远山大学训练节点二期采购公告", "tender", filler + SPECIFIED + filler)
    (key,) = store_judged(desk.store, made)
    page = desk.get(f"/findings/{key}")
    assert 'id="h-spec"' in page
    assert len(page.encode()) < 100_000


def test_a_correction_shows_its_rows_and_a_revision_what_changed(desk: Desk) -> None:
    text = "更正内容：\n更正项 | 更正前内容 | 更正后内容\n数量 | H20加速卡8张 | H20加速卡<b>16</b>张\n"
    made = invented.notice(64, "远山大学推理卡更正公告", "correction", text, budget=Money(Decimal(100)))
    (key, *_) = store_judged(desk.store, made)
    later = replace(made, text=f"{text}其他内容不变。", budget=Money(Decimal(250)))
    with desk.store.begin() as unit:
        unit.notices.save(later, invented.NOW + timedelta(days=1))
    page = desk.get(f"/findings/{key}")
    assert "Corrections stated: 1" in page
    assert "<del>H20加速卡8张</del>" in page
    assert "<ins>H20加速卡&lt;b&gt;16&lt;/b&gt;张</ins>" in page
    assert "The page changed: version 2, seen 2026-03-07" in page
    assert "<del>100 CNY</del>" in page
    assert "<ins>250 CNY</ins>" in page
    assert "<ins>其他内容不变。</ins>" in page


def test_what_a_step_states_otherwise_than_the_one_before_is_shown_and_silence_is_not(desk: Desk) -> None:
    page = desk.get(f"/findings/{desk.keys['h100']}")
    timeline = page[page.index('class="timeline"') :]
    timeline = timeline[: timeline.index("</ol>")]
    shown = visible(timeline)
    assert "Award not stated 2,598,000.00 CNY" in shown
    assert "Sellers not stated 北泽恒远科技有限公司" in shown
    assert "Budget ¥2,800,000" in shown, "an amount says what it is of"
    assert "Budget not stated" not in shown


def test_texts_too_long_to_compare_are_said_to_be(desk: Desk) -> None:
    with desk.store.begin() as unit:
        stored = unit.notices.get(invented.SOURCE, "n40")
        assert stored is not None
        unit.notices.save(replace(stored.notice, text=stored.notice.text * 3), invented.NOW)
    assert "too long to be compared line by line" in desk.get(f"/findings/{desk.keys['long']}")


def test_similar_findings_say_what_they_share(desk: Desk) -> None:
    text = "训练服务器，配置H100 80GB加速卡8张。"
    parties = (Party("东屏理工大学（本级）", "buyer"), Party("北泽恒远科技有限公司", "supplier"))
    both = invented.notice(65, "另一批设备采购中标公告", "award", text, parties=parties)
    seller = invented.notice(
        66, "再一批设备采购中标公告", "award", text, parties=(*parties[1:], Party("青楠所", "buyer"))
    )
    (first,), (second,) = store_judged(desk.store, both), store_judged(desk.store, seller)
    page = desk.get(f"/findings/{desk.keys['h100']}")
    shown = page[page.index('id="h-similar"') :]
    shown = shown[: shown.index("</section>")]
    assert shown.index(first) < shown.index(second)
    words = visible(shown)
    assert "same item, same buyer, seller" in words
    assert desk.keys["tender"] not in shown
    assert 'id="h-similar"' not in desk.get(f"/findings/{desk.keys['aws']}")


def test_the_rule_the_version_and_the_pages_of_buyer_seller_and_item_are_named(desk: Desk) -> None:
    page = desk.get(f"/findings/{desk.keys['h100']}")
    for link in ("/buyers/" + quote("东屏理工大学"), "/sellers/" + quote("北泽恒远科技有限公司"), "/items/nvidia-h100"):
        assert f'href="{link}"' in page
    assert WATCHLIST.rules["us-2023-10-17"].title in page
    assert f"not the version in force now, {WATCHLIST.version[:16]}" in page
    made = invented.notice(67, "远山大学加速卡采购公告", "tender", "采购NVIDIA H20 96GB加速卡8张。")
    (key,) = store_judged(desk.store, made)
    assert "the version in force now" in desk.get(f"/findings/{key}")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_finding_has_its_page_in_both_languages_under_the_limit(desk: Desk, language: str) -> None:
    for key in desk.keys.values():
        page = desk.get(f"/findings/{key}?lang={language}")
        assert len(page.encode()) < 100_000


def test_a_finding_without_a_date_and_of_an_unknown_item_has_a_page(desk: Desk) -> None:
    made = invented.notice(68, "无日期公告", "tender", "采购H100 80GB加速卡8张。", published=None)
    found = replace(
        invented.finding(made, "gone-item", "Gone", invented.place(made.text, "H100 80GB")),
        control=invented.CONTROLS["unknown_date"],
        place=invented.place(made.text, "H100 80GB"),
    )
    with desk.store.begin() as unit:
        saved = unit.notices.save(made, datetime(2026, 3, 1, tzinfo=UTC))
        (key,) = unit.findings.replace(saved.notice_id, made.source, [found], invented.NOW)
    assert "At the award" not in desk.get(f"/findings/{key}")


def timeline_of(page: str) -> str:
    shown = page[page.index('class="timeline"') :]
    return visible(shown[: shown.index('id="h-verdict"')])


def test_an_amount_in_another_currency_is_never_shown_as_yuan(desk: Desk) -> None:
    dollars = Money(Decimal("250000.5"), "USD", "25.00005万美元")
    made = invented.notice(69, "远山大学进口加速卡中标公告", "award", "采购H100 80GB加速卡8张。", award=dollars)
    (key,) = store_judged(desk.store, made)
    with desk.store.read() as unit:
        number = unit.findings.notice_id(key)
    for path in (f"/findings/{key}", f"/findings/{key}/dossier", f"/notices/{number}", "/?words=进口加速卡&view=all"):
        page = visible(desk.get(path))
        assert "250,000.50 USD" in page, path
        assert "¥250,000" not in page, path
        assert "not stated 25" not in page, path


def test_another_reading_of_the_same_page_is_no_change_of_the_page(desk: Desk) -> None:
    made = invented.notice(70, "远山大学重读公告", "tender", "采购H100 80GB加速卡8张。")
    capture = invented.write_capture(desk.captures, made.url, b"<p>x</p>", "text/html")
    with desk.store.begin() as unit:
        unit.notices.save(made, invented.NOW, unit.captures.add(capture))
    (key,) = store_judged(desk.store, made)
    with desk.store.begin() as unit:
        number = unit.findings.notice_id(key)
        assert number is not None
        unit.notices.reread(number, replace(made, region="上海"), invented.NOW + timedelta(days=1))
        assert unit.captures.read_anew(number) == {2}
    page = visible(desk.get(f"/findings/{key}"))
    assert "The same kept page read anew: version 2" in page
    assert "the page is as it was first seen" in page
    assert "The page changed" not in page
    with desk.store.begin() as unit:
        later = replace(made, text=made.text + "补充。")
        other = invented.write_capture(desk.captures, made.url, b"<p>y</p>", "text/html")
        unit.notices.save(later, invented.NOW + timedelta(days=2), unit.captures.add(other))
    page = visible(desk.get(f"/findings/{key}"))
    assert "3 of 3 — the page changed once" in page
    assert "The page changed: version 3" in page


def test_days_on_which_something_was_seen_are_beijings(desk: Desk) -> None:
    made = invented.notice(71, "远山大学深夜公告", "tender", "采购H100 80GB加速卡8张。")
    late = datetime(2026, 3, 6, 18, 0, tzinfo=UTC)
    with desk.store.begin() as unit:
        unit.notices.save(made, late)
    (key,) = store_judged(desk.store, made)
    with desk.store.begin() as unit:
        unit.notices.save(replace(made, text=made.text + "补充。"), late)
    page = visible(desk.get(f"/findings/{key}"))
    assert "since it was first seen 2026-03-07" in page
    assert "version 2, seen 2026-03-07" in page


def test_an_award_of_another_lot_is_not_this_notices_award_nor_a_change_of_its_seller(desk: Desk) -> None:
    text = "中标内容：NVIDIA H20 96GB加速卡8张。"
    code = {"project_code": "DP-2025-0731"}
    tender = invented.notice(
        72, "远山大学两包项目公开招标公告", "tender", text, published=published("2025-03-20"), **code
    )
    one, two = (
        invented.notice(
            number, f"远山大学两包项目{lot}包中标公告", "award", text, published=published(day), **code,
            parties=(tender.parties[0], Party(seller, "supplier")), award=Money(Decimal(amount)),
        )
        for number, lot, day, seller, amount in (
            (73, 1, "2025-04-20", "甲公司", 100), (74, 2, "2025-06-20", "乙公司", 200))
    )  # fmt: skip
    parties = tender.parties
    one, two = (replace(each, parties=(*parties, each.parties[1])) for each in (one, two))
    keys = {each.id: store_judged(desk.store, each)[0] for each in (tender, one, two)}
    pages = {name: desk.get(f"/findings/{key}") for name, key in keys.items()}
    with desk.store.read() as unit:
        assert len({unit.findings.report(key).procedure for key in keys.values()}) == 1  # type: ignore[union-attr]
    assert "At the award 2025-04-20" in visible(pages["n72"])
    for name in ("n73", "n74"):
        assert "At the award" not in visible(pages[name])
        assert "<del>甲公司</del>" not in pages[name]
        assert "<del>100 CNY</del>" not in pages[name]


def test_a_notice_on_two_portals_is_compared_with_the_one_before_both(desk: Desk) -> None:
    text = "采购NVIDIA H20 96GB加速卡8张。"
    tender = invented.notice(
        75, "远山大学双平台项目公开招标公告", "tender", text, published=published("2025-03-20"),
        project_code="DP-2025-0801", budget=Money(Decimal(900)),
    )  # fmt: skip
    award = replace(
        tender, id="n76", title="远山大学双平台项目中标公告", kind="award", published=published("2025-04-20"),
        budget=None, award=Money(Decimal(800)), parties=(*tender.parties, Party("甲公司", "supplier")),
    )  # fmt: skip
    copied = replace(award, source="dongping-portal", id="c1", published=published("2025-04-21"), region="310000")
    (key,) = store_judged(desk.store, tender)
    store_judged(desk.store, award)
    store_judged(desk.store, copied)
    shown = timeline_of(desk.get(f"/findings/{key}"))
    assert shown.count("Award not stated 800 CNY") == 2
    assert shown.count("Sellers not stated 甲公司") == 2
