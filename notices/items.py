"""The goods and services of a notice: every row of every table that lists them, else what its lines list."""

import re
from collections.abc import Iterable, Iterator

from notices.errors import UnreadableValueError
from notices.item_cells import read_quantity, split_brand, value_of
from notices.item_columns import Columns, field_of, find_columns, is_goods
from notices.item_prose import read_planned_items, read_prose_items, whole_project
from notices.money import Money, read_unit_price
from notices.notice import Item
from notices.pairs import PlacedTable, Statements
from notices.winners import NOT_AWARDS

_TOTAL = re.compile(
    r"^\s*(?:合\s*计|总\s*计|小\s*计|总\s*价|(?:总价)?最高限价|招标控制价|金额合计|合计金额|备\s*注|注\s*[:：]|说明\s*[:：])"
)
_LOT_ROW = re.compile(
    r"^(?:第\s*)?(?:采购包|合同包|包|标包|标项|标段|分包)?\s*[一二三四五六七八九十\d]+\s*(?:包|标段|标项|分包)?[:：]?.{0,40}$"
)


def read_items(
    statements: Statements, kind: str = "", project_name: str | None = None, buyer: str | None = None
) -> tuple[Item, ...]:
    """The items in the notice's order; a value not stated is None.

    Tables that the page shows count before those it hides, tables before lines. A tender or a single-source notice that
    lists nothing buys its project as a whole.
    """
    for hidden in (False, True):
        tables = (placed for placed in statements.tables if placed.table.hidden == hidden)
        # A page may show one table twice; one table may list the same goods twice.
        once = {placed.table.rows: placed for placed in tables}
        items = tuple(_of_tables(once.values()))
        if kind == "intention" and not any(item.quantity or item.brand or item.model for item in items):
            # Its table names projects; what each buys is counted in 采购需求概况.
            items = read_planned_items(statements) or items
        if items:
            return items
    if kind == "intention":
        return read_planned_items(statements)
    if kind in {"correction", "termination"}:
        return ()
    whole = whole_project(statements, project_name, buyer) if kind in {"tender", "single_source"} else ()
    return read_prose_items(statements) or whole


def _of_tables(tables: Iterable[PlacedTable]) -> Iterator[Item]:
    before: tuple[PlacedTable, Columns] | None = None
    for placed in tables:
        if NOT_AWARDS.search(placed.section) and not re.search(
            r"标的|货物|服务内容|采购(?:内容|需求|清单)", placed.section
        ):
            continue
        continued = before[1] if before and _continues(placed, *before) else None
        items, columns = _of_table(placed, continued)
        yield from items
        before = (placed, columns) if columns else None


def _continues(placed: PlacedTable, before: PlacedTable, columns: Columns) -> bool:
    """Whether a table without a header goes on where the one before it ended: as wide, with a number to count."""
    first = placed.table.rows[0]
    counts = columns.fields.get("quantity")
    same = placed.section == before.section and len(first) == len(before.table.rows[0])
    return same and counts is not None and bool(re.match(r"\s*\d", first[counts]))


def _of_table(placed: PlacedTable, continued: Columns | None) -> tuple[list[Item], Columns | None]:
    """(the items of the first way of reading the grid that gives any, the columns if it was read as it stands)."""
    for rows in _readings(placed.table.rows):
        as_it_stands = rows is placed.table.rows
        reading = _Rows(
            rows, placed.table.lines if as_it_stands else (), placed.lot, continued if as_it_stands else None
        )
        items = list(reading)
        if items:
            return items, reading.columns if as_it_stands else None
    return [], None


def _readings(rows: tuple[tuple[str, ...], ...]) -> Iterator[tuple[tuple[str, ...], ...]]:
    """The grid as it stands; turned, if its first column names the fields; label and value side by side unfolded."""
    yield rows
    width = len(rows[0])
    if width >= 4 and width % 2 == 0 and len(rows) <= 15:
        beside = [(row[index], row[index + 1]) for row in rows for index in range(0, width, 2) if row[index]]
        cells = [(label, value) for label, value in beside if field_of(label) in _OF_GOODS]
        if len({field_of(label) for label, _ in cells}) == len(cells) > 1 and _labels_only(beside):
            yield tuple(zip(*cells, strict=True))
    if width >= 2 and len(rows) <= 30:
        yield tuple(zip(*rows, strict=True))


_OF_GOODS = frozenset({"name", "brand", "model", "brand_model", "specification", "quantity", "unit", "price", "maker"})


def _labels_only(beside: list[tuple[str, str]]) -> bool:
    """Whether the first of each two cells is a label and hardly ever a value."""
    return sum(bool(re.search(r"\d{2}|[。；]", label)) or len(label) > 24 for label, _ in beside) * 4 <= len(beside)


class _Rows:
    """The items of a grid's rows; after reading, `columns` are those of its last header."""

    def __init__(
        self, rows: tuple[tuple[str, ...], ...], lines: tuple[str, ...], lot: str | None, columns: Columns | None
    ) -> None:
        self._rows, self._lines, self._lot = rows, lines, lot
        self.columns = columns

    def __iter__(self) -> Iterator[Item]:
        for index, row in enumerate(self._rows):
            below = self._rows[index + 1] if index + 1 < len(self._rows) else None
            header = find_columns(row, below)
            if header is None and not self._lines:
                header = find_columns(row, below, among_others=True)
            if header:
                self.columns = header if is_goods(header) else None
                continue
            if self.columns is not None and any(row):
                yield from self._items_of(index, row, self.columns)

    def _items_of(self, index: int, row: tuple[str, ...], columns: Columns) -> Iterator[Item]:
        filled = list(dict.fromkeys(cell for cell in row if cell))
        if len(filled) == 1 and len(row) > 1 and not row[columns.fields["name"]] == filled[0] != row[-1]:
            self._lot = filled[0] if _LOT_ROW.match(filled[0]) else self._lot
            return
        if any(_TOTAL.match(cell) for cell in filled[:2]) or row in columns.headers:
            return
        for cells in _unfold(row, columns):
            whole = self._lines and cells is row
            written = self._lines[index] if whole else " | ".join(" ".join(cell.split()) for cell in cells)
            item = _item(cells, columns, self._lot, written)
            if item:
                yield item


def _unfold(row: tuple[str, ...], columns: Columns) -> Iterator[tuple[str, ...]]:
    """The rows that stand in one row, where name and another cell list equally many by line or by "；"."""
    name = row[columns.fields["name"]]
    said = [row[columns.fields[field]] for field in ("brand", "model", "price") if field in columns.fields]
    # Where quantities stand, they decide: a long name and a long model merely wrap.
    counted = row[columns.fields["quantity"]] if "quantity" in columns.fields else ""
    others = [counted] if counted else said
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


def _item(row: tuple[str, ...], columns: Columns, lot: str | None, written: str) -> Item | None:
    values = {field: value_of(row[index]) for field, index in columns.fields.items()}
    brand, model = split_brand(values.get("brand"), values.get("model"), values.get("brand_model"))
    quantity, unit = read_quantity(values.get("quantity") or "")
    if unit == "家":
        # So many suppliers are wanted.
        quantity = unit = None
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
        as_written=written,
    )


def _price(cell: str | None, columns: Columns) -> Money | None:
    if not cell:
        return None
    try:
        return read_unit_price(cell, columns.price_header)
    except UnreadableValueError:
        return None
