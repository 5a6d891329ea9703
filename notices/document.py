"""An attachment of a notice, the readable text of anything kept, and the capture that proves what was served."""

from dataclasses import dataclass
from datetime import datetime

READ, PARTLY_READ, UNREAD, FAILED = "read", "partly_read", "unread", "failed"
# Read whole, pages or pictures of it by text recognition, which can mistake letters.
READ_BY_OCR = "read_by_ocr"
WHOLE = (READ, READ_BY_OCR)


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
    """

    origin: str
    content: str
