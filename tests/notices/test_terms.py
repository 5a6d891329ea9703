"""Plans, ceilings, deadlines, periods, lots and contacts of a notice; contacts leave the house nowhere."""

import json
from datetime import datetime
from decimal import Decimal

import pytest

from notices.conflicts import conflicts_of
from notices.dates import SHANGHAI
from notices.fields import read_fields
from notices.money import Money
from notices.notice import Item, Notice
from notices.record import notice_row
from notices.terms import Contact

TENDER = """一、项目基本情况
项目编号：DP-2026-1
采购计划编号：东财采计[2026]0188号
预算金额：300万元
最高限价：295万元
合同履行期限：合同签订后45日历天
三、获取招标文件
时间：2026年3月2日至2026年3月9日，每天上午9:00至11:30
四、提交投标文件截止时间、开标时间和地点
2026年3月24日09点30分（北京时间）
1.采购人信息
名称：东屏理工大学
地址：东屏市学府路1号
联系方式：0000-1234567
2.采购代理机构信息
名称：东屏正衡招标代理有限公司
联系人：某工"""


def test_a_tender_states_its_terms() -> None:
    terms = read_fields(TENDER, "tender").terms
    assert terms.plan_code == "东财采计[2026]0188号"
    assert terms.ceiling == Money(Decimal(2_950_000), "CNY", "最高限价：295万元")
    assert terms.period == "合同签订后45日历天"
    due = datetime(2026, 3, 24, 9, 30, tzinfo=SHANGHAI)
    assert (terms.bids_until, terms.opens_at) == (due, due)
    assert terms.documents_until is not None
    assert terms.documents_until.date().isoformat() == "2026-03-09"
    assert terms.contacts == (
        Contact("buyer", None, "0000-1234567", "东屏市学府路1号"),
        Contact("procuringEntity", "某工", None, None),
    )


@pytest.mark.parametrize("kind", ["correction", "award", "contract"])
def test_only_a_call_has_deadlines(kind: str) -> None:
    assert read_fields(TENDER, kind).terms.bids_until is None


def test_a_contact_is_no_part_of_a_row_that_leaves_the_house() -> None:
    terms = read_fields(TENDER, "tender").terms
    notice = Notice("s", "1", "https://s.invalid/1", "东屏理工大学采购公告", "tender", None, text=TENDER, terms=terms)
    row = json.dumps(notice_row(notice, 1, None), ensure_ascii=False)
    assert "0000-1234567" not in row
    assert "某工" not in row


def test_the_ceilings_of_lots_add_up() -> None:
    text = "最高限价（元）：标项【云桌面】:155000;标项【终端】:445000;"
    terms = read_fields(text, "tender").terms
    assert terms.ceiling is not None
    assert terms.ceiling.amount == 600000


def test_goods_that_cost_more_than_the_award_are_a_conflict() -> None:
    item = Item("服务器", quantity=Decimal(10), unit_value=Money(Decimal(200000)))
    notice = Notice(
        "s",
        "1",
        "https://s.invalid/1",
        "服务器采购中标公告",
        "award",
        None,
        award=Money(Decimal(1_000_000)),
        items=(item,),
    )
    assert any("the items cost 2,000,000 yuan" in each for each in conflicts_of(notice))
    fewer = Notice(
        "s",
        "1",
        "https://s.invalid/1",
        "服务器采购中标公告",
        "award",
        None,
        award=Money(Decimal(9_000_000)),
        items=(item,),
    )
    assert conflicts_of(fewer) == ()
