"""Slides, OFD, RTF, pages, letters and plain text; kinds found by content; files that hold nothing to read."""

import email.message
import struct

import pytest

from monitor.documents import Limits, Reading, read_document
from monitor.documents.kinds import kind_of
from notices.document import FAILED, PARTLY_READ, READ, UNREAD
from tests.documents.making import compound, docx, ofd, ofd_rule, ofd_text, paragraph, pdf, png, xls, zipped


def text_of(reading: Reading) -> str:
    assert reading.state == READ, reading.reason
    return "\n".join(text.content for text in reading.texts)


def test_slides_are_read_in_the_order_of_the_show_with_tables_and_notes() -> None:
    cells = "".join(f"<a:tc><a:p><a:r><a:t>{word}</a:t></a:r></a:p></a:tc>" for word in ("型号", "H100"))
    link = '<Relationship Id="{}" Target="{}"/>'
    order = '<p xmlns:r="r"><sldIdLst><s id="1" r:id="r2"/><s id="2" r:id="r1"/><s id="3" r:id="r3"/></sldIdLst></p>'

    def links(*targets: str) -> str:
        relations = "".join(link.format(f"r{number}", target) for number, target in enumerate(targets, 1))
        return f"<Relationships>{relations}</Relationships>"

    data = zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "ppt/presentation.xml": order,
            "ppt/_rels/presentation.xml.rels": links("slides/slide1.xml", "slides/slide2.xml", "slides/slide3.xml"),
            "ppt/slides/slide1.xml": f'<p xmlns:a="a"><a:tbl><a:tr>{cells}</a:tr></a:tbl></p>',
            "ppt/slides/slide2.xml": "<x><p><r><t>建设</t></r><r><t>方案</t></r></p></x>",
            "ppt/slides/_rels/slide2.xml.rels": links("../notesSlides/n.xml", "../media/x.png"),
            "ppt/slides/slide3.xml": "<x><blip/></x>",
            "ppt/slides/_rels/slide3.xml.rels": links("../media/x.png"),
            "ppt/media/x.png": png(200, 60),
            "ppt/notesSlides/n.xml": '<p xmlns:a="a"><a:p><a:r><a:t>备注</a:t></a:r></a:p></p>',
        }
    )
    reading = read_document(data, "方案.pptx")
    assert (reading.state, reading.reason) == (PARTLY_READ, "slide 3, x.png: pictures need the OCR extra")
    assert [(text.origin, text.content) for text in reading.texts] == [
        ("#slide=1", "建设方案\n备注"),
        ("#slide=2", "型号 | H100"),
    ]


def test_old_slides_are_read_record_by_record() -> None:
    atom = struct.pack("<HHI", 0, 0x0FA0, 10) + "H100卡".encode("utf-16-le")
    stream = struct.pack("<HHI", 0xF, 0x03E8, len(atom)) + atom + struct.pack("<HHI", 0, 0x0FA8, 4) + b"A800"
    assert text_of(read_document(compound({"PowerPoint Document": stream}), "x.dps")) == "H100卡\nA800"


def test_an_ofd_page_has_lines_and_rows_and_says_which_page_is_a_scan() -> None:
    rules = [ofd_rule(x, 40, x, 60) for x in (20, 60, 110)] + [ofd_rule(20, y, 110, y) for y in (40, 50, 60)]
    texts = [ofd_text(20, 20, "采购清单"), ofd_text(22, 43, "型号"), ofd_text(62, 43, "数量")]
    texts += [ofd_text(22, 53, "NVIDIA H100"), ofd_text(62, 53, "16块")]
    reading = read_document(ofd(["".join(rules + texts), '<ofd:ImageObject ID="5"/>']), "合同.ofd")
    assert (reading.kind, reading.state) == ("ofd", PARTLY_READ)
    assert reading.reason == "page 2 without text: its picture is not in the file"
    assert reading.texts[0].origin == "#page=1"
    assert reading.texts[0].content.splitlines() == ["采购清单", "型号 | 数量", "NVIDIA H100 | 16块"]


def test_a_locked_ofd_is_unread() -> None:
    assert read_document(ofd([""], {"Encryptions.xml": "<x/>"}), "x").reason.startswith("encrypted")


def test_rtf_is_read_in_its_code_page_with_rows_and_without_its_codes() -> None:
    head = r"{\rtf1\ansi\ansicpg936{\fonttbl{\f0\fcharset134 SimSun;}}{\*\generator x;}{\info{\title t}}"
    hexed = "".join(rf"\'{byte:02x}" for byte in "采购".encode("gbk"))
    row = r"\trowd\pard\intbl 型号\cell {\b H100}\par 80GB\cell\row".replace("型号", r"\u22411?\u21495?")
    rtf = head + rf"\pard {hexed}\'c7\'e5\'b5\'a5\par {row}\pard\u55357?\u56960? end\par}}"
    assert text_of(read_document(rtf.encode(), "x.doc")).splitlines() == [
        "采购清单",
        "型号 | H100 80GB",
        "\U0001f680 end",
    ]


def test_a_letter_is_read_with_its_attachments() -> None:
    letter = email.message.EmailMessage()
    letter["Subject"], letter["From"] = "报价单", "a@example.org"
    letter.set_content("见附件，H100 八块。")
    letter.add_alternative("<p>见附件，H100 八块。</p>", subtype="html")
    letter.add_attachment(docx(paragraph("A800")), maintype="application", subtype="x", filename="报价.docx")
    reading = read_document(letter.as_bytes(), "x.eml")
    assert (reading.kind, reading.state) == ("mail", READ)
    assert reading.texts[0].content.count("H100") == 1
    assert reading.texts[0].content.startswith("Subject: 报价单")
    assert (reading.texts[1].origin, reading.texts[1].content) == ("#file=报价.docx", "A800")


