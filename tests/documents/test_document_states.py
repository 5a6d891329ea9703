"""What a document's state means to those who list notices and findings."""

import json
from datetime import UTC, datetime

import pytest

from monitor.stages.detect import detect_due
from monitor.watchlist import load_watchlist
from notices.document import FAILED, PARTLY_READ, READ, READ_BY_OCR, UNREAD, Document
from notices.notice import Notice
from notices.record import notice_row
from storage import open_store

NOW = datetime(2026, 3, 2, tzinfo=UTC)
STATES = {READ: "read", READ_BY_OCR: "read", PARTLY_READ: "unread", UNREAD: "unread", FAILED: "failed"}


def notice() -> Notice:
    documents = tuple(Document(f"https://a.example/{state}", f"{state}.pdf", "pdf", state) for state in STATES)
    return Notice("a", "1", "https://a.example/1", "计算卡采购公告", "tender", None, documents=documents)


def test_a_row_of_a_notice_knows_three_states() -> None:
    row = json.loads(json.dumps(notice_row(notice(), 1, None)))
    assert [each["state"] for each in row["documents"]] == list(STATES.values())


@pytest.mark.parametrize("state", STATES)
def test_a_finding_names_the_documents_of_its_notice_that_were_not_read_whole(state: str) -> None:
    store = open_store("sqlite://")
    store.migrate()
    listed = Notice("a", "1", "u", "采购英伟达H100", "tender", None, documents=(Document("d", "附件.pdf"),))
    with store.begin() as unit:
        unit.notices.save(listed, NOW)
        unit.documents.set_read(unit.documents.missing("a")[0].id, state, "", "pdf", [], NOW)
    detect_due(store, load_watchlist(), lambda: NOW)
    with store.read() as unit:
        reports = unit.findings.reports()
    store.close()
    assert reports
    assert {report.unread_documents for report in reports} == {() if STATES[state] == "read" else ("附件.pdf",)}
