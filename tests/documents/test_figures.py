"""Pictures among text: the large ones are named where they cannot be read, icons and repeated ones are not."""

import base64

import pytest

from monitor.documents import read_document
from monitor.documents.figures import size_of
from notices.document import PARTLY_READ, READ, UNREAD
from tests.documents.making import PICTURE, compound, doc, docx, ofd, ofd_text, paragraph, pdf, png, shown, zipped

LARGE, ICON = png(480, 160), png(200, 200)
NEEDS = "pictures need the OCR extra"
RESOURCES = (
    '<ofd:Res xmlns:ofd="o" BaseLoc="Res"><ofd:MultiMedia ID="7"><ofd:MediaFile>p.png</ofd:MediaFile></ofd:MultiMedia>'
    "</ofd:Res>"
)


def ofd_of(picture: bytes) -> bytes:
    page = ofd_text(20, 20, "采购清单") + '<ofd:ImageObject ID="5" ResourceID="7"/>'
    parts = {
        "Doc_0/Res.xml": RESOURCES,
        "Doc_0/Res/p.png": picture,
        "Doc_0/Document.xml": '<ofd:Document xmlns:ofd="o"><ofd:DocumentRes>Res.xml</ofd:DocumentRes><ofd:Pages>'
        '<ofd:Page ID="0" BaseLoc="Pages/Page_0/Content.xml"/></ofd:Pages></ofd:Document>',
    }
    return ofd([page], parts)


def odt_of(picture: bytes) -> bytes:
    parts = {"META-INF/manifest.xml": "<m/>", "content.xml": "<x><p>正文</p></x>", "Pictures/p.png": picture}
    return zipped(parts)


def xlsx_of(picture: bytes, rows: str = '<row><c t="inlineStr"><is><t>见图</t></is></c></row>') -> bytes:
    sheet = f"<worksheet><sheetData>{rows}</sheetData></worksheet>"
    link = '<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml"/></Relationships>'
    return zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "xl/workbook.xml": '<workbook xmlns:r="r"><sheets><sheet name="报价" r:id="r1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": link,
            "xl/worksheets/sheet1.xml": sheet,
            "xl/media/p.png": picture,
        }
    )


def rtf_of(picture: bytes) -> bytes:
    digits = "\n".join(picture.hex()[place : place + 78] for place in range(0, len(picture.hex()), 78))
    return rb"{\rtf1\ansi text\par{\pict{\*\picprop x}\pngblip\picw480\pich160 " + digits.encode() + rb"}}"


def html_of(picture: bytes) -> bytes:
    written = base64.b64encode(picture).decode()
    return f"<html><body><p>报价</p><img src='data:image/png;base64,{written}'></body></html>".encode()


FORMATS = {
    "docx": lambda picture: docx(paragraph("见附图"), {"word/media/p.png": picture}),
    "odt": odt_of,
    "xlsx": xlsx_of,
    "ofd": ofd_of,
    "rtf": rtf_of,
    "html": html_of,
}


@pytest.mark.parametrize("form", FORMATS)
def test_a_large_picture_beside_text_leaves_a_document_partly_read_and_an_icon_does_not(form: str) -> None:
    reading = read_document(FORMATS[form](LARGE), f"x.{form}")
    assert (reading.kind, reading.state) == (form, PARTLY_READ)
    assert reading.reason.endswith(NEEDS)
    assert reading.texts
    assert (read_document(FORMATS[form](ICON), f"x.{form}").state, reading.kind) == (READ, form)


def test_the_pictures_of_an_old_word_file_are_looked_for_in_their_stream() -> None:
    stream = bytes(30_000) + b"\xff" + LARGE
    with_text = compound(parts_of_doc() | {"Data": stream})
    reading = read_document(with_text, "x.doc")
    assert (reading.state, reading.reason) == (PARTLY_READ, f"picture 1: {NEEDS}")


