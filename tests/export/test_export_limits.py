"""What a workbook cannot hold is told, and nothing of it is silently left out."""

from pathlib import Path

import pytest
from openpyxl import load_workbook

from monitor.export.columns import FINDINGS, finding_row_of, sheet_columns
from monitor.export.reading import About
from monitor.export.workbook import CUT, LONGEST, Limits, Written, beginning, length, write_workbook
from monitor.review.export_about import about_headers, about_lines, about_sheet
from monitor.review.words import Words
from tests.export.test_export_files import AT, report, sheet_rows

ABOUT = About("view=all&words=%E7%AE%97", AT, 3, 2, {"ab" * 32: 2, "cd" * 32: 1}, "tenderwatch 1")


def test_a_character_outside_the_basic_plane_is_two_of_excels(tmp_path: Path) -> None:
    path = tmp_path / "f.xlsx"
    rows = [finding_row_of(report(quote="\U00020000" * 20_000)), finding_row_of(report(2, quote="长" * LONGEST))]
    write_workbook(path, "findings", rows, sheet_columns(FINDINGS), AT)
    first, second = (str(row["quote"]) for row in sheet_rows(path))
    assert length(first) <= LONGEST
    assert first.endswith(CUT)
    assert second == "长" * LONGEST


@pytest.mark.parametrize(("text", "longest", "kept"), [("a\U00020000b", 2, "a"), ("ab", 5, "ab"), ("\ud800x", 2, "x")])
def test_a_text_is_not_cut_within_a_character(text: str, longest: int, kept: str) -> None:
    assert beginning(text, longest) == kept


def test_a_sheet_of_too_many_bytes_is_followed_by_another(tmp_path: Path) -> None:
    path = tmp_path / "f.xlsx"
    rows = [finding_row_of(report(number, quote="长" * 1_000)) for number in range(6)]
    assert write_workbook(path, "findings", rows, sheet_columns(FINDINGS), AT, Limits(size=12_000)) == 6
    book = load_workbook(path)
    assert len(book.sheetnames) > 1
    assert sum(len(sheet_rows(path, number)) for number in range(len(book.sheetnames))) == 6


@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "1900-01-01"])
def test_a_day_that_excel_does_not_know_is_text(day: str, tmp_path: Path) -> None:
    path = tmp_path / "f.xlsx"
    write_workbook(path, "findings", [finding_row_of(report()) | {"published": day}], sheet_columns(FINDINGS), AT)
    (row,) = sheet_rows(path)
    assert str(row["published"]).startswith(day)


def test_the_last_sheet_says_what_the_export_is_of_and_what_it_could_not_hold(tmp_path: Path) -> None:
    path = tmp_path / "f.xlsx"
    rows = [finding_row_of(report(number, quote="长" * 40_000)) for number in range(3)]
    about = about_sheet(Words("en"), ABOUT)
    write_workbook(path, "findings", rows, sheet_columns(FINDINGS), AT, Limits(rows=2, links=1), about)
    book = load_workbook(path)
    assert book.sheetnames == ["findings", "findings 2", "about"]
    said = {str(label.value): str(value.value) for label, value in book["about"].iter_rows()}
    assert said["Filter"] == "view=all&words=%E7%AE%97"
    assert said["Made"] == "2026-03-06 09:30 · tenderwatch 1"
    assert said["Findings"] == "3"
    assert said["Not read"].startswith("2 of them stand in notices with attachments")
    assert said["Sheets of findings"] == "2"
    assert said["Texts cut"].startswith("3 cells: a cell holds 32,767")
    assert said["Addresses without a link"].startswith("1 cells")
    assert "ab" * 32 + " (2)" in said["Watchlist versions that judged them (SHA-256)"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_fact_has_its_label_in_each_language(language: str) -> None:
    lines = about_lines(Words(language), ABOUT) + list(about_sheet(Words(language), ABOUT)(Written(3, 1, 0, 0)))
    assert all(label and said for label, said in lines)


def test_headers_of_the_answer_are_plain_ascii() -> None:
    for value in about_headers(ABOUT).values():
        value.encode("ascii")
        assert "\n" not in value
