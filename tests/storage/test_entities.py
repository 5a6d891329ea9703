"""Buyers, sellers and items as findings show them, on each database."""

from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import delete

from notices.finding import Finding
from notices.money import Money
from notices.names import name_key
from notices.notice import Notice
from notices.party import Party
from notices.review import Review
from storage import Store
from storage.entities import ITEM, Entity, EntityPage
from storage.findings import FindingFilter
from storage.found import AGENCY, BUYER, SUPPLIER, entity_key
from storage.found_tables import found_notice, found_party
from storage.store import Unit
from tests.review import invented


def bought(unit: Unit, number: int, buyer: str, *suppliers: str, title: str = "", **changes: object) -> str:
    """Stores a notice of a purchase with one flagged finding; returns the finding's key."""
    parties = (Party(buyer, "buyer"), Party("南汀招标咨询有限公司", "procuringEntity"))
    parties += tuple(Party(name, "supplier") for name in suppliers)
    text = "训练服务器，配置H100 80GB加速卡。"
    made = invented.notice(
        number, title or f"第{number}批算力设备采购中标公告", "award", text, parties=parties, **changes
    )
    saved = unit.notices.save(made, invented.NOW)
    (key,) = unit.findings.replace(saved.notice_id, made.source, [h100(made)], invented.NOW)
    return key


def h100(of: Notice, **changes: object) -> Finding:
    return invented.finding(of, "nvidia-h100", "NVIDIA H100", invented.place(of.text, "H100 80GB"), **changes)


def test_spellings_of_one_name_are_one_buyer_and_all_are_kept(store: Store) -> None:
    with store.begin() as unit:
        bought(unit, 1, "东屏理工大学")
        bought(unit, 2, "东屏理工大学（本级）")
        bought(unit, 3, "东屏 理工大学")
        bought(unit, 4, "东屏理工大学")
        bought(unit, 5, "北泽航海大学")
        (first, second) = unit.entities.lines(BUYER).lines
        written = unit.entities.written(Entity(BUYER, first.key))
    assert (first.name, first.findings, first.notices) == ("东屏理工大学", 4, 4)
    assert second.name == "北泽航海大学"
    assert written == {"东屏理工大学": 2, "东屏理工大学（本级）": 1, "东屏 理工大学": 1}
    assert first.first is not None
    assert first.last is not None
    assert (first.last - first.first).days == 3


def test_a_list_counts_what_is_flagged_and_not_rejected(store: Store) -> None:
    with store.begin() as unit:
        kept, rejected = (
            bought(unit, 1, "东屏理工大学", "北泽恒远公司"),
            bought(unit, 2, "东屏理工大学", "北泽恒远公司"),
        )
        unflagged = bought(unit, 3, "青楠研究所")
        unit.reviews.add(Review(rejected, "rejected", "", "a", invented.NOW))
        unit.reviews.add(Review(kept, "unsure", "", "a", invented.NOW))
        of = unit.notices.get(invented.SOURCE, "n3")
        assert of is not None
        unit.findings.replace(of.id, invented.SOURCE, [h100(of.notice, flagged=False)], invented.NOW)
        assert [(line.name, line.findings) for line in unit.entities.lines(BUYER).lines] == [("东屏理工大学", 1)]
        assert [(line.name, line.findings) for line in unit.entities.lines(SUPPLIER).lines] == [("北泽恒远公司", 1)]
        assert [(line.key, line.name) for line in unit.entities.lines(ITEM).lines] == [("nvidia-h100", "NVIDIA H100")]
        assert unit.entities.lines(BUYER).total == 1
        everything = unit.entities.found()
    assert {each.key for each in everything} == {kept, rejected, unflagged}
    assert {each.key: each.verdict for each in everything} == {kept: "unsure", rejected: "rejected", unflagged: None}


def test_a_list_is_paged_and_narrowed_by_words(store: Store) -> None:
    with store.begin() as unit:
        for number in range(7):
            bought(unit, number, f"第{number}研究所", "Acme_数码公司")
        assert [line.name for line in unit.entities.lines(BUYER, limit=3, offset=3).lines] == [
            f"第{number}研究所" for number in (3, 4, 5)
        ]
        assert [line.name for line in unit.entities.lines(BUYER, "5研").lines] == ["第5研究所"]
        assert unit.entities.lines(BUYER, "研究所", 2, 100) == EntityPage((), 7)
        assert [line.findings for line in unit.entities.lines(SUPPLIER, "acme_").lines] == [7]
        assert unit.entities.lines(SUPPLIER, "acme 数码").total == 1
        assert unit.entities.lines(SUPPLIER, "acmf").total == 0
        assert unit.entities.lines(ITEM, "Nvidia H100").total == 1


