"""A ZIP of parts (OOXML, OFD, ODF or a plain archive), read within the allowance and with Chinese names made right."""

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Container, Iterator
from contextlib import suppress
from functools import partial
from typing import IO

from lxml import etree

from monitor.documents.figures import Figure
from monitor.documents.reading import (
    ENCRYPTED,
    Allowance,
    DamagedError,
    EncryptedError,
    UnsupportedError,
    place,
)
from monitor.documents.xml import attribute, children, parse_xml

_CHUNK = 1024 * 1024
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


class Package:
    """The members of a ZIP by name; names are matched without case, as Windows programs write them carelessly."""

    def __init__(self, data: bytes, allowance: Allowance) -> None:
        self.allowance = allowance
        self.size = len(data)
        try:
            self.archive = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
            raise DamagedError("the package is cut off or damaged") from error
        self.members: dict[str, zipfile.ZipInfo] = {}
        for info in self.archive.infolist():
            if not info.is_dir():
                self.members[_unused(member_name(info), self.members)] = info
        self._folded = {name.replace("\\", "/").lstrip("/").lower(): name for name in self.members}

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._folded

    def named(self, prefix: str, suffix: str = "") -> list[str]:
        """The members whose name starts and ends so, in the archive's order."""
        prefix = prefix.lower()
        return [name for folded, name in self._folded.items() if folded.startswith(prefix) and folded.endswith(suffix)]

    def read(self, name: str) -> bytes:
        """One member unpacked; DamagedError if it is missing or broken, UnsupportedError if it is too large."""
        pieces, total = [], 0
        with self.open(name) as stream:
            while chunk := stream.read(_CHUNK):
                total += len(chunk)
                if total > self.allowance.limits.part:
                    raise UnsupportedError(f"{name} unpacks to more than {self.allowance.limits.part >> 20} MiB")
                pieces.append(chunk)
        return b"".join(pieces)

    def open(self, name: str) -> io.BufferedReader:
        """A member as a stream that counts what it unpacks."""
        key = self._folded.get(name.replace("\\", "/").lstrip("/").lower())
        if key is None:
            raise DamagedError(f"the part {name} is missing")
        info = self.members[key]
        if info.flag_bits & 1:
            raise EncryptedError(ENCRYPTED)
        try:
            return io.BufferedReader(_Counted(self.archive.open(info), self), _CHUNK)
        except NotImplementedError as error:
            raise UnsupportedError(f"packed with a method that is not known here ({error})") from error
        except (zipfile.BadZipFile, RuntimeError, ValueError, OSError) as error:
            raise DamagedError(f"the part {name} is damaged") from error

    def xml(self, name: str) -> etree._Element:
        return parse_xml(self.read(name))

    def main_part(self, otherwise: str) -> str:
        """The part that the package's own relations call its document; `otherwise` where they name none."""
        relations = self.xml("_rels/.rels") if "_rels/.rels" in self else ()
        targets = [
            attribute(relation, "Target").lstrip("/")
            for relation in relations
            if attribute(relation, "Type").endswith("/officeDocument")
        ]
        return next((target for target in targets if target in self), otherwise)

    def figures(self, folder: str) -> Iterator[Figure]:
        """The pictures in a folder of the package, each under "#file=NAME"."""
        for name in self.named(folder):
            file = posixpath.basename(name)
            yield Figure(place(file=file), file, partial(self.read, name))

    def relations(self, part: str) -> dict[str, str]:
        """Relation id → part name, for an OOXML part; empty where it has none. External targets are left out."""
        folder, _, file = part.rpartition("/")
        rels = f"{folder}/_rels/{file}.rels".lstrip("/")
        if rels not in self:
            return {}
        return {
            attribute(relation, "Id"): resolve(folder, attribute(relation, "Target"))
            for relation in children(self.xml(rels), "Relationship")
            if attribute(relation, "TargetMode") != "External"
        }


class _Counted(io.RawIOBase):
    """A member's stream that charges the allowance and turns damage into one kind of error."""

    def __init__(self, stream: IO[bytes], package: Package) -> None:
        super().__init__()
        self._stream, self._package = stream, package

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            chunk = self._stream.read(len(buffer))
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError) as error:
            raise DamagedError("a packed part is cut off or damaged") from error
        self._package.allowance.spend(len(chunk), self._package.size)
        buffer[: len(chunk)] = chunk
        return len(chunk)


def _unused(name: str, taken: Container[str]) -> str:
    """A name of its own for each of several members of one name."""
    number, own = 1, name
    while own in taken:
        number += 1
        own = f"{name} ({number})"
    return own


def resolve(folder: str, target: str) -> str:
    """A relation's target as a part name: relative to the folder, or absolute from the package's root."""
    target = target.replace("\\", "/")
    path = target if target.startswith("/") else posixpath.join("/", folder, target)
    return posixpath.normpath(path).lstrip("/")


def member_name(info: zipfile.ZipInfo) -> str:
    """A member's name: UTF-8 where the archive or the bytes say so, else GBK as Chinese Windows writes it."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        raw = info.filename.encode("cp437")
    except UnicodeEncodeError:
        return info.filename
    return name_of(raw) or info.filename


def name_of(raw: bytes) -> str:
    """Bytes as a name. Some GBK names are UTF-8 by chance, of rare letters: the reading with Chinese in it wins."""
    readings = []
    for encoding in ("utf-8", "gb18030"):
        with suppress(UnicodeDecodeError):
            readings.append(raw.decode(encoding))
    return next(filter(_CHINESE.search, readings), readings[0] if readings else "")
