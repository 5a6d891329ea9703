"""Word documents, old and new: every part that holds text, tables as rows, nothing deleted."""

import io
import struct

import docx as python_docx
import pytest

from monitor.documents import read_document
from notices.document import FAILED, PARTLY_READ, READ, UNREAD
from tests.documents.making import IN_TABLE, ROW_END, W, cell, compound, doc, docx, paragraph, xls, zipped


def body(data: bytes) -> list[str]:
    reading = read_document(data, "要求.docx")
    assert reading.state == READ, reading.reason
    return reading.texts[0].content.splitlines()


def test_a_document_that_word_libraries_write_is_read_with_its_tables_headers_and_footers() -> None:
    document = python_docx.Document()
    document.add_paragraph("采购需求")
    table = document.add_table(rows=3, cols=3)
    for row, words in enumerate([("名称", "型号", "数量"), ("加速卡", "NVIDIA H100", "16"), ("", "NVIDIA H200", "8")]):
        for column, word in enumerate(words):
            table.cell(row, column).text = word
    table.cell(1, 0).merge(table.cell(2, 0))
    document.sections[0].header.paragraphs[0].text = "东屏理工大学"
    document.sections[0].footer.paragraphs[0].text = "第一册"
    buffer = io.BytesIO()
    document.save(buffer)
    reading = read_document(buffer.getvalue(), "需求.docx")
    assert (reading.kind, reading.state) == ("docx", READ)
    assert reading.texts[0].content.splitlines() == [
        "采购需求",
        "名称 | 型号 | 数量",
        "加速卡 | NVIDIA H100 | 16",
        "加速卡 | NVIDIA H200 | 8",
    ]
    assert {text.content for text in reading.texts if text.origin.startswith("#part=")} == {"东屏理工大学", "第一册"}


def test_merged_cells_keep_their_columns() -> None:
    wide, begun = "<w:gridSpan w:val='2'/>", "<w:vMerge w:val='restart'/>"
    rows = (
        f"<w:tr>{cell('设备', wide)}{cell('数量', begun)}</w:tr>"
        f"<w:tr>{cell('卡')}{cell('A800')}{cell('', '<w:vMerge/>')}</w:tr>"
    )
    assert body(docx(f"<w:tbl>{rows}</w:tbl>")) == ["设备 | 数量", "卡 | A800 | 数量"]


def test_a_table_inside_a_cell_follows_its_row() -> None:
    inner = f"<w:tbl><w:tr>{cell('型号')}{cell('L40S')}</w:tr></w:tbl>"
    outer = f"<w:tbl><w:tr>{cell('配置')}<w:tc>{paragraph('见下')}{inner}</w:tc></w:tr></w:tbl>"
    assert body(docx(outer)) == ["配置 | 见下", "型号 | L40S"]


def test_a_text_box_is_read_once_although_it_is_written_twice() -> None:
    box = f"<w:txbxContent>{paragraph('选用 H20')}</w:txbxContent>"
    choices = f"<mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback>"
    both = f"<mc:AlternateContent xmlns:mc='m'>{choices}</mc:AlternateContent>"
    assert body(docx(f"<w:p><w:r><w:t>见图</w:t>{both}</w:r></w:p>")) == ["见图", "选用 H20"]


def test_deleted_text_and_field_codes_are_not_read_and_inserted_text_is() -> None:
    runs = "<w:del><w:r><w:delText>A100</w:delText></w:r></w:del><w:ins><w:r><w:t>H800</w:t></w:r></w:ins>"
    field = "<w:r><w:instrText>HYPERLINK x</w:instrText></w:r><w:r><w:t> 八块</w:t></w:r>"
    assert body(docx(f"<w:p>{runs}{field}</w:p>")) == ["H800 八块"]


def test_ticked_boxes_of_symbol_fonts_stay_ticked() -> None:
    boxes = (
        "<w:sym w:font='Wingdings 2' w:char='0052'/><w:t>是</w:t><w:sym w:font='Wingdings' w:char='F0A8'/><w:t>否</w:t>"
    )
    assert body(docx(f"<w:p><w:r>{boxes}</w:r></w:p>")) == ["☑是□否"]


def test_notes_and_content_controls_are_read() -> None:
    notes = f"<w:footnotes {W}><w:footnote>{paragraph('不低于 H100')}</w:footnote></w:footnotes>"
    control = f"<w:sdt><w:sdtContent>{paragraph('正文')}</w:sdtContent></w:sdt>"
    reading = read_document(docx(control, {"word/footnotes.xml": notes}), "x")
    assert [(text.origin, text.content) for text in reading.texts] == [("", "正文"), ("#part=footnotes", "不低于 H100")]


def test_an_embedded_workbook_is_read_and_macros_are_only_noted() -> None:
    parts = {"word/embeddings/book1.xls": xls({"报价": [["H100", 8.0]]}), "word/vbaProject.bin": b"x"}
    reading = read_document(docx(paragraph("见附表"), parts), "x.docm")
    assert (reading.texts[1].origin, reading.texts[1].content) == ("#file=book1.xls&sheet=报价", "H100 | 8")
    assert (reading.state, reading.reason) == (READ, "carries macros, which were not run")


def test_a_document_of_small_pictures_and_no_text_is_unread() -> None:
    reading = read_document(docx("<w:p/>", {"word/media/image1.png": b"\x89PNG"}), "x")
    assert (reading.state, reading.reason) == (UNREAD, "it holds pictures alone: they need the OCR extra")