def parts_of_doc() -> dict[str, bytes]:
    """The streams of a Word 97 file of one paragraph."""
    import io

    import olefile  # type: ignore[import-untyped]

    with olefile.OleFileIO(io.BytesIO(doc([("见附图\r", b"")]))) as ole:
        return {name: ole.openstream(name).read() for name in ("WordDocument", "1Table")}


def test_one_picture_shown_often_is_named_once_and_many_are_counted() -> None:
    same = read_document(docx(paragraph("x"), {f"word/media/{n}.png": LARGE for n in range(3)}), "x")
    assert same.reason == f"0.png: {NEEDS}"
    many = read_document(docx(paragraph("x"), {f"word/media/{n}.png": png(400 + n, 100) for n in range(9)}), "x")
    assert many.reason == f"0.png, 1.png, 2.png, 3.png, 4.png, 5.png and 3 more: {NEEDS}"


def test_a_damaged_picture_part_does_not_hide_the_text_beside_it() -> None:
    whole = docx(paragraph("H100"), {"word/media/p.png": LARGE})
    place = whole.index(b"word/media/p.png") + 40
    reading = read_document(whole[:place] + b"\x55\xaa" * 8 + whole[place + 16 :], "x")
    assert [text.content for text in reading.texts] == ["H100"]
    assert (reading.state, reading.reason) == (PARTLY_READ, "p.png: a packed part is cut off or damaged")


def on_page(share: float) -> bytes:
    """Drawing commands for a picture over this share of a page, beside 200 letters."""
    lines = shown([(60, 780 - 15 * n, "采购文件正文说明" * 5) for n in range(5)])
    return lines + b"\nq %d 0 0 %d 60 100 cm /Im1 Do Q" % (400, int(595 * 842 * share / 400))


def test_a_picture_on_a_page_counts_from_a_thirtieth_of_it_and_a_letterhead_counts_once() -> None:
    assert read_document(pdf([on_page(0.02)]), "x").state == READ
    reading = read_document(pdf([on_page(0.1)] * 4), "x")
    assert (reading.state, reading.reason) == (PARTLY_READ, f"page 1 with large pictures: {NEEDS}")
    behind = shown([(60, 780 - 15 * n, "采购文件正文说明" * 5) for n in range(5)])
    assert read_document(pdf([PICTURE + b"\n" + behind]), "x").state == READ


def test_chinese_that_is_none_is_told_from_text() -> None:
    """A font's wrong table gives characters that exist and that nobody writes together."""
    rare = "".join(chr(0x4E00 + (97 * number * number) % 20_900) for number in range(120))
    reading = read_document(pdf([shown([(60, 700, rare[:40]), (60, 680, rare[40:80]), (60, 660, rare[80:])])]), "x")
    assert reading.state == UNREAD
    assert reading.reason == "page 1 in a font that names no characters: such pages need the OCR extra"
    usual = "采购人拟采购人工智能训练服务器八台，每台配置加速卡八块，供应商应于合同签订后三十日内交货并完成安装调试。"
    assert read_document(pdf([shown([(60, 700, usual)])]), "x").state == READ
    traditional = (
        "採購人擬採購人工智慧訓練伺服器八臺，每臺配置加速卡八塊，供應商應於合約簽訂後三十日內交貨並完成安裝調試。"
    )
    assert read_document(pdf([shown([(60, 700, traditional)])]), "x").state == READ


def test_sizes_are_read_from_the_heads_of_pictures() -> None:
    jpeg = b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(10) + b"\xff\xc0\x00\x0b\x08\x00\x50\x01\x2c\x01" + bytes(8)
    assert size_of(LARGE) == (480, 160)
    assert size_of(jpeg) == (300, 80)
    assert size_of(b"GIF89a\x2c\x01\x50\x00") == (300, 80)
    assert size_of(b"BM" + bytes(16) + (300).to_bytes(4, "little") + (-80).to_bytes(4, "little", signed=True)) == (
        300,
        80,
    )
    assert size_of(LARGE[:18]) is None
    assert size_of(jpeg[:24]) is None
