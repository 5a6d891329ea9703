"""Attachments to text: every captured document that was not read yet."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from monitor.documents import read_safely
from monitor.stages.report import Report
from notices.document import FAILED, Text
from notices.errors import TenderwatchError
from storage import Store
from storage.archive import read_capture
from storage.documents import StoredDocument

Progress = Callable[[int], None]


def extract_due(
    store: Store, captures: Path, clock: Callable[[], datetime], *, progress: Progress = lambda _: None
) -> Report:
    """Reads the documents that are due, one transaction each; what cannot be read is kept as such, with the reason."""
    report = Report("extract")
    with store.read() as unit:
        due = unit.documents.due()
    for document in due:
        state, reason, kind, texts = _read(document, captures)
        with store.begin() as unit:
            unit.documents.set_read(document.id, state, reason, kind, texts, clock())
        report.count(state)
        if state == FAILED:
            report.problems.append(f"{document.source}/{document.notice} {document.document.title}: {reason}")
        progress(1)
    return report


def _read(stored: StoredDocument, captures: Path) -> tuple[str, str, str | None, tuple[Text, ...]]:
    if stored.capture is None:
        return FAILED, "the file was never captured", None, ()
    try:
        data = read_capture(captures, stored.capture)
    except TenderwatchError as error:
        return FAILED, str(error), None, ()
    reading = read_safely(data, stored.document.title)
    return reading.state, reading.reason, reading.kind or None, reading.texts
