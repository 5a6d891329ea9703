"""A small PDF writer for Chinese text: no font is embedded, and a ToUnicode map lets every reader extract the words."""

import re
from collections.abc import Sequence

_FONT = (
    b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H"
    b" /DescendantFonts [4 0 R] /ToUnicode 6 0 R >>"
)
_CID_FONT = (
    b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000 /W [1 95 500]"
    b" /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >> /FontDescriptor 5 0 R >>"
)
_FONT_DESCRIPTOR = (
    b"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0"
    b" /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>"
)
# Lines of 18 points on a page of A4, and full-width characters of 14 points in a line.
_LINES_PER_PAGE, _WIDTH = 40, 34


def write_pdf(pages: Sequence[Sequence[str]]) -> bytes:
    """An A4 document; each page is a sequence of lines, longer ones are wrapped (ISO 32000-1, 9.7 and 9.10.3)."""
    contents = [_page_content(_wrapped(lines)) for lines in pages]
    used = sorted({character for lines in pages for line in lines for character in line if ord(character) < 0x10000})
    first = 7  # after the catalog, the page tree and the four objects of the font
    kids = " ".join(f"{first + 2 * n} 0 R" for n in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {len(pages)} /Kids [{kids}] >>".encode(),
        _FONT,
        _CID_FONT,
        _FONT_DESCRIPTOR,
        _stream(_to_unicode(used)),
    ]
    for n, content in enumerate(contents):
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >>"
            + f" /Contents {first + 2 * n + 1} 0 R >>".encode()
        )
        objects.append(_stream(content))
    return _file(objects)


def _wrapped(lines: Sequence[str]) -> list[str]:
    pieces = []
    for line in lines:
        piece, width = "", 0.0
        # A run of Latin letters and digits is never broken: a model name stays whole.
        for run in re.findall(r"[!-~]+|.", line):
            size = len(run) * (0.5 if run.isascii() else 1.0)
            if piece and width + size > _WIDTH:
                pieces.append(piece)
                piece, width = "", 0.0
            piece, width = piece + run, width + size
        pieces.append(piece)
    if len(pieces) > _LINES_PER_PAGE:
        raise ValueError(f"a page holds {_LINES_PER_PAGE} lines, not {len(pieces)}: split it")
    return pieces


def _page_content(lines: Sequence[str]) -> bytes:
    shown = "".join(f"<{line.encode('utf-16-be').hex()}> Tj T*\n" for line in lines)
    return f"BT\n/F1 14 Tf\n18 TL\n56 780 Td\n{shown}ET".encode()


def _to_unicode(characters: Sequence[str]) -> bytes:
    """The CMap from the codes in the text (which are UCS-2 already) to Unicode, in blocks of at most 100."""
    codes = [character.encode("utf-16-be").hex() for character in characters]
    blocks = []
    for start in range(0, len(codes), 100):
        block = codes[start : start + 100]
        pairs = "\n".join(f"<{code}> <{code}>" for code in block)
        blocks.append(f"{len(block)} beginbfchar\n{pairs}\nendbfchar\n")
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        "1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n"
        + "".join(blocks)
        + "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend"
    ).encode()


def _stream(data: bytes) -> bytes:
    return f"<< /Length {len(data)} >>\nstream\n".encode() + data + b"\nendstream"


def _file(objects: Sequence[bytes]) -> bytes:
    out = bytearray(b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n".encode() + content + b"\nendobj\n"
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}".encode()
    out += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)
