"""Small documents made byte by byte, each with only what the test at hand needs."""

import hashlib
import io
import struct
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence

Placed = tuple[float, float, str]


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    """A ZIP of parts; text becomes UTF-8."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def rar(parts: Mapping[bytes, bytes], *, locked: bool = False) -> bytes:
    """A RAR of version 4 whose members are stored as they are, under names of these bytes."""

    def block(kind: int, flags: int, fields: bytes) -> bytes:
        body = struct.pack("<BHH", kind, flags, 7 + len(fields)) + fields
        return struct.pack("<H", zlib.crc32(body) & 0xFFFF) + body

    data = b"Rar!\x1a\x07\x00" + block(0x73, 0, bytes(6))
    for name, content in parts.items():
        sizes = struct.pack("<IIBIIBBHI", len(content), len(content), 2, zlib.crc32(content), 0x50210000, 20, 0x30,
                            len(name), 0x20)  # fmt: skip
        data += block(0x74, 0x8004 if locked else 0x8000, sizes + name) + content
    return data + block(0x7B, 0x4000, b"")


def png(width: int, height: int) -> bytes:
    """A grey picture of this size in pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\x00" + b"\x80" * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


# --- PDF -----------------------------------------------------------------------------------------------------------

_FONT = (
    b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [<< /Type /Font "
    b"/Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000 /W [1 95 500] /CIDSystemInfo << /Registry (Adobe) "
    b"/Ordering (GB1) /Supplement 2 >> /FontDescriptor << /Type /FontDescriptor /FontName /STSong-Light /Flags 6 "
    b"/FontBBox [0 -200 1000 900] /Ascent 880 /Descent -120 /CapHeight 700 /StemV 80 /ItalicAngle 0 >> >>] >>"
)
_NAMELESS_FONT = (
    b"<< /Type /Font /Subtype /Type0 /BaseFont /ABCDEF+Nameless /Encoding /Identity-H /DescendantFonts [<< /Type /Font "
    b"/Subtype /CIDFontType2 /BaseFont /ABCDEF+Nameless /DW 1000 /CIDSystemInfo << /Registry (Adobe) "
    b"/Ordering (Identity) /Supplement 0 >> /FontDescriptor << /Type /FontDescriptor /FontName /ABCDEF+Nameless "
    b"/Flags 4 /FontBBox [0 -200 1000 900] /Ascent 880 /Descent -120 /CapHeight 700 /StemV 80 /ItalicAngle 0 >> >>] >>"
)


def shown(texts: Iterable[Placed], size: float = 10.5, font: str = "F1") -> bytes:
    """Drawing commands for texts, each at (x, y) from the lower left, in points."""
    lines = []
    for x, y, text in texts:
        lines.append(f"BT /{font} {size} Tf {x} {y} Td <{text.encode('utf-16-be').hex()}> Tj ET")
    return "\n".join(lines).encode()


def ruled(columns: Sequence[float], rows: Sequence[float]) -> bytes:
    """Drawing commands for a full grid of rules at the columns' x and the rows' y."""
    lines = [f"{x} {rows[0]} m {x} {rows[-1]} l S" for x in columns]
    lines += [f"{columns[0]} {y} m {columns[-1]} {y} l S" for y in rows]
    return "\n".join(lines).encode()


PICTURE = b"q 595 0 0 842 0 0 cm /Im1 Do Q"


def pdf(
    pages: Sequence[bytes],
    *,
    rotate: int = 0,
    password: str = "",
    picture: tuple[bytes, int, int] | None = None,
) -> bytes:
    """A PDF of A4 pages from their drawing commands; /F1 is Chinese, /F2 names no characters, /Im1 is a picture.

    `picture` is a grey JPEG with its width and height; without it the picture is a grey square.
    """
    levels, width, height = picture or (b"\x80", 1, 1)
    image = b"<< /Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray /BitsPerComponent 8"
    image = image % (width, height) + (b" /Filter /DCTDecode" if picture else b"")
    kids = b" ".join(b"%d 0 R" % (7 + 2 * number) for number in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(pages), kids),
        _FONT,
        _NAMELESS_FONT,
        (image, levels),
        b"<< /Font << /F1 3 0 R /F2 4 0 R >> /XObject << /Im1 5 0 R >> >>",
    ]
    for number, commands in enumerate(pages):
        page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Rotate %d /Resources 6 0 R /Contents %d 0 R >>"
        objects += [page % (rotate, 8 + 2 * number), (b"<<", commands)]
    return _written(objects, password)


def _written(objects: Sequence[bytes | tuple[bytes, bytes]], password: str) -> bytes:
    identity = bytes(range(16))
    key, trailer = _encryption(password, identity) if password else (b"", b"")
    body, places = bytearray(b"%PDF-1.5\n"), []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        if isinstance(content, tuple):
            head, stream = content
            data = _rc4(_object_key(key, number), stream) if key else stream
            content = head + b" /Length %d >>\nstream\n" % len(data) + data + b"\nendstream"
        body += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    start = len(body)
    body += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    body += b"".join(b"%010d 00000 n \n" % place for place in places)
    ids = b"/ID [<%s> <%s>]" % ((identity.hex().encode(),) * 2)
    body += b"trailer\n<< /Size %d /Root 1 0 R %s %s >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        ids,
        trailer,
        start,
    )
    return bytes(body)


