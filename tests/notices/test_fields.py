"""Facts from plain text: labels of every portal, glued, broken over lines, in tables, in prose; blanks stay blank."""

from decimal import Decimal

import pytest

from notices.fields import Fields, clean_code, method_code, read_fields
from notices.names import clean_name, split_names


def parties(fields: Fields, role: str) -> list[str]:
    return [party.name for party in fields.parties if party.role == role]


@pytest.mark.parametrize(
    "text",
    [
        "采购人：东屏理工大学",
        "采购人名称: 东屏理工大学",
        "采购单位信息：东屏理工大学",
        "招标人（盖章）：东屏理工大学",
        "采 购 人：东屏理工大学",
        "三、采购人：东屏理工大学；地址：学府路1号",
        "采购人\n：东屏理工大学",
        "采购人：\n东屏理工大学",
        "甲方：东屏理工大学",
        "采购人（甲方）：东屏理工大学",
        "采购人：东屏理工大学采购代理机构：正衡招标有限公司",
        "1.采购人信息\n名 称：东屏理工大学\n地 址：学府路1号\n2.采购代理机构信息\n名 称：正衡招标有限公司",
        "采购人 | 东屏理工大学 | 联系人 | 周老师",
        "项目名称 | 服务器 | 采购单位 | 东屏理工大学",
        "受东屏理工大学委托，正衡招标有限公司对服务器项目组织公开招标。",
        "本项目已具备招标条件，招标人为东屏理工大学，现进行公开招标。",
        "序号 | 采购单位 | 采购项目名称 | 预算金额（万元）\n1 | 东屏理工大学 | 服务器 | 1\n2 | 东屏理工大学 | 存储 | 2",
        "根据有关规定，现将东屏理工大学2026年5月采购意向公开如下：",
        "采购人：________\n联系方式\n采购人：东屏理工大学",
    ],
)
def test_the_buyer_is_found(text: str) -> None:
    assert parties(read_fields(text), "buyer") == ["东屏理工大学"]


@pytest.mark.parametrize(
    "text",
    [
        "采购人：",
        "采购人：/",
        "采购人：________",
        "1.采购人信息\n名称：周某某\n地址：学府路1号",
        "采购人：详见公告正文",
        "法定代表人或委托人：周某",
        "供应商须承诺不得与采购人串通。",
        "",
    ],
)
def test_a_buyer_that_is_not_stated_is_none(text: str) -> None:
    assert parties(read_fields(text), "buyer") == []


def test_the_name_under_a_heading_belongs_to_that_heading() -> None:
    fields = read_fields(
        "九、凡对本次公告内容提出询问，请按以下方式联系。\n1.采购人信息\n名称：东屏理工大学\n2.采购代理机构信息（如有）\n名称：正衡招标有限公司\n"
        "3.项目联系方式\n项目联系人：周老师\n4.监督部门\n名称：东屏市财政局"
    )
    assert (parties(fields, "buyer"), parties(fields, "procuringEntity")) == (["东屏理工大学"], ["正衡招标有限公司"])


def test_a_notice_flattened_into_one_line_is_read_as_lines() -> None:
    text = (
        "一、项目编号：2021121735620526二、项目名称：东屏理工大学服务器采购三、中标成交信息："
        "供应商名称：北泽恒远科技有限公司供应商地址：北泽市海滨路48号中标（成交）金额：222.1040400（万元） "
        "六、代理服务收费标准及金额： 本项目代理费总金额：3.9460000 万元（人民币） "
        "九、凡对本次公告内容提出询问，请按以下方式联系。1.采购人信息名称：东屏理工大学地址：学府路1号"
        "2.采购代理机构信息名称：正衡招标有限公司地址：建设路2号"
    )
    fields = read_fields(text, "award")
    assert fields.project_code == "2021121735620526"
    assert parties(fields, "buyer") == ["东屏理工大学"]
    assert parties(fields, "supplier") == ["北泽恒远科技有限公司"]
    assert fields.award
    assert fields.award.amount == Decimal("2221040.4")


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("清设招第2021173号（招标文件编号：清设招第2021173号）", "清设招第2021173号"),
        ("ZB(2024)001-甲", "ZB(2024)001-甲"),
        ("东财采〔2020〕50号", "东财采〔2020〕50号"),
        ("GXTC-A1-2128065（2021-JW-W1040）", "GXTC-A1-2128065（2021-JW-W1040）"),
        ("NBITC-202630090）进行国内公开招标", "NBITC-202630090"),
        ("DPLG-2026-0117 项目名称：服务器", "DPLG-2026-0117"),
        ("无", None),
        ("/", None),
        ("2026年5月6日", None),
    ],
)
def test_a_project_code_is_cut_free_of_what_follows(value: str, code: str | None) -> None:
    assert clean_code(value) == code


def test_the_project_code_wins_over_plan_and_contract_codes() -> None:
    remark = "（或招标编号、政府采购计划编号、采购计划备案文号等，如有）"
    text = f"采购计划编号：JH-2026-9\n合同编号：HT-1\n项目编号{remark}：DP-26-1"
    assert read_fields(text).project_code == "DP-26-1"
    assert read_fields("意向编号：YX-2026-7").project_code == "YX-2026-7"
    assert read_fields("合同编号：HT-1").project_code is None


def test_amounts_are_kept_apart() -> None:
    text = (
        "预算金额：128.5万元\n最高限价（如有）：120万元\n三、中标（成交）信息\n供应商名称：北泽恒远科技有限公司\n中标（成交）金额：壹佰壹拾万元整\n"
        "六、代理服务收费标准及金额\n收费金额：1.65万元\n售价：￥500元"
    )
    fields = read_fields(text, "award")
    assert fields.budget
    assert fields.award
    assert (fields.budget.amount, fields.award.amount) == (1285000, 1100000)
    assert read_fields(text, "tender").award is None


