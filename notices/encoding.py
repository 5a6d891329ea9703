"""Bytes to text when a Chinese site's charset header or meta is missing, wrong, or true of a part of the page only."""

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, lookup

_DECLARED = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
# Neither ">" nor a line feed is ever the second byte of a GBK character, so a page may be cut there.
_PIECE = re.compile(rb"[^>\n]*[>\n]?")
_UTF8_WORD = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_NO_ACCIDENT = 4
_GUESSED = {"utf-8", "ascii", "iso8859-1", "cp1252", "gb2312", "gbk", "gb18030", "hz"}


def decode(body: bytes, content_type: str | None = None) -> str:
    """The text of a page. What the bytes are comes first, what the header or the page says of them second.

    Order: byte order mark, UTF-16 by its zero bytes, UTF-8 if valid throughout, a declared encoding that is neither
    UTF-8 nor of the GB family, then UTF-8 or GB18030, decided piece by piece (a page may mix the two). Characters
    that nothing can read become U+FFFD; NUL characters are dropped.
    """
    return _decode(body, content_type).replace("\x00", "").removeprefix("\ufeff")


def _decode(body: bytes, content_type: str | None) -> str:
    marked = _by_mark(body)
    if marked:
        return body.decode(marked, errors="replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        pass
    declared = _declared(body, content_type)
    if declared not in _GUESSED:
        try:
            return body.decode(declared)
        except UnicodeDecodeError:
            pass
    return _decode_pieces(body)


def _by_mark(body: bytes) -> str | None:
    if body.startswith(BOM_UTF8):
        return "utf-8-sig"
    if body.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return "utf-16"
    even, odd = body[:400:2].count(0), body[1:400:2].count(0)
    # Markup is ASCII, so half of its bytes are zero; a Chinese character may have a zero byte too (开 is U+5F00).
    if max(even, odd) < max(2, 3 * min(even, odd)):
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _declared(body: bytes, content_type: str | None) -> str:
    """The name of the declared encoding as Python calls it; "utf-8" if none is declared or Python has no such codec."""
    for text in (content_type or "", body[:2048].decode("ascii", errors="ignore")):
        found = _DECLARED.search(text)
        if found:
            try:
                return lookup(found[1]).name
            except LookupError:
                continue
    return "utf-8"


def _decode_pieces(body: bytes) -> str:
    whole = _mostly_utf8(body)
    return "".join(_decode_piece(piece, among_utf8=whole) for piece in _PIECE.findall(body))


def _decode_piece(piece: bytes, *, among_utf8: bool) -> str:
    try:
        text = piece.decode("utf-8")
    except UnicodeDecodeError:
        return piece.decode("utf-8" if among_utf8 and _mostly_utf8(piece) else "gb18030", errors="replace")
    # A few GBK characters may by accident be valid UTF-8 ("联通" is), a longer run hardly ever.
    if among_utf8 or text.isascii() or sum(sign >= "\u0800" for sign in text) >= _NO_ACCIDENT:
        return text
    return piece.decode("gb18030", errors="replace")


def _mostly_utf8(body: bytes) -> bool:
    """Whether most of the bytes outside ASCII stand in well-formed UTF-8 characters of three or more bytes."""
    high = sum(byte >= 0x80 for byte in body)
    well_formed = sum(len(word) for word in _UTF8_WORD.findall(body) if len(word) > 2)
    return well_formed * 2 > high
