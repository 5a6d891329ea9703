"""Archives: every member read in its turn, Chinese names right, limits kept."""

import bz2
import gzip
import io
import lzma
import sys
import tarfile
import warnings
import zipfile

import pytest

from monitor.documents import Limits, read_document
from notices.document import FAILED, PARTLY_READ, READ, UNREAD
from tests.documents.making import docx, paragraph, pdf, shown, zipped


def named_zip(names: dict[bytes, bytes], *, flags: int = 0) -> bytes:
    """A ZIP whose member names are these bytes, as a Chinese Windows writes them."""
    buffer = io.BytesIO()
    stand_ins = {f"{'m' * (len(name) - 1)}{number}": name for number, name in enumerate(names)}
    with zipfile.ZipFile(buffer, "w") as archive:
        for stand_in, name in stand_ins.items():
            archive.writestr(stand_in, names[name])
    data = buffer.getvalue()
    for stand_in, name in stand_ins.items():
        data = data.replace(stand_in.encode(), name)
    return data


@pytest.mark.parametrize("encoding", ["gbk", "utf-8"])
def test_members_are_read_under_their_chinese_names(encoding: str) -> None:
    names = {
        "采购文件/技术要求.docx".encode(encoding): docx(paragraph("H100")),
        "说明.txt".encode(encoding): "请读".encode("gbk"),
    }
    reading = read_document(named_zip(names), "附件.zip")
    assert (reading.kind, reading.state, reading.reason) == ("zip", READ, "")
    assert [(text.origin, text.content) for text in reading.texts] == [
        ("#file=采购文件/技术要求.docx", "H100"),
        ("#file=说明.txt", "请读"),
    ]


@pytest.mark.parametrize("name", ["图纸目录.txt", "说明.txt", "plan.txt"])
def test_a_name_is_what_its_bytes_most_likely_mean(name: str) -> None:
    """The GBK bytes of 图纸目录 are UTF-8 too, of letters that no Chinese name has."""
    reading = read_document(named_zip({name.encode("gbk"): b"H100"}), "x.zip")
    assert [text.origin for text in reading.texts] == [f"#file={name}"]


def test_places_inside_nested_archives_are_one_path() -> None:
    page = pdf([b"", shown([(60, 700, "NVIDIA H100")])])
    reading = read_document(zipped({"外.zip": zipped({"内/报价.pdf": page})}), "x")
    assert [(text.origin, text.content) for text in reading.texts] == [
        ("#file=外.zip/内/报价.pdf&page=2", "NVIDIA H100")
    ]


def test_what_is_not_read_is_named_and_the_rest_is_read() -> None:
    parts = {
        "要求.txt": "采购 H100 八块",
        "盖章页.jpg": b"\xff\xd8\xff\xe0" + bytes(40),
        "坏.docx": b"PK\x03\x04word/",
        "__MACOSX/x": b"\x00",
    }
    reading = read_document(zipped(parts), "x")
    assert reading.state == PARTLY_READ
    assert "盖章页.jpg: images need the OCR extra" in reading.reason
    assert "坏.docx: the package is cut off or damaged" in reading.reason
    assert "MACOSX" not in reading.reason


def test_an_archive_of_pictures_is_unread_and_one_of_nothing_is_read() -> None:
    assert read_document(zipped({"a.png": b"\x89PNG\r\n\x1a\n" + bytes(40)}), "x").state == UNREAD
    assert read_document(zipped({}), "x").reason == "holds no files"


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_a_compressed_file_or_tar_is_read_as_what_it_holds(pack: type) -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, text in {"报价.txt": "H100 十六块", "../../etc/x.txt": "L40S"}.items():
            info = tarfile.TarInfo(name)
            info.size = len(text.encode())
            archive.addfile(info, io.BytesIO(text.encode()))
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/hosts"
        archive.addfile(link)
    reading = read_document(pack(buffer.getvalue()), "x.tgz")
    assert (reading.kind, reading.state) == ("tar", READ)
    assert [(text.origin, text.content) for text in reading.texts] == [
        ("#file=报价.txt", "H100 十六块"),
        ("#file=../../etc/x.txt", "L40S"),
    ]
    assert read_document(pack("正文".encode()), "说明.txt.gz").texts[0].content == "正文"


def test_archives_that_need_a_package_say_which(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "libarchive", None)
    reading = read_document(b"Rar!\x1a\x07\x01\x00" + bytes(50), "x.rar")
    assert reading.reason == "RAR archives need the package libarchive-c (the extra `archives`)"
    assert read_document(b"7z\xbc\xaf\x27\x1c" + bytes(50), "x").state == UNREAD


def test_a_locked_member_is_named_as_encrypted() -> None:
    data = bytearray(zipped({"要求.txt": "H100"}))
    data[6] |= 1
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    reading = read_document(bytes(data), "x.zip")
    assert (reading.state, reading.reason) == (UNREAD, "要求.txt: encrypted: it opens only with a password")


def test_members_of_one_name_are_all_read_and_an_archive_that_unpacks_itself_is_an_archive() -> None:
    buffer = io.BytesIO(b"MZ" + bytes(200))
    buffer.seek(0, io.SEEK_END)
    with zipfile.ZipFile(buffer, "a") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        archive.writestr("报价.txt", "H100")
        archive.writestr("报价.txt", "H200")
    reading = read_document(buffer.getvalue(), "附件.exe")
    assert [(text.origin, text.content) for text in reading.texts] == [
        ("#file=报价.txt", "H100"),
        ("#file=报价.txt (2)", "H200"),
    ]


def test_a_bomb_is_refused_before_it_unpacks() -> None:
    zeros = zipped({"a.txt": b"0" * (80 << 20)})
    reading = read_document(zeros, "x")
    assert (reading.state, reading.reason) == (FAILED, "unpacks to more than 250 times its size")
    packed = read_document(gzip.compress(b"0" * (80 << 20)), "x.gz")
    assert (packed.state, packed.reason) == (FAILED, "unpacks to more than 250 times its size")


def test_depth_count_and_total_are_limited_and_what_came_before_is_kept() -> None:
    data = docx(paragraph("底"))
    for _ in range(8):
        data = zipped({"in.zip": data})
    assert "packed more than 5 deep" in read_document(data, "x").reason
    many = read_document(zipped({f"{n}.txt": f"第{n}份" for n in range(20)}), "x", Limits(members=3))
    assert (many.state, len(many.texts), many.reason) == (PARTLY_READ, 3, "holds more than 3 files")
    large = read_document(zipped({"a.txt": "甲" * 100, "b.txt": "乙" * 5000}), "x", Limits(unpacked=2000))
    assert (large.state, large.reason) == (PARTLY_READ, "unpacks to more than 0 MiB")
    part = read_document(zipped({"a.txt": "甲" * 5000, "b.txt": "乙"}), "x", Limits(part=2000))
    assert [text.content for text in part.texts] == ["乙"]


@pytest.mark.parametrize("cut", [4, 40, 90, 150])
def test_an_archive_cut_anywhere_never_raises(cut: int) -> None:
    assert read_document(zipped({"a.txt": "甲" * 100, "b.txt": "乙" * 100})[:cut], "x.zip").state == FAILED
    packed = gzip.compress("正文".encode() * 100)
    assert read_document(packed[: len(packed) * cut // 160], "x.gz").state in (FAILED, UNREAD)
