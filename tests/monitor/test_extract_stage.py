"""The stage that reads attachments: what failed is tried again when asked, and it is counted."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.documents import end_workers
from monitor.documents.reading import NEEDS_OCR
from monitor.stages import extract
from notices.document import FAILED, PARTLY_READ, READ, UNREAD, Document
from notices.notice import Notice
from storage import Store
from tests.documents.making import docx, paragraph
from tests.review.invented import write_capture

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def attach(store: Store, captures: Path, name: str, data: bytes) -> None:
    url = f"https://portal.invalid/{name}"
    listed = Notice("a", name, "u", "采购", "tender", None, documents=(Document(url, name),))
    with store.begin() as unit:
        saved = unit.notices.save(listed, NOW)
        unit.documents.captured(saved.notice_id, url, unit.captures.add(write_capture(captures, url, data, "")))


def states(store: Store) -> dict[str, tuple[str, str]]:
    with store.read() as unit:
        return {each.document.title: (each.document.state, each.document.reason) for each in unit.documents.all()}


def read(store: Store, captures: Path, *, retry: bool = False) -> int:
    report = extract.extract_due(store, captures, lambda: NOW, retry=retry)
    end_workers()
    return sum(report.counts.values())


def test_what_failed_is_read_again_only_when_asked_and_counted(sqlite_store: Store, tmp_path: Path) -> None:
    attach(sqlite_store, tmp_path, "好.docx", docx(paragraph("H100")))
    attach(sqlite_store, tmp_path, "坏.docx", b"PK\x03\x04word/" + bytes(40))
    assert read(sqlite_store, tmp_path) == 2
    first = states(sqlite_store)
    assert (first["好.docx"][0], first["坏.docx"][0]) == (READ, FAILED)
    assert read(sqlite_store, tmp_path) == 0
    assert read(sqlite_store, tmp_path, retry=True) == 1
    assert states(sqlite_store)["坏.docx"][1] == f"{first['坏.docx'][1]} (failed 2 times)"
    read(sqlite_store, tmp_path, retry=True)
    assert states(sqlite_store)["坏.docx"][1].endswith("(failed 3 times)")


@pytest.mark.parametrize(("installed", "state"), [(True, READ), (False, PARTLY_READ)])
def test_what_lacked_an_extra_is_read_again_once_it_is_installed(
    sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, installed: bool, state: str
) -> None:
    attach(sqlite_store, tmp_path, "扫描.docx", docx(paragraph("H100")))
    with sqlite_store.begin() as unit:
        waiting = unit.documents.due()[0]
        unit.documents.set_read(waiting.id, PARTLY_READ, f"pages 2-3 without text: {NEEDS_OCR}", "pdf", [], NOW)
    monkeypatch.setattr(extract.ocr, "is_installed", lambda: installed)
    read(sqlite_store, tmp_path, retry=True)
    assert states(sqlite_store)["扫描.docx"][0] == state


def test_an_encrypted_file_is_not_tried_again(sqlite_store: Store, tmp_path: Path) -> None:
    attach(sqlite_store, tmp_path, "密.bin", b"%TSD-Header-###%" + bytes(99))
    read(sqlite_store, tmp_path)
    assert states(sqlite_store)["密.bin"][0] == UNREAD
    assert read(sqlite_store, tmp_path, retry=True) == 0


def test_one_file_under_two_notices_is_read_once(
    sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    once = extract.read_safely
    monkeypatch.setattr(extract, "read_safely", lambda data, name: (asked.append(name), once(data, name))[1])
    for name in ("甲.docx", "乙.docx", "丙.docx"):
        attach(sqlite_store, tmp_path, name, docx(paragraph("H100" if name != "丙.docx" else "A800")))
    assert read(sqlite_store, tmp_path) == 3
    assert asked == ["甲.docx", "丙.docx"]
    assert {state for state, _ in states(sqlite_store).values()} == {READ}
