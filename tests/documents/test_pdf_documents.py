"""PDF pages: text with its place, ruled tables as rows, and pages that give no text named."""

import time

from monitor.documents import Limits, read_document
from notices.document import FAILED, PARTLY_READ, READ, UNREAD
from tests.documents.making import PICTURE, pdf, ruled, shown

COLUMNS, ROWS = (50, 150, 300, 400), (700, 660, 620)
TABLE = (
    shown(
        [
            (60, 780, "采购清单"),
            (60, 680, "名称"),
            (160, 680, "规格型号"),
            (310, 680, "数量"),
            (60, 640, "加速卡"),
            (160, 645, "NVIDIA H100"),
            (160, 630, "80GB SXM5"),
            (310, 640, "16块"),
            (60, 560, "交货期三十日"),
        ]
    )
    + b"\n"
    + ruled(COLUMNS, ROWS)
)


def lines(data: bytes) -> list[str]:
    (text,) = read_document(data, "清单.pdf").texts
    return text.content.splitlines()


def test_a_page_is_named_and_its_ruled_table_is_rows_of_cells() -> None:
    reading = read_document(pdf([b"", TABLE]), "清单.pdf")
    assert (reading.kind, reading.state, reading.reason) == ("pdf", READ, "")
    assert [text.origin for text in reading.texts] == ["#page=2"]
    assert reading.texts[0].content.splitlines() == [
        "采购清单",
        "名称 | 规格型号 | 数量",
        "加速卡 | NVIDIA H100 80GB SXM5 | 16块",
        "交货期三十日",
    ]


def test_a_cell_that_spans_rows_stands_in_each_and_one_that_spans_columns_once() -> None:
    rules = b"50 700 m 400 700 l S 150 660 m 400 660 l S 50 620 m 400 620 l S 50 580 m 400 580 l S "
    rules += b"50 700 m 50 580 l S 400 700 m 400 580 l S 150 700 m 150 620 l S 300 700 m 300 620 l S"
    texts = [(60, 655, "训练节点"), (160, 675, "H100"), (310, 675, "8块"), (160, 635, "H200"), (310, 635, "4块")]
    assert lines(pdf([shown([*texts, (60, 595, "以上均为新品")]) + b"\n" + rules])) == [
        "训练节点 | H100 | 8块",
        "训练节点 | H200 | 4块",
        "以上均为新品",
    ]


def test_a_table_of_thin_bars_inside_a_form_of_a_turned_page_is_read_too() -> None:
    bars = (
        b" ".join(b"%d 620 0.6 80 re f" % x for x in COLUMNS)
        + b" "
        + b" ".join(b"50 %d 350 0.6 re f" % y for y in ROWS)
    )
    texts = shown([(60, 680, "名称"), (160, 680, "型号"), (310, 680, "数量"), (60, 640, "卡"), (160, 640, "A800")])
    turned = b"q 0 1 -1 0 842 0 cm " + texts + b" " + bars + b" Q"
    assert lines(pdf([turned], rotate=90)) == ["名称 | 型号 | 数量", "卡 | A800"]


def test_a_word_that_runs_over_its_cell_stays_whole() -> None:
    texts = [(60, 680, "型号"), (160, 680, "数量"), (60, 640, "NVIDIA-HGX-H200-8-GPU"), (310, 640, "1套")]
    page = shown(texts, size=12) + b" " + ruled(COLUMNS, ROWS)
    assert lines(pdf([page])) == ["型号 | 数量", "NVIDIA-HGX-H200-8-GPU |  | 1套"]


def test_text_between_the_parts_of_a_table_stays_apart() -> None:
    texts = [(60, 680, "名称"), (60, 580, "甲方：东屏理工大学"), (160, 680, "数量"), (60, 560, "乙方：北泽恒远")]
    assert lines(pdf([shown(texts) + b" " + ruled(COLUMNS, ROWS)])) == [
        "名称 | 数量",
        "甲方：东屏理工大学",
        "乙方：北泽恒远",
    ]


def test_shading_behind_lines_of_text_makes_no_table() -> None:
    shading = b"0.9 g 50 690 300 20 re f 50 660 300 20 re f 0 g "
    assert lines(pdf([shading + shown([(60, 695, "甲方：东屏理工大学"), (60, 665, "乙方：北泽恒远")])])) == [
        "甲方：东屏理工大学",
        "乙方：北泽恒远",
    ]


