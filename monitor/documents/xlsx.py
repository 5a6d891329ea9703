"""Workbooks in OOXML (.xlsx, .xlsm, new .et), streamed: a value in the last of a million rows costs one row."""

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape

from lxml import etree

from monitor.documents.docx import MACROS, chart_texts, read_embedded
from monitor.documents.figures import read_figures
from monitor.documents.package import Package
from monitor.documents.reading import Allowance, NotReadError, Reading, conclude, place
from monitor.documents.sheets import Merged, as_written, number_text, sheet_text
from monitor.documents.xml import attribute, child, children, descendants, local, stream_xml
from notices.document import Text

# They stand behind the rows, near the end of the part.
_TAIL = 1 << 17
Range = tuple[tuple[int, int], tuple[int, int]]
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s+ref="([A-Z]+\d+):([A-Z]+\d+)"')
_MARGIN = re.compile(rb"<(?:\w+:)?(?:odd|even|first)(?:Header|Footer)>([^<]*)<")
_MARGIN_CODE = re.compile(r'&(?:"[^"]*"|K[0-9A-Fa-f]{6}|\d+|[A-Za-z])')
_CELL = re.compile(r"([A-Z]{1,3})(\d{1,7})$", re.IGNORECASE)
# Built-in formats that show a date or time, ECMA-376 Part 1, 18.8.30, with the Chinese ones.
_DATE_FORMATS = frozenset([*range(14, 23), *range(27, 37), 45, 46, 47, *range(50, 59)])
_NOT_DATE = re.compile(r'"[^"]*"|\\.|\[(?!h+\]|m+\]|s+\])[^\]]*\]|general', re.IGNORECASE)


@dataclass(slots=True)
class _Book:
    """What all sheets share: the strings, which styles show dates, and the day that dates count from."""

    strings: list[str] = field(default_factory=list)
    date_styles: frozenset[int] = frozenset()
    epoch: datetime.datetime = datetime.datetime(1899, 12, 30)  # noqa: DTZ001 - a sheet's dates have no zone


@dataclass(slots=True)
class _Sheet:
    """A sheet by its name and part: its lines with their row numbers, and its printed headers and footers."""

    name: str
    part: str
    lines: list[tuple[int, str]] = field(default_factory=list)
    margins: list[str] = field(default_factory=list)


def read_xlsx(data: bytes, allowance: Allowance) -> Reading:
    """Every sheet under "#sheet=NAME", hidden ones too, then comments, drawings and files that are embedded."""
    package = Package(data, allowance)
    main = package.main_part("xl/workbook.xml")
    root = package.xml(main)
    relations = package.relations(main)
    book = _Book(_strings(package), _date_styles(package))
    properties = child(root, "workbookPr")
    if properties is not None and attribute(properties, "date1904") in ("1", "true"):
        book.epoch = datetime.datetime(1904, 1, 1)  # noqa: DTZ001
    missing: list[str] = []
    texts: list[Text] = []
    left = allowance.limits.characters
    for entry in descendants(root, "sheet"):
        sheet = _Sheet(attribute(entry, "name"), relations.get(attribute(entry, "id"), ""))
        if "chartsheet" in sheet.part.lower() or "dialogsheet" in sheet.part.lower():
            continue
        left = _read_sheet(package, sheet, book, left, missing)
        texts.append(sheet_text(sheet.name, sheet.lines))
        texts.append(Text(place(sheet=sheet.name, part="margins"), "\n".join(sheet.margins)))
    texts.extend(_side_texts(package))
    texts.extend(read_embedded(package, "xl/embeddings/", missing))
    texts.extend(chart_texts(package, "xl/charts/chart"))
    read_figures(package.figures("xl/media/"), texts, allowance, missing)
    macros = any(name.lower().endswith("vbaproject.bin") for name in package.members)
    return conclude("xlsx", texts, missing, [MACROS] if macros else [])


def _read_sheet(package: Package, sheet: _Sheet, book: _Book, left: int, missing: list[str]) -> int:
    """Adds a sheet's rows as lines and gives the characters that are left; damage and limit are named in `missing`."""
    try:
        ranges, end = _beside_rows(package, sheet.part)
        sheet.margins.extend(_margins(end))
        merged = Merged(ranges)
        for number, cells in _rows(package, sheet.part, book):
            if line := merged.line(number, cells):
                sheet.lines.append((number + 1, line))
                left -= len(line) + 1
            if left < 0:
                missing.append(f"the sheet {sheet.name} is longer than the limit of characters")
                return 0
    except NotReadError as error:
        missing.append(f"the sheet {sheet.name}: {error}")
    return left


def _margins(end: bytes) -> Iterator[str]:
    """The printed headers and footers of a sheet without their codes (ECMA-376 Part 1, 18.3.1.46)."""
    for found in _MARGIN.findall(end):
        words = _MARGIN_CODE.sub(" ", unescape(found.decode("utf-8", "replace")).replace("&&", "\x00"))
        yield from filter(None, [" ".join(words.replace("\x00", "&").split())])


