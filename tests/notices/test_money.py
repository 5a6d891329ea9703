"""Amounts as notices write them become yuan; what is no total is refused."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notices.errors import UnreadableValueError
from notices.money import find_money, is_rate, read_money, read_unit_price
from notices.numerals import read_whole

WRITTEN = [
    ("128.5万元", "", "1285000"),
    ("800万元", "", "8000000"),
    ("5000 万元", "", "50000000"),
    ("30.0\n(万元)", "", "300000"),
    ("480.000000（万元）", "", "4800000"),
    ("10.0146010（万元", "", "100146.01"),
    ("120800万元人民币", "", "1208000000"),
    ("2500万元/年", "", "25000000"),
    ("2.5亿元", "", "250000000"),
    ("总预算 5.54 亿", "", "554000000"),
    ("近8个亿", "", "800000000"),
    ("1725127元", "", "1725127"),
    ("1980000.00 元", "", "1980000"),
    ("795000(元)", "", "795000"),
    ("74179010.04（元）", "", "74179010.04"),
    ("￥109390.00", "", "109390"),
    ("¥12285670.00元", "", "12285670"),
    ("￥259.800000 万元（人民币）", "", "2598000"),
    ("人民币1667800.00 元", "", "1667800"),
    ("人民币\n20794078\n元", "", "20794078"),
    ("RMB500,000,000.00", "", "500000000"),
    ("43,520万元", "", "435200000"),
    ("9,264,406.80元", "", "9264406.8"),
    ("1，980，000.00元", "", "1980000"),
    ("１２８．５万元", "", "1285000"),
    ("1 725 127 元", "", "1725127"),
    ("￥192,000.00￥192,000.00", "", "192000"),
    ("30", "预算金额(元)", "30"),
    ("128.5", "预算金额（万元）", "1285000"),
    ("1320000", "预算金额(元)", "1320000"),
    ("1500000元", "预算金额（万元）", "1500000"),
    ("848000.00", "中标（成交）金额（元）\\（%）", "848000"),
    ("1,500,000.00", "中标（成交）金额", "1500000"),
    ("不含税总预算84968元，含税总预算96013.84元", "", "96013.84"),
    ("贰拾万元整", "", "200000"),
    ("拾万元整", "", "100000"),
    ("二十万元", "", "200000"),
    ("叁佰叁拾万元整", "", "3300000"),
    ("大写： 陆拾壹元整", "", "61"),
    ("壹仟伍佰伍拾 捌万元", "", "15580000"),
    ("壹仟伍佰伍拾捌万贰仟捌佰肆拾柒元贰角伍分（¥15582847.25元）", "", "15582847.25"),
    ("壹亿肆仟叁佰肆拾叁万零壹佰捌拾贰元叁角陆分(￥143430182.36)", "", "143430182.36"),
    ("人民币陆拾肆万元整（￥640000.00元）", "", "640000"),
]


@pytest.mark.parametrize(("written", "header", "yuan"), WRITTEN)
def test_an_amount_is_read_in_yuan(written: str, header: str, yuan: str) -> None:
    money = read_money(written, header)
    assert (money.amount, money.currency, money.as_written) == (Decimal(yuan), "CNY", written.strip())


@pytest.mark.parametrize(
    ("written", "header"),
    [
        ("下浮率3%", ""),
        ("下浮率：1.7％", ""),
        ("折扣率98.4%", ""),
        ("折扣为58%", ""),
        ("优惠率:3", ""),
        ("费率1.50%", ""),
        ("3", "下浮率(%)"),
        ("综合单价 2.35", ""),
        ("单价合计：12万元", ""),
        ("采购单价15万元", ""),
        ("每台6万元", ""),
        ("6万/台/月", ""),
        ("3.25 元/卡时", ""),
        ("600元/人/天", ""),
        ("陆佰元整/批次", ""),
        ("4.752880499.32万元", ""),
        ("10-20万元", ""),
        ("第一包10万元；第二包20万元", ""),
        ("40", "数量"),
        ("300万tokens", ""),
        ("详见附件", ""),
        ("/", "预算金额（万元）"),
        ("", ""),
    ],
)
def test_what_is_no_single_amount_is_refused_and_quoted(written: str, header: str) -> None:
    with pytest.raises(UnreadableValueError, match="in ''" if not written else None) as raised:
        read_money(written, header)
    assert repr(written)[1:10] in str(raised.value)


def test_capitals_win_over_figures() -> None:
    assert read_money("708,000.00元（柒拾万捌仟元整）").amount == 708000
    assert read_money("700,000.00元（柒拾万捌仟元整）").amount == 708000
    assert read_money("小写：700000.00元 大写：柒拾万捌仟元整").amount == 708000


def test_a_foreign_currency_keeps_its_name() -> None:
    assert (read_money("12万美元").amount, read_money("12万美元").currency) == (Decimal(120000), "USD")
    assert read_money("USD 12,000.00").currency == "USD"


def test_the_first_amount_of_a_sentence_is_found_rates_and_prices_passed_over() -> None:
    found = find_money("下浮率3%，综合单价每台6万元，合同总价为128.5万元，另付1万元")
    assert found is not None
    assert (found.amount, found.as_written) == (Decimal(1285000), "128.5万元")
    assert find_money("自合同签订之日起90日内交货，质保3年") is None
    assert find_money("采购2023台") is None


def test_a_price_of_one_unit_may_stand_without_a_unit() -> None:
    assert read_unit_price("46", "单价").amount == 46
    assert read_unit_price("￥1,299,000.00", "货物单价(元)").amount == 1299000
    assert read_unit_price("12.9", "单价（万元）").amount == 129000
    assert read_unit_price("6万/台").amount == 60000
    with pytest.raises(UnreadableValueError):
        read_unit_price("详见附件", "单价")


def test_a_rate_is_told_from_an_amount() -> None:
    assert is_rate("98.5%")
    assert is_rate("3", "下浮率")
    assert not is_rate("98.5万元")


def write_amount(amount: Decimal) -> str:
    """An amount in capitals (1285000 → 壹佰贰拾捌万伍仟元整); two decimals, below one trillion yuan."""
    cents = int(amount * 100)
    if amount * 100 != cents or not 0 <= cents < 10**14:
        raise ValueError(f"{amount} has no form in capitals: two decimals at most, 0 to below one trillion")
    whole, part = divmod(cents, 100)
    words = (_write_whole(whole) if whole else "") + ("元" if whole else "")
    if not part:
        return (words or "零元") + "整"
    tenths, hundredths = divmod(part, 10)
    words += f"{_CAPITALS[tenths]}角" if tenths else ("零" if words else "")
    words += f"{_CAPITALS[hundredths]}分" if hundredths else "整"
    return words if whole else f"零元{words}"


_CAPITALS = "零壹贰叁肆伍陆柒捌玖"


def _write_whole(number: int) -> str:
    words = ""
    for size, name in ((100_000_000, "亿"), (10_000, "万"), (1, "")):
        group, number = divmod(number, size)
        if not group:
            continue
        words += "零" if words and group < 1000 and not words.endswith("零") else ""
        words += _write_group(group) + name
    return words


def _write_group(group: int) -> str:
    words, gap = "", False
    for place, name in ((1000, "仟"), (100, "佰"), (10, "拾"), (1, "")):
        digit, group = divmod(group, place)
        if digit:
            words += ("零" if gap and words else "") + _CAPITALS[digit] + name
        gap = not digit
    return words


@given(st.integers(min_value=0, max_value=10**14 - 1))
def test_every_amount_written_in_capitals_is_read_back(cents: int) -> None:
    amount = Decimal(cents) / 100
    assert read_money(write_amount(amount)).amount == amount


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("拾伍万零叁佰", 150300),
        ("壹亿零伍拾", 100000050),
        ("贰万亿", 2 * 10**12),
        ("两百", 200),
        ("壹贰", None),
        ("拾佰", None),
    ],
)
def test_whole_numbers_in_signs(words: str, number: int | None) -> None:
    assert read_whole(words) == number
