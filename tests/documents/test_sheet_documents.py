"""Workbooks and text tables: a text per sheet, a line per row, values as a reader sees them."""

import io
import struct
from datetime import date, datetime

import openpyxl
import pytest

from monitor.documents import Limits, read_document
from monitor.documents.sheets import number_text
from notices.document import FAILED, PARTLY_READ, READ, UNREAD
from tests.documents.making import compound, xls, zipped


def saved(book: openpyxl.Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_every_sheet_is_read_hidden_ones_too() -> None:
    book = openpyxl.Workbook()
    book.active.title = "汇总"
    book.active.append(["总价", 384000])
    detail = book.create_sheet("分项&报价")
    detail.append(["名称", "型号", "数量", "单价", "日期"])
    detail.append(["加速卡", "NVIDIA  H100\n80GB", 16.0, 0.1 + 0.2, date(2024, 3, 5)])
    moment = datetime(2024, 3, 5, 9, 30)  # noqa: DTZ001 - a sheet knows no zone
    detail.append([None, "H200", True, moment, "=1+1"])
    detail.sheet_state = "hidden"
    reading = read_document(saved(book), "报价.et")
    assert (reading.kind, reading.state) == ("xlsx", READ)
    assert [text.origin for text in reading.texts] == ["#sheet=汇总", "#sheet=分项%26报价"]
    assert reading.texts[1].content.splitlines() == [
        "名称 | 型号 | 数量 | 单价 | 日期",
        "加速卡 | NVIDIA H100 80GB | 16 | 0.3 | 2024-03-05",
        "H200 | TRUE | 2024-03-05 09:30:00",
    ]


def test_a_value_merged_downwards_stands_in_each_row_and_one_merged_sideways_once() -> None:
    book = openpyxl.Workbook()
    for row in (["分包", "型号", "数量"], ["第一包", "A800", 8], [None, "H800", 4], ["合计", None, 12]):
        book.active.append(row)
    book.active.merge_cells("A2:A3")
    book.active.merge_cells("A4:B4")
    (text,) = read_document(saved(book), "x").texts
    assert text.content.splitlines() == ["分包 | 型号 | 数量", "第一包 | A800 | 8", "第一包 | H800 | 4", "合计 |  | 12"]


def test_a_value_in_the_last_row_of_a_million_and_in_a_far_column_is_found() -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "表头"
    book.active["XFD1048576"] = "NVIDIA H100"
    reading = read_document(saved(book), "x")
    assert (reading.state, reading.texts[0].content.splitlines()) == (READ, ["表头", "NVIDIA H100"])


def test_a_million_rows_that_are_written_out_are_read_within_the_limits() -> None:
    rows = "".join(f'<row r="{n}"/>' for n in range(1, 1_048_576))
    last = '<row r="1048576"><c r="A1048576" t="inlineStr"><is><t>H100</t></is></c></row>'
    sheet = f"<worksheet><sheetData>{rows}{last}</sheetData></worksheet>"
    reading = read_document(book_of(sheet), "x")
    assert (reading.state, reading.texts[0].content) == (READ, "H100")


def book_of(sheet: str) -> bytes:
    name = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    return zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "xl/workbook.xml": f'<workbook {name}><sheets><sheet name="一" sheetId="1" r:id="r1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": '<Relationships><Relationship Id="r1" Target="/xl/s.xml"/></Relationships>',
            "xl/s.xml": sheet,
        }
    )


def test_a_sheet_beyond_the_limit_of_characters_is_partly_read() -> None:
    rows = "".join(f'<row><c t="inlineStr"><is><t>第{n}行</t></is></c></row>' for n in range(500))
    reading = read_document(
        book_of(f"<worksheet><sheetData>{rows}</sheetData></worksheet>"), "x", Limits(characters=900)
    )
    assert reading.state == PARTLY_READ
    assert reading.texts[0].content.startswith("第0行\n第1行")
    assert len(reading.texts[0].content) <= 900


def test_a_broken_sheet_is_named_and_the_rows_before_the_break_are_kept() -> None:
    reading = read_document(book_of('<worksheet><sheetData><row><c t="str"><v>H100</v></c></row><row>'), "x")
    assert (reading.state, reading.texts[0].content) == (PARTLY_READ, "H100")
    assert reading.reason.startswith("the sheet 一: its XML is broken")


def test_an_excel_97_workbook_is_read_by_sheet() -> None:
    reading = read_document(xls({"报价": [["名称", "数量"], ["H100", 16.0]], "备注": [["全新"]]}), "报价.et")
    assert (reading.kind, reading.state) == ("xls", READ)
    assert [(text.origin, text.content) for text in reading.texts] == [
        ("#sheet=报价", "名称 | 数量\nH100 | 16"),
        ("#sheet=备注", "全新"),
    ]


def test_an_excel_97_sheet_with_values_at_its_far_corners_is_read() -> None:
    data = xls({"一": [["表头", "数量"], [8.0, "H100"]]}, places={(1, 1): (65535, 255)})
    assert read_document(data, "x").texts[0].content.splitlines() == ["表头 | 数量", "8", "H100"]


