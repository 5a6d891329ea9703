"""7z and RAR archives, in the confined process as in a crawl."""

import base64
import lzma
from collections.abc import Iterator

import pytest

pytest.importorskip("libarchive", reason="the extra `archives` is not installed: make setup-extras")

import libarchive

from monitor.documents import Limits, Reading, end_workers, read_safely
from notices.document import FAILED, PARTLY_READ, READ, UNREAD
from tests.documents.making import docx, paragraph, rar, zipped

pytestmark = pytest.mark.extras


@pytest.fixture(scope="module", autouse=True)
def _workers() -> Iterator[None]:
    yield
    end_workers()


def seven(parts: dict[str, bytes]) -> bytes:
    pieces: list[bytes] = []
    with libarchive.custom_writer(lambda piece: pieces.append(bytes(piece)) or len(piece), "7zip") as archive:
        for name, content in parts.items():
            archive.add_file_from_memory(name, len(content), content)
    return b"".join(pieces)


def said(reading: Reading) -> list[tuple[str, str]]:
    return [(text.origin, text.content) for text in reading.texts]


def test_the_members_of_a_7z_are_read_under_their_names() -> None:
    parts = {"采购文件/需求.docx": docx(paragraph("H100 八块")), "说明.txt": "请读".encode("gbk")}
    reading = read_safely(seven(parts), "附件.7z")
    assert (reading.kind, reading.state, reading.reason) == ("7z", READ, "")
    assert said(reading) == [("#file=采购文件/需求.docx", "H100 八块"), ("#file=说明.txt", "请读")]


@pytest.mark.parametrize("name", ["报价.txt", "list.txt"])
def test_the_members_of_a_rar_are_read_under_their_chinese_names(name: str) -> None:
    reading = read_safely(rar({name.encode("gbk"): "H20 四块".encode()}), "附件.rar")
    assert (reading.kind, reading.state) == ("rar", READ)
    assert said(reading) == [(f"#file={name}", "H20 四块")]


def test_an_archive_in_an_archive_is_one_path_and_counts_towards_the_depth() -> None:
    packed = seven({"内.zip": zipped({"a.txt": "H100"})})
    assert said(read_safely(packed, "x.7z")) == [("#file=内.zip/a.txt", "H100")]
    for _ in range(6):
        packed = seven({"x.7z": packed})
    assert "more than 5 deep" in read_safely(packed, "x.7z").reason


def test_a_bomb_and_a_crowd_end_at_their_limits() -> None:
    bomb = read_safely(seven({"a.txt": b"0" * (80 << 20)}), "x.7z")
    assert (bomb.state, bomb.reason) == (FAILED, "unpacks to more than 250 times its size")
    crowd = read_safely(seven({f"{n}.txt": b"H100" for n in range(12)}), "x.7z", Limits(members=10))
    assert (crowd.state, crowd.reason) == (PARTLY_READ, "holds more than 10 files")
    large = read_safely(seven({"a.txt": lzma.compress(b"1") * 40_000, "b.txt": b"H100"}), "x.7z", Limits(part=1 << 20))
    assert "a.txt: unpacks to more than 1 MiB" in large.reason
    assert said(large) == [("#file=b.txt", "H100")]


def test_encrypted_archives_are_named_so() -> None:
    locked = rar({b"a.txt": b"12345678"}, locked=True)
    reading = read_safely(locked, "x.rar")
    assert (reading.state, reading.reason) == (UNREAD, "a.txt: encrypted: it opens only with a password")
    headers = base64.b85decode(LOCKED_HEADERS)
    reading = read_safely(headers, "x.7z")
    assert (reading.state, reading.reason) == (UNREAD, "encrypted: it opens only with a password")


def test_a_cut_archive_keeps_what_came_before_the_cut() -> None:
    whole = rar({b"a.txt": b"H100", b"b.txt": b"H200" * 500})
    reading = read_safely(whole[:-900], "x.rar")
    assert reading.state == PARTLY_READ
    assert said(reading)[0] == ("#file=a.txt", "H100")
    assert read_safely(seven({"a.txt": b"H100"})[:60], "x.7z").state == FAILED


# A 7z of one small file whose list of names is encrypted as well.
LOCKED_HEADERS = (
    "H+sCUCma9-;{zFRfB*mh00000E&u=k00000FZq&;%1gx{FIhANg+#aaVkU@F_V|+elgfu#Ev;n-CB<nS0ZCZ<kzm*mFwL4=27%1~"
    "m+4t7ITcrlwe3U0TTO4I$9~|9=93OMR|(4JeYEzftN0>4tD5r4f=J;PMSQZI<e!iQJ&uFM4f?#pI{t0MBsyYKxH+x{4(@JyFb{<d"
    "7X}ak32*=h3jqKDBnI&Z0TNRWt7_L)`Nw_Oww2v}nZSV(3}OlaEgsD@000"
)