def test_what_an_entity_bought_through_whom_and_for_how_much(store: Store) -> None:
    with store.begin() as unit:
        award = Money(Decimal("2598000.50"), "CNY", "2598000.50元")
        key = bought(unit, 1, "东屏理工大学", "北泽恒远公司", "南汀云公司", award=award)
        bought(unit, 2, "北泽航海大学", "北泽恒远公司", budget=Money(Decimal(12000), "USD", "12000美元"))
        (found,) = unit.entities.found(Entity(BUYER, entity_key("东屏理工大学")))
        parties = unit.entities.parties(Entity(BUYER, entity_key("东屏理工大学")))
        sold = unit.entities.found(Entity(SUPPLIER, entity_key("北泽恒远公司")))
        reports = unit.findings.reports(FindingFilter(party=(SUPPLIER, entity_key("北泽恒远公司"))))
    assert (found.key, found.award, found.award_currency, found.budget) == (key, 2598000.5, "CNY", None)
    assert (found.month, found.region, found.core) == ("2026-03", "110000", "第1批算力设备")
    assert [(each.role, each.name) for each in parties] == [
        (BUYER, "东屏理工大学"), (AGENCY, "南汀招标咨询有限公司"), (SUPPLIER, "北泽恒远公司"), (SUPPLIER, "南汀云公司"),
    ]  # fmt: skip
    assert [each.budget_currency for each in sold] == [None, "USD"]
    assert [report.amount_cny for report in reports] == [2598000.5, None]


def test_a_changed_notice_has_its_present_parties(store: Store) -> None:
    with store.begin() as unit:
        bought(unit, 1, "东屏理工大学", "北泽恒远公司")
        before = unit.notices.get(invented.SOURCE, "n1")
        assert before is not None
        changed = replace(before.notice, parties=(Party("东屏理工大学", "buyer"), Party("西岭数据公司", "supplier")))
        unit.notices.save(changed, invented.NOW)
        unit.findings.replace(before.id, invented.SOURCE, [h100(changed)], invented.NOW)
        assert [line.name for line in unit.entities.lines(SUPPLIER).lines] == ["西岭数据公司"]


def test_findings_of_an_older_store_get_their_parties_when_it_is_brought_up(store: Store) -> None:
    with store.begin() as unit:
        for number in range(3):
            bought(unit, number, f"第{number}研究所")
    with store.engine.begin() as connection:
        connection.execute(delete(found_party))
        connection.execute(delete(found_notice))
    with store.read() as unit:
        assert unit.entities.lines(BUYER).total == 0
    store.migrate()
    with store.begin() as unit:
        assert unit.entities.lines(BUYER).total == 3
        assert unit.findings.note_missing() == 0


def test_similar_findings_share_item_and_buyer_seller_or_title_but_not_the_procedure(store: Store) -> None:
    with store.begin() as unit:
        key = bought(unit, 1, "东屏理工大学", "北泽恒远公司", title="海量智算平台建设项目中标公告")
        bought(unit, 2, "东屏理工大学", "北泽恒远公司", title="别的事项采购中标公告", project_code="XM-0001")
        same_buyer = bought(unit, 3, "东屏理工大学（本级）", "西岭公司")
        same_seller = bought(unit, 4, "北泽航海大学", "北泽恒远公司")
        same_title = bought(unit, 5, "青楠研究所", "南汀公司", title="海量智算平台建设项目合同公告")
        bought(unit, 6, "云汐中心", "远山公司")
        similar = unit.entities.similar(key, 5)
    assert similar == [(same_buyer, BUYER), (same_seller, SUPPLIER), (same_title, "title")]


def test_attachments_are_counted_by_state(store: Store) -> None:
    with store.begin() as unit:
        saved = unit.notices.save(invented.AWARD, invented.NOW)
        unit.findings.replace(saved.notice_id, invented.SOURCE, [invented.H100], invented.NOW)
        first = unit.documents.all()[0]
        unit.documents.set_read(first.id, "read", "", "docx", [], invented.NOW)
        assert unit.entities.documents() == {"read": 1, "unread": 2}
        assert unit.entities.documents(Entity(BUYER, entity_key("东屏理工大学"))) == {"read": 1, "unread": 2}
        assert unit.entities.documents(Entity(BUYER, "NOBODY")) == {}


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("东屏理工大学（本级）", "东屏理工大学"),
        ("东屏理工大学(机关)", "东屏理工大学"),
        ("北泽（北京）科技 有限公司", "北泽北京科技有限公司"),
        ("Acme Cloud, Inc.", "ACMECLOUDINC"),
        ("……", ""),
    ],
)
def test_a_names_key_has_no_marks(name: str, key: str) -> None:
    assert name_key(name) == key
    assert name_key(key) == key
