"""What is kept can be read back, and what was damaged is said to be."""

import errno
import gzip
import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from notices.document import Capture
from notices.errors import StoreError
from spiders.captures import CaptureFile
from storage.archive import ArchivedResponse, read_archive, read_capture, verify

WHEN = datetime(2026, 11, 20, 8, 30, 15, 250000, tzinfo=UTC)
BODIES = [b"", "页面一".encode() * 40, bytes(range(256)) * 9]


@pytest.fixture
def kept(tmp_path: Path) -> list[Capture]:
    file = CaptureFile(tmp_path, "ccgp-central", WHEN, "tenderwatch/0")
    headers = [("Content-Type", "text/html"), ("Content-Encoding", "gzip"), ("Content-Length", "17")]
    return [file.keep(f"http://a.example/{n}", 200, headers, body, WHEN) for n, body in enumerate(BODIES)]


def read_until_broken(path: Path) -> tuple[list[ArchivedResponse], str | None]:
    found: list[ArchivedResponse] = []
    try:
        found.extend(read_archive(path))
    except StoreError as error:
        return found, str(error)
    return found, None


def test_a_response_is_read_back_as_it_was_kept(tmp_path: Path, kept: list[Capture]) -> None:
    assert [read_capture(tmp_path, capture) for capture in kept] == BODIES
    found = list(read_archive(tmp_path / kept[0].warc))
    assert [response.body for response in found] == BODIES
    assert (found[1].url, found[1].status, found[1].fetched_at) == ("http://a.example/1", 200, WHEN)
    # The body is kept decoded: what was true on the wire only has another name.
    assert dict(found[1].headers) == {
        "Content-Type": "text/html",
        "X-Archive-Orig-Content-Encoding": "gzip",
        "X-Archive-Orig-Content-Length": "17",
        "Content-Length": str(len(BODIES[1])),
    }


def test_a_file_cut_at_any_byte_gives_its_whole_records_and_says_so(tmp_path: Path, kept: list[Capture]) -> None:
    whole = (tmp_path / kept[0].warc).read_bytes()
    ends = [capture.offset + capture.length for capture in kept]
    cut = tmp_path / "cut.warc.gz"
    for size in range(10, len(whole), 7):
        cut.write_bytes(whole[:size])
        found, said = read_until_broken(cut)
        assert len(found) >= sum(end <= size for end in ends)
        if size not in (*ends, kept[0].offset):
            assert said is not None
            assert "breaks off" in said
        assert (verify(tmp_path, replace(kept[2], warc=cut.name)) is None) == (size >= ends[2])


def test_an_uncompressed_file_is_read_and_its_cut_noticed(tmp_path: Path, kept: list[Capture]) -> None:
    plain = tmp_path / "plain.warc"
    plain.write_bytes(gzip.decompress((tmp_path / kept[0].warc).read_bytes()))
    assert [response.body for response in read_archive(plain)] == BODIES
    plain.write_bytes(plain.read_bytes()[:-900])
    found, said = read_until_broken(plain)
    assert [response.body for response in found] == BODIES[:2]
    assert said is not None


def test_an_altered_moved_or_missing_record_is_told_in_one_sentence(tmp_path: Path, kept: list[Capture]) -> None:
    path = tmp_path / kept[1].warc
    assert verify(tmp_path, kept[1]) is None
    assert "SHA-256" in str(verify(tmp_path, replace(kept[1], sha256="0" * 64)))
    assert "not at byte" in str(verify(tmp_path, replace(kept[1], offset=kept[2].offset, length=kept[2].length)))
    assert "cannot be opened" in str(verify(tmp_path, replace(kept[1], warc="gone.warc.gz")))
    data = bytearray(path.read_bytes())
    data[kept[1].offset + kept[1].length // 2] ^= 0xFF
    path.write_bytes(data)
    assert "damaged" in str(verify(tmp_path, kept[1]))
    assert verify(tmp_path, kept[2]) is None


def test_a_file_that_is_no_archive_gives_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_bytes(b"<html>no archive</html>\n" * 9)
    found, said = read_until_broken(tmp_path / "page.html")
    assert found == []
    assert said is not None


def test_a_full_disk_leaves_only_whole_records(
    tmp_path: Path, kept: list[Capture], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = CaptureFile(tmp_path, "ccgp-local", WHEN, "tenderwatch/0")
    first = file.keep("http://a.example/first", 200, [], b"first", WHEN)
    write = os.pwrite

    def half(descriptor: int, data: bytes, offset: int) -> int:
        if len(data) < 20:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(descriptor, data[: len(data) - 10], offset)

    with monkeypatch.context() as patched:
        patched.setattr(os, "pwrite", half)
        with pytest.raises(OSError, match="No space left"):
            file.keep("http://a.example/second", 200, [], b"second", WHEN)
    assert file.path.stat().st_size == first.offset + first.length
    third = file.keep("http://a.example/third", 200, [], b"third", WHEN)
    assert [response.body for response in read_archive(file.path)] == [b"first", b"third"]
    assert verify(tmp_path, third) is None