def test_a_line_broken_by_the_margin_is_one_paragraph_and_a_new_item_begins_a_line() -> None:
    full = "本项目采购人工智能计算设备一批供应商应当具备相应的供货能力并按期交付到指定地点"
    page = shown(
        [(70, 700, full), (70, 680, "且不得转包。"), (70, 660, "2、质保三年。"), (70, 640, "联系人：无")], size=12
    )
    assert lines(pdf([page])) == [full + "且不得转包。", "2、质保三年。", "联系人：无"]


def test_scanned_pages_are_named_and_the_others_read() -> None:
    reading = read_document(pdf([PICTURE, TABLE, PICTURE, PICTURE]), "合同.pdf")
    assert reading.state == PARTLY_READ
    assert reading.reason == "pages 1, 3-4 without text: scanned pages need the OCR extra"
    assert [text.origin for text in reading.texts] == ["#page=2"]
    assert read_document(pdf([PICTURE]), "x").state == UNREAD


def test_a_stamp_of_few_letters_on_a_scan_does_not_make_it_read() -> None:
    reading = read_document(pdf([PICTURE + b" " + shown([(500, 20, "第1页")])]), "x")
    assert reading.state == PARTLY_READ
    assert reading.reason == "page 1 with large pictures: pictures need the OCR extra"


def test_a_font_that_names_no_characters_gives_no_text() -> None:
    reading = read_document(pdf([shown([(60, 700, "加速卡" * 20)], font="F2")]), "x")
    assert (reading.state, reading.texts) == (UNREAD, ())
    assert "page 1 in a font that names no characters" in reading.reason


def test_a_locked_a_cut_and_an_empty_pdf_end_in_named_states() -> None:
    whole = pdf([TABLE])
    assert read_document(pdf([TABLE], password="open"), "x").reason.startswith("encrypted")
    assert read_document(whole[:300], "x").state == FAILED
    assert read_document(pdf([b""]), "x").reason == "holds no text"


def test_text_in_an_annotation_is_read() -> None:
    drawn = shown([(2, 2, "批注：改为 H20")])
    note = b"/Annots [<< /Type /Annot /Subtype /FreeText /Rect [100 500 300 520] /F 4 /AP << /N 9 0 R >> >>] >>"
    form = b"9 0 obj\n<< /Type /XObject /Subtype /Form /BBox [0 0 200 20] /Resources 6 0 R /Length %d >>\nstream\n"
    whole = pdf([shown([(60, 700, "正文")])]).replace(b"/Contents 8 0 R >>", b"/Contents 8 0 R " + note)
    body = whole[: whole.index(b"xref\n")] + form % len(drawn) + drawn + b"\nendstream\nendobj\n"
    assert lines(body + b"trailer\n<< /Root 1 0 R /Size 10 >>\n%%EOF") == ["正文", "批注：改为 H20"]


def test_a_page_of_drawings_costs_little_and_keeps_its_words() -> None:
    strokes = b"\n".join(b"%d %d m %d %d l S" % (n % 590, n % 840, n % 590 + 9, n % 840) for n in range(40_000))
    mesh = b"\n".join(b"%d 0 m %d 842 l S 0 %d m 595 %d l S" % (n, n, n, n) for n in range(0, 560, 4))
    for drawing in (strokes, mesh):
        started = time.process_time()
        assert "H100" in "".join(lines(pdf([drawing + b" " + shown([(60, 700, "H100 机柜布置图")])])))
        assert time.process_time() - started < 8


def test_pages_beyond_the_limit_are_named() -> None:
    reading = read_document(pdf([TABLE] * 3), "x", Limits(pages=2))
    assert reading.state == PARTLY_READ
    assert reading.reason == "pages after 2 are beyond the limit of pages"


def test_a_pdf_of_three_thousand_pages_is_read_to_the_last() -> None:
    reading = read_document(pdf([shown([(60, 700, f"第{n}页 H100")]) for n in range(3000)]), "x")
    assert (reading.state, len(reading.texts)) == (READ, 3000)
    assert reading.texts[-1].content == "第2999页 H100"
