"""Every row of every goods table, however the table is laid out; a cell that says nothing is None."""

from decimal import Decimal

import pytest

from notices.html_text import read_blocks
from notices.item_cells import read_quantity, split_brand
from notices.items import read_items
from notices.notice import Item
from notices.pairs import read_statements


def items(html: str, kind: str = "award") -> list[tuple[object, ...]]:
    read = read_items(read_statements(read_blocks(html)), kind)
    return [(item.name, item.brand, item.model, item.quantity and int(item.quantity), item.unit) for item in read]


def first(html: str) -> Item:
    return read_items(read_statements(read_blocks(html)), "award")[0]


def table(*rows: str, cell: str = "td") -> str:
    cells = ("".join(f"<{cell}>{text}</{cell}>" for text in row.split("|")) for row in rows)
    return "<table>" + "".join(f"<tr>{row}</tr>" for row in cells) + "</table>"


SERVER = ("GPU服务器", "浪潮", "NF5688", 2, "台")


@pytest.mark.parametrize(
    "html",
    [
        table("名称|品牌（如有）|规格型号|数量|单价(元)", "GPU服务器|浪潮|NF5688|2台|1"),
        table(
            "序号|供应商名称|货物名称|货物品牌|货物型号|货物数量|货物单价(元)", "1|北泽公司|GPU服务器|浪潮|NF5688|2台|1"
        ),
        table("序号|标项名称|标的名称|品牌|数量|单价|规格型号", "1||GPU服务器|浪潮|2台|1.00|NF5688"),
        table(
            "品目号|品目名称|采购标的|品牌|规格型号|数量（单位）|单价(元)", "1-1|服务器|GPU服务器|浪潮|NF5688|2(台)|1"
        ),
        table("产品名称|品牌型号|数量|单位", "GPU服务器|浪潮/NF5688|2|台"),
        table("主要标的名称|规格型号（或服务要求）|主要标的数量|主要标的单价", "GPU服务器|浪潮 NF5688|2台|1元"),
        table("设备名称|生产厂家|规格型号|数量（台）", "GPU服务器|浪潮|NF5688|2"),
        table("名称|GPU服务器", "品牌|浪潮", "规格型号|NF5688", "数量|2台"),
        table("名称|GPU服务器|品牌|浪潮", "规格型号|NF5688|数量|2台"),
        table("货物类|货物类|货物类|货物类|货物类", "名称|品牌|规格型号|数量|单价", "GPU服务器|浪潮|NF5688|2台|1"),
        table(
            "合同编号|HT-1",
            "采购人（甲方）|东屏大学",
            "主要标的名称|GPU服务器",
            "规格型号|浪潮 NF5688",
            "主要标的数量|2台",
        ),
        "<p>供应商名称|货物名称|货物品牌|货物型号|货物数量</p><p>北泽公司|GPU服务器|浪潮|NF5688|2台</p>",
        "<p>三、成交信息</p>"
        + table("类别|主要标的信息", "货物类|名称：GPU服务器<br>品牌：浪潮<br>规格型号：NF5688<br>数量：2台"),
        "<p>四、主要标的信息</p><p>名称：GPU服务器 品牌：浪潮 规格型号：NF5688 数量：2台 单价：1元</p>",
        "<p>六、合同主要信息</p><p>主要标的名称：GPU服务器</p>"  # noqa: ISC004
        "<p>规格型号（或服务要求）：浪潮 NF5688</p><p>主要标的数量：2台</p>",
    ],
)
def test_the_same_goods_are_read_from_every_layout(html: str) -> None:
    assert items(html) == [SERVER]


def test_a_header_of_two_rows_is_one_header() -> None:
    html = (
        "<table><tr><td rowspan=2>序号</td><td colspan=3>中标货物</td><td rowspan=2>数量</td></tr>"
        "<tr><td>名称</td><td>品牌</td><td>型号</td></tr><tr><td>1</td><td>GPU服务器</td><td>浪潮</td><td>NF5688</td><td>2台</td></tr></table>"
    )
    assert items(html) == [SERVER]


def test_spanned_cells_belong_to_every_row_they_span() -> None:
    html = (
        "<table><tr><td>包号</td><td>供应商名称</td><td>货物名称</td><td>数量</td></tr>"
        "<tr><td rowspan=2>1</td><td rowspan=2>北泽公司</td><td>服务器</td><td>2台</td></tr>"
        "<tr><td>交换机</td><td>1台</td></tr></table>"
    )
    read = read_items(read_statements(read_blocks(html)), "award")
    assert [(item.lot, item.supplier, item.name) for item in read] == [
        ("1", "北泽公司", "服务器"),
        ("1", "北泽公司", "交换机"),
    ]


def test_cells_that_list_several_goods_are_taken_apart() -> None:
    joined = table("名称|品牌|型号|数量", "服务器;交换机|浪潮;华三|NF5688;S6800|2台;1台")
    broken = table("名称|品牌|型号|数量", "服务器<br>交换机|浪潮<br>华三|NF5688<br>S6800|2台<br>1台")
    wanted = [("服务器", "浪潮", "NF5688", 2, "台"), ("交换机", "华三", "S6800", 1, "台")]
    assert items(joined) == wanted
    assert items(broken) == wanted


def test_a_name_that_only_wraps_is_one_item() -> None:
    assert items(table("名称|品牌|型号|数量", "高性能<br>服务器|浪潮|NF5688<br>8×H20|2台")) == [
        ("高性能 服务器", "浪潮", "NF5688 8×H20", 2, "台")
    ]


