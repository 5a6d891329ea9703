"""Workbooks that python-calamine reads: .xls, .et, .xlsb and .ods, a text per sheet, a line per row."""

import datetime
import io
import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

import python_calamine

from monitor.documents.biff import closed_up, is_locked, workbook
from monitor.documents.biff5 import OldSheet, is_old, read_old
from monitor.documents.reading import (
    ENCRYPTED,
    Allowance,
    DamagedError,
    EncryptedError,
    Reading,
    conclude,
    join_cells,
    place,
)
from notices.document import Text, runs_of

Value = str | float | int | bool | datetime.date | datetime.time | datetime.timedelta | None
_BROKEN = (python_calamine.CalamineError, python_calamine.XmlError, python_calamine.ZipError, OSError, ValueError)


def read_calamine(data: bytes, kind: str, allowance: Allowance) -> Reading:
    """Every sheet under "#sheet=NAME", hidden ones too; a value merged over cells stands in each row that it spans."""
    if kind == "xls":
        _, stream = workbook(data)
        if is_old(stream):
            return conclude(kind, list(map(_old_text, read_old(stream))))
        if is_locked(data):
            raise EncryptedError(ENCRYPTED)
        closed = closed_up(data)
        if closed is not None:
            # Its rows are no longer those of the sheet.
            reading = _read_whole(closed, kind, allowance)
            return replace(reading, texts=tuple(replace(text, rows="") for text in reading.texts))
    return _read_whole(data, kind, allowance)


def _read_whole(data: bytes, kind: str, allowance: Allowance) -> Reading:
    try:
        return _read(data, kind, allowance)
    except python_calamine.PasswordError as error:
        raise EncryptedError(ENCRYPTED) from error
    except _BROKEN as error:
        raise DamagedError(f"the workbook is cut off or damaged ({error})") from error
    except BaseException as error:
        # A panic of the Rust library comes as a BaseException of a type that cannot be imported.
        if type(error).__name__ != "PanicException":
            raise
        raise DamagedError("the workbook is damaged") from error


def _read(data: bytes, kind: str, allowance: Allowance) -> Reading:
    left = allowance.limits.characters
    texts: list[Text] = []
    with python_calamine.load_workbook(io.BytesIO(data)) as book:
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            lines: list[tuple[int, str]] = []
            for number, line in _lines(sheet):
                lines.append((number, line))
                left -= len(line) + 1
                if left < 0:
                    texts.append(sheet_text(name, lines))
                    return conclude(kind, texts, [f"the sheet {name} is longer than the limit of characters"])
            texts.append(sheet_text(name, lines))
    return conclude(kind, texts)


def _old_text(sheet: OldSheet) -> Text:
    rows = sorted(sheet.cells.items())
    lines = [
        (row + 1, {column: written for column, value in cells.items() if (written := as_written(value))})
        for row, cells in rows
    ]
    return sheet_text(sheet.name, [(row, Merged([]).line(row, cells)) for row, cells in lines if cells])


def sheet_text(name: str, lines: Sequence[tuple[int, str]]) -> Text:
    """A sheet's text from its lines with their row numbers, counted from 1."""
    content = "\n".join(line for _, line in lines)
    return Text(place(sheet=name), content, rows=runs_of(number for number, _ in lines))


def _lines(sheet: python_calamine.CalamineSheet) -> Iterator[tuple[int, str]]:
    first_row, first_column = sheet.start or (0, 0)
    filled = Merged(sheet.merged_cell_ranges or [])
    for number, row in enumerate(sheet.iter_rows(), first_row):
        cells = {column: written for column, value in enumerate(row, first_column) if (written := as_written(value))}
        if line := filled.line(number, cells):
            yield number + 1, line


class Merged:
    """The merged ranges of a sheet, so that a value merged downwards is repeated in the rows below its first."""

    def __init__(self, ranges: list[tuple[tuple[int, int], tuple[int, int]]]) -> None:
        """`ranges` are ((first row, first column), (last row, last column)), counted from 0."""
        tall = [(start, end) for start, end in ranges if end[0] > start[0]]
        self._tall = sorted(tall)
        self._open: list[tuple[int, int, str]] = []

    def line(self, row: int, cells: dict[int, str]) -> str:
        """One row as a line. A row that nothing but repeated values would fill is left out."""
        while self._tall and self._tall[0][0][0] < row:
            self._tall.pop(0)
        self._open = [entry for entry in self._open if entry[0] >= row]
        complete = dict(cells)
        for _, column, value in self._open:
            complete.setdefault(column, value)
        while self._tall and self._tall[0][0][0] == row:
            (_, column), (last, _) = self._tall.pop(0)
            if value := cells.get(column, ""):
                self._open.append((last, column, value))
        if not cells:
            return ""
        first = min(complete)
        return join_cells(complete.get(column, "") for column in range(first, max(complete) + 1))


def as_written(value: Value) -> str:
    """A cell's value as a reader sees it: whole numbers without a fraction, dates as YYYY-MM-DD."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return number_text(value)
    if isinstance(value, datetime.datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S").removesuffix(" 00:00:00")
    return str(value).strip()


def number_text(value: float) -> str:
    """At most 15 significant digits, as Excel shows them, never in powers of ten."""
    if not math.isfinite(value):
        return str(value)
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    short = f"{value:.15g}"
    return format(Decimal(short), "f") if "e" in short else short
