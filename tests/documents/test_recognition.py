"""Scans and pictures read by OCR, in the confined process as in a crawl."""

import io
import struct
import unicodedata
from collections.abc import Iterator

import pytest

pytest.importorskip("rapidocr", reason="the extra `ocr` is not installed: make setup-extras")

from PIL import Image, ImageChops, ImageDraw

from monitor.documents import Limits, Reading, end_workers, read_safely
from notices.document import FAILED, PARTLY_READ, READ, READ_BY_OCR, UNREAD
from tests.documents import making, scanning
from tests.documents.test_figures import FORMATS

pytestmark = pytest.mark.extras
LINES = ("东屏理工大学智能计算平台采购项目分项报价表", "投标人:北泽恒远信息技术有限公司")
ROWS = (
    ("序号", "名称", "规格型号", "数量"),
    ("1", "计算卡", "NVIDIA H100 80GB SXM5", "16块"),
    ("2", "机架服务器", "PowerEdge XE9680", "2台"),
)
READ_ROWS = [" | ".join(row) for row in ROWS]


@pytest.fixture(scope="module", autouse=True)
def _workers() -> Iterator[None]:
    assert not scanning.missing_fonts()
    yield
    end_workers()


def lines_of(reading: Reading) -> list[str]:
    """The lines, with full and half width alike: the two colons look the same to a scanner."""
    return [unicodedata.normalize("NFKC", line) for text in reading.texts for line in text.content.splitlines()]


def scan(*, skew: float = 0.0, dots: int = 200) -> Image.Image:
    return scanning.scanned(scanning.page(LINES, ROWS, dots=dots), seed=1, skew=skew)


@pytest.mark.parametrize("dots", [150, 200])
def test_a_scanned_page_is_read_with_its_table_row_by_row(dots: int) -> None:
    reading = read_safely(scanning.pdf_of([scan(dots=dots)], dots), "分项报价表（盖章）.pdf")
    assert (reading.kind, reading.state) == ("pdf", READ_BY_OCR)
    assert reading.reason.startswith("page 1 read by OCR; OCR read a page or picture with confidence 0.9")
    assert [text.origin for text in reading.texts] == ["#page=1"]
    assert lines_of(reading) == [*LINES, *READ_ROWS]


def test_only_pages_without_text_are_recognized() -> None:
    """A page with a text layer keeps it; the scan behind it is read under its own number."""
    typed = making.shown([(60, 700, "采购 H200 八块")])
    buffer = io.BytesIO()
    scan().save(buffer, "JPEG")
    mixed = making.pdf([typed, making.PICTURE], picture=(buffer.getvalue(), *scan().size))
    reading = read_safely(mixed, "x.pdf")
    assert reading.state == READ_BY_OCR
    assert [text.origin for text in reading.texts] == ["#page=1", "#page=2"]
    assert reading.texts[0].content == "采购 H200 八块"
    assert READ_ROWS[1] in reading.texts[1].content


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_page_on_its_side_or_head_is_turned_upright(turn: int) -> None:
    reading = read_safely(scanning.png_of(scan().rotate(turn, expand=True)), "x.png")
    assert (reading.kind, reading.state) == ("image", READ_BY_OCR)
    assert lines_of(reading) == [*LINES, *READ_ROWS]


@pytest.mark.parametrize("skew", [-1.5, 1.0])
def test_a_slanting_page_keeps_its_rows(skew: float) -> None:
    reading = read_safely(scanning.pdf_of([scan(skew=skew)], 200), "x.pdf")
    assert set(READ_ROWS) <= set(lines_of(reading))


@pytest.mark.parametrize("ink", [(215, 40, 40), (90, 90, 90)])
def test_a_seal_across_a_table_leaves_its_rows_and_words_whole(ink: tuple[int, int, int]) -> None:
    """The ring crosses the models, black stays black under it. In grey, what shows stays in its cell."""
    page = scanning.page(LINES, ROWS, dots=150).convert("RGB")
    seal = Image.new("RGB", page.size, "white")
    ImageDraw.Draw(seal).ellipse((500, 80, 800, 380), outline=ink, width=6)
    lines = lines_of(read_safely(scanning.png_of(ImageChops.darker(page, seal)), "x.png"))
    models = [line.split(" | ")[2] for line in lines if line.startswith(("1 |", "2 |"))]
    assert [line.count(" | ") for line in lines if line.startswith(("1 |", "2 |"))] == [3, 3]
    if ink[0] > 200:
        assert models == [row[2] for row in ROWS[1:]]


def test_a_font_that_names_no_characters_is_read_by_its_look() -> None:
    """The characters of /F2 have no Unicode; the page is drawn, and what shows on it is what counts."""
    nameless = making.pdf([making.shown([(60, 700, "无名之字" * 10)], font="F2")])
    reading = read_safely(nameless, "x.pdf")
    assert reading.state in (READ_BY_OCR, PARTLY_READ)
    assert "need the OCR extra" not in reading.reason


