"""What a document is, by its content; its name decides only between kinds of plain text."""

import io
import re
import zipfile

import olefile  # type: ignore[import-untyped]

from notices.encoding import decode

_MAGIC = (
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"PK\x07\x08", "zip"),
    (olefile.MAGIC, "ole"),
    (b"{\\rt", "rtf"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!\x1a\x07", "rar"),
    (b"\x1f\x8b", "gz"),
    (b"BZh", "bz2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x89PNG\r\n", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"II*\x00", "image"),
    (b"MM\x00*", "image"),
    (b"\x97JB2", "image"),
    (b"\x00\x00\x00\x0cjP  ", "image"),
    (b"AT&TFORM", "image"),
    (b"%TSD-Header-###%", "locked"),
    (b"MZ", "program"),
    (b"\x7fELF", "program"),
)
_OLE_STREAMS = (
    ("EncryptedPackage", "locked"),
    ("WordDocument", "doc"),
    ("Workbook", "xls"),
    ("Book", "xls"),
    ("PowerPoint Document", "ppt"),
    ("__properties_version1.0", "msg"),
)
# What a compound file around an embedded object holds.
OBJECT_STREAMS = ("Package", "CONTENTS", "\x01Ole10Native", "Equation Native")
_PARTS = (("word/", "docx"), ("xl/", "xlsx"), ("ppt/", "pptx"))
_HTML = re.compile(
    r"\s*(?:<!--.*?-->\s*|<\?xml[^>]*>\s*)*<(?:!doctype\s+html|html|head|body|table|meta|div|title|style|p)\b",
    re.IGNORECASE | re.DOTALL,
)
_MAIL = re.compile(r"(?:[A-Za-z][A-Za-z0-9-]*:[^\n]*\r?\n(?:[ \t][^\n]*\r?\n)*)+\r?\n")
_MAIL_FIELD = re.compile(
    r"^(?:mime-version|content-type|received|message-id|return-path):", re.IGNORECASE | re.MULTILINE
)
_FLAT_XML = (
    ("office:spreadsheet", "xml_sheet"),
    ("office/word/2003/wordml", "xml_word"),
    ("2006/xmlPackage", "xml_word"),
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f\ufffd]")


def kind_of(data: bytes, name: str) -> str:
    """The kind of a document, one word.

    pdf, docx, xlsx, xlsb, pptx, ofd, odt, ods, doc, xls, ppt, msg, rtf, html, mail, csv, txt, xml_sheet, xml_word, xml,
    zip, tar, gz, bz2, xz, 7z, rar, image, locked (encrypted), program, ole (another office file), empty or unknown.
    """
    if not data.strip(b"\x00\r\n\t "):
        return "empty"
    head = data[:4096]
    if head.startswith(b"MZ") and zipfile.is_zipfile(io.BytesIO(data)):
        return _zip_kind(data)
    for magic, kind in _MAGIC:
        if head.startswith(magic) and not (kind in ("program", "bz2") and _is_text(data)):
            return {"zip": _zip_kind, "ole": _ole_kind}[kind](data) if kind in ("zip", "ole") else kind
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if head[:2] == b"BM" and head[6:10] == bytes(4):
        return "image"
    if (head[:4] == b"RIFF" and head[8:12] == b"WEBP") or head[4:12] in (b"ftypheic", b"ftypavif", b"ftypmif1"):
        return "image"
    if data[257:262] == b"ustar":
        return "tar"
    return _text_kind(data, name) if _is_text(data) else "unknown"


def _zip_kind(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = [name.replace("\\", "/").lstrip("/").lower() for name in archive.namelist()]
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return _broken_zip_kind(data)
    if "ofd.xml" in names:
        return "ofd"
    if "xl/workbook.bin" in names:
        return "xlsb"
    if "[content_types].xml" in names:
        return next((kind for prefix, kind in _PARTS if any(name.startswith(prefix) for name in names)), "zip")
    if "content.xml" in names and "meta-inf/manifest.xml" in names:
        mark = data[:200]
        return "ods" if b"spreadsheet" in mark else "odp" if b"presentation" in mark else "odt"
    return "zip"


def _broken_zip_kind(data: bytes) -> str:
    marks = ((b"word/", "docx"), (b"xl/", "xlsx"), (b"ppt/", "pptx"), (b"OFD.xml", "ofd"))
    return next((kind for mark, kind in marks if mark in data[:65536]), "zip")


def _ole_kind(data: bytes) -> str:
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            found = next((kind for stream, kind in _OLE_STREAMS if ole.exists(stream)), "")
            if found or any(ole.exists(stream) for stream in OBJECT_STREAMS):
                return found or "ole"
    except (OSError, ValueError, IndexError, TypeError, AttributeError):
        pass
    # Where the directory is damaged it can still be told what the file was, so that its reader says that it is damaged.
    return next((kind for stream, kind in _OLE_STREAMS if stream.encode("utf-16-le") in data), "ole")


def _is_text(data: bytes) -> bool:
    """Whether the bytes decode to text almost without control characters and replacement characters."""
    sample = decode(data[:20_000])
    if not sample.strip():
        return False
    if data[:2] not in (b"\xff\xfe", b"\xfe\xff") and data[:20_000].count(0) and not _looks_utf16(data):
        return False
    return len(_CONTROL.findall(sample)) <= 1 + len(sample) // 100


def _looks_utf16(data: bytes) -> bool:
    head = data[:400]
    return head.count(0) * 5 >= len(head) and 0 in (head[1::2].count(0), head[::2].count(0))


def _text_kind(data: bytes, name: str) -> str:
    text = decode(data[:20_000])
    head = text[:4096].lstrip("\ufeff")
    if head.lstrip().startswith("<?xml") or "<?mso-application" in head:
        for mark, kind in _FLAT_XML:
            if mark in text:
                return kind
    if _HTML.match(head):
        return "html"
    if head.lstrip().startswith("<?xml"):
        return "html" if "<html" in head.lower() else "xml"
    mail = _MAIL.match(head.lstrip())
    if mail and _MAIL_FIELD.search(mail[0]):
        return "mail"
    return "csv" if name.lower().endswith((".csv", ".tsv")) else "txt"
