"""An attachment of a notice, the readable text of anything kept, and the capture that proves what was served."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

READ, PARTLY_READ, UNREAD, FAILED = "read", "partly_read", "unread", "failed"
# Read whole, pages or pictures of it by text recognition, which can mistake letters.
READ_BY_OCR = "read_by_ocr"
WHOLE = (READ, READ_BY_OCR)
STATES = (*WHOLE, PARTLY_READ, UNREAD, FAILED)


@dataclass(frozen=True, slots=True)
class Capture:
    """One response as served: the WARC record that holds it and the SHA-256 of its body.

    `warc` is the file's name inside the captures folder; `offset` and `length` are bytes in that file (of the
    compressed record). `size` is the body's length in bytes after transfer decoding.
    """

    url: str
    fetched_at: datetime
    status: int
    content_type: str
    sha256: str
    size: int
    warc: str
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Document:
    """An attachment as a notice links it. `kind` is the type found in the content (pdf, docx …), not in the name.

    `state` is read, read_by_ocr, partly_read, unread or failed; `reason` says why it is not read, in one sentence.
    """

    url: str
    title: str
    kind: str | None = None
    state: str = UNREAD
    reason: str = "not fetched yet"


@dataclass(frozen=True, slots=True)
class Text:
    """Readable text and where it stands: "title", "body", "item:2", "document:3#sheet=报价&row=7".

    A table row is one line, its cells separated by " | ". Offsets of findings count characters of `content`.
    `confidence` is that of text recognition, 0 to 1, and None where the characters were given. `rows` says for a sheet
    which rows its lines are: "1:1 5:9" means that the first four lines are rows 1 to 4 and the fifth is row 9.
    """

    origin: str
    content: str
    confidence: float | None = None
    rows: str = ""

    def row_at(self, offset: int) -> int | None:
        """The row, from 1, in which a character of a sheet's text stands; None in a text that is no sheet."""
        line = self.content.count("\n", 0, offset) + 1
        row = None
        for run in self.rows.split():
            first, _, number = run.partition(":")
            if int(first) > line:
                break
            row = int(number) + line - int(first)
        return row


def runs_of(numbers: Iterable[int]) -> str:
    """The `rows` of a text whose lines are the rows of these numbers, each from 1."""
    runs: list[str] = []
    expected = 0
    for line, number in enumerate(numbers, 1):
        if number != expected:
            runs.append(f"{line}:{number}")
        expected = number + 1
    return " ".join(runs)