def _beside_rows(package: Package, part: str) -> tuple[list[Range], bytes]:
    """The merged ranges, which stand after the rows and are needed before them, found without parsing the rows; and
    the last bytes of the part.
    """
    ranges: list[Range] = []
    tail = end = b""
    with package.open(part) as stream:
        while chunk := stream.read(1 << 20):
            end = (end + chunk)[-_TAIL:]
            block = tail + chunk
            for first, last in _MERGED.findall(block):
                start, stop = _reference(first.decode()), _reference(last.decode())
                if start and stop and stop[0] > start[0]:
                    ranges.append((start, stop))
            tail = block[-64:] if b"mergeCell" not in block[-64:] else block[block.rfind(b"<") :][-200:]
    return ranges, end


def _reference(text: str) -> tuple[int, int] | None:
    """Row and column, from 0, of a reference such as "B7"."""
    found = _CELL.match(text)
    if not found:
        return None
    column = 0
    for letter in found[1].upper():
        column = column * 26 + ord(letter) - 64
    return int(found[2]) - 1, column - 1


def _rows(package: Package, part: str, book: _Book) -> Iterator[tuple[int, dict[int, str]]]:
    number = -1
    with package.open(part) as stream:
        for row in stream_xml(stream, "row"):
            written = row.get("r", "")
            number = int(written) - 1 if written.isdigit() else number + 1
            cells: dict[int, str] = {}
            column = -1
            for cell in row:
                where = _reference(cell.get("r", ""))
                column = where[1] if where else column + 1
                if value := _value(cell, book):
                    cells[column] = value
            if cells:
                yield number, cells


def _value(cell: etree._Element, book: _Book) -> str:
    """A cell as a reader sees it; of a formula, the value that was last computed (ECMA-376 Part 1, 18.3.1.4)."""
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        inline = child(cell, "is")
        return _string(inline) if inline is not None else ""
    found = child(cell, "v")
    raw = (found.text or "").strip() if found is not None else ""
    if not raw or kind in ("str", "e", "d"):
        return raw
    if kind == "s":
        return book.strings[int(raw)] if raw.isdigit() and int(raw) < len(book.strings) else ""
    if kind == "b":
        return "TRUE" if raw == "1" else "FALSE"
    try:
        number = float(raw)
    except ValueError:
        return raw
    style = cell.get("s", "")
    return _date(number, book) if style.isdigit() and int(style) in book.date_styles else number_text(number)


def _date(number: float, book: _Book) -> str:
    if not 0 <= number < 2_958_466:
        return number_text(number)
    moment = book.epoch + datetime.timedelta(seconds=round(number * 86_400))
    return moment.strftime("%H:%M:%S") if number < 1 else as_written(moment)


def _strings(package: Package) -> list[str]:
    if "xl/sharedStrings.xml" not in package:
        return []
    with package.open("xl/sharedStrings.xml") as stream:
        return [_string(item) for item in stream_xml(stream, "si")]


def _string(item: etree._Element) -> str:
    """Its runs joined; the phonetic guide that may stand beside them is left out."""
    pieces = []
    for element in item:
        if local(element) == "t":
            pieces.append(element.text or "")
        elif local(element) == "r":
            pieces.extend(text.text or "" for text in children(element, "t"))
    return " ".join("".join(pieces).split())


def _date_styles(package: Package) -> frozenset[int]:
    if "xl/styles.xml" not in package:
        return frozenset()
    root = package.xml("xl/styles.xml")
    own = {
        attribute(form, "numFmtId"): _shows_date(attribute(form, "formatCode")) for form in descendants(root, "numFmt")
    }
    formats = child(root, "cellXfs")
    styles = enumerate(children(formats, "xf") if formats is not None else ())
    return frozenset(number for number, style in styles if _is_date(attribute(style, "numFmtId"), own))


def _is_date(code: str, own: dict[str, bool]) -> bool:
    return own.get(code, code.isdigit() and int(code) in _DATE_FORMATS)


def _shows_date(form: str) -> bool:
    return bool(re.search(r"[ymdhs年月日]", _NOT_DATE.sub("", form), re.IGNORECASE))


def _side_texts(package: Package) -> Iterator[Text]:
    """Comments and the text of shapes, which stand in parts of their own."""
    for folder, part, name in (("xl/comments", "comments", "t"), ("xl/drawings/drawing", "shapes", "t")):
        lines: list[str] = []
        for member in package.named(folder, ".xml"):
            lines.extend(_part_lines(package.xml(member), name))
        yield Text(place(part=part), "\n".join(lines))


def _part_lines(root: etree._Element, name: str) -> Iterator[str]:
    for holder in root.iter():
        if local(holder) in ("comment", "p"):
            line = "".join(text.text or "" for text in descendants(holder, name))
            yield from filter(None, (" ".join(part.split()) for part in line.splitlines()))