def test_headers_repeated_in_the_middle_and_totals_are_no_items() -> None:
    html = table("名称|品牌|数量", "服务器|浪潮|2台", "名称|品牌|数量", "交换机|/|1台", "合计||3台")
    assert items(html) == [("服务器", "浪潮", None, 2, "台"), ("交换机", None, None, 1, "台")]


def test_two_equal_rows_are_two_items_but_a_table_shown_twice_is_one() -> None:
    once = table("名称|数量", "服务器|2台", "服务器|2台")
    assert len(items(once)) == 2
    assert len(items(once + once)) == 2


@pytest.mark.parametrize(
    "html",
    [
        table("序号|供应商名称|评审结果", "1|北泽公司|通过"),
        table("供应商名称|评审总得分|排名", "北泽公司|90.1|1"),
        table("更正项|更正前内容|更正后内容", "数量|2台|3台"),
        table("名称|地址|电话", "北泽公司|海滨路|010"),
        table("采购人|东屏理工大学", "预算金额|100万元"),
        "<p>八、业绩</p>" + table("项目名称|数量|甲方", "旧项目|2台|某单位"),
    ],
)
def test_tables_of_other_things_list_no_items(html: str) -> None:
    assert items(html) == []


def test_service_and_works_rows_are_items_without_a_model() -> None:
    service = table("名称|服务范围|服务要求|服务时间|服务标准", "算力租赁|8卡H20|按文件|一年|合格")
    works = table("名称|施工范围|施工工期|项目经理|执业证书信息", "机房改造|三层|90日|周某|略")
    assert items(service) == [("算力租赁", None, None, None, None)]
    assert items(works) == [("机房改造", None, None, None, None)]
    assert first(service).as_written == "算力租赁 | 8卡H20 | 按文件 | 一年 | 合格"


def test_prices_are_of_one_unit_with_the_headers_unit() -> None:
    price = first(table("名称|数量|单价（万元）", "服务器|2台|12.9")).unit_value
    assert price
    assert price.amount == Decimal(129000)
    assert first(table("名称|数量|单价(元)", "服务器|2台|详见附件")).unit_value is None


def test_needs_written_as_sentences_are_items_of_a_tender() -> None:
    html = "<p>采购需求：</p><p>加速卡2块，用于微调实验；交换机1台；质保期不少于3年。</p>"
    assert items(html, "tender") == [("加速卡", None, None, 2, "块"), ("交换机", None, None, 1, "台")]
    assert items(html, "termination") == []


def test_an_intention_counts_its_goods_in_the_overview() -> None:
    html = table(
        "序号|采购项目名称|采购需求概况|预算金额（万元）|预计采购时间",
        "1|训练平台采购|采购8卡训练服务器2台，单卡显存不低于96GB，质保3年。|520|2026年5月",
        "2|云资源租用|租用公有云一年|80|2026年6月",
    )
    assert items(html, "intention") == [("8卡训练服务器", None, None, 2, "台")]


def test_a_tender_that_lists_nothing_buys_its_project() -> None:
    statements = read_statements(read_blocks("<p>采购需求：详见附件</p><p>数量：3项</p>"))
    (item,) = read_items(statements, "tender", "东屏理工大学云资源租赁服务采购项目", "东屏理工大学")
    assert (item.name, item.quantity, item.as_written) == ("云资源租赁服务", 3, "东屏理工大学云资源租赁服务采购项目")
    assert read_items(statements, "award", "云资源租赁服务", None) == ()


@pytest.mark.parametrize(
    ("cell", "quantity"),
    [
        ("2台", (Decimal(2), "台")),
        ("1,500 套", (Decimal(1500), "套")),
        ("4000万tokens", (Decimal(40_000_000), "tokens")),
        ("40,000,000 tokens", (Decimal(40_000_000), "tokens")),
        ("4台/年", (Decimal(4), "台/年")),
        ("1(批)", (Decimal(1), "批")),
        ("2.5吨", (Decimal("2.5"), "吨")),
        ("一批", (Decimal(1), "批")),
        ("拾贰台", (Decimal(12), "台")),
        ("详见附件", (None, None)),
        ("", (None, None)),
    ],
)
def test_quantities_with_their_units(cell: str, quantity: tuple[Decimal | None, str | None]) -> None:
    assert read_quantity(cell) == quantity


@pytest.mark.parametrize(
    ("brand", "model", "both", "wanted"),
    [
        (None, "NVIDIA Tesla A100-PCIE-80GB", None, ("NVIDIA", "Tesla A100-PCIE-80GB")),
        (None, "英伟达H20", None, ("英伟达", "H20")),
        (None, None, "戴尔/PowerEdge XE9680", ("戴尔", "PowerEdge XE9680")),
        (None, None, "品牌：超微 型号：SYS-421GE", ("超微", "SYS-421GE")),
        (None, None, "定制", (None, "定制")),
        ("浪潮", "NVIDIA A800 整机", None, ("浪潮", "NVIDIA A800 整机")),
        (None, "详见附件", None, (None, "详见附件")),
    ],
)
def test_brand_and_model_in_one_cell(
    brand: str | None, model: str | None, both: str | None, wanted: tuple[str | None, str | None]
) -> None:
    assert split_brand(brand, model, both) == wanted
