"""Reads 240 documents that it makes, each naming a product once, and prints what was found and at what cost.

A mention counts as found if the product's name stands in the document's text, whole, and in the line of its quantity.
"""

import io
import resource
import sys
import time
from collections.abc import Callable

import docx as python_docx
import openpyxl

from monitor.documents import Limits, Reading, end_workers, read_document, read_safely
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
FILES, PAGES = 20, 5
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


def is_found(reading: Reading, number: int) -> bool:
    product, quantity = PRODUCTS[number % len(PRODUCTS)], f"{number + 3}块"
    return any(product in line and quantity in line for text in reading.texts for line in text.content.splitlines())


def milliseconds(read: Callable[[bytes, str, Limits], Reading], files: list[bytes], kind: str) -> tuple[float, int]:
    """Time per page over all files, and how many of them gave their mention."""
    started = time.perf_counter()
    readings = [read(data, f"x.{kind}", Limits()) for data in files]
    pages = 1 if kind == "doc" else PAGES
    spent = (time.perf_counter() - started) * 1000 / (len(files) * pages)
    return spent, sum(is_found(reading, number) for number, reading in enumerate(readings))


def main() -> int:
    read_safely(b"x", "x.txt")
    total = found = 0
    print(f"{'format':8}{'files':>6}{'found':>7}{'ms/page':>10}{'confined':>10}{'ratio':>7}")
    for kind, make in FORMATS.items():
        files = [make(number) for number in range(FILES)]
        plain, hits = milliseconds(read_document, files, kind)
        confined, confined_hits = milliseconds(read_safely, files, kind)
        found += min(hits, confined_hits)
        total += len(files)
        print(f"{kind:8}{len(files):6}{hits:7}{plain:10.2f}{confined:10.2f}{confined / plain:7.1f}")
    end_workers()
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"planted mentions found with their quantity: {found}/{total} = {found / total:.3f} (at least 0.98)")
    print(f"most memory of the confined process: {memory:.0f} MiB (at most 500)")
    return 0 if found >= 0.98 * total and memory <= 500 else 1


if __name__ == "__main__":
    sys.exit(main())
