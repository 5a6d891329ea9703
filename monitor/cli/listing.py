"""Rows of a listing as a table, JSON Lines or CSV."""

import csv
import sys
from collections.abc import Iterable, Mapping, Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from monitor.cli.application import Format
from monitor.export.delimited import json_lines, plain_cell

Row = Mapping[str, object]
PIPE_WIDTH = 400


def print_rows(rows: Iterable[Row], form: Format, columns: Sequence[str]) -> None:
    """Prints rows: the table shows `columns`, CSV and JSON Lines show every field."""
    if form is Format.jsonl:
        sys.stdout.writelines(json_lines(rows))
    elif form is Format.csv:
        _print_csv(rows)
    else:
        _print_table(rows, columns)


def _print_csv(rows: Iterable[Row]) -> None:
    writer = None
    for row in rows:
        flat = {name: plain_cell(value) for name, value in row.items()}
        if writer is None:
            writer = csv.DictWriter(sys.stdout, fieldnames=list(flat), lineterminator="\n")
            writer.writeheader()
        writer.writerow(flat)


def _print_table(rows: Iterable[Row], columns: Sequence[str]) -> None:
    console = Console(highlight=False)
    if not console.is_terminal:
        # Whoever reads this from a pipe gets whole cells; only a terminal folds them.
        console = Console(highlight=False, width=PIPE_WIDTH)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for place, column in enumerate(columns):
        table.add_column(column.replace("_", " "), overflow="fold", no_wrap=place == 0)
    count = 0
    for row in rows:
        table.add_row(*(Text(_shown(row.get(column))) for column in columns))
        count += 1
    console.print(table if count else "Nothing to list.")


def _shown(value: object) -> str:
    if value is None or value == []:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float | int):
        return f"{value:,.0f}" if float(value).is_integer() else f"{value:,}"
    if isinstance(value, list):
        return "、".join(map(str, value))
    return str(value)
