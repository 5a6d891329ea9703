"""Notices of one procurement are one thread; what was tendered again, or merely has the same title, is another."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from notices.notice import Item, Notice
from notices.party import Party
from notices.procedures import threads, traits_of
from notices.titles import core_of

BUYER = "东屏理工大学"


def notice(
    number: int, title: str, kind: str, day: str, code: str | None = None, buyer: str | None = BUYER, source: str = "a"
) -> Notice:
    published = datetime.fromisoformat(day).replace(hour=4, tzinfo=UTC)
    parties = (Party(buyer, "buyer"),) if buyer else ()
    return Notice(
        source, str(number), f"https://{source}.invalid/{number}", title, kind, published, "", "", parties, code
    )


def joined(*notices: Notice, links: dict[int, set[int]] | None = None) -> set[frozenset[int]]:
    traits = [traits_of(each, number, (links or {}).get(number, ())) for number, each in enumerate(notices)]
    return {frozenset(each.number for each in thread) for thread in threads(traits)}


@pytest.mark.parametrize(
    ("title", "buyer", "core", "times"),
    [
        ("东屏理工大学2026年4月政府采购意向-图形服务器", BUYER, "图形服务器", 1),
        ("东屏理工大学2026年4至6月政府采购意向", BUYER, "", 1),
        ("东屏理工大学图形服务器采购项目（二次）公开招标公告", BUYER, "图形服务器", 2),
        ("图形服务器采购项目第三次竞争性磋商成交结果公告", BUYER, "图形服务器", 3),
        ("图形服务器采购（重新招标）中标公告", BUYER, "图形服务器", 2),
        ("图形服务器采购项目（第二次重招）采购公告", BUYER, "图形服务器", 3),
        ("图形服务器采购项目（重发）采购公告", BUYER, "图形服务器", 2),
        ("图形服务器采购项目第二次更正公告", BUYER, "图形服务器", 1),
        ("图形服务器采购更正公告（第二次）", BUYER, "图形服务器", 1),
        ("居民二次供水改造工程招标公告", None, "居民二次供水改造工程", 1),
        ("第二次全国污染源普查服务采购公告", None, "第二次全国污染源普查服务", 1),
        ("【更正】图形服务器采购项目（项目编号：DP-2026-01）更正公告", BUYER, "图形服务器", 1),
        ("图形服务器采购项目采购包2中标公告", BUYER, "图形服务器", 1),
    ],
)
def test_a_title_says_what_is_procured_and_how_often_it_was_tendered(
    title: str, buyer: str | None, core: str, times: int
) -> None:
    assert core_of(title, buyer) == (core, times)


def test_one_code_is_one_procurement_in_stage_order() -> None:
    award = notice(0, "图形服务器中标公告", "award", "2026-05-20", "DP-2026-01")
    tender = notice(1, "图形服务器招标公告", "tender", "2026-04-20", "DP—2026—01")
    contract = notice(2, "图形服务器合同公告", "contract", "2026-05-20", "dp-2026-01")
    traits = [traits_of(each, number) for number, each in enumerate((award, tender, contract))]
    assert [[each.number for each in thread] for thread in threads(traits)] == [[1, 0, 2]]


def test_a_number_that_two_buyers_count_with_is_two_procurements() -> None:
    one = notice(0, "图形服务器招标公告", "tender", "2026-04-20", "2026-7")
    other = notice(1, "食堂保洁招标公告", "tender", "2026-04-21", "2026-7", buyer="北泽工业大学")
    long = replace(one, project_code="CG-2026-0007"), replace(other, project_code="CG-2026-0007")
    assert len(joined(one, other)) == 2
    assert len(joined(*long)) == 2
    assert len(joined(replace(one, project_code="0000-00000000"), replace(other, project_code="0000-00000000"))) == 2


def test_a_notice_without_a_code_joins_what_its_buyer_procures_under_that_title() -> None:
    intention = notice(0, "东屏理工大学2026年4月政府采购意向-图形服务器", "intention", "2026-03-01", "YX-26-0417")
    tender = notice(1, "东屏理工大学图形服务器采购项目公开招标公告", "tender", "2026-04-20", "DP-2026-01")
    award = notice(2, "图形服务器采购项目中标公告", "award", "2026-05-20")
    assert joined(intention, tender, award) == {frozenset({0, 1, 2})}


def test_an_intention_whose_title_names_nothing_is_known_by_its_single_item() -> None:
    intention = notice(0, "东屏理工大学2026年4至6月政府采购意向", "intention", "2026-03-01")
    tender = notice(1, "图形服务器采购项目公开招标公告", "tender", "2026-04-20", "DP-2026-01")
    one, two = Item("图形服务器采购项目"), Item("食堂保洁")
    assert len(joined(replace(intention, items=(one,)), tender)) == 1
    assert len(joined(replace(intention, items=(one, two)), tender)) == 2


def test_the_same_title_a_year_later_is_another_procurement() -> None:
    first = (
        notice(0, "物业管理服务采购招标公告", "tender", "2025-03-01"),
        notice(1, "物业管理服务采购中标公告", "award", "2025-04-01"),
    )
    second = (
        notice(2, "物业管理服务采购招标公告", "tender", "2026-03-01"),
        notice(3, "物业管理服务采购中标公告", "award", "2026-04-01"),
    )
    assert joined(*first, *second) == {frozenset({0, 1}), frozenset({2, 3})}
    coded = [replace(each, project_code=f"DP-{each.published_on[:4]}-88") for each in second if each.published_on]
    assert joined(*first, *coded) == {frozenset({0, 1}), frozenset({2, 3})}


def test_a_second_tender_is_not_the_first_even_under_its_code() -> None:
    first = notice(0, "图形服务器采购项目招标公告", "tender", "2026-04-01", "DP-2026-01")
    failed = notice(1, "图形服务器采购项目终止公告", "termination", "2026-04-22", "DP-2026-01")
    second = notice(2, "图形服务器采购项目（二次）招标公告", "tender", "2026-05-02", "DP-2026-01")
    award = notice(3, "图形服务器采购项目（第二次）中标公告", "award", "2026-05-29", "DP-2026-01（二次）")
    assert joined(first, failed, second, award) == {frozenset({0, 1}), frozenset({2, 3})}


def test_portals_that_number_one_notice_differently_publish_one_procurement() -> None:
    here = notice(0, "图形服务器采购项目招标公告", "tender", "2026-04-01", "DP-2026-01")
    there = notice(1, "东屏理工大学图形服务器采购项目招标公告", "tender", "2026-04-02", "A44-000-771", source="b")
    later = replace(there, published=datetime(2026, 9, 1, tzinfo=UTC))
    again = notice(2, "图形服务器采购项目招标公告", "tender", "2026-04-01", "DP-2026-02")
    assert joined(here, there) == {frozenset({0, 1})}
    assert len(joined(here, later)) == 2
    assert len(joined(here, there, again)) == 3, "two purchases of one portal with one title: which is meant is unknown"


def test_a_portals_own_link_joins_what_reads_alike_and_nothing_else() -> None:
    tender = notice(0, "计算中心图形服务器及存储采购招标公告", "tender", "2026-04-01", "DP-2026-01")
    award = notice(1, "图形服务器及存储采购中标公告", "award", "2026-05-01")
    other = notice(2, "食堂保洁服务招标公告", "tender", "2026-04-01", "DP-2026-09")
    links = {1: {0, 2}}
    assert joined(tender, award, other) == {frozenset({0}), frozenset({1}), frozenset({2})}
    assert joined(tender, award, other, links=links) == {frozenset({0, 1}), frozenset({2})}


def test_without_a_buyer_a_title_counts_within_one_source_only() -> None:
    here = notice(0, "实验中心图形服务器采购公告", "tender", "2026-04-01", buyer=None)
    result = notice(1, "实验中心图形服务器采购成交公告", "award", "2026-04-20", buyer=None)
    elsewhere = notice(2, "实验中心图形服务器采购公告", "tender", "2026-04-03", buyer=None, source="b")
    assert joined(here, result, elsewhere) == {frozenset({0, 1}), frozenset({2})}


@pytest.mark.parametrize("sign", ["（", "采购", "公告", "】", " "])
def test_a_title_of_nothing_but_marks_is_read_at_once(sign: str) -> None:
    assert core_of(sign * 50_000)[0] == ""
