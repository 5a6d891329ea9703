"""Rows as an XLSX workbook with typed cells, written row by row: no cell of it is run or fetched."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.exceptions import XlsxFileError
from xlsxwriter.worksheet import Worksheet

from alerts.wording import clean
from monitor.export.columns import ADDRESS, DAY, LIST, MOMENT, NUMBER, YES_NO, Column, Row
from monitor.export.web import web_address
from notices.dates import SHANGHAI
from notices.errors import StoreError

# What Excel can hold (its "specifications and limits"): rows of a sheet with the heading, characters of a cell,
# linked cells of a sheet, characters of a link.
MOST_ROWS, LONGEST, MOST_LINKS, LONGEST_LINK = 1_048_575, 32_767, 65_000, 2_000
# A sheet of more bytes than this is followed by another: above 2 GiB a part of a ZIP file needs another format, which
# Excel offers to repair.
MOST_BYTES = 1_000_000_000
# What stands beside a cell's text in a sheet, in bytes.
BESIDE = 60
# Excel knows no earlier day.
FIRST_DAY = date(1900, 1, 1)
CUT = "… [cut here: the cell cannot hold the whole text, JSON Lines does]"
WIDTHS = {NUMBER: 13, YES_NO: 9, DAY: 12, MOMENT: 18, ADDRESS: 40}
WIDE = {"title": 44, "quote": 60, "buyer": 26, "suppliers": 30, "reasons": 50, "label": 22}
# Nothing that stands in a notice becomes a formula, a link or a number by how it looks.
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": True,
}


@dataclass(slots=True)
class Limits:
    """What a workbook may hold; tests lower it."""

    rows: int = MOST_ROWS
    links: int = MOST_LINKS
    size: int = MOST_BYTES


@dataclass(slots=True)
class Written:
    """What became of the rows: how many on how many sheets, texts that were cut, addresses that are no links."""

    rows: int = 0
    sheets: int = 0
    cut: int = 0
    unlinked: int = 0


class Sheets:
    """The sheets of one workbook: a full one is followed by another with the same heading."""

    _sheet: Worksheet

    def __init__(self, book: Any, name: str, columns: Sequence[Column], limits: Limits) -> None:
        self._book, self._name, self._columns, self._limits = book, name, columns, limits
        self._head = book.add_format({"bold": True, "bg_color": "#E8F0F6", "bottom": 1})
        self._forms = {
            DAY: book.add_format({"num_format": "yyyy-mm-dd"}),
            MOMENT: book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
            "link": book.add_format({"font_color": "#14567F", "underline": 1}),
            "money": book.add_format({"num_format": "#,##0.00"}),
        }
        self.written = Written()
        self._begin()

    def write(self, row: Row) -> None:
        if self._row >= self._limits.rows or self._size >= self._limits.size:
            self.end()
            self._begin()
        self._row += 1
        self.written.rows += 1
        for place, column in enumerate(self._columns):
            value = column.read(row)
            if value is not None and value != []:
                self._cell(place, column, value)

    def end(self) -> None:
        self._sheet.autofilter(0, 0, self._row, len(self._columns) - 1)

    def tell(self, lines: Iterable[tuple[str, str]]) -> None:
        """A last sheet that says what the others hold: two columns of text."""
        self._sheet = self._book.add_worksheet("about")
        self._sheet.set_column(0, 0, 30)
        self._sheet.set_column(1, 1, 110, self._book.add_format({"text_wrap": True, "valign": "top"}))
        for self._row, (label, said) in enumerate(lines):
            self._sheet.write_string(self._row, 0, clean(label), self._head)
            self._string(1, clean(said))

    def _begin(self) -> None:
        self.written.sheets += 1
        self._row = self._links = self._size = 0
        number = self.written.sheets
        self._sheet = self._book.add_worksheet(self._name + (f" {number}" if number > 1 else ""))
        self._sheet.freeze_panes(1, 0)
        for place, column in enumerate(self._columns):
            self._sheet.set_column(place, place, WIDE.get(column.name, WIDTHS.get(column.kind, 16)))
        for place, column in enumerate(self._columns):
            self._sheet.write_string(0, place, column.name, self._head)

    def _cell(self, place: int, column: Column, value: object) -> None:
        writers: dict[str, Callable[[int, Column, Any], None]] = {
            NUMBER: self._number, YES_NO: self._yes_no, DAY: self._day, MOMENT: self._moment, ADDRESS: self._address,
        }  # fmt: skip
        writers.get(column.kind, self._text)(place, column, value)

    def _text(self, place: int, column: Column, value: Any) -> None:
        if not isinstance(value, str):
            is_list = column.kind == LIST
            value = "\n".join(map(str, value)) if is_list else json.dumps(value, ensure_ascii=False)
        self._string(place, clean(value))

    def _string(self, place: int, text: str) -> None:
        if length(text) > LONGEST:
            self.written.cut += 1
            text = beginning(text, LONGEST - len(CUT)) + CUT
        self._size += len(text.encode("utf-8", "replace")) + BESIDE
        if self._sheet.write_string(self._row, place, text) != 0:
            raise StoreError(f"row {self.written.rows} cannot be written to a workbook: export it as JSON Lines")

    def _number(self, place: int, column: Column, value: Any) -> None:
        self._sheet.write_number(self._row, place, value, self._forms["money"] if "cny" in column.name else None)

    def _yes_no(self, place: int, column: Column, value: Any) -> None:  # noqa: ARG002
        self._sheet.write_boolean(self._row, place, value)

    def _day(self, place: int, column: Column, value: Any) -> None:
        day = date.fromisoformat(value)
        if day < FIRST_DAY:
            self._text(place, column, value)
            return
        self._sheet.write_datetime(self._row, place, day, self._forms[DAY])

    def _moment(self, place: int, column: Column, value: Any) -> None:  # noqa: ARG002
        local = datetime.fromisoformat(value).astimezone(SHANGHAI).replace(tzinfo=None)
        self._sheet.write_datetime(self._row, place, local, self._forms[MOMENT])

    def _address(self, place: int, column: Column, value: Any) -> None:
        """A link where the address is one of the web and the sheet has room for it; else its text."""
        address = web_address(clean(value))
        if address is None or len(address) > LONGEST_LINK or self._links >= self._limits.links:
            self.written.unlinked += 1
            self._text(place, column, value)
            return
        self._links += 1
        self._size += len(address) + BESIDE
        self._sheet.write_url(self._row, place, address, self._forms["link"], address)


def write_workbook(
    path: Path,
    name: str,
    rows: Iterable[Row],
    columns: Sequence[Column],
    made_at: datetime,
    limits: Limits | None = None,
    about: Callable[[Written], Iterable[tuple[str, str]]] | None = None,
) -> int:
    """Writes rows to an XLSX file and returns how many; StoreError if the file cannot be written.

    `name` is the sheet's; `about` gives the lines of a last sheet that says what was written. Memory does not grow
    with the rows. The same rows at the same `made_at` give the same bytes.
    """
    try:
        with Workbook(str(path), {**OPTIONS, "tmpdir": str(path.parent)}) as book:
            book.set_properties({"title": f"tenderwatch: {name}", "created": made_at.astimezone(SHANGHAI)})
            sheets = Sheets(book, name, columns, limits or Limits())
            for row in rows:
                sheets.write(row)
            sheets.end()
            if about is not None:
                sheets.tell(about(sheets.written))
    except (XlsxFileError, OSError) as error:
        raise StoreError(f"{path} cannot be written: {error}") from error
    return sheets.written.rows


def length(text: str) -> int:
    """Characters as Excel counts them: those beyond the Basic Multilingual Plane are two (UTF-16)."""
    return len(text) + sum(character > "\uffff" for character in text)


def beginning(text: str, longest: int) -> str:
    """As much of a text as has at most so many of Excel's characters."""
    return text.encode("utf-16-le", "surrogatepass")[: 2 * longest].decode("utf-16-le", "ignore")
