"""Plain text, comma-separated tables, HTML pages and unnamed XML."""

import csv
import io

from monitor.documents.reading import Reading, conclude, join_cells
from monitor.documents.xml import parse_xml
from notices.document import Text
from notices.encoding import decode
from notices.html_text import read_text

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


def read_html(data: bytes) -> Reading:
    """A page, or a workbook or letter that an office program saved as one."""
    return conclude("html", [Text("", read_text(decode(data)))])


def read_xml(data: bytes) -> Reading:
    """XML of a kind not known here: the text of each element as a line."""
    texts = (str(text).strip() for text in parse_xml(data).itertext())
    return conclude("xml", [Text("", "\n".join(filter(None, texts)))])