def test_charts_give_their_titles_names_and_values() -> None:
    cache = "<c:strCache><c:pt><c:v>H100</c:v></c:pt><c:pt><c:v>A800</c:v></c:pt></c:strCache>"
    title = "<a:p xmlns:a='a'><a:r><a:t>各型号</a:t></a:r><a:r><a:t>数量</a:t></a:r></a:p>"
    chart = f"<c:chartSpace xmlns:c='c'>{title}{cache}</c:chartSpace>"
    reading = read_document(docx(paragraph("见图"), {"word/charts/chart1.xml": chart}), "x")
    assert (reading.texts[1].origin, reading.texts[1].content) == ("#part=chart1", "各型号数量\nH100 | A800")


def test_a_document_that_takes_its_text_from_a_saved_page_is_read() -> None:
    page = "<html><body><p>NVIDIA H100</p></body></html>"
    link = "<Relationships><Relationship Id='r7' Target='/word/afchunk.htm'/></Relationships>"
    parts = {"word/afchunk.htm": page, "word/_rels/document.xml.rels": link}
    reading = read_document(docx("<w:altChunk xmlns:r='r' r:id='r7'/>", parts), "x")
    assert [(text.origin, text.content) for text in reading.texts] == [("#file=afchunk.htm", "NVIDIA H100")]


def test_diagrams_and_wrapped_objects_are_read_and_equations_are_no_loss() -> None:
    wrapped = (
        struct.pack("<IH", 0, 2) + "报价.txt".encode("gbk") + b"\x00C:\\x\x00" + struct.pack("<II", 3, 3) + b"C:\x00"
    )
    native = wrapped + struct.pack("<I", 8) + "L40S 卡".encode()
    parts = {
        "word/diagrams/data1.xml": "<d><p><r><t>选用</t></r><r><t> H20</t></r></p></d>",
        "word/embeddings/oleObject1.bin": compound({"\x01Ole10Native": native}),
        "word/embeddings/oleObject2.bin": compound({"Package": docx(paragraph("A800")).ljust(5000, b"\x00")}),
        "word/embeddings/oleObject3.bin": compound({"Equation Native": b"x"}),
    }
    reading = read_document(docx(paragraph("正文"), parts), "x")
    assert (reading.state, reading.reason) == (READ, "")
    assert [(text.origin, text.content) for text in reading.texts] == [
        ("", "正文"),
        ("#part=data1", "选用 H20"),
        ("#file=oleObject1.bin", "L40S 卡"),
        ("#file=oleObject2.bin", "A800"),
    ]


def test_word_2003_xml_and_a_strict_document_are_read() -> None:
    name = "http://schemas.microsoft.com/office/word/2003/wordml"
    flat = (
        f'<?xml version="1.0"?><w:wordDocument xmlns:w="{name}"><w:body>{paragraph("H100")}</w:body></w:wordDocument>'
    )
    reading = read_document(flat.encode(), "x.doc")
    assert (reading.kind, reading.texts[0].content) == ("xml_word", "H100")
    name = "http://purl.oclc.org/ooxml/wordprocessingml/main"
    strict = f"<w:document xmlns:w='{name}'><w:body>{paragraph('H200')}</w:body></w:document>"
    assert body(zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": strict})) == ["H200"]


def test_a_word_97_table_keeps_rows_and_empty_cells() -> None:
    data = doc(
        [
            ("技术要求\r", b""),
            ("名称\x07", IN_TABLE),
            ("型号\x07", IN_TABLE),
            ("数量\x07", IN_TABLE),
            ("\x07", ROW_END),
            ("加速卡\x07", IN_TABLE),
            ("\x07", IN_TABLE),
            ("8块\x07", IN_TABLE),
            ("\x07", ROW_END),
            ("H100\r", IN_TABLE),
            ("80GB\x07", IN_TABLE),
            ("全新\x07", IN_TABLE),
            ("\x07", ROW_END),
            ("\x13 HYPERLINK x \x14见附件\x15\x0b第二行\r", b""),
        ]
    )
    reading = read_document(data, "要求.wps")
    assert (reading.kind, reading.state) == ("doc", READ)
    assert reading.texts[0].content.splitlines() == [
        "技术要求",
        "名称 | 型号 | 数量",
        "加速卡 |  | 8块",
        "H100 80GB | 全新",
        "见附件",
        "第二行",
    ]


def test_a_word_97_file_without_paragraph_properties_still_keeps_its_rows_apart() -> None:
    data = bytearray(doc([("前\r", b""), ("甲\x07乙\x07\x07丙\x07丁\x07\x07", b""), ("后\r", b"")]))
    data[512 + 154 + 13 * 8 + 4 : 512 + 154 + 13 * 8 + 8] = bytes(4)
    assert read_document(bytes(data), "x").texts[0].content.splitlines() == ["前", "甲 | 乙", "丙 | 丁", "后"]


def test_locked_and_broken_word_files_end_in_named_states() -> None:
    assert read_document(doc([("x\r", b"")], flags=0x100), "x").state == UNREAD
    assert read_document(compound({"EncryptedPackage": b"x", "EncryptionInfo": b"x"}), "x.docx").state == UNREAD
    assert read_document(compound({"WordDocument": b"\xec\xa5"}), "x").state == FAILED
    assert read_document(docx(paragraph("x"))[:200], "x.docx").state == FAILED
    whole = doc([("正文\r", b"")])
    without_directory = whole[:4000] + whole[4200:]
    assert (read_document(without_directory, "x").kind, read_document(without_directory, "x").state) == ("doc", FAILED)


@pytest.mark.parametrize("cut", range(600, 5000, 400))
def test_a_word_file_cut_anywhere_never_raises(cut: int) -> None:
    whole = doc([("名称\x07", IN_TABLE), ("H100\x07", IN_TABLE), ("\x07", ROW_END), ("正文" * 900 + "\r", b"")])
    assert read_document(whole[:cut], "x.doc").state in (FAILED, UNREAD, PARTLY_READ, READ)
