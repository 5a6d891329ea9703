"""The demonstration's own file writers make files that ordinary readers open."""

import io
import zipfile

import docx
import openpyxl
import pypdfium2
import pytest
from python_calamine import CalamineWorkbook

from monitor.demo.portal.notices import Attachment, read_attachments
from monitor.demo.portal.office import write_docx, write_xlsx, zip_of
from monitor.demo.portal.pages import write_attachment
from monitor.demo.portal.pdf import write_pdf


def pdf_texts(data: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(data)
    texts = []
    for page in document:
        text = page.get_textpage()
        texts.append(text.get_text_range())
        text.close()
        page.close()
    document.close()
    return texts


def test_a_docx_keeps_paragraphs_and_table() -> None:
    document = docx.Document(io.BytesIO(write_docx(["采购需求 <一>", "A & B"], [["名称", "数量"], ["服务器", "2台"]])))
    assert [paragraph.text for paragraph in document.paragraphs] == ["采购需求 <一>", "A & B"]
    assert [[cell.text for cell in row.cells] for row in document.tables[0].rows] == [
        ["名称", "数量"],
        ["服务器", "2台"],
    ]


def test_an_xlsx_keeps_sheets_text_and_numbers() -> None:
    data = write_xlsx({"说明": [["项目", "演示"]], "分项<报价>": [["名称", "数量", "编号"], ["显卡", "16", "007"]]})
    by_openpyxl = openpyxl.load_workbook(io.BytesIO(data))
    assert by_openpyxl.sheetnames == ["说明", "分项<报价>"]
    assert [cell.value for cell in by_openpyxl["分项<报价>"][2]] == ["显卡", 16, "007"]
    by_calamine = CalamineWorkbook.from_filelike(io.BytesIO(data))
    assert by_calamine.get_sheet_by_name("分项<报价>").to_python()[1] == ["显卡", 16.0, "007"]


def test_a_pdf_gives_back_chinese_and_latin_text_page_by_page() -> None:
    texts = pdf_texts(write_pdf([["第一页：采购人", "XE9680 2台，￥100.50"], ["第二页 ABC-def"]]))
    assert [text.split() for text in texts] == [["第一页：采购人", "XE9680", "2台，￥100.50"], ["第二页", "ABC-def"]]


def test_a_long_line_of_a_pdf_is_wrapped_without_breaking_a_model_name() -> None:
    line = "训练服务器两台" * 4 + "每台内置八块NVIDIA-A800-SXM4-80GB加速卡" * 3
    (text,) = pdf_texts(write_pdf([[line]]))
    assert "".join(text.split()) == line
    assert text.count("NVIDIA-A800-SXM4-80GB") == 3


def test_a_page_that_overflows_is_refused() -> None:
    with pytest.raises(ValueError, match="split it"):
        write_pdf([["行"] * 41])


def test_names_inside_a_zip_are_in_gbk_as_on_chinese_windows() -> None:
    data = zip_of({"图纸目录.txt": b"1", "plain.txt": b"2"})
    with zipfile.ZipFile(io.BytesIO(data), metadata_encoding="gbk") as archive:
        assert archive.namelist() == ["图纸目录.txt", "plain.txt"]
        assert not any(entry.flag_bits & 0x800 for entry in archive.infolist())
        assert archive.read("图纸目录.txt") == b"1"


@pytest.mark.parametrize("attachment", read_attachments(), ids=lambda attachment: attachment.title)
def test_every_attachment_is_written_and_the_same_each_time(attachment: Attachment) -> None:
    assert write_attachment(attachment) == write_attachment(attachment) != b""


def test_an_unknown_ending_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"图纸\.dwg: no writer"):
        write_attachment(Attachment("1", "图纸.dwg", "list", {}))


def test_text_files_are_in_gbk() -> None:
    text = next(attachment for attachment in read_attachments() if attachment.title.endswith(".txt"))
    assert write_attachment(text).decode("gbk").startswith("校服样式说明\r\n")
