"""Items that stand in no table: "名称：… 品牌：…" by line, "加速卡2块，用于…", and a project bought as a whole."""

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from notices.errors import UnreadableValueError
from notices.item_cells import read_quantity, split_brand, value_of
from notices.item_columns import field_of
from notices.labels import without_ordinal
from notices.money import Money, read_unit_price
from notices.notice import Item
from notices.pairs import Statements, is_header

_LISTING = re.compile(
    r"主要标的|标的信息|合同主要信息|货物(?:信息|清单|明细)|采购(?:清单|内容|需求|货物|结果)|中标|成交|报价明细|"
    r"服务(?:信息|明细)"
)
_LABEL = re.compile(
    r"(?:^|(?<=[\s;；,，。|]))(?P<label>[\u4e00-\u9fff]{0,8}(?:名称|品牌|型号|规格|数量|单价|单位|品名|标的|厂家)(?:型号)?)"
    r"\s*(?P<remark>[（(][^（）()]{0,12}[）)])?\s*[:：]\s*"
)
_FIELDS = ("name", "brand", "model", "specification", "brand_model", "quantity", "price", "unit", "maker", "supplier")
_NEED = re.compile(
    r"采购需求|采购内容|采购项目内容|采购清单|采购标的|项目概况|招标内容|采购货物|需求及数量|简要规格|标的内容|采购数量"
)
_COUNTED = re.compile(
    r"^(?:[\d一二三四五六七八九十]{1,2}[、.．)）]\s*)?(?:(?:本项目|本次)?(?:拟|计划|需)?(?:补充|新增)?(?:采购|购置|购买|租赁|招标)(?:内容为?)?[:：]?)?\s*"
    r"(?P<name>(?:\d{1,2}卡)?[A-Za-z\u4e00-\u9fff][A-Za-z0-9\u4e00-\u9fff（）()\-+./ ]{1,30}?)\s*[:：]?(?:共|各|计)?\s*"
    r"(?P<number>\d[\d,，]*(?:\.\d+)?)\s*(?P<unit>台套|台|套|块|张|片|颗|个|件|批|组|只|支|辆|部|把|节|卷|吨|米|株|盒|瓶|箱|点|节点|项|架|副|双|座|间|份|条|本|册)"
    r"(?:[（(][\u4e00-\u9fff]{1,4}[）)])?(?=[，,。；;、\s]|$)"
)
# The last sign of each unit.
_UNITS = "台套块张片颗个件批组只支辆部把节卷吨米株盒瓶箱点项架副双座间份条本册"
_LONGEST_TITLE = 20
_OVERVIEW = re.compile(r"需求概况|需求(?:描述|内容)|采购内容")
_NO_ITEM = re.compile(
    r"每[台套个节块]|其中|[含配]有?$|配[置备]|内[置含]|不少于|不低于|不超过|至少|共计|合计|期限|质保|时间|预算|金额|人员|数量|要求|提供|划分|标[段项包]|[≥≤]|^(?:共|第|每|约|补充)?(?:采购|购置)?$"
)
_BARE = re.compile(
    r"(?:(?:公开)?招标|竞争性(?:磋商|谈判)|询价|采购|购置|政府)?(?:项目|采购|购置)?(?:[（(][^（）()]{1,12}[）)])?$"
)


def read_prose_items(statements: Statements) -> tuple[Item, ...]:
    """The items that labelled lines or the sentences of 采购需求 list; empty where none does."""
    return tuple(_labelled(statements)) or tuple(_lots(statements)) or tuple(dict.fromkeys(_counted(statements)))


def _lots(statements: Statements) -> Iterator[Item]:
    """ "标项名称：…" with 数量 and 单位 on lines of their own, as portals print a call's lots."""
    values: dict[str, str] = {}
    for _, line in (*statements.lines, ("", "标项名称:")):
        found = _LOT_LINE.match(line)
        field = _LOT_FIELDS.get(found["label"]) if found else None
        if field == "name" and {"name", "quantity"} <= values.keys():
            quantity, unit = read_quantity(values["quantity"])
            yield Item(values["name"], quantity=quantity, unit=values.get("unit") or unit, as_written=_written(values))
        if field == "name":
            values = {}
        if found and field and found["value"] and (values or field == "name"):
            values.setdefault(field, found["value"].strip())


def _written(values: dict[str, str]) -> str:
    return " | ".join(values.values())


_LOT_FIELDS = {"标项名称": "name", "包名称": "name", "分包名称": "name", "采购包名称": "name", "合同包名称": "name"}
_LOT_FIELDS |= {"标段名称": "name", "数量": "quantity", "单位": "unit"}
_LOT_LINE = re.compile(rf"^\s*(?P<label>{'|'.join(_LOT_FIELDS)})\s*(?:[（(][^（）()]*[）)])?\s*[:：]\s*(?P<value>.*)$")


