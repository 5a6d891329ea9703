"""The real files beside the project: all read, every planted quote found, what is a scan named as one."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from monitor.documents import Reading, end_workers, read_safely
from notices.document import PARTLY_READ, READ, UNREAD

pytestmark = pytest.mark.corpus
SHARED = Path(__file__).resolve().parents[2].parent / "shared"
DOCUMENTS = SHARED / "corpus" / "documents"
PRESS = SHARED / "press" / "dev"


@cache
def reading_of(path: Path) -> Reading:
    reading = read_safely(path.read_bytes(), path.name)
    end_workers()
    return reading


def bare(text: str) -> str:
    return "".join(text.split())


def named(path: Path) -> str:
    return path.name


def listed(folder: Path) -> list[Path]:
    """The files of a folder; a folder that is missing gives one path, whose test then fails."""
    return sorted(folder.iterdir()) if folder.is_dir() else [folder / "missing"]


@pytest.mark.parametrize("path", listed(DOCUMENTS), ids=named)
def test_a_real_document_is_read_or_says_what_was_not(path: Path) -> None:
    reading = reading_of(path)
    if reading.state == READ:
        assert sum(len(text.content) for text in reading.texts) > 2_000
    else:
        assert reading.state in (PARTLY_READ, UNREAD)
        assert "need the OCR extra" in reading.reason


def test_of_most_real_documents_all_but_pictures_is_read() -> None:
    readings = [reading_of(path) for path in listed(DOCUMENTS)]
    whole = [reading for reading in readings if reading.state == READ]
    pictured = [reading for reading in readings if reading.state == PARTLY_READ and "pictures" in reading.reason]
    assert len(whole) >= 15
    assert len(whole) + len(pictured) >= 20


def announced() -> list[dict[str, Any]]:
    """The rows of the truth that have attachments."""
    truth = PRESS / "truth.jsonl"
    lines = truth.read_text(encoding="utf-8").splitlines() if truth.exists() else []
    return [row for row in map(json.loads, lines) if row["attachments"]]


def test_every_quote_planted_in_an_attachment_with_text_is_found_in_it() -> None:
    sought, found = [], []
    for row in announced():
        readable = [attachment for attachment in row["attachments"] if not attachment.get("needs_ocr")]
        texts = [bare(text.content) for entry in readable for text in reading_of(PRESS / entry["file"]).texts]
        for finding in row["findings"]:
            if finding["where"] == "attachment" and len(readable) == len(row["attachments"]):
                sought.append(finding["quote"])
                found += [finding["quote"]] if any(bare(finding["quote"]) in text for text in texts) else []
    assert len(sought) >= 7
    assert found == sought


def test_every_attachment_is_read_as_what_it_is_and_scans_are_named() -> None:
    rows = announced()
    assert len(rows) >= 15
    for row in rows:
        for attachment in row["attachments"]:
            reading = reading_of(PRESS / attachment["file"])
            if attachment.get("needs_ocr"):
                assert (reading.kind, reading.state) == ("pdf", UNREAD)
                assert "scanned pages need the OCR extra" in reading.reason
            else:
                assert (reading.kind, reading.state) == (attachment["kind"], READ)


def test_a_price_row_keeps_model_and_quantity_on_one_line() -> None:
    (text,) = reading_of(PRESS / "attachments" / "A02-2-1.pdf").texts
    (row,) = [line for line in text.content.splitlines() if "A100" in line]
    assert [cell for cell in row.split(" | ") if "A100" in cell or "块" in cell] == ["A100 40GB PCIe", "8块"]
