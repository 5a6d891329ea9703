"""The real files beside the project, with the extras: nothing stays unread, scans give what is planted in them."""

import json
from pathlib import Path

import pytest

pytest.importorskip("rapidocr", reason="the extra `ocr` is not installed: make setup-extras")

from monitor.documents import end_workers, read_safely
from notices.document import READ, READ_BY_OCR

pytestmark = [pytest.mark.corpus, pytest.mark.extras]
SHARED = Path(__file__).resolve().parents[2].parent / "shared"
DOCUMENTS = SHARED / "corpus" / "documents"
PRESS = SHARED / "press" / "dev"


def bare(text: str) -> str:
    return "".join(text.split())


def test_every_real_document_is_read_whole() -> None:
    states = {}
    for path in sorted(DOCUMENTS.iterdir()):
        reading = read_safely(path.read_bytes(), path.name)
        states[path.name] = reading.state
        assert sum(len(text.content) for text in reading.texts) > 2_000, path.name
    end_workers()
    assert len(states) >= 22
    assert set(states.values()) == {READ, READ_BY_OCR}


def test_every_quote_planted_in_a_scan_is_read_in_it() -> None:
    sought, found = [], []
    for line in (PRESS / "truth.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        for attachment in row["attachments"]:
            if not attachment.get("needs_ocr"):
                continue
            reading = read_safely((PRESS / attachment["file"]).read_bytes(), attachment["name"])
            assert reading.state == READ_BY_OCR
            said = bare("\n".join(text.content for text in reading.texts))
            quotes = [each["quote"] for each in row["findings"] if each.get("attachment") == attachment["file"]]
            sought += quotes
            found += [quote for quote in quotes if bare(quote) in said]
    end_workers()
    assert sought
    assert found == sought
