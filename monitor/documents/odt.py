"""OpenDocument texts and slides (.odt, .odp)."""

from collections.abc import Iterator

from lxml import etree

from monitor.documents.figures import read_figures
from monitor.documents.package import Package
from monitor.documents.reading import ENCRYPTED, Allowance, EncryptedError, Reading, conclude, join_cells
from monitor.documents.xml import children, local
from notices.document import Text

_SPACES = {"s": " ", "tab": "\t", "line-break": "\n"}


def read_odt(data: bytes, allowance: Allowance) -> Reading:
    """The body, then headers and footers; tables row by row."""
    package = Package(data, allowance)
    if b"encryption-data" in package.read("META-INF/manifest.xml"):
        raise EncryptedError(ENCRYPTED)
    lines = list(_lines(package.xml("content.xml")))
    if "styles.xml" in package:
        lines.extend(_lines(package.xml("styles.xml")))
    texts = [Text("", "\n".join(lines))]
    missing: list[str] = []
    read_figures(package.figures("Pictures/"), texts, allowance, missing)
    return conclude("odt", texts, missing)


def _lines(element: etree._Element) -> Iterator[str]:
    for inner in element:
        name = local(inner)
        if name in ("p", "h"):
            yield from filter(None, (" ".join(line.split()) for line in "".join(_pieces(inner)).split("\n")))
        elif name == "table-row":
            cells = (" ".join(_lines(cell)) for cell in children(inner, "table-cell"))
            yield from filter(None, [join_cells(cells)])
        elif name not in ("", "tracked-changes"):
            yield from _lines(inner)


def _pieces(element: etree._Element) -> Iterator[str]:
    yield element.text or ""
    for inner in element:
        yield _SPACES.get(local(inner), "")
        yield from _pieces(inner)
        yield inner.tail or ""