def test_a_locked_excel_97_workbook_is_unread() -> None:
    reading = read_document(xls({"报价": [["H100"]]}, locked=True), "x.xls")
    assert (reading.state, reading.texts) == (UNREAD, ())
    assert reading.reason.startswith("encrypted")


def test_excel_2003_xml_and_a_page_saved_as_a_workbook_are_read() -> None:
    cells = '<Cell><Data>型号</Data></Cell><Cell ss:Index="3"><Data>H100</Data></Cell>'
    sheet = f'<Worksheet ss:Name="表"><Table><Row>{cells}</Row></Table></Worksheet>'
    name = "urn:schemas-microsoft-com:office:spreadsheet"
    flat = f'<?xml version="1.0"?><Workbook xmlns="{name}" xmlns:ss="{name}">{sheet}</Workbook>'
    reading = read_document(flat.encode(), "x.xls")
    assert [(text.origin, text.content) for text in reading.texts] == [("#sheet=表", "型号 |  | H100")]
    page = "<html><body><table><tr><td>型号</td><td>H20</td></tr></table></body></html>".encode("gbk")
    assert read_document(page, "x.xls").texts[0].content == "型号 | H20"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("mark", [",", "\t", ";"])
def test_a_text_table_is_rows_in_any_encoding_and_with_any_separator(encoding: str, mark: str) -> None:
    rows = f'名称{mark}型号{mark}数量\r\n加速卡{mark}"NVIDIA{mark} H100"{mark}16\r\n'
    (text,) = read_document(rows.encode(encoding), "报价.csv").texts
    assert text.content.splitlines()[0] == "名称 | 型号 | 数量"
    assert text.content.splitlines()[1].startswith("加速卡 | NVIDIA")
    assert text.content.splitlines()[1].endswith("H100 | 16")


@pytest.mark.parametrize(
    ("value", "shown"), [(16.0, "16"), (0.1 + 0.2, "0.3"), (1e-7, "0.0000001"), (271250.5, "271250.5"), (-3.0, "-3")]
)
def test_a_number_is_written_as_a_sheet_shows_it(value: float, shown: str) -> None:
    assert number_text(value) == shown


def old_workbook(code_page: int, encoding: str, *, locked: bool = False) -> bytes:
    """An Excel 95 workbook of one sheet with a string, a number, a packed number and a formula that gives text."""

    def record(kind: int, data: bytes = b"") -> bytes:
        return struct.pack("<HH", kind, len(data)) + data

    def label(row: int, column: int, words: str) -> bytes:
        raw = words.encode(encoding)
        return record(0x204, struct.pack("<HHHH", row, column, 0, len(raw)) + raw)

    body = record(0x809, struct.pack("<HHHH", 0x500, 0x10, 0, 0)) + label(0, 0, "型号") + label(0, 1, "数量")
    body += label(2, 0, "英伟达H100") + record(0x27E, struct.pack("<HHHI", 2, 1, 0, 16 << 2 | 2))
    body += record(0xBD, struct.pack("<HHHIHIH", 2, 2, 0, (-5 & 0x3FFFFFFF) << 2 | 2, 0, 150 << 2 | 3, 3))
    body += record(0x06, struct.pack("<HHH", 3, 0, 0) + b"\x00" * 6 + b"\xff\xff" + bytes(8))
    body += record(0x207, struct.pack("<H", 4) + b"A800") + record(0x203, struct.pack("<HHHd", 3, 1, 0, 2.5))
    name = "报价".encode(encoding)
    first = record(0x809, struct.pack("<HHHH", 0x500, 5, 0, 0)) + record(0x42, struct.pack("<H", code_page))
    first += record(0x2F, bytes(4)) if locked else b""
    start = len(first) + 4 + 7 + len(name) + 4
    first += record(0x85, struct.pack("<IHB", start, 0, len(name)) + name) + record(0x0A)
    return compound({"Book": first + body + record(0x0A)})


@pytest.mark.parametrize("code_page", [936, 1252])
def test_an_excel_95_workbook_is_read_in_its_code_page(code_page: int) -> None:
    (text,) = read_document(old_workbook(code_page, "gbk"), "x.xls").texts
    assert text.origin == "#sheet=报价"
    assert text.content.splitlines() == ["型号 | 数量", "英伟达H100 | 16 | -5 | 1.5", "A800 | 2.5"]
    assert text.row_at(len(text.content) - 1) == 4


def test_a_locked_and_a_cut_excel_95_workbook_end_in_named_states() -> None:
    assert read_document(old_workbook(936, "gbk", locked=True), "x.xls").reason.startswith("encrypted")
    whole = old_workbook(936, "gbk")
    for cut in range(600, len(whole), 97):
        assert read_document(whole[:cut], "x.xls").state in (READ, FAILED, UNREAD, PARTLY_READ)