def test_a_ceiling_stands_for_the_budget_under_its_own_name() -> None:
    fields = read_fields("最高限价：120万元")
    assert fields.budget
    assert (fields.budget.amount, fields.budget.as_written) == (Decimal(1200000), "最高限价：120万元")


def test_a_rate_is_no_award() -> None:
    fields = read_fields(
        "三、中标（成交）信息\n中标供应商：北泽恒远科技有限公司\n中标（成交）金额：下浮率12.5%", "award"
    )
    assert (fields.award, fields.rate) == (None, True)


def test_the_lots_of_an_award_are_added_up() -> None:
    rows = (
        "三、采购结果\n包号 | 中标供应商名称 | 中标金额（万元）\n1 | 北泽恒远科技有限公司 | 12.5\n"
        "2 | 南渡云帆信息技术有限公司 | 30\n"
        "四、未中标供应商\n供应商名称 | 未中标原因\n青崖数智科技有限公司 | 得分较低"
    )
    fields = read_fields(rows, "award")
    assert fields.award
    assert fields.award.amount == 425000
    assert [(party.name, party.lot) for party in fields.parties] == [
        ("北泽恒远科技有限公司", "1"),
        ("南渡云帆信息技术有限公司", "2"),
    ]


def test_candidates_are_tenderers_and_their_bids_no_award() -> None:
    rows = (
        "二、中标候选人\n排名 | 投标人名称 | 投标报价（元）\n1 | 北泽恒远科技有限公司 | 780000\n"
        "2 | 青崖数智科技有限公司 | 790000"
    )
    fields = read_fields(rows, "award")
    assert parties(fields, "tenderer") == ["北泽恒远科技有限公司", "青崖数智科技有限公司"]
    assert (parties(fields, "supplier"), fields.award) == ([], None)


@pytest.mark.parametrize(
    ("text", "kind", "amount"),
    [
        (
            "序号 | 中标（成交）金额(元) | 中标供应商名称\n1 | 最终报价:1320000(元) | 北泽恒远科技有限公司",
            "award",
            1320000,
        ),
        ("中标人：北泽恒远科技有限公司\n中标价：壹佰叁拾贰万元整", "award", 1320000),
        ("1.中标供应商：北泽恒远科技有限公司，中标金额：￥1,320,000.00元，地址：北泽市", "award", 1320000),
        ("包号 | 中标供应商 | 中标金额 | 规格型号\n01 | 北泽恒远科技有限公司 | 132万元 | R750", "award", 1320000),
        ("供应商（乙方） | 北泽恒远科技有限公司\n合同金额（元） | 1320000", "contract", 1320000),
        ("拟定的唯一供应商名称：北泽恒远科技有限公司\n地址：北泽市", "single_source", None),
        ("二、拟定供应商信息\n名称：北泽恒远科技有限公司\n地址：北泽市", "single_source", None),
    ],
)
def test_the_winner_and_what_it_gets_are_found_in_every_wording(text: str, kind: str, amount: int | None) -> None:
    fields = read_fields(text, kind)
    assert parties(fields, "supplier") == ["北泽恒远科技有限公司"]
    assert (fields.award.amount if fields.award else None) == amount


def test_goods_are_no_suppliers() -> None:
    text = "三、中标（成交）信息\n供应商名称：北泽恒远科技有限公司\n名称：交换机 品牌：华三 数量：3台"
    assert parties(read_fields(text, "award"), "supplier") == ["北泽恒远科技有限公司"]


def test_suppliers_are_read_only_where_someone_was_chosen() -> None:
    text = "供应商名称：北泽恒远科技有限公司"
    assert parties(read_fields(text, "tender"), "supplier") == []
    assert parties(read_fields(text, "award"), "supplier") == ["北泽恒远科技有限公司"]


def test_the_ticked_method_is_the_method() -> None:
    fields = read_fields("采购方式：□竞争性谈判 ■竞争性磋商 □询价")
    assert (fields.method, fields.method_label) == ("consultation", "竞争性磋商")
    assert read_fields("采购方式：□竞争性谈判 □竞争性磋商").method is None
    assert read_fields("采购方式：公开招标").method == "open"
    assert (method_code("火星采购"), method_code(None)) == (None, None)


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("北泽恒远科技有限公司", ("北泽恒远科技有限公司",)),
        (
            "北泽恒远科技有限公司（联合体）、南渡云帆信息技术有限公司",
            ("北泽恒远科技有限公司", "南渡云帆信息技术有限公司"),
        ),
        (
            "北泽恒远科技有限公司（联合体成员：南渡云帆信息技术有限公司）",
            ("北泽恒远科技有限公司", "南渡云帆信息技术有限公司"),
        ),
        ("1、北泽恒远科技有限公司\n2、南渡云帆信息技术有限公司", ("北泽恒远科技有限公司", "南渡云帆信息技术有限公司")),
        ("深圳市甲、乙电子", ("深圳市甲、乙电子",)),
        ("北泽恒远科技有限公司，地址：北泽市海滨路", ("北泽恒远科技有限公司",)),
        ("详见附件", ()),
        ("", ()),
    ],
)
def test_names_are_taken_apart(value: str, names: tuple[str, ...]) -> None:
    assert split_names(value) == names


def test_a_remark_in_parentheses_stays_with_the_name() -> None:
    assert clean_name("中国人民解放军某部队（临溪）") == "中国人民解放军某部队（临溪）"
    assert clean_name("东屏理工大学（盖章") == "东屏理工大学"
    assert clean_name("1、东屏正衡招标代理有限公司") == "东屏正衡招标代理有限公司"
    assert clean_name("（单位章）法定代表人： 2026年03月30日") is None