_PAD = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")


def _encryption(password: str, identity: bytes) -> tuple[bytes, bytes]:
    """Key and trailer entry of the standard handler, revision 2 (ISO 32000-1, 7.6.3)."""
    padded = (password.encode() + _PAD)[:32]
    owner = _rc4(hashlib.md5(padded).digest()[:5], padded)
    key = hashlib.md5(padded + owner + struct.pack("<i", -4) + identity).digest()[:5]
    user = _rc4(key, _PAD)
    entry = f"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <{owner.hex()}> /U <{user.hex()}> >>"
    return key, entry.encode()


def _object_key(key: bytes, number: int) -> bytes:
    return hashlib.md5(key + struct.pack("<I", number)[:3] + b"\x00\x00").digest()[:10]


def _rc4(key: bytes, data: bytes) -> bytes:
    box, j = list(range(256)), 0
    for i in range(256):
        j = (j + box[i] + key[i % len(key)]) % 256
        box[i], box[j] = box[j], box[i]
    i = j = 0
    out = bytearray()
    for byte in data:
        i = (i + 1) % 256
        j = (j + box[i]) % 256
        box[i], box[j] = box[j], box[i]
        out.append(byte ^ box[(box[i] + box[j]) % 256])
    return bytes(out)


# --- compound files: .doc, .xls, .ppt, .msg ------------------------------------------------------------------------

