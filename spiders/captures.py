"""Every response as a WARC record: on disk and synced before anything reads it."""

import os
import re
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from warcio.statusandheaders import StatusAndHeaders  # type: ignore[import-untyped]
from warcio.warcwriter import WARCWriter  # type: ignore[import-untyped]

from notices.document import Capture

# The body is kept after transfer and content decoding, so these headers no longer describe it.
_NO_LONGER_TRUE = {"content-encoding", "transfer-encoding", "content-length"}
_LINE_BREAKS = re.compile(r"[\r\n]+")


class CaptureFile:
    """One run's WARC file, made with its first record. An OSError (a full disk) leaves only whole records in it."""

    def __init__(self, folder: Path, source: str, started_at: datetime, software: str) -> None:
        self.name = f"{source}-{started_at:%Y%m%dT%H%M%SZ}-{os.getpid()}.warc.gz"
        self.path = folder / self.name
        self._software = software
        self._size = 0

    def keep(
        self,
        url: str,
        status: int,
        headers: Iterable[tuple[str, str]],
        body: bytes,
        fetched_at: datetime,
        posted: bytes = b"",
    ) -> Capture:
        """Writes one response, and what was posted for it; when it returns, the records are on the disk."""
        if not self._size:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._append(self._information(fetched_at))
        served = [(name, _LINE_BREAKS.sub(" ", value)) for name, value in headers]
        asked, posting = _request_record(url, posted, fetched_at) if posted else (None, b"")
        record = _response_record(url, status, served, body, fetched_at, asked)
        if posting:
            self._append(posting)
        offset = self._size
        self._append(record)
        content_type = next((value for name, value in served if name.lower() == "content-type"), "")
        digest = sha256(body).hexdigest()
        return Capture(url, fetched_at, status, content_type, digest, len(body), self.name, offset, self._size - offset)

    def _append(self, record: bytes) -> None:
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT, 0o644)
        try:
            _write_whole(descriptor, record, self._size)
        except OSError:
            os.ftruncate(descriptor, self._size)
            raise
        finally:
            os.close(descriptor)
        self._size += len(record)

    def _information(self, now: datetime) -> bytes:
        buffer = BytesIO()
        writer = WARCWriter(buffer, gzip=True, warc_version="1.1")
        facts = {"software": self._software, "format": "WARC File Format 1.1", "robots": "obey"}
        record = writer.create_warcinfo_record(self.name, facts)
        record.rec_headers.replace_header("WARC-Date", _warc_date(now))
        writer.write_record(record)
        return buffer.getvalue()


def served(headers: Iterable[tuple[bytes, Iterable[bytes]]]) -> list[tuple[str, str]]:
    """Headers as they were served, one pair for each value."""
    return [(name.decode("latin-1"), value.decode("latin-1")) for name, values in headers for value in values]


def _write_whole(descriptor: int, record: bytes, offset: int) -> None:
    written = 0
    while written < len(record):
        written += os.pwrite(descriptor, record[written:], offset + written)
    os.fsync(descriptor)


def _request_record(url: str, posted: bytes, fetched_at: datetime) -> tuple[str, bytes]:
    """The id and the bytes of a record of what was posted: many answers of one address are told apart by it."""
    parts = urlsplit(url)
    kept = [("Host", parts.netloc), ("Content-Length", str(len(posted)))]
    target = urlunsplit(("", "", parts.path or "/", parts.query, ""))
    buffer = BytesIO()
    writer = WARCWriter(buffer, gzip=True, warc_version="1.1")
    record = writer.create_warc_record(
        url,
        "request",
        payload=BytesIO(posted),
        length=len(posted),
        http_headers=StatusAndHeaders(f"{target} HTTP/1.1", kept, protocol="POST", is_http_request=True),
        warc_headers_dict={"WARC-Date": _warc_date(fetched_at)},
    )
    writer.write_record(record)
    return str(record.rec_headers.get_header("WARC-Record-ID")), buffer.getvalue()


def _response_record(
    url: str, status: int, headers: list[tuple[str, str]], body: bytes, fetched_at: datetime, asked: str | None
) -> bytes:
    kept: list[tuple[str, str]] = []
    for name, value in headers:
        # The name under which web archives keep a header that was true on the wire only.
        changed = name.lower() in _NO_LONGER_TRUE and value != str(len(body))
        kept.append((f"X-Archive-Orig-{name}" if changed else name, value))
    if not any(name.lower() == "content-length" for name, _ in kept):
        kept.append(("Content-Length", str(len(body))))
    buffer = BytesIO()
    writer = WARCWriter(buffer, gzip=True, warc_version="1.1")
    record = writer.create_warc_record(
        url,
        "response",
        payload=BytesIO(body),
        length=len(body),
        http_headers=StatusAndHeaders(str(status), kept, protocol="HTTP/1.1"),
        warc_headers_dict={"WARC-Date": _warc_date(fetched_at)} | ({"WARC-Concurrent-To": asked} if asked else {}),
    )
    writer.write_record(record)
    return buffer.getvalue()


def _warc_date(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