def read_planned_items(statements: Statements) -> tuple[Item, ...]:
    """What an intention's 采购需求概况 counts ("采购8卡训练服务器2台，…"), row by row."""
    return tuple(dict.fromkeys(item for text in _overviews(statements) for item in _counted_in(text, r"[，,。；;\n]")))


def _overviews(statements: Statements) -> Iterator[str]:
    """What stands below a column's title 采购需求概况, beside it in a row, or behind it in a line."""
    for placed in statements.tables:
        header = placed.table.rows[0]
        column = next((index for index, cell in enumerate(header) if _OVERVIEW.search(cell[:_LONGEST_TITLE])), None)
        if column is not None and is_header(header):
            yield from (row[column] for row in placed.table.rows[1:])
            continue
        for row in placed.table.rows:
            yield from (value for label, value in pairwise(row) if _OVERVIEW.search(label[:_LONGEST_TITLE]))
    for _, line in statements.lines:
        label, mark, value = re.sub("：", ":", line, count=1).partition(":")
        if mark and len(label) <= _LONGEST_TITLE and _OVERVIEW.search(label):
            yield value


def whole_project(statements: Statements, project_name: str | None, buyer: str | None) -> tuple[Item, ...]:
    """The project itself as the one thing bought, named without its buyer; its number where a line states 数量."""
    name = re.sub(r"\s+", "", project_name or "")
    name = name.removeprefix(buyer or "\0") or name
    name = _BARE.sub("", name) or name
    if not name:
        return ()
    stated = (
        value for _, line in statements.lines if (value := re.match(r"^(?:采购)?数量\s*[:：]\s*(\S{1,20})", line))
    )
    quantity, unit = next((read_quantity(value[1]) for value in stated), (None, None))
    return (Item(name, quantity=quantity, unit=unit, as_written=project_name or ""),)


def _labelled(statements: Statements) -> Iterator[Item]:
    values: dict[str, str] = {}
    prices: str = ""
    written: list[str] = []
    for topic, line in (*statements.lines, ("", "")):
        found = list(_split(line)) if _LISTING.search(topic) else []
        if not found and values:
            yield from _item_of(values, prices, written)
            values, written = {}, []
        for field, label, value in found:
            if field in values and field == "name":
                yield from _item_of(values, prices, written)
                values, written = {}, []
            values.setdefault(field, value)
            prices = label if field == "price" else prices
            written.append(f"{label}：{value}")


def _split(line: str) -> Iterator[tuple[str, str, str]]:
    found = [match for match in _LABEL.finditer(line) if field_of(match["label"]) in _FIELDS]
    for index, match in enumerate(found):
        end = found[index + 1].start() if index + 1 < len(found) else len(line)
        value = line[match.end() : end].strip(" ;；,，。|")
        yield field_of(match["label"]) or "", match["label"] + (match["remark"] or ""), value


def _item_of(values: dict[str, str], price_label: str, written: list[str]) -> Iterator[Item]:
    read = {field: value_of(value) for field, value in values.items()}
    if not read.get("name") or not {"brand", "model", "specification", "brand_model", "quantity", "price"} & set(
        values
    ):
        return
    quantity, unit = read_quantity(read.get("quantity") or "")
    brand, model = split_brand(
        read.get("brand"), read.get("model") or read.get("specification"), read.get("brand_model")
    )
    yield Item(
        name=read["name"],
        brand=brand or read.get("maker"),
        model=model,
        quantity=quantity,
        unit=read.get("unit") or unit,
        unit_value=_price(read.get("price"), price_label),
        supplier=read.get("supplier"),
        as_written=" | ".join(written),
    )


def _counted(statements: Statements) -> Iterator[Item]:
    for topic, line in statements.lines:
        if not _NEED.search(topic):
            continue
        text = re.sub(r"^[^:：]{0,60}[:：]\s*", "", line) if _NEED.match(without_ordinal(line)) else line
        yield from _counted_in(text, r"[；;]")


def _counted_in(text: str, marks: str) -> Iterator[Item]:
    for clause in re.split(rf"{marks}|(?<=[{_UNITS}])[、和及与](?=[A-Za-z\u4e00-\u9fff])", text):
        match = _COUNTED.match(clause.strip())
        if match and not _NO_ITEM.search(match["name"]):
            number = Decimal(re.sub(r"[,，]", "", match["number"]))
            yield Item(match["name"].strip(), quantity=number, unit=match["unit"], as_written=match[0].strip())


def _price(value: str | None, label: str) -> Money | None:
    try:
        return read_unit_price(value, label) if value else None
    except UnreadableValueError:
        return None
