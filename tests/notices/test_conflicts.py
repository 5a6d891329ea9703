"""A notice that contradicts itself says so, with both values; one that agrees with itself says nothing."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from notices.conflicts import conflicts_of
from notices.money import Money, unequal_words
from notices.notice import Notice
from notices.party import Party

BODY = "\n".join(
    (
        "一、项目编号：DP-2026-01",
        "二、项目名称：智算服务器采购项目",
        "三、中标（成交）信息",
        "供应商名称：南汀数恒科技有限公司",
        "中标（成交）金额：贰佰伍拾玖万捌仟元整（￥2598000.00元）",
        "采购人：东屏理工大学",
    )
)


def notice(text: str = BODY, **facts: object) -> Notice:
    stated: dict[str, object] = {
        "title": "智算服务器采购项目中标公告",
        "kind": "award",
        "label": "中标公告",
        "project_code": "DP-2026-01",
        "parties": (Party("东屏理工大学", "buyer"), Party("南汀数恒科技有限公司", "supplier")),
        "award": Money(Decimal(2598000), as_written="259.8 万元"),
    }
    published = datetime(2026, 3, 5, tzinfo=UTC)
    return Notice(source="s", id="1", url="", published=published, text=text, **(stated | facts))  # type: ignore[arg-type]


def test_a_notice_that_agrees_with_itself_has_no_conflict() -> None:
    assert conflicts_of(notice()) == ()


@pytest.mark.parametrize(
    ("facts", "both"),
    [
        ({"label": "合同公告"}, ("'合同公告' says contract", "says award")),
        ({"award": Money(Decimal(2958000), as_written="295.8 万元")}, ("'295.8 万元'", "2598000.00")),
        ({"project_code": "DP-2026-10"}, ("'DP-2026-10'", "'DP-2026-01'")),
        ({"parties": (Party("北泽工业大学", "buyer"),)}, ("'北泽工业大学'", "'东屏理工大学'")),
        ({"text": BODY.replace("伍拾玖万", "陆拾玖万")}, ("贰佰陆拾玖万捌仟元整", "2598000.00元")),
    ],
)
def test_both_values_of_a_contradiction_are_kept(facts: dict[str, object], both: tuple[str, str]) -> None:
    found = conflicts_of(notice(**facts))
    assert found
    assert all(value in found[0] for value in both)


def test_a_stated_total_that_is_not_the_sum_of_its_lots_is_a_conflict() -> None:
    lots = (
        "包号 | 供应商名称 | 中标金额（元）\n1 | 南汀数恒科技有限公司 | 100000\n2 | 北泽恒远有限公司 | 250000\n"
        "总中标金额：{}元"
    )
    award = Money(Decimal(350000), as_written="350000元")
    assert conflicts_of(notice(lots.format("350000"), award=award, project_code=None)) == ()
    (found,) = conflicts_of(notice(lots.format("530000"), award=award, project_code=None))
    assert "530000" in found
    assert "350,000" in found


def test_a_masked_buyer_denies_no_other() -> None:
    masked = notice(
        "采购单位：某单位\n采购人：某部", parties=(Party("某单位", "buyer"),), project_code=None, award=None
    )
    assert conflicts_of(masked) == ()


def test_a_label_that_holds_several_kinds_denies_none_of_them() -> None:
    title = "智算服务器采购项目单一来源采购公示"
    assert conflicts_of(notice("", title=title, kind="single_source", label="采购公告")) == ()


@pytest.mark.parametrize(
    ("value", "header", "unequal"),
    [
        ("贰拾万元整（20万元）", "", ()),
        ("壹拾贰万叁仟肆佰伍拾陆元整（12.35）", "合同金额（万元）", ()),
        ("叁拾万元整（￥200000.00元）", "", (("叁拾万元整", "¥200000.00元"),)),
        ("大写：陆佰元整 小写：600.00元", "", ()),
        ("预算 200000元；保证金：肆仟元整", "", ()),
        ("贰拾万元整（¥2 00 000.00）", "", ()),
    ],
)
def test_words_and_figures_are_compared_to_the_last_digit(
    value: str, header: str, unequal: tuple[tuple[str, str], ...]
) -> None:
    assert tuple(unequal_words(value, header)) == unequal
