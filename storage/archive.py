"""What was captured, read back from the WARC files and checked against its hash."""

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import IO, cast

from warcio.archiveiterator import ArchiveIterator  # type: ignore[import-untyped]
from warcio.exceptions import ArchiveLoadFailed  # type: ignore[import-untyped]
from warcio.recordloader import ArcWarcRecord  # type: ignore[import-untyped]
from warcio.statusandheaders import StatusAndHeadersParserException  # type: ignore[import-untyped]

from notices.document import Capture
from notices.errors import StoreError

GZIP = b"\x1f\x8b"
RECORD_END = b"\r\n\r\n"


class DamagedFileError(Exception):
    """The bytes end in the middle of a record, or fail their check sum."""


# What warcio lets through when a file ends in the middle of a record, or holds something else.
DAMAGE = (DamagedFileError, ArchiveLoadFailed, StatusAndHeadersParserException, ValueError, AttributeError, TypeError)


@dataclass(frozen=True, slots=True)
class ArchivedResponse:
    """One response record: `body` after transfer and content decoding, `headers` as they were kept.

    `posted`: the body of the request, if the file holds that request too and it had one. `record` is the record's id.
    """

    url: str
    fetched_at: datetime
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    posted: bytes = b""
    record: str = ""


def read_capture(folder: Path, capture: Capture) -> bytes:
    """The body of a capture as kept; StoreError if the record is missing, damaged or not the one that was stored."""
    return read_record(folder, capture).body


def read_record(folder: Path, capture: Capture) -> ArchivedResponse:
    """The record of a capture, its body checked; StoreError as for `read_capture`."""
    found = _record_at(folder / capture.warc, capture)
    if sha256(found.body).hexdigest() != capture.sha256:
        raise StoreError(f"the record of {capture.url} in {capture.warc} differs from its SHA-256: it was altered")
    return found


def verify(folder: Path, capture: Capture) -> str | None:
    """What is wrong with a capture, in one sentence; None if its record is whole and has the stored SHA-256."""
    try:
        read_capture(folder, capture)
    except StoreError as error:
        return str(error)
    return None


def read_archive(path: Path) -> Iterator[ArchivedResponse]:
    """The response records of a WARC file, compressed or not, in order.

    A file that breaks off gives the whole records before the break, then a StoreError that says so.
    """
    with _opened(path) as stream:
        unpacked = _Unpacked(stream)
        records = ArchiveIterator(unpacked)
        exchanges = _Exchanges()
        while True:
            damage: Exception | None = None
            try:
                record = next(records, None)
                response = exchanges.take(record) if record is not None else exchanges.rest()
            except DAMAGE as error:
                damage, record, response = error, None, exchanges.rest()
            if response is not None:
                yield response
            if record is None:
                if damage or not unpacked.ended_well:
                    raise StoreError(_broken(path, exchanges.number)) from damage
                break


class _Exchanges:
    """Responses, each with what was posted for it: its request stands right after it, or anywhere before it."""

    def __init__(self) -> None:
        self.number = 0
        self._held: tuple[str, ArchivedResponse] | None = None
        self._posted: dict[str, bytes] = {}

    def take(self, record: ArcWarcRecord) -> ArchivedResponse | None:
        """Takes a record; gives the response before it once nothing more can belong to that."""
        mine, other = (record.rec_headers.get_header(name) for name in ("WARC-Record-ID", "WARC-Concurrent-To"))
        if record.rec_type == "request":
            posted = cast("bytes", record.content_stream().read())
            if self._held and other == self._held[0]:
                self._held = (other, replace(self._held[1], posted=posted))
            elif posted:
                self._posted[mine] = posted
            return None
        response = _response_of(record)
        if response is None:
            return None
        before = self.rest()
        self._held = (mine, replace(response, posted=self._posted.pop(other, b"")))
        return before

    def rest(self) -> ArchivedResponse | None:
        """The last response."""
        held, self._held = self._held, None
        if held is None:
            return None
        self.number += 1
        return held[1]


class _Unpacked:
    """A file from its present place, gzip members unpacked; unlike warcio's own reader it says when one is cut."""

    def __init__(self, stream: IO[bytes]) -> None:
        start = stream.tell()
        packed = stream.read(2) == GZIP
        stream.seek(start)
        self._stream = gzip.GzipFile(fileobj=stream) if packed else stream
        self._tail = b""

    @property
    def ended_well(self) -> bool:
        """Whether what was read so far ends as a record does (or nothing was there)."""
        return self._tail in (b"", RECORD_END)

    def read(self, size: int = -1) -> bytes:
        try:
            # What a single read gives, so that nothing before a cut is lost.
            piece = self._stream.read1(size) if isinstance(self._stream, gzip.GzipFile) else self._stream.read(size)
        except (EOFError, OSError, zlib.error) as error:
            raise DamagedFileError(str(error)) from error
        self._tail = (self._tail + piece[-4:])[-4:]
        return piece

    def tell(self) -> int:
        return self._stream.tell()


def _record_at(path: Path, capture: Capture) -> ArchivedResponse:
    with _opened(path) as stream:
        stream.seek(capture.offset)
        packed = stream.read(capture.length)
    if len(packed) < capture.length:
        raise StoreError(f"the record of {capture.url} in {capture.warc} is cut off: the file ends before it")
    try:
        plain = gzip.decompress(packed) if packed.startswith(GZIP) else packed
        record = next(ArchiveIterator(BytesIO(plain)), None)
        found = _response_of(record) if record is not None else None
    except (*DAMAGE, EOFError, OSError, zlib.error) as error:
        raise StoreError(f"the record of {capture.url} in {capture.warc} is damaged") from error
    if found is None or found.url != capture.url:
        raise StoreError(f"the record of {capture.url} is not at byte {capture.offset} of {capture.warc}")
    return found


def _broken(path: Path, number: int) -> str:
    return f"the WARC file {path.name} breaks off or is damaged after {number} responses: those are used"


def _opened(path: Path) -> IO[bytes]:
    try:
        return path.open("rb")
    except OSError as error:
        raise StoreError(f"the WARC file {path} cannot be opened: {error.strerror}") from error


def _response_of(record: ArcWarcRecord) -> ArchivedResponse | None:
    """Reads a record whole, None if it is no response; one shorter than its declared length is damaged."""
    if record.rec_headers.get_header("Content-Length") is None:
        raise DamagedFileError("the record's head is cut off")
    body = cast("bytes", record.content_stream().read())
    record.raw_stream.read()
    if record.raw_stream.limit > 0:
        raise DamagedFileError(f"{record.raw_stream.limit} bytes are missing")
    if record.rec_type != "response":
        return None
    headers = record.http_headers
    if headers is None:
        raise ValueError("a response record without an HTTP head")
    return ArchivedResponse(
        url=record.rec_headers.get_header("WARC-Target-URI"),
        fetched_at=datetime.fromisoformat(record.rec_headers.get_header("WARC-Date")),
        status=int(headers.get_statuscode()),
        headers=tuple((str(name), str(value)) for name, value in headers.headers),
        body=body,
        record=record.rec_headers.get_header("WARC-Record-ID") or "",
    )
