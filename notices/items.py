"""The goods and services of a notice: every row of every table that lists them, and rows written as "名称：… 品牌：…"."""

import re
from collections.abc import Iterator
from decimal import Decimal

from notices.errors import UnreadableValueError
from notices.item_columns import Columns, find_columns, is_goods
from notices.money import Money, read_unit_price
from notices.notice import Item
from notices.numerals import read_whole
from notices.pairs import PlacedTable, Statements
from notices.winners import NOT_AWARDS

_NOTHING = re.compile(r"^[\s/\\\-—_.…*无]*$|^(?:N/?A|null|none|未提供|不适用|不涉及)$", re.IGNORECASE)
_TOTAL = re.compile(r"^\s*(?:合\s*计|总\s*计|小\s*计|总\s*价|金额合计|合计金额|备\s*注|注\s*[:：]|说明\s*[:：])")
_QUANTITY = re.compile(r"^\D{0,6}?(\d[\d,，]*(?:\.\d+)?)\s*([万亿])?\s*(.*)$", re.DOTALL)
_LOT_ROW = re.compile(
    r"^(?:第\s*)?(?:采购包|合同包|包|标包|标项|标段|分包)?\s*[一二三四五六七八九十\d]+\s*(?:包|标段|标项|分包)?[:：]?.{0,40}$"
)
_COUNTED = 1_000_000


def read_items(statements: Statements) -> tuple[Item, ...]:
    """The items in the notice's order. What the page shows counts before what it hides; a value not stated is None."""
    shown = [placed for placed in statements.tables if not placed.table.hidden]
    hidden = [placed for placed in statements.tables if placed.table.hidden]
    for tables in (shown, hidden):
        items = [item for placed in tables for item in _of_table(placed)]
        if items:
            return tuple(dict.fromkeys(items))
    return ()


def _of_table(placed: PlacedTable) -> Iterator[Item]:
    if NOT_AWARDS.search(placed.section) and not re.search(
        r"标的|货物|服务内容|采购(?:内容|需求|清单)", placed.section
    ):
        return
    for rows in _readings(placed.table.rows):
        items = list(_of_rows(rows, placed))
        if items:
            yield from items
            return


def _readings(rows: tuple[tuple[str, ...], ...]) -> Iterator[tuple[tuple[str, ...], ...]]:
    """The grid as it stands; turned, if its first column names the fields; label and value side by side unfolded."""
    yield rows
    width = len(rows[0])
    if width >= 2 and len(rows) <= 30:
        yield tuple(zip(*rows, strict=True))
    if width >= 4 and width % 2 == 0 and len(rows) <= 15:
        cells = [(row[index], row[index + 1]) for row in rows for index in range(0, width, 2)]
        yield tuple(zip(*cells, strict=True))


def _of_rows(rows: tuple[tuple[str, ...], ...], placed: PlacedTable) -> Iterator[Item]:
    columns: Columns | None = None
    lot: str | None = None
    for index, row in enumerate(rows):
        header = find_columns(row, rows[index + 1] if index + 1 < len(rows) else None)
        if header:
            columns = header if is_goods(header) else None
            continue
        filled = list(dict.fromkeys(cell for cell in row if cell))
        if columns is None or not filled:
            continue
        if len(filled) == 1 and len(row) > 1:
            lot = filled[0] if _LOT_ROW.match(filled[0]) else lot
            continue
        if any(_TOTAL.match(cell) for cell in filled[:2]) or row in columns.headers:
            continue
        for cells in _unfold(row, columns):
            item = _item(cells, columns, lot)
            if item:
                yield item


def _unfold(row: tuple[str, ...], columns: Columns) -> Iterator[tuple[str, ...]]:
    """The rows that stand in one row, where name and another cell list equally many by line or by "；"."""
    name = row[columns.fields["name"]]
    others = [
        row[columns.fields[field]] for field in ("brand", "model", "quantity", "price") if field in columns.fields
    ]
    for mark in (r"\n+", r"[;；]\s*"):
        parts = [part for part in re.split(mark, name) if part.strip()]
        if len(parts) < 2 or not any(len(_parts(other, mark)) == len(parts) for other in others):
            continue
        split = [_parts(cell, mark) for cell in row]
        for number in range(len(parts)):
            yield tuple(
                part[number] if len(part) == len(parts) else cell for part, cell in zip(split, row, strict=True)
            )
        return
    yield row


def _parts(cell: str, mark: str) -> list[str]:
    return [part.strip() for part in re.split(mark, cell) if part.strip()]


def _item(row: tuple[str, ...], columns: Columns, lot: str | None) -> Item | None:
    values = {field: _value(row[index]) for field, index in columns.fields.items()}
    brand, model = values.get("brand"), values.get("model")
    if "brand_model" in values and not (brand or model):
        brand, model = split_brand_model(values["brand_model"] or "")
    quantity, unit = read_quantity(values.get("quantity") or "")
    if not (values.get("name") or model or brand) or _TOTAL.match(values.get("name") or ""):
        return None
    return Item(
        name=values.get("name"),
        brand=brand or values.get("maker"),
        model=model,
        quantity=quantity,
        unit=values.get("unit") or unit or (columns.unit if quantity is not None else None),
        unit_value=_price(values.get("price"), columns),
        lot=values.get("lot") or lot,
        supplier=values.get("supplier"),
        as_written=" | ".join(" ".join(cell.split()) for cell in _once(row)),
    )


def read_quantity(cell: str) -> tuple[Decimal | None, str | None]:
    """(number, unit) of "2台", "1,500 套", "4000万tokens", "一批"; (None, None) where no number stands."""
    text = cell.strip()
    found = _QUANTITY.match(text)
    if found:
        number = Decimal(re.sub(r"[,，]", "", found[1])) * {"万": 10_000, "亿": 100_000_000}.get(found[2] or "", 1)
        number = number.to_integral_value() if number == number.to_integral_value() else number
        unit = re.split(r"[\s,，;；（(。]", found[3].strip(" ）)"))[0]
        return number, unit or None
    words = re.match(r"^([一二两三四五六七八九十百壹贰叁肆伍陆柒捌玖拾]+)\s*([\u4e00-\u9fff]{1,3})$", text)
    whole = read_whole(words[1]) if words else None
    return (Decimal(whole), words[2]) if words and whole else (None, None)


def split_brand_model(cell: str) -> tuple[str | None, str | None]:
    """(brand, model) of one cell that holds both; where nothing parts them the whole is the model."""
    labelled = re.match(r"\s*品牌\s*[:：]\s*(.+?)[\s,，;；、/]+(?:规格)?型号\s*[:：]\s*(.+)", cell, re.DOTALL)
    parts = (labelled[1], labelled[2]) if labelled else re.split(r"\s*[/、;；\n]\s*", cell, maxsplit=1)
    if len(parts) == 2 and parts[0] and parts[1]:
        return _value(parts[0]), _value(parts[1])
    return None, _value(cell)


def _price(cell: str | None, columns: Columns) -> Money | None:
    if not cell:
        return None
    try:
        return read_unit_price(cell, columns.price_header)
    except UnreadableValueError:
        return None


def _value(cell: str) -> str | None:
    text = " ".join(cell.split())
    return None if _NOTHING.match(text) else text


def _once(row: tuple[str, ...]) -> list[str]:
    return [cell for index, cell in enumerate(row) if not index or cell != row[index - 1] or not cell]