def test_the_pages_of_a_tiff_are_numbered() -> None:
    buffer = io.BytesIO()
    scan().save(buffer, "TIFF", save_all=True, append_images=[scan()], compression="tiff_deflate")
    reading = read_safely(buffer.getvalue(), "x.tif")
    assert [text.origin for text in reading.texts] == ["#page=1", "#page=2"]


def test_a_long_picture_is_read_in_pieces() -> None:
    tall = Image.new("L", (1240, 1754 * 4), 255)
    for number in range(4):
        tall.paste(scanning.page([f"第{number + 1}段", *LINES], ROWS, dots=150), (0, 1754 * number))
    lines = lines_of(read_safely(scanning.png_of(tall), "x.png"))
    assert [line for line in lines if line.startswith("第")] == ["第1段", "第2段", "第3段", "第4段"]
    assert lines.count(READ_ROWS[1]) == 4


def test_pictures_of_page_size_in_a_word_file_are_read() -> None:
    blip = '<a:blip xmlns:a="a" xmlns:r="r" r:embed="r9"/>'
    extent = '<wp:extent xmlns:wp="wp" cx="7560000" cy="10692000"/>'
    drawing = f'<w:p><w:r><w:drawing><wp:inline xmlns:wp="wp">{extent}{blip}</wp:inline></w:drawing></w:r></w:p>'
    parts = {
        "word/_rels/document.xml.rels": '<Relationships><Relationship Id="r9" Target="media/a.png"/></Relationships>',
        "word/media/a.png": scanning.png_of(scan()),
    }
    reading = read_safely(making.docx(making.paragraph("见附图") + drawing, parts), "x.docx")
    assert reading.state == READ_BY_OCR
    assert [text.origin for text in reading.texts] == ["", "#file=a.png"]
    assert READ_ROWS[1] in reading.texts[1].content


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_a_quotation_pasted_as_a_picture_beside_text_is_read(form: str) -> None:
    """A cover page with words must not hide the picture that names the product."""
    pasted = scan().crop((60, 60, 1654, 900)).resize((900, 474))
    reading = read_safely(FORMATS[form](scanning.png_of(pasted)), f"x.{form}")
    assert reading.state == READ_BY_OCR
    assert len(reading.texts) == 2
    assert "NVIDIA" in "".join(reading.texts[1].content.split())


def test_a_picture_on_a_page_with_text_is_read() -> None:
    buffer = io.BytesIO()
    pasted = scan().crop((60, 60, 1654, 900))
    pasted.save(buffer, "JPEG", quality=80)
    lines = making.shown([(60, 780 - 15 * n, "采购文件正文说明" * 5) for n in range(8)])
    placed = lines + b"\nq 420 0 0 220 60 300 cm /Im1 Do Q"
    reading = read_safely(making.pdf([placed], picture=(buffer.getvalue(), pasted.width, pasted.height)), "x.pdf")
    assert reading.state == READ_BY_OCR
    assert [text.origin for text in reading.texts] == ["#page=1", "#page=1&part=pictures"]
    assert "NVIDIA" in reading.texts[1].content


def test_a_scan_inside_an_archive_makes_the_whole_read_by_ocr() -> None:
    packed = making.zipped({"盖章页.pdf": scanning.pdf_of([scan()], 200), "说明.txt": "请读"})
    reading = read_safely(packed, "x.zip")
    assert reading.state == READ_BY_OCR
    assert READ_ROWS[1] in lines_of(reading)


def test_a_document_without_pictures_is_plainly_read() -> None:
    assert read_safely(making.docx(making.paragraph("H100")), "x.docx").state == READ


def test_a_picture_without_words_gives_none_and_is_read() -> None:
    reading = read_safely(scanning.png_of(Image.new("L", (800, 800), 255)), "x.png")
    assert (reading.state, reading.texts) == (READ_BY_OCR, ())
    assert reading.reason == "holds no text; OCR found no text in a page or picture"


def test_pages_beyond_the_time_for_ocr_are_named() -> None:
    reading = read_safely(scanning.pdf_of([scan()] * 3, 200), "x.pdf", Limits(ocr=0))
    assert (reading.state, reading.reason) == (UNREAD, "pages 1-3 without text: the 0 s for OCR were used up")


def test_a_cut_picture_and_a_monstrous_one_end_in_named_states() -> None:
    cut = scanning.png_of(scan())[:5000]
    assert read_safely(cut, "x.png").state == UNREAD or read_safely(cut, "x.png").state == FAILED
    head = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0)
    monster = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + head + bytes(40)
    reading = read_safely(monster, "x.png")
    assert reading.state == UNREAD
