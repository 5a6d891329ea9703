"""Documents of every kind that name products in places known beforehand."""

import io
from collections.abc import Callable

import docx as python_docx
import openpyxl

from tests.documents import making

PRODUCTS = (
    "NVIDIA H100 80GB SXM5",
    "英伟达A800-80G",
    "NVIDIA RTX 4090",
    "Supermicro SYS-421GE-TNRT",
    "AMD Instinct MI300X",
    "微软Azure OpenAI服务",
    "NVIDIA HGX H200 8-GPU",
    "PowerEdge XE9680",
)
FILES, PAGES, SCANS = 20, 5, 30
FILLER = "供应商应当按照采购文件的要求提供全新原厂产品并完成安装调试和培训服务"
HEAD = ("序号", "名称", "规格型号", "数量")
Rows = list[tuple[str, str, str, str]]


def rows_of(number: int, page: int) -> Rows:
    """A page's table: the product stands on the last page only."""
    product = PRODUCTS[number % len(PRODUCTS)] if page == PAGES - 1 else "通用机架式设备"
    return [HEAD, ("1", "机柜", "42U标准机柜", "2台"), ("2", "设备", product, f"{number + 3}块")]


def make_pdf(number: int) -> bytes:
    columns, pages = (50, 100, 200, 420, 500), []
    for page in range(PAGES):
        edges = [700 - 30 * line for line in range(4)]
        texts = [(60, 780 - 20 * line, FILLER) for line in range(3)]
        for line, cells in enumerate(rows_of(number, page)):
            texts += [(columns[at] + 5, edges[line] - 20, cell) for at, cell in enumerate(cells)]
        pages.append(making.shown(texts, size=10) + b"\n" + making.ruled(columns, edges))
    return making.pdf(pages)


def make_docx(number: int) -> bytes:
    document = python_docx.Document()
    for page in range(PAGES):
        for _ in range(3):
            document.add_paragraph(FILLER)
        table = document.add_table(rows=3, cols=4)
        for row, cells in zip(table.rows, rows_of(number, page), strict=True):
            for cell, words in zip(row.cells, cells, strict=True):
                cell.text = words
    return saved(document.save)


def make_doc(number: int) -> bytes:
    paragraphs = [(f"{FILLER}\r", b"")]
    for cells in rows_of(number, PAGES - 1):
        paragraphs += [(f"{cell}\x07", making.IN_TABLE) for cell in cells]
        paragraphs.append(("\x07", making.ROW_END))
    return making.doc(paragraphs)


def make_xlsx(number: int) -> bytes:
    book = openpyxl.Workbook()
    for page in range(PAGES):
        sheet = book.create_sheet(f"第{page + 1}包")
        for cells in rows_of(number, page):
            sheet.append(cells)
    return saved(book.save)


def make_xls(number: int) -> bytes:
    return making.xls({f"第{page + 1}包": rows_of(number, page) for page in range(PAGES)})


def make_ofd(number: int) -> bytes:
    pages = []
    for page in range(PAGES):
        objects = [making.ofd_rule(x, 40, x, 70) for x in (20, 35, 70, 150, 180)]
        objects += [making.ofd_rule(20, y, 180, y) for y in (40, 50, 60, 70)]
        for line, cells in enumerate(rows_of(number, page)):
            objects += [making.ofd_text((21, 36, 71, 151)[at], 43 + 10 * line, cell) for at, cell in enumerate(cells)]
        pages.append("".join(objects))
    return making.ofd(pages)


def make_html(number: int) -> bytes:
    lines = []
    for page in range(PAGES):
        cells = ("".join(f"<td>{cell}</td>" for cell in row) for row in rows_of(number, page))
        lines.append(f"<p>{FILLER}</p><table>{''.join(f'<tr>{row}</tr>' for row in cells)}</table>")
    return f"<html><body>{''.join(lines)}</body></html>".encode("gbk")


def make_rtf(number: int) -> bytes:
    rows = []
    for page in range(PAGES):
        for cells in rows_of(number, page):
            written = "".join(f"{escaped(cell)}\\cell " for cell in cells)
            rows.append(f"\\trowd\\pard\\intbl {written}\\row\\pard {escaped(FILLER)}\\par")
    return ("{\\rtf1\\ansi\\ansicpg936 " + "".join(rows) + "}").encode()


def escaped(text: str) -> str:
    return "".join(char if ord(char) < 128 else f"\\u{ord(char)}?" for char in text)


def make_csv(number: int) -> bytes:
    return "\r\n".join(",".join(cells) for page in range(PAGES) for cells in rows_of(number, page)).encode("gb18030")


def make_zip(number: int) -> bytes:
    return making.zipped({"采购文件/需求.docx": make_docx(number), "说明.txt": FILLER})


def make_txt(number: int) -> bytes:
    lines = [" ".join(cells) for page in range(PAGES) for cells in rows_of(number, page)]
    return "\n".join([FILLER, *lines]).encode("utf-16")


def make_mail(number: int) -> bytes:
    return b"MIME-Version: 1.0\nContent-Type: text/html; charset=gbk\nContent-Transfer-Encoding: 8bit\n\n" + make_html(
        number
    )


FORMATS: dict[str, Callable[[int], bytes]] = {
    "pdf": make_pdf,
    "docx": make_docx,
    "doc": make_doc,
    "xlsx": make_xlsx,
    "xls": make_xls,
    "ofd": make_ofd,
    "rtf": make_rtf,
    "html": make_html,
    "csv": make_csv,
    "txt": make_txt,
    "mail": make_mail,
    "zip": make_zip,
}


def saved(save: Callable[[io.BytesIO], object]) -> bytes:
    buffer = io.BytesIO()
    save(buffer)
    return buffer.getvalue()


def make_scan(number: int, dots: int) -> bytes:
    """A scanned page: two faces, four sizes, slants up to one degree, grey ground, noise, JPEG."""
    from tests.documents import scanning

    page = scanning.page(
        [FILLER] * 3, scanned_rows(number), dots=dots, size=9 + number % 4, font=("serif", "sans")[number % 2]
    )
    slant = (0.0, 0.5, -0.5, 1.0, -1.0)[number % 5]
    return scanning.pdf_of([scanning.scanned(page, seed=number, skew=slant, quality=50 + 10 * (number % 4))], dots)


def scanned_rows(number: int) -> Rows:
    """Every product once, with quantities that tell the mentions apart."""
    planted = [(str(line + 1), "设备", product, f"{number + line + 3}块") for line, product in enumerate(PRODUCTS)]
    return [HEAD, *planted]


def mentions(kind: str, number: int) -> list[tuple[str, str]]:
    """What a file names, each with the quantity that stands in its line."""
    if kind.startswith("scan"):
        return [(row[2], row[3]) for row in scanned_rows(number)[1:]]
    return [(PRODUCTS[number % len(PRODUCTS)], f"{number + 3}块")]
