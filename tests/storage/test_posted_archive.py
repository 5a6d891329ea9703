"""What was posted is kept beside the answer, in whichever order a file holds the two."""

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from notices.errors import StoreError
from spiders.captures import CaptureFile
from storage.archive import read_archive, read_capture

MOMENT = datetime(2026, 11, 20, 8, tzinfo=UTC)
URL = "http://127.0.0.1:9/portal/category"


def test_each_answer_of_one_address_carries_what_was_posted_for_it(tmp_path: Path) -> None:
    file = CaptureFile(tmp_path, "zcy-test", MOMENT, "tenderwatch")
    first = file.keep(URL, 200, [("Content-Type", "application/json")], b'{"page":1}', MOMENT, b'{"pageNo":1}')
    file.keep(URL, 200, [], b'{"page":2}', MOMENT, '{"词":"算力"}'.encode())
    file.keep(URL, 200, [], b"plain", MOMENT)
    assert [(each.posted, each.body) for each in read_archive(file.path)] == [
        (b'{"pageNo":1}', b'{"page":1}'),
        ('{"词":"算力"}'.encode(), b'{"page":2}'),
        (b"", b"plain"),
    ]
    assert read_capture(tmp_path, first) == b'{"page":1}'


def write(path: Path, order: str) -> None:
    buffer = BytesIO()
    writer = WARCWriter(buffer, gzip=True)
    for letter in order:
        answer = writer.create_warc_record(
            URL,
            "response",
            BytesIO(b"answer-" + letter.encode()),
            length=8,
            http_headers=StatusAndHeaders("200 OK", [], "HTTP/1.1"),
        )
        asked = writer.create_warc_record(
            URL,
            "request",
            BytesIO(b"body-" + letter.encode()),
            length=6,
            http_headers=StatusAndHeaders("/portal/category HTTP/1.1", [], "POST", is_http_request=True),
            warc_headers_dict={"WARC-Concurrent-To": answer.rec_headers.get_header("WARC-Record-ID")},
        )
        writer.write_record(answer)
        writer.write_record(asked)
    path.write_bytes(buffer.getvalue())


def test_a_request_that_stands_after_its_answer_belongs_to_it(tmp_path: Path) -> None:
    path = tmp_path / "other.warc.gz"
    write(path, "ab")
    assert [(each.posted, each.body) for each in read_archive(path)] == [
        (b"body-a", b"answer-a"),
        (b"body-b", b"answer-b"),
    ]


def test_a_file_that_breaks_off_after_an_answer_still_gives_it(tmp_path: Path) -> None:
    path = tmp_path / "cut.warc.gz"
    write(path, "ab")
    path.write_bytes(path.read_bytes()[:-20])
    kept = read_archive(path)
    assert [next(kept).body, next(kept).body] == [b"answer-a", b"answer-b"]
    with pytest.raises(StoreError, match="after 2 responses"):
        next(kept)
