"""Small DOCX and XLSX files, written with the standard library (ECMA-376, the parts that every reader needs)."""

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument."
_RELATIONS = f"{_PACKAGE}/relationships"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def write_docx(paragraphs: Sequence[str], table: Sequence[Sequence[str]] = ()) -> bytes:
    """A Word document of paragraphs, then one table."""
    body = "".join(map(_paragraph, paragraphs))
    if table:
        rows = "".join(f"<w:tr>{''.join(f'<w:tc>{_paragraph(cell)}</w:tc>' for cell in row)}</w:tr>" for row in table)
        body += f"<w:tbl><w:tblPr/><w:tblGrid/>{rows}</w:tbl>"
    document = f'{_HEAD}<w:document xmlns:w="{_WORD}"><w:body>{body}<w:sectPr/></w:body></w:document>'
    parts = {"word/document.xml": document}
    return _package(parts, {"/word/document.xml": f"{_TYPE}wordprocessingml.document.main+xml"}, "word/document.xml")


def write_xlsx(sheets: Mapping[str, Sequence[Sequence[str]]]) -> bytes:
    """A workbook of named sheets; cells that look like numbers are numbers."""
    names = list(sheets)
    entries = "".join(f'<sheet name={quoteattr(name)} sheetId="{n}" r:id="r{n}"/>' for n, name in enumerate(names, 1))
    targets = "".join(
        f'<Relationship Id="r{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(names) + 1)
    )
    workbook = f'<workbook xmlns="{_SHEET}" xmlns:r="{_OFFICE}"><sheets>{entries}</sheets></workbook>'
    parts = {
        "xl/workbook.xml": f"{_HEAD}{workbook}",
        "xl/_rels/workbook.xml.rels": f'{_HEAD}<Relationships xmlns="{_RELATIONS}">{targets}</Relationships>',
    }
    types = {"/xl/workbook.xml": f"{_TYPE}spreadsheetml.sheet.main+xml"}
    for n, name in enumerate(names, 1):
        parts[f"xl/worksheets/sheet{n}.xml"] = _worksheet(sheets[name])
        types[f"/xl/worksheets/sheet{n}.xml"] = f"{_TYPE}spreadsheetml.worksheet+xml"
    return _package(parts, types, "xl/workbook.xml")


def _paragraph(text: str) -> str:
    return f'<w:p><w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'


def _worksheet(rows: Sequence[Sequence[str]]) -> str:
    lines = []
    for n, row in enumerate(rows, 1):
        cells = "".join(_cell(f"{chr(ord('A') + column)}{n}", cell) for column, cell in enumerate(row))
        lines.append(f'<row r="{n}">{cells}</row>')
    return f'{_HEAD}<worksheet xmlns="{_SHEET}"><sheetData>{"".join(lines)}</sheetData></worksheet>'


def _cell(place: str, text: str) -> str:
    if re.fullmatch(r"[1-9]\d*(?:\.\d+)?", text):
        return f'<c r="{place}"><v>{text}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t>{escape(text)}</t></is></c>'


def _package(parts: Mapping[str, str], types: Mapping[str, str], main: str) -> bytes:
    overrides = "".join(f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in types.items())
    content_types = (
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f"{overrides}</Types>"
    )
    relation = f'<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="{main}"/>'
    root = f'{_HEAD}<Relationships xmlns="{_RELATIONS}">{relation}</Relationships>'
    return zip_of({"[Content_Types].xml": content_types.encode(), "_rels/.rels": root.encode()} | _encoded(parts))


def _encoded(parts: Mapping[str, str]) -> dict[str, bytes]:
    return {name: text.encode() for name, text in parts.items()}


class _GbkNamed(zipfile.ZipInfo):
    """A member whose name is stored in GBK without the UTF-8 flag, as archivers on Chinese Windows do."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802
        return self.filename.encode("gbk"), self.flag_bits & ~0x800


def zip_of(members: Mapping[str, bytes]) -> bytes:
    """A ZIP of the members; the same members give the same bytes, names that are not ASCII are in GBK."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            entry = _GbkNamed(name, (2026, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return buffer.getvalue()
