"""Excel 2003 XML workbooks (one file of ss:Workbook)."""

from collections.abc import Iterator

from lxml import etree

from monitor.documents.reading import Reading, conclude, join_cells, place
from monitor.documents.xml import attribute, child, children, descendants, parse_xml
from notices.document import Text


def read_xml_sheet(data: bytes) -> Reading:
    """Every worksheet under "#sheet=NAME"; an index on a cell says how many empty ones were left out before it."""
    sheets = descendants(parse_xml(data), "Worksheet")
    return conclude(
        "xml_sheet", [Text(place(sheet=attribute(sheet, "Name")), "\n".join(_lines(sheet))) for sheet in sheets]
    )


def _lines(sheet: etree._Element) -> Iterator[str]:
    for row in descendants(sheet, "Row"):
        cells: list[str] = []
        for cell in children(row, "Cell"):
            index = attribute(cell, "Index")
            if index.isdigit() and len(cells) < int(index) - 1 < 16_384:
                cells.extend([""] * (int(index) - 1 - len(cells)))
            data = child(cell, "Data")
            cells.append("".join(str(text) for text in data.itertext()) if data is not None else "")
        yield from filter(None, [join_cells(cells)])
