"""Which column of a goods table is which: the header variants of the formats of 2020 and of the provinces."""

import re
from dataclasses import dataclass
from functools import lru_cache

from notices.labels import squeeze

# The first pattern that a squeezed header cell matches decides; a field is taken from the first column that has it.
COLUMN_NAMES = tuple(
    (field, re.compile(pattern))
    for field, pattern in (
        ("none", r"(?:单位|中标人|候选人|供应商|入围|机构)(?:的)?数量"),
        ("none", r"^(?:序号|编号|备注|说明|得分|总得分|排名|更正.*|.*(?:原因|结果|地址|代码|预算.*|限价.*))$"),
        ("brand_model", r"品牌.*(?:型号|规格)|(?:型号|规格).*品牌"),
        ("quantity", r"规格.*数量|数量.*规格"),
        ("brand", r"品牌|厂牌|商标"),
        ("model", r"型号"),
        ("specification", r"^(?:货物|产品|商品|标的|采购)?规格(?:要求|参数)?$|^规格"),
        ("price", r"单价"),
        ("quantity", r"数量|^采购量$|^台数$|^套数$"),
        ("unit", r"^(?:计量|计价|采购)?单位$"),
        ("maker", r"生产厂[家商]|制造商|制造厂|厂家|生产商|生产企业"),
        (
            "lot",
            (
                r"^(?:包号|包组号?|包名称?|包别?|分包号?|分包名称|标项|标项名称|标项序号|标段号?|标段名称|标包|包件号?|合同包|采购包|"
                r"分标号?)$"
            ),
        ),
        (
            "supplier",
            (
                r"(?:供应商|中标人|成交人|投标人|中标单位|成交单位|企业|公司|中选人|单位)名称$|"
                r"^(?:中标|成交)?(?:供应商|人|单位)$"
            ),
        ),
        (
            "name",
            (
                r"^(?:主要)?(?:中标|成交|采购|合同)?(?:货物|标的物?|产品|设备|服务|商品|物品|物资|材料|仪器|采购标的|软件|药品|耗材|"
                r"标的内容|货物服务|货物或服务|工程)(?:的)?(?:名称)?$|^名称$|^品名$|^货名$"
            ),
        ),
        (
            "project",
            (
                r"^(?:采购)?项目名称$|^采购名称$|^工程名称$|^品目(?:编码及品目)?(?:名称)?$|"
                r"^采购品目(?:名称)?$"
            ),
        ),
        ("content", r"^(?:招标|采购|项目|服务|实施|工作)?(?:内容|范围)$"),
        (
            "service",
            r"服务范围|服务要求|服务时间|服务标准|服务期|施工范围|施工工期|项目经理|执业证书|服务内容|工期|质量标准",
        ),
        ("requirement", r"技术(?:要求|参数|指标|规格)|采购需求|^需求|需求(?:概况|描述|说明)|参数|配置"),
        ("requirement", r"(?:服务|质量|招标)要求"),
    )
)  # fmt: skip


_SURE = 3


@dataclass(frozen=True, slots=True)
class Columns:
    """Field → column of one header; `unit` is the unit that the quantity's header names, `price_header` its words."""

    fields: dict[str, int]
    unit: str | None
    price_header: str
    headers: tuple[tuple[str, ...], ...]


def find_columns(row: tuple[str, ...], below: tuple[str, ...] | None, *, among_others: bool = False) -> Columns | None:
    """The columns that a row names, if it is a header; a header of two rows is read with the row below.

    `among_others`: labels of other things may stand among them, as where a contract's whole table is turned.
    """
    if not _all_short(row):
        return None
    own = _named(row)
    cells = [cell for cell in dict.fromkeys(row) if cell]
    if among_others:
        return _columns(row, (row,)) if {"name", "quantity"} <= own and len(own) >= _SURE else None
    if len(own) < 2 or sum(field_of(cell) is not None for cell in cells) * 5 < len(cells) * 3:
        return None
    if below and len(below) == len(row) and _all_short(below):
        merged = tuple(low or high for high, low in zip(row, below, strict=True))
        shared = any(high and high == low for high, low in zip(row, below, strict=True))
        if shared and len(_named(merged)) > len(own) and len(_named(below)) >= 2:
            return _columns(merged, (row, below))
    return _columns(row, (row,))


def is_goods(columns: Columns) -> bool:
    """Whether a header's table lists goods, services or works: a name and at least one thing said of it."""
    fields = columns.fields
    said = {"brand", "model", "brand_model", "quantity", "price", "service", "requirement"} & set(fields)
    content = "content" in fields and fields["content"] != fields.get("name")
    return "name" in fields and (bool(said) or content)


@lru_cache(maxsize=8192)
def field_of(header: str) -> str | None:
    """The field that a header cell names; None if it names none."""
    word = squeeze(header)
    if not word or len(header) > 40:
        return None
    return next((field for field, pattern in COLUMN_NAMES if pattern.search(word)), None)


def _named(row: tuple[str, ...]) -> set[str]:
    return {field for cell in dict.fromkeys(row) if cell and (field := field_of(cell))}


def _all_short(row: tuple[str, ...]) -> bool:
    """Header cells hold words, no values: hardly a digit, no sentence."""
    return all(
        len(cell) <= 40 and not re.search(r"\d{2,}|[:：]\s*\S|。", re.sub(r"[（(][^（）()]*[）)]", "", cell))
        for cell in row
    )


def _columns(row: tuple[str, ...], headers: tuple[tuple[str, ...], ...]) -> Columns:
    fields: dict[str, int] = {}
    for index, cell in enumerate(row):
        field = field_of(cell)
        if field and field != "none":
            fields.setdefault(field, index)
    for field, substitute in (("name", "project"), ("name", "content"), ("model", "specification")):
        if field not in fields and substitute in fields:
            fields[field] = fields[substitute]
    if "name" not in fields and "lot" in fields and squeeze(row[fields["lot"]]).endswith("名称"):
        fields["name"] = fields.pop("lot")
    unit = (
        re.search(r"[（(]\s*(?:单位\s*[:：])?([\u4e00-\u9fff]{1,2})\s*[）)]", row[fields["quantity"]])
        if "quantity" in fields
        else None
    )
    price = row[fields["price"]] if "price" in fields else ""
    return Columns(fields, unit[1] if unit and unit[1] != "单位" else None, price, headers)