_FREE, _END, _TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def compound(streams: Mapping[str, bytes]) -> bytes:
    """A compound file (MS-CFB, version 3) of streams by path, each of at least 4,096 bytes: there is no mini stream."""
    entries: list[dict[str, int | str]] = [{"name": "Root Entry", "kind": 5, "start": _END, "size": 0}]
    folders: dict[str, int] = {"": 0}
    sectors: list[bytes] = []
    chain: list[int] = []
    for path, content in streams.items():
        folder, _, name = path.rpartition("/")
        if folder not in folders:
            folders[folder] = len(entries)
            entries.append({"name": folder, "kind": 1, "start": 0, "size": 0, "parent": 0})
        data = content.ljust(4096, b"\x00")
        data = data.ljust(-(-len(data) // 512) * 512, b"\x00")
        entries.append({"name": name, "kind": 2, "start": len(sectors), "size": len(data), "parent": folders[folder]})
        count = len(data) // 512
        chain += [*range(len(sectors) + 1, len(sectors) + count), _END]
        sectors += [data[place : place + 512] for place in range(0, len(data), 512)]
    directory = b"".join(_entry(number, entries) for number in range(len(entries)))
    directory = directory.ljust(-(-len(directory) // 512) * 512, b"\x00")
    first_directory, count = len(sectors), len(directory) // 512
    chain += [*range(len(sectors) + 1, len(sectors) + count), _END]
    sectors += [directory[place : place + 512] for place in range(0, len(directory), 512)]
    tables = 1
    while tables * 128 < len(sectors) + tables:
        tables += 1
    first_table = len(sectors)
    chain += [_TABLE] * tables
    chain += [_FREE] * (tables * 128 - len(chain))
    header = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, tables, first_directory, 0, 4096, _END, 0, _END, 0)
    header += struct.pack("<109I", *[*range(first_table, first_table + tables), *[_FREE] * (109 - tables)])
    return header + b"".join(sectors) + struct.pack(f"<{len(chain)}I", *chain)


def _entry(number: int, entries: list[dict[str, int | str]]) -> bytes:
    """A directory entry; the entries of one folder hang on each other as right-hand siblings."""
    entry = entries[number]
    siblings = [other for other, found in enumerate(entries) if found.get("parent") == entry.get("parent") and other]
    following = [other for other in siblings if other > number]
    inside = [other for other, found in enumerate(entries) if found.get("parent") == number]
    name = str(entry["name"]).encode("utf-16-le")
    head = name.ljust(64, b"\x00") + struct.pack("<HBB", len(name) + 2, int(entry["kind"]), 1)
    right = following[0] if following and number else _FREE
    links = struct.pack("<III", _FREE, right, inside[0] if inside else _FREE)
    return head + links + bytes(36) + struct.pack("<IQ", int(entry["start"]), int(entry["size"]))


def doc(paragraphs: Sequence[tuple[str, bytes]], *, flags: int = 0) -> bytes:
    """A Word 97 file. A paragraph is its text with its mark (CR or BEL) and the modifiers that the mark carries."""
    text = "".join(words for words, _ in paragraphs)
    start = 1024
    raw = text.encode("utf-16-le")
    page_number = -(-(start + len(raw)) // 512)
    clx = b"\x02" + struct.pack("<I", 16) + struct.pack("<II", 0, len(raw) // 2) + struct.pack("<HIH", 0, start, 0)
    edges, page, place = [start], bytearray(512), 510
    for number, (words, modifiers) in enumerate(paragraphs):
        edges.append(edges[-1] + len(words.encode("utf-16-le")))
        papx = b"\x00\x00" + modifiers
        papx += b"\x00" * (len(papx) % 2 == 0)
        place -= (len(papx) + 1 + 1) // 2 * 2
        page[place : place + 1 + len(papx)] = bytes([(len(papx) + 1) // 2]) + papx
        page[4 * (len(paragraphs) + 1) + 13 * number] = place // 2
    struct.pack_into(f"<{len(edges)}I", page, 0, *edges)
    page[511] = len(paragraphs)
    plc = struct.pack("<III", start, edges[-1], page_number)
    header = bytearray(start)
    struct.pack_into("<HH", header, 0, 0xA5EC, 193)
    struct.pack_into("<H", header, 10, flags | 0x200)
    struct.pack_into("<i", header, 76, len(raw) // 2)
    struct.pack_into("<II", header, 154 + 33 * 8, 0, len(clx))
    struct.pack_into("<II", header, 154 + 13 * 8, len(clx), len(plc))
    main = (bytes(header) + raw).ljust(page_number * 512, b"\x00") + bytes(page)
    return compound({"WordDocument": main, "1Table": clx + plc})


IN_TABLE, ROW_END = struct.pack("<HB", 0x2416, 1), struct.pack("<HBHB", 0x2416, 1, 0x2417, 1)


def xls(
    sheets: Mapping[str, Sequence[Sequence[str | float]]],
    *,
    locked: bool = False,
    places: Mapping[tuple[int, int], tuple[int, int]] | None = None,
) -> bytes:
    """An Excel 97 workbook (MS-XLS) of strings and numbers; `places` moves cells to other rows and columns."""

    def record(kind: int, data: bytes = b"") -> bytes:
        return struct.pack("<HH", kind, len(data)) + data

    bodies = []
    for rows in sheets.values():
        body = record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0))
        for row, cells in enumerate(rows):
            for column, value in enumerate(cells):
                where = struct.pack("<HHH", *(places or {}).get((row, column), (row, column)), 0)
                if isinstance(value, str):
                    text = value.encode("utf-16-le")
                    body += record(0x204, where + struct.pack("<HB", len(text) // 2, 1) + text)
                else:
                    body += record(0x203, where + struct.pack("<d", value))
        bodies.append(body + record(0x0A))
    names = [name.encode("utf-16-le") for name in sheets]
    lock = record(0x2F, struct.pack("<HHH", 0, 1, 1) + bytes(48)) if locked else b""
    first = record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0)) + lock
    place = len(first) + sum(12 + len(name) for name in names) + 4
    links = b""
    for name, body in zip(names, bodies, strict=True):
        links += record(0x85, struct.pack("<IHBB", place, 0, len(name) // 2, 1) + name)
        place += len(body)
    return compound({"Workbook": first + links + record(0x0A) + b"".join(bodies)})


# --- OOXML and OFD -------------------------------------------------------------------------------------------------

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def cell(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph(text)}</w:tc>"


def docx(body: str, parts: Mapping[str, str | bytes] | None = None) -> bytes:
    """A .docx with this body and these further parts."""
    document = f'<?xml version="1.0" encoding="UTF-8"?><w:document {W}><w:body>{body}</w:body></w:document>'
    return zipped({"[Content_Types].xml": _TYPES, "word/document.xml": document, **(parts or {})})


def ofd(pages: Sequence[str], parts: Mapping[str, str | bytes] | None = None) -> bytes:
    """An OFD document of pages, each given as the objects of one layer."""
    name = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    root = "<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>"
    links = "".join(f'<ofd:Page ID="{n}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n in range(len(pages)))
    files: dict[str, str | bytes] = {
        "OFD.xml": f"<ofd:OFD {name}><ofd:DocBody>{root}</ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {name}><ofd:Pages>{links}</ofd:Pages></ofd:Document>",
    }
    for number, objects in enumerate(pages):
        layer = f'<ofd:Page {name}><ofd:Content><ofd:Layer ID="1">{objects}</ofd:Layer></ofd:Content></ofd:Page>'
        files[f"Doc_0/Pages/Page_{number}/Content.xml"] = layer
    return zipped(files | dict(parts or {}))


def ofd_text(x: float, y: float, text: str, size: float = 4) -> str:
    """A text object with its corner at (x, y) from the upper left, in millimetres."""
    deltas = " ".join(str(size if ord(char) > 0x2E7F else size / 2) for char in text[:-1])
    code = f'<ofd:TextCode X="0" Y="{size}" DeltaX="{deltas}">{text}</ofd:TextCode>'
    return f'<ofd:TextObject ID="9" Boundary="{x} {y} 100 {size}" Size="{size}">{code}</ofd:TextObject>'


def ofd_rule(x0: float, y0: float, x1: float, y1: float) -> str:
    data = f"<ofd:AbbreviatedData>M 0 0 L {x1 - x0} {y1 - y0}</ofd:AbbreviatedData>"
    return f'<ofd:PathObject ID="8" Boundary="{x0} {y0} 200 200">{data}</ofd:PathObject>'
