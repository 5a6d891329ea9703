"""The pages of buyers, sellers and items over HTTP, and which amounts they add up."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from urllib.parse import quote

import pytest

from monitor.review.amounts import Amounts, awarded
from monitor.watchlist import load_watchlist
from notices.finding import Finding
from notices.money import Money
from notices.notice import Notice
from notices.party import Party
from notices.review import Review
from storage.entities import Found
from storage.found import entity_key
from storage.store import Unit
from tests.review import invented
from tests.review.conftest import Desk, visible

BUYER = "东屏理工大学"


def page_of(kind: str, name: str) -> str:
    return f"/{kind}/{quote(name, safe='')}"


def bought(unit: Unit, number: int, buyer: str, *sellers: str, **changes: object) -> str:
    parties = (Party(buyer, "buyer"), *(Party(seller, "supplier") for seller in sellers))
    text = "训练服务器，配置H100 80GB加速卡。"
    made = invented.notice(number, f"第{number}批设备采购中标公告", "award", text, parties=parties)
    made = replace(made, **changes)  # type: ignore[arg-type]
    saved = unit.notices.save(made, invented.NOW)
    (key,) = unit.findings.replace(saved.notice_id, made.source, [h100(made)], invented.NOW)
    return key


def h100(of: Notice) -> Finding:
    return invented.finding(of, "nvidia-h100", "NVIDIA H100", invented.place(of.text, "H100 80GB"))


def test_a_buyer_has_its_purchases_sellers_agencies_stages_and_amounts(desk: Desk) -> None:
    page = desk.get(page_of("buyers", BUYER))
    shown = visible(page)
    for said in (
        f'<h1 lang="zh-Hans">{BUYER}</h1>',
        page_of("sellers", entity_key("北泽恒远科技有限公司")),
        "/items/nvidia-h100",
        "/?view=all&amp;buyer=%E4%B8%9C",
        f"/findings/{desk.keys['h100']}",
    ):
        assert said in page, said
    for said in (
        "3 (notices: 2, procurements: 1)",
        "0 rejected by a reviewer, 1 reported but not flagged",
        "2 of all kinds, with findings or without",
        "First notice 最早公告 2026-02-02",
        "Latest notice 最近公告 2026-03-05",
        "Tender 招标公告 1 · Award 中标（成交）结果公告 1",
        "¥2,598,000 (procurements: 1)",
        "Agencies 代理机构 南汀招标咨询有限公司 3 findings 2026-02-02 to 2026-03-05",
    ):
        assert said in shown, said


def test_any_spelling_leads_to_the_buyer_and_all_spellings_are_shown(desk: Desk) -> None:
    with desk.store.begin() as unit:
        bought(unit, 60, f"{BUYER}（本级）")
    for spelling in (BUYER, f"{BUYER}（本级）", f" {BUYER} "):
        shown = visible(desk.get(page_of("buyers", spelling)))
        assert f"As written 公告中的写法 {BUYER} in 2 notices {BUYER}（本级） in 1 notice" in shown


def test_a_seller_shows_to_whom_and_its_shared_amounts_are_left_out(desk: Desk) -> None:
    with desk.store.begin() as unit:
        bought(unit, 61, "青楠研究所", "北泽恒远科技有限公司", "西岭数据公司", award=Money(Decimal(9_000_000)))
        bought(unit, 62, "云汐中心", "北泽恒远科技有限公司", award=Money(Decimal(70), "USD", "70美元"))
    shown = visible(desk.get(page_of("sellers", "北泽恒远科技有限公司")))
    assert "¥2,598,000 (procurements: 1)" in shown
    assert "1 where several sellers share one amount; 1 in another currency" in shown
    for buyer in (BUYER, "青楠研究所", "云汐中心"):
        assert buyer in shown


def test_an_item_shows_its_status_today_its_history_and_who_buys_it(desk: Desk) -> None:
    page = desk.get("/items/nvidia-h20")
    shown = visible(page)
    assert "NVIDIA H20: control status over time" in shown
    assert "Licensable as of 2026-03-06" in shown
    assert "2025-04-09" in shown
    assert 'href="/?view=all&amp;item=nvidia-h20"' in page
    assert page_of("buyers", entity_key("东屏第2研究所")) in page


def test_a_watched_item_without_findings_has_a_page_and_an_unknown_one_has_none(desk: Desk) -> None:
    assert "No finding of it yet." in desk.get("/items/nvidia-b300")
    assert "No finding names it" in desk.get("/items/no-such-item", 404)
    assert "No finding names it" in desk.get(page_of("buyers", "从未出现的单位"), 404)
    desk.get("/buyers/%E2%80%A6", 404)
    desk.get("/sellers/..%2F..%2Fetc%2Fpasswd", 404)


def test_an_item_that_left_the_watchlist_keeps_its_page(desk: Desk) -> None:
    shown = visible(desk.get("/items/aws"))
    assert "Amazon Web Services" in shown
    with desk.store.begin() as unit:
        stored = unit.notices.get(invented.SOURCE, "n3")
        assert stored is not None
        old = replace(h100(replace(stored.notice, text="H100 80GB")), item="gone-item", label="Gone <b>Item</b>")
        unit.findings.replace(stored.id, invented.SOURCE, [old], invented.NOW)
    page = desk.get("/items/gone-item")
    assert "No longer on the watchlist." in page
    assert "Gone &lt;b&gt;Item&lt;/b&gt;" in page


def test_what_a_reviewer_rejects_is_no_longer_counted(desk: Desk) -> None:
    before = visible(desk.get("/items/aws"))
    assert "1 (notices: 1, procurements: 1)" in before
    with desk.store.begin() as unit:
        unit.reviews.add(Review(desk.keys["aws"], "rejected", "", "a", invented.NOW))
    after = visible(desk.get("/items/aws"))
    assert "0 (notices: 0, procurements: 0)" in after
    assert "1 rejected by a reviewer" in after
    assert "/items/aws" not in desk.get("/items")


HOSTILE_NAMES = (
    "<script>alert(1)</script>公司", "a/b?c=d#e&f公司", "../..公司", '"onmouseover="x公司', "甲\u202e公司", "长" * 5000,
    "%2e%2e公司", "{{ 7*7 }}公司",
)  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_hostile_names_are_listed_and_have_their_page_and_do_nothing(desk: Desk, name: str) -> None:
    with desk.store.begin() as unit:
        bought(unit, 63, name, name)
    for kind in ("buyers", "sellers"):
        listed = desk.get(f"/{kind}?words={quote(name[:150])}")
        link = page_of(kind, entity_key(name))
        assert f'href="{link}"' in listed
        page = desk.get(link)
        assert "1 (notices: 1, procurements: 1)" in page
        assert "<script>alert" not in page
        assert "\u202e" not in page
        assert "49公司" not in page


def test_lists_are_paged_and_narrowed_and_refuse_what_means_nothing(desk: Desk) -> None:
    with desk.store.begin() as unit:
        for number in range(70, 130):
            bought(unit, number, f"远山第{number}小学", "丙公司")
    first = desk.get("/buyers?words=%E8%BF%9C%E5%B1%B1")
    assert "1 / 2" in first
    assert "page=2" in first
    second = desk.get("/buyers?words=%E8%BF%9C%E5%B1%B1&page=2")
    assert second.count("远山第") == 10
    assert "2 / 2" in desk.get("/buyers?words=%E8%BF%9C%E5%B1%B1&page=99")
    assert "None with these words." in desk.get("/sellers?words=zzz")
    for path in ("/buyers?page=x", "/buyers?colour=red", f"/items?words={'x' * 300}", "/items/aws?words=x"):
        assert "does not know" in desk.get(path, 400)
    sold = desk.get("/sellers/%E4%B8%99%E5%85%AC%E5%8F%B8")
    assert "1 / 3" in sold
    assert len(sold.encode()) < 100_000


def test_a_name_on_a_published_list_is_labelled_with_its_citation(desk: Desk) -> None:
    listed = load_watchlist().parties[0]
    with desk.store.begin() as unit:
        bought(unit, 64, listed.name)
    shown = visible(desk.get(page_of("buyers", listed.name)))
    assert f"On a party list of the watchlist: {listed.listed}, since {listed.since}" in shown
    assert listed.citation in shown
    assert "On a published list" not in desk.get(page_of("buyers", BUYER))


def found(number: int, procedure: str, **changes: object) -> Found:
    day = datetime(2026, 3, 1, tzinfo=UTC)
    made = Found(
        key=str(number), item="i", relation="buys", flagged=True, control="restricted", verdict=None, notice_id=number,
        kind="award", source="s", published=day, first_seen_at=day, procedure=procedure, month="2026-03", region="",
        award=None, award_currency=None, budget=None, budget_currency=None, core="",
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


def yuan(number: int, procedure: str, amount: float, **changes: object) -> Found:
    return found(number, procedure, award=amount, award_currency="CNY", **changes)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([yuan(1, "p", 10.1), yuan(2, "q", 20.2)], Amounts(Decimal("30.3"), 2, ())),
        ([yuan(1, "p", 10), yuan(2, "p", 10), yuan(3, "p", 9, kind="contract")], Amounts(Decimal(10), 1, ())),
        ([yuan(1, "p", 9, kind="contract"), found(2, "p", budget=12.0)], Amounts(Decimal(9), 1, ())),
        ([yuan(1, "p", 10), yuan(2, "p", 11)], Amounts(Decimal(0), 0, (("several", 1),))),
        ([found(1, "p", award=5.0, award_currency="USD")], Amounts(Decimal(0), 0, (("currency", 1),))),
        ([found(1, "p", budget=5.0, budget_currency="CNY")], Amounts(Decimal(0), 0, (("budget_only", 1),))),
        ([found(1, "p"), found(2, "q"), yuan(3, "r", 0.1)], Amounts(Decimal("0.1"), 1, (("not_stated", 2),))),
        ([], Amounts(Decimal(0), 0, ())),
    ],
)
def test_one_award_in_yuan_of_each_procurement_is_added_and_the_rest_is_named(
    rows: list[Found], expected: Amounts
) -> None:
    assert awarded(rows) == expected


def test_an_amount_of_several_sellers_is_none_of_ones() -> None:
    rows = [yuan(1, "p", 10), yuan(2, "q", 5)]
    assert awarded(rows, {1: 2, 2: 1}) == Amounts(Decimal(5), 1, (("shared", 1),))
