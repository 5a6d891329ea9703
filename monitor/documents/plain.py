"""Plain text, comma-separated tables, HTML pages and unnamed XML."""

import binascii
import csv
import io
import re
from collections.abc import Iterator
from functools import partial

from monitor.documents.figures import Figure, read_figures
from monitor.documents.reading import Allowance, Reading, conclude, join_cells, place
from monitor.documents.xml import parse_xml
from notices.document import Text
from notices.encoding import decode
from notices.html_text import read_text

# A picture inside a page (RFC 2397).
_PICTURE = re.compile(rb"data:image/(?:png|jpe?g|gif|bmp|webp);base64,\s*([A-Za-z0-9+/\s]{200,}={0,2})", re.IGNORECASE)
_SEPARATORS = "\t,;|，"


def read_plain(data: bytes) -> Reading:
    """A text file: its lines, closed up at the right, in whatever of UTF-8, UTF-16 and GB18030 it is written."""
    lines = (line.rstrip() for line in decode(data).splitlines())
    return conclude("txt", [Text("", "\n".join(lines).strip("\n"))])


def read_csv(data: bytes) -> Reading:
    """A table in text: a line per record. The separator is the one that stands most evenly in the first lines."""
    text = decode(data)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text))
    try:
        content = "\n".join(filter(None, (join_cells(row) for row in rows)))
    except csv.Error:
        content = text
    return conclude("csv", [Text("", content)])


def _separator(text: str) -> str:
    lines = [line for line in text.splitlines()[:20] if line.strip()]
    counts = {mark: min((line.count(mark) for line in lines), default=0) for mark in _SEPARATORS}
    return max(_SEPARATORS, key=lambda mark: counts[mark]) if any(counts.values()) else ","


def read_html(data: bytes, allowance: Allowance) -> Reading:
    """A page, or a workbook or letter that an office program saved as one; pictures written into it are read too."""
    texts = [Text("", read_text(decode(data)))]
    missing: list[str] = []
    read_figures(_figures(data), texts, allowance, missing)
    return conclude("html", texts, missing)


def _figures(data: bytes) -> Iterator[Figure]:
    for number, found in enumerate(_PICTURE.finditer(data), 1):
        name = f"picture {number}"
        yield Figure(place(part=name), name, partial(_unpacked, found[1]))


def _unpacked(written: bytes) -> bytes:
    return binascii.a2b_base64(written[: len(written) // 4 * 4]) if written else b""


def read_xml(data: bytes) -> Reading:
    """XML of a kind not known here: the text of each element as a line."""
    texts = (str(text).strip() for text in parse_xml(data).itertext())
    return conclude("xml", [Text("", "\n".join(filter(None, texts)))])
