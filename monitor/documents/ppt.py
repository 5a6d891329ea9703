"""PowerPoint 97-2003 slides and old .dps: the text records in the order of the stream (source: MS-PPT 2.3, 2.9)."""

import io
import struct
from collections.abc import Iterator

import olefile  # type: ignore[import-untyped]

from monitor.documents.reading import ENCRYPTED, EncryptedError, Reading, conclude
from notices.document import Text

_CONTAINER, _CHARS, _BYTES, _ENCRYPTED_TOKEN = 0xF, 0x0FA0, 0x0FA8, 0xF3D1C4DF
_DEEPEST = 24


def read_ppt(data: bytes) -> Reading:
    """All text of the slides, masters and notes as lines; the format keeps no table rows together."""
    with olefile.OleFileIO(io.BytesIO(data)) as ole:
        user: bytes = ole.openstream("Current User").read() if ole.exists("Current User") else b""
        if len(user) >= 16 and struct.unpack_from("<I", user, 12)[0] == _ENCRYPTED_TOKEN:
            raise EncryptedError(ENCRYPTED)
        stream: bytes = ole.openstream("PowerPoint Document").read()
    lines = dict.fromkeys(line for text in _texts(stream, 0, len(stream), 0) for line in _lines(text))
    return conclude("ppt", [Text("", "\n".join(lines))])


def _texts(stream: bytes, start: int, end: int, depth: int) -> Iterator[str]:
    while start + 8 <= end:
        version, kind, length = struct.unpack_from("<HHI", stream, start)
        first, start = start + 8, start + 8 + length
        if version & 0xF == _CONTAINER and depth < _DEEPEST:
            yield from _texts(stream, first, min(start, end), depth + 1)
        elif kind == _CHARS:
            yield stream[first : min(start, end)].decode("utf-16-le", errors="replace")
        elif kind == _BYTES:
            yield stream[first : min(start, end)].decode("latin-1")


def _lines(text: str) -> Iterator[str]:
    parts = text.replace("\x0b", "\r").split("\r")
    return filter(None, (" ".join(part.split()) for part in parts))
