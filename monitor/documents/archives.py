"""Archives: ZIP, TAR and single-file compression, each member read in its turn within one allowance."""

import bz2
import io
import lzma
import tarfile
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from typing import Protocol

from monitor.documents.package import Package
from monitor.documents.reading import (
    Allowance,
    DamagedError,
    NotReadError,
    Reading,
    RefusedError,
    UnsupportedError,
    moved,
)
from notices.document import FAILED, PARTLY_READ, READ, UNREAD, Text

_CHUNK = 1024 * 1024
# Left behind by file managers; they hold no text of the document.
_LITTER = ("__macosx/", ".ds_store", "thumbs.db", "desktop.ini")


def read_zip(data: bytes, allowance: Allowance) -> Reading:
    """A ZIP: members under "#file=NAME", in the archive's order."""
    package = Package(data, allowance)
    members = ((name, partial(package.read, name)) for name in package.members)
    return read_members("zip", members, allowance)


def read_tar(data: bytes, allowance: Allowance) -> Reading:
    """A TAR; links, devices and directories are passed over, nothing is written to disk."""
    return read_members("tar", _tar_members(data, allowance), allowance)


def _tar_members(data: bytes, allowance: Allowance) -> Iterator[tuple[str, Callable[[], bytes]]]:
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:", encoding="gb18030", errors="replace") as archive:
            for info in archive:
                if info.isreg():
                    yield _tar_name(info.name), partial(_tar_bytes, archive, info, allowance)
    except (tarfile.TarError, EOFError, ValueError) as error:
        raise DamagedError("the archive is cut off or damaged") from error


def _tar_name(name: str) -> str:
    """GB18030 reads any bytes, so a name in UTF-8 comes out as rare characters and is turned back."""
    try:
        return name.encode("gb18030").decode("utf-8")
    except UnicodeError:
        return name


def _tar_bytes(archive: tarfile.TarFile, info: tarfile.TarInfo, allowance: Allowance) -> bytes:
    if info.size > allowance.limits.part:
        raise UnsupportedError(f"is larger than {allowance.limits.part >> 20} MiB")
    stream = archive.extractfile(info)
    content = stream.read() if stream else b""
    allowance.spend(len(content), max(1, len(content)))
    return content


class _Decompressor(Protocol):
    @property
    def eof(self) -> bool: ...
    def decompress(self, data: bytes, max_length: int) -> bytes: ...


def read_compressed(data: bytes, name: str, kind: str, allowance: Allowance) -> Reading:
    """One file behind gzip, bzip2 or xz: read as itself, under its own kind and origins."""
    content = _decompress(data, kind, allowance)
    inner = name.rsplit(".", 1)[0] if "." in name else name
    return allowance.read_member(content, inner + (".tar" if name.lower().endswith(".tgz") else ""))


def _decompress(data: bytes, kind: str, allowance: Allowance) -> bytes:
    pieces: list[bytes] = []
    total = 0
    rest = data
    while rest.strip(b"\x00"):
        worker = _Inflater() if kind == "gz" else bz2.BZ2Decompressor() if kind == "bz2" else lzma.LZMADecompressor()
        try:
            for piece in _pump(worker, rest):
                total += len(piece)
                allowance.spend(len(piece), len(data))
                if total > allowance.limits.part:
                    raise UnsupportedError(f"unpacks to more than {allowance.limits.part >> 20} MiB")
                pieces.append(piece)
        except (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError) as error:
            if pieces and worker.eof:
                break
            raise DamagedError("the compressed file is cut off or damaged") from error
        if not worker.eof:
            raise DamagedError("the compressed file is cut off")
        rest = worker.unused_data
    return b"".join(pieces)


class _Inflater:
    """zlib's gzip reader with the face of the bz2 and lzma ones: it keeps what it was given and did not use."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(31)

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    def decompress(self, data: bytes, max_length: int) -> bytes:
        return self._inner.decompress(self._inner.unconsumed_tail + data, max_length)


def _pump(worker: _Decompressor, data: bytes) -> Iterator[bytes]:
    piece = worker.decompress(data, _CHUNK)
    while piece or not worker.eof:
        yield piece
        if worker.eof:
            return
        piece = worker.decompress(b"", _CHUNK)
        if not piece:
            return


def read_members(kind: str, members: Iterator[tuple[str, Callable[[], bytes]]], allowance: Allowance) -> Reading:
    """Reads named members one by one; a limit that is passed ends the reading and keeps what was read before it."""
    texts: list[Text] = []
    missing: list[str] = []
    states: list[str] = []
    try:
        for name, content in members:
            if name.lower().startswith(_LITTER) or name.lower().rsplit("/", 1)[-1] in _LITTER:
                continue
            reading = _read_one(name, content, allowance)
            states.append(reading.state)
            texts.extend(moved(name, text) for text in reading.texts)
            if reading.state != READ:
                missing.append(f"{name}: {reading.reason}")
    except NotReadError as error:
        states.append(error.state)
        missing.append(str(error))
    return Reading(kind, _fold(states, has_text=bool(texts)), _sentence(missing, len(states)), tuple(texts))


def _read_one(name: str, content: Callable[[], bytes], allowance: Allowance) -> Reading:
    try:
        data = content()
    except RefusedError:
        raise
    except NotReadError as error:
        return Reading("unknown", error.state, str(error))
    return allowance.read_member(data, name)


def _fold(states: list[str], *, has_text: bool) -> str:
    if all(state == READ for state in states):
        return READ
    if has_text or READ in states:
        return PARTLY_READ
    return UNREAD if UNREAD in states or PARTLY_READ in states else FAILED


def _sentence(missing: list[str], count: int) -> str:
    if not count:
        return "holds no files"
    more = f"; and {len(missing) - 8} more" if len(missing) > 8 else ""
    return "; ".join(missing[:8]) + more
