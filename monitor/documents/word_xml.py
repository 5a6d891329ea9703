"""WordprocessingML as lines: paragraphs, tables with merged cells, text boxes; shared by .docx and Word 2003 XML."""

from collections.abc import Iterator

from lxml import etree

from monitor.documents.reading import join_cells
from monitor.documents.symbols import PRIVATE, symbol
from monitor.documents.xml import attribute, child, local

_BREAKS = {"br": "\n", "cr": "\n", "tab": "\t", "noBreakHyphen": "-", "ptab": "\t"}
# Deleted and moved-away text, field codes, and the second copy of a drawing kept for old programs.
_SKIPPED_NAMES = "del moveFrom instrText delText Fallback pPr rPr tblPr tcPr trPr sectPr binData fldData"
_SKIPPED = frozenset(_SKIPPED_NAMES.split())
_BLOCKS = frozenset({"p", "tbl"})


def block_lines(parent: etree._Element) -> Iterator[str]:
    """The lines of a body, cell, header, note or text box: a line per paragraph, a line per table row."""
    for element in parent:
        name = local(element)
        if name == "p":
            yield from _paragraph_lines(element)
        elif name == "tbl":
            yield from _table_lines(element)
        elif name and name not in _SKIPPED:
            yield from block_lines(element)


def _paragraph_lines(paragraph: etree._Element) -> Iterator[str]:
    pieces: list[str] = []
    boxes: list[etree._Element] = []
    _gather(paragraph, pieces, boxes)
    for line in "".join(pieces).splitlines():
        if closed := " ".join(line.split()):
            yield closed
    for box in boxes:
        yield from block_lines(box)


def _gather(element: etree._Element, pieces: list[str], boxes: list[etree._Element]) -> None:
    """Collects the text of runs in order; a text box is set aside, to follow the paragraph that anchors it."""
    for inner in element:
        name = local(inner)
        if name == "t":
            pieces.append(inner.text or "")
        elif name in _BREAKS:
            pieces.append(_BREAKS[name])
        elif name == "sym":
            pieces.append(_symbol(inner))
        elif name == "txbxContent":
            boxes.append(inner)
        elif name in _BLOCKS:
            boxes.append(element)
            return
        elif name and name not in _SKIPPED:
            _gather(inner, pieces, boxes)


def _symbol(element: etree._Element) -> str:
    """A character of a symbol font, by its code; of another font, the character itself."""
    code = attribute(element, "char")
    value = int(code, 16) if code and all(digit in "0123456789abcdefABCDEF" for digit in code) else 0
    if value in PRIVATE or attribute(element, "font").startswith(("Wingdings", "Symbol", "Webdings")):
        return symbol(value)
    return chr(value) if 32 <= value < 0xD800 else " "


def _table_lines(table: etree._Element) -> Iterator[str]:
    """A line per row; a cell merged downwards stands in each row that it spans, one merged sideways once.

    Rules: ECMA-376 Part 1, 17.4.17 gridSpan and 17.4.84 vMerge (no value means continue).
    """
    above: dict[int, str] = {}
    for row in _rows(table):
        column = _grid_skip(row, "gridBefore")
        cells: list[str] = []
        nested: list[str] = []
        current: dict[int, str] = {}
        for cell in _cells(row):
            properties = child(cell, "tcPr")
            text, inner = _cell_text(cell)
            merge = child(properties, "vMerge")
            if merge is None:
                merge = child(properties, "vmerge")
            if merge is not None and attribute(merge, "val", "continue") == "continue":
                text = text or above.get(column, "")
            if merge is not None:
                current[column] = text
            cells.append(text)
            nested.extend(inner)
            column += _span(child(properties, "gridSpan"))
        above = current
        yield from filter(None, [join_cells(cells)])
        yield from nested


def _cell_text(cell: etree._Element) -> tuple[str, list[str]]:
    """A cell's own lines joined by a space, and the rows of the tables inside it, which follow its row."""
    own: list[str] = []
    nested: list[str] = []
    for element in cell:
        name = local(element)
        if name == "tbl":
            nested.extend(_table_lines(element))
        elif name == "p":
            own.extend(_paragraph_lines(element))
        elif name and name not in _SKIPPED and name != "tcPr":
            text, inner = _cell_text(element)
            own.append(text)
            nested.extend(inner)
    return " ".join(filter(None, own)), nested


def _rows(parent: etree._Element) -> Iterator[etree._Element]:
    for element in parent:
        name = local(element)
        if name == "tr":
            if not _deleted(element):
                yield element
        elif name in ("sdt", "sdtContent", "ins", "customXml", "moveTo"):
            yield from _rows(element)


def _deleted(row: etree._Element) -> bool:
    return child(row, "trPr", "del") is not None


def _cells(parent: etree._Element) -> Iterator[etree._Element]:
    for element in parent:
        name = local(element)
        if name == "tc":
            yield element
        elif name in ("sdt", "sdtContent", "ins", "customXml", "moveTo"):
            yield from _cells(element)


def _span(element: etree._Element | None) -> int:
    value = attribute(element, "val") if element is not None else ""
    return max(1, int(value)) if value.isdigit() else 1


def _grid_skip(row: etree._Element, name: str) -> int:
    element = child(row, "trPr", name)
    value = attribute(element, "val") if element is not None else ""
    return int(value) if value.isdigit() else 0


def first_body(root: etree._Element) -> Iterator[etree._Element]:
    """The bodies of a document element, wherever a flat or wrapped document keeps them."""
    for body in root.iter():
        if local(body) == "body":
            yield from [body]
