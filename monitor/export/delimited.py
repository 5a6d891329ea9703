"""Rows as JSON Lines and as CSV (RFC 4180), line by line."""

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO

from monitor.export.columns import Column, Row

BOM = "\ufeff"
# A cell that begins like this is run as a formula by spreadsheet programs, some of which read full-width marks too.
RUN = ("=", "+", "-", "@", "\t", "\n", "＝", "＋", "－", "＠")
LINES = 200


def json_lines(rows: Iterable[Row]) -> Iterator[str]:
    """One JSON object a line."""
    for row in rows:
        yield json.dumps(row, ensure_ascii=False) + "\n"


def csv_lines(rows: Iterable[Row], columns: Sequence[Column]) -> Iterator[str]:
    """A heading and one line a row, given out in parts of LINES; no cell of them is run as a formula."""
    buffer = StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow([column.name for column in columns])
    for number, row in enumerate(rows, 1):
        writer.writerow([plain_cell(column.read(row)) for column in columns])
        if number % LINES == 0:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def plain_cell(value: object) -> str:
    """A value as the text of a CSV cell; lists and objects as JSON."""
    if value is None:
        return ""
    if isinstance(value, str):
        # A carriage return alone is no line end to the writer, but one to most readers.
        lines = value.replace("\r\n", "\n").replace("\r", "\n")
        return f"'{lines}" if lines.startswith(RUN) else lines
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)
