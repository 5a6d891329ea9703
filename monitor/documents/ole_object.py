"""Objects embedded in office files: a compound file around a package, a native file or a PDF."""

import io
import struct

import olefile  # type: ignore[import-untyped]

from monitor.documents.kinds import OBJECT_STREAMS
from monitor.documents.reading import Allowance, Reading, UnsupportedError

_PACKAGE, _CONTENTS, _NATIVE, _ = OBJECT_STREAMS


def read_ole_object(data: bytes, allowance: Allowance) -> Reading:
    """The file inside, under its own kind; UnsupportedError for equations, controls and objects not known."""
    with olefile.OleFileIO(io.BytesIO(data)) as ole:
        for stream in (_PACKAGE, _CONTENTS):
            if ole.exists(stream):
                return allowance.read_member(ole.openstream(stream).read(), stream)
        if ole.exists(_NATIVE):
            name, content = _native(ole.openstream(_NATIVE).read())
            return allowance.read_member(content, name)
    raise UnsupportedError("an office file of a kind that is not known")


def _native(raw: bytes) -> tuple[str, bytes]:
    """Name and content of a file that Windows' packager wrapped: size, type, label, path, then length and bytes."""
    label, rest = _until_zero(raw, 6)
    _, rest = _until_zero(raw, rest)
    length = struct.unpack_from("<I", raw, rest + 4)[0]
    start = rest + 8 + length
    size = struct.unpack_from("<I", raw, start)[0]
    return label.decode("gb18030", errors="replace"), raw[start + 4 : start + 4 + size]


def _until_zero(raw: bytes, start: int) -> tuple[bytes, int]:
    end = raw.index(b"\x00", start)
    return raw[start:end], end + 1