def test_a_saved_web_page_with_its_parts_is_read() -> None:
    head = "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=b\n\n--b\nContent-Type: text/html\n\n"
    data = head.encode() + "<table><tr><td>型号</td><td>H20</td></tr></table>".encode("gbk") + b"\n--b--\n"
    assert text_of(read_document(data, "x.doc")) == "型号 | H20"


def test_an_outlook_letter_is_read() -> None:
    streams = {
        "__properties_version1.0": b"",
        "__substg1.0_0037001F": "询价".encode("utf-16-le"),
        "__substg1.0_1000001F": "需 H100".encode("utf-16-le"),
        "__attach_version1.0_#0/__substg1.0_3707001F": "清单.txt".encode("utf-16-le"),
        "__attach_version1.0_#0/__substg1.0_37010102": "A800 四块\n".encode().ljust(4608, b"\n"),
    }
    reading = read_document(compound(streams), "x.msg")
    assert [(text.origin, text.content) for text in reading.texts] == [
        ("", "询价\n需 H100"),
        ("#file=清单.txt", "A800 四块"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_plain_text_is_read_in_any_encoding(encoding: str) -> None:
    words = "采购人：东屏理工大学\r\n计算卡 NVIDIA H100 共 16 块，单价 271,250.00 元\r\n"
    reading = read_document(words.encode(encoding), "说明.txt")
    assert (reading.kind, text_of(reading)) == ("txt", words.replace("\r", "").strip())


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (pdf([b""]), "pdf"),
        (docx(paragraph("x")), "docx"),
        (xls({"a": [["b"]]}), "xls"),
        (ofd([""]), "ofd"),
        (b"\x89PNG\r\n\x1a\n", "image"),
        (b"<html><body>x</body></html>", "html"),
        (b"\xef\xbb\xbf <!DOCTYPE HTML><p>x</p>", "html"),
        (b"MZ\x90\x00\x03" + bytes(range(256)), "program"),
        ("MZ 系列".encode(), "txt"),
        (b"%TSD-Header-###%" + bytes(80), "locked"),
        (bytes(range(256)) * 8, "unknown"),
    ],
)
@pytest.mark.parametrize("name", ["x.pdf", "x.docx", "x", "x.zip"])
def test_the_content_says_the_kind_and_not_the_name(data: bytes, kind: str, name: str) -> None:
    assert kind_of(data, name) == kind


@pytest.mark.parametrize(
    ("data", "state", "words"),
    [
        (b"", UNREAD, "the file is empty"),
        (b" \r\n\x00", UNREAD, "the file is empty"),
        (bytes(range(256)) * 8, UNREAD, "the type of the file is not known"),
        (b"\xff\xd8\xff\xe0" + bytes(30), UNREAD, "images need the OCR extra"),
        (compound({"Other": b"x"}), UNREAD, "an office file of a kind that is not known"),
        (
            zipped({"[Content_Types].xml": "<Types/>", "word/x.xml": "<x/>"}),
            FAILED,
            "the part word/document.xml is missing",
        ),
    ],
)
def test_a_file_that_gives_no_text_says_why(data: bytes, state: str, words: str) -> None:
    reading = read_document(data, "x")
    assert (reading.state, reading.reason, reading.texts) == (state, words, ())


LAUGHS = "<!DOCTYPE x [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;'>]>"
OUTSIDE = "<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/hosts'>]>"


@pytest.mark.parametrize("declared", [LAUGHS, OUTSIDE])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_xml_entities_are_refused_wherever_they_stand(declared: str, encoding: str) -> None:
    body = f"{declared}<w:document xmlns:w='w'><w:body>{paragraph('&a;')}</w:body></w:document>".encode(encoding)
    reading = read_document(zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": body}), "x")
    assert (reading.state, reading.texts) == (FAILED, ())
    assert "declares entities" in reading.reason
    sheet = {"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<w/>", "xl/sharedStrings.xml": body}
    assert "declares entities" in read_document(zipped(sheet), "x").reason
    assert (
        "declares entities" in read_document(f"<?xml version='1.0'?>{declared}<x>&a;</x>".encode(encoding), "x").reason
    )


def test_deep_nesting_ends_in_a_named_state() -> None:
    deep = "<w:sdt>" * 5000 + paragraph("x") + "</w:sdt>" * 5000
    assert read_document(docx(deep), "x").state == FAILED
    reading = read_document(b"{\\rtf1 " + b"{" * 100_000 + b"H100", "x")
    assert (reading.state, reading.texts[0].content) == (READ, "H100")


def test_text_beyond_the_limit_is_cut_and_the_cut_is_said() -> None:
    reading = read_document("字".encode() * 500, "x.txt", Limits(characters=100))
    assert (reading.state, len(reading.texts[0].content)) == (PARTLY_READ, 100)
    assert reading.reason == "the text is longer than the limit of characters"
    sheets = read_document(xls({"一": [["甲" * 60]], "二": [["乙" * 60]], "三": [["丙"]]}), "x", Limits(characters=100))
    assert (sheets.state, [len(text.content) for text in sheets.texts]) == (PARTLY_READ, [60, 40])
    assert read_document(b"x" * 500, "x.txt", Limits(size=100)).state == UNREAD
