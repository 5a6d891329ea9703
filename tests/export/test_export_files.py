"""Exports as files: every row, typed, and nothing in them that runs."""

import csv
import json
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from monitor.export.columns import FINDINGS, NOTICES, finding_row_of, notice_row_of, reference, sheet_columns
from monitor.export.delimited import csv_lines, json_lines
from monitor.export.workbook import CUT, LONGEST, Limits, write_workbook
from notices.finding import Control, Finding, FindingReport, Place, Quantity, report_row
from notices.notice import Notice
from storage.notices import StoredNotice

ROOT = Path(__file__).resolve().parents[2]
AT = datetime(2026, 3, 6, 1, 30, tzinfo=UTC)
HOSTILE = ("=cmd|' /C calc'!A0", "+1+1", "-2", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", '=HYPERLINK("http://x.invalid")')


def report(number: int = 1, **changes: object) -> FindingReport:
    place = Place("body", 3, 9, str(changes.pop("quote", "2台H100")), row=None)
    control = Control("restricted", "2026-03-05", "us-2023-10-17", "88 FR 73458")
    url = str(changes.pop("url", "https://portal.invalid/n"))
    found = Finding(
        f"n{number}", "nvidia-h100", "NVIDIA H100", "gpu", "buys", True, "named", "high", place, control,
        Quantity(16, 2), (), ("It is named.", "It is bought."), (), "ab" * 32,
    )  # fmt: skip
    title = str(changes.pop("title", "设备采购"))
    return FindingReport(
        f"{number:024x}", found, "portal", url, title, "award", "2026-03-05", "东屏理工大学", None,
        ("北泽恒远科技有限公司", "南汀公司"), "110000", 2598000.5, "p1", None, None, ("附件.rar",), AT,
    )  # fmt: skip


def sheet_rows(path: Path, sheet: int = 0) -> list[dict[str, object]]:
    book = load_workbook(path)
    head, *rows = book.worksheets[sheet].iter_rows(values_only=True)
    return [dict(zip(map(str, head), row, strict=True)) for row in rows]


def test_the_columns_of_the_csv_begin_with_the_fields_of_the_listing() -> None:
    names = [column.name for column in FINDINGS]
    assert names[: len(report_row(report()))] == list(report_row(report()))
    assert len(set(names)) == len(names)
    assert {column.name for column in sheet_columns(FINDINGS)} == set(names) - {"quantity", "control"}


def test_the_columns_of_notices_are_the_fields_of_their_listing() -> None:
    stored = StoredNotice(1, Notice("s", "n", "https://x.invalid/", "t", "tender", None), 1, AT, AT, None, "p")
    assert [column.name for column in NOTICES] == list(notice_row_of(stored))


def test_the_reference_page_has_every_column() -> None:
    page = (ROOT / "docs" / "reference" / "exports.md").read_text(encoding="utf-8")
    assert reference(FINDINGS) in page
    assert reference(NOTICES) in page


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_of_a_csv_begins_as_a_formula(text: str) -> None:
    lines = "".join(csv_lines([finding_row_of(report(title=text, quote=text))], FINDINGS))
    (row,) = csv.DictReader(StringIO(lines, newline=""))
    assert row["title"] == row["quote"] == f"'{text}".replace("\r", "\n")
    assert row["control_status"] == "restricted"
    assert json.loads(row["suppliers"]) == ["北泽恒远科技有限公司", "南汀公司"]


def test_json_lines_hold_what_the_notice_says_untouched() -> None:
    (line,) = json_lines([finding_row_of(report(quote=HOSTILE[0]))])
    assert json.loads(line)["quote"] == HOSTILE[0]


def test_a_workbook_has_typed_cells_a_frozen_head_and_filters(tmp_path: Path) -> None:
    path = tmp_path / "f.xlsx"
    assert write_workbook(path, "findings", [finding_row_of(report())], sheet_columns(FINDINGS), AT) == 1
    (row,) = sheet_rows(path)
    assert row["published"] == row["control_as_of"] == datetime(2026, 3, 5)  # noqa: DTZ001
    assert row["found_at"] == datetime(2026, 3, 6, 9, 30)  # noqa: DTZ001
    assert (row["amount_cny"], row["quantity_value"], row["flagged"]) == (2598000.5, 16, True)
    assert row["suppliers"] == "北泽恒远科技有限公司\n南汀公司"
    assert row["verdict"] is None
    sheet = load_workbook(path).worksheets[0]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref is not None
    assert sheet.auto_filter.ref.endswith("2")


@pytest.mark.parametrize("text", [*HOSTILE, "_x0041_", "https://x.invalid/a", "007", "\x00\x01\ud800坏", "{=1}"])
def test_nothing_of_a_notice_becomes_a_formula_a_link_or_a_number(text: str, tmp_path: Path) -> None:
    path = tmp_path / "f.xlsx"
    write_workbook(path, "findings", [finding_row_of(report(title=text, quote=text))], sheet_columns(FINDINGS), AT)
    sheet = load_workbook(path).worksheets[0]
    cells = {sheet.cell(1, cell.column).value: cell for cell in sheet[2]}
    assert {cell.data_type for cell in sheet[2]} <= {"s", "n", "d", "b"}
    assert cells["title"].data_type == "s"
    assert cells["title"].hyperlink is None
    # The reader of the test leaves Excel's own escape (ECMA-376, 22.9.2.19) in place.
    assert (
        str(cells["title"].value).replace("_x005F_", "_").strip()
        == text.replace("\r", "\n").replace("\x00\x01\ud800", "").strip()
    )


@pytest.mark.parametrize(
    ("url", "linked"),
    [
        ("https://portal.invalid/a?b=1#c", True),
        ("javascript:alert(1)", False),
        ("file:///etc/passwd", False),
        ("internal:Sheet2!A1", False),
        ("external:c:\\x.xlsx", False),
        ("https://portal.invalid/" + "a" * 2100, False),
    ],
)
def test_only_addresses_of_the_web_are_linked(url: str, linked: bool, tmp_path: Path) -> None:
    path = tmp_path / "f.xlsx"
    write_workbook(path, "findings", [finding_row_of(report(url=url))], sheet_columns(FINDINGS), AT)
    (cell,) = [cell for cell in load_workbook(path).worksheets[0][2] if cell.value == url]
    assert (cell.hyperlink is not None) == linked


def test_a_full_sheet_is_followed_by_another_and_links_end_where_a_sheet_is_full_of_them(tmp_path: Path) -> None:
    path = tmp_path / "f.xlsx"
    rows = [finding_row_of(report(number)) for number in range(7)]
    assert write_workbook(path, "findings", rows, sheet_columns(FINDINGS), AT, Limits(rows=3, links=2)) == 7
    assert [len(sheet_rows(path, sheet)) for sheet in range(3)] == [3, 3, 1]
    assert [row["finding"] for sheet in range(3) for row in sheet_rows(path, sheet)] == [row["finding"] for row in rows]
    first = load_workbook(path).worksheets[0]
    assert sum(cell.hyperlink is not None for line in first for cell in line) == 2


def test_a_text_too_long_for_a_cell_is_cut_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "f.xlsx"
    write_workbook(path, "findings", [finding_row_of(report(quote="长" * 50_000))], sheet_columns(FINDINGS), AT)
    (row,) = sheet_rows(path)
    assert len(str(row["quote"])) == LONGEST
    assert str(row["quote"]).endswith(CUT)


def test_the_same_rows_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        write_workbook(tmp_path / name, "findings", [finding_row_of(report())], sheet_columns(FINDINGS), AT)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_memory_does_not_grow_with_the_rows(tmp_path: Path) -> None:
    def peak(count: int) -> int:
        rows: Iterator[dict[str, object]] = (finding_row_of(report(number)) for number in range(count))
        tracemalloc.start()
        write_workbook(tmp_path / "f.xlsx", "findings", rows, sheet_columns(FINDINGS), AT, Limits(links=100))
        for _ in csv_lines((finding_row_of(report(number)) for number in range(count)), FINDINGS):
            pass
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    few, many = peak(200), peak(2_000)
    assert many < few + 500_000
