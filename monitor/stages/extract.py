"""Attachments to text: every captured document that was not read yet."""

import re
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from monitor.documents import ocr, read_safely
from monitor.documents.packed import NEED_LIBRARY, NEED_PACKAGE, missing_for_packed
from monitor.documents.reading import NEEDS_OCR
from monitor.stages.report import Report
from notices.document import FAILED, Text
from notices.errors import TenderwatchError
from storage import Store
from storage.archive import read_capture
from storage.documents import StoredDocument

Progress = Callable[[int], None]
_Read = tuple[str, str, str | None, tuple[Text, ...]]
_FAILED = re.compile(r"\(failed (\d+) times\)$")


def extract_due(
    store: Store,
    captures: Path,
    clock: Callable[[], datetime],
    *,
    retry: bool = False,
    progress: Progress = lambda _: None,
) -> Report:
    """Reads the documents that are due, one transaction each; what cannot be read is kept as such, with the reason.

    With `retry` those are read again whose reading failed, and those that lacked what is installed by now. A reason
    says how often a document has failed.
    """
    report = Report("extract")
    with store.read() as unit:
        due = unit.documents.due()
        if retry:
            due += [each for each in unit.documents.not_whole() if _is_worth_another(each)]
    again = Counter(each.capture.sha256 for each in due if each.capture)
    read: dict[str, _Read] = {}
    for document in due:
        digest = document.capture.sha256 if document.capture else ""
        # The same bytes under two notices are read once; they are held only until their last document.
        state, reason, kind, texts = read.pop(digest) if digest in read else _read(document, captures)
        again[digest] -= 1
        if again[digest] > 0:
            read[digest] = (state, reason, kind, texts)
        if state == FAILED and document.document.state == FAILED:
            reason = f"{reason} (failed {_failures(document.document.reason) + 1} times)"
        with store.begin() as unit:
            unit.documents.set_read(document.id, state, reason, kind, texts, clock())
        report.count(state)
        if state == FAILED:
            report.problems.append(f"{document.source}/{document.notice} {document.document.title}: {reason}")
        progress(1)
    return report


def _is_worth_another(stored: StoredDocument) -> bool:
    document = stored.document
    if document.state == FAILED:
        return True
    if NEEDS_OCR in document.reason and ocr.is_installed():
        return True
    lacked = NEED_PACKAGE in document.reason or NEED_LIBRARY in document.reason
    return lacked and not missing_for_packed()


def _failures(reason: str) -> int:
    found = _FAILED.search(reason)
    return int(found[1]) if found else 1


def _read(stored: StoredDocument, captures: Path) -> _Read:
    if stored.capture is None:
        return FAILED, "the file was never captured", None, ()
    try:
        data = read_capture(captures, stored.capture)
    except TenderwatchError as error:
        return FAILED, str(error), None, ()
    reading = read_safely(data, stored.document.title)
    return reading.state, reading.reason, reading.kind or None, reading.texts
