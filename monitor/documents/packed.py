"""7z and RAR archives through libarchive (extra `archives` and the system's library), as streams without a disk."""

import ctypes
import ctypes.util
import os
import re
from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import TYPE_CHECKING

from monitor.documents.archives import read_members
from monitor.documents.package import name_of
from monitor.documents.reading import (
    ENCRYPTED,
    Allowance,
    DamagedError,
    EncryptedError,
    NotReadError,
    Reading,
    UnsupportedError,
    conclude,
)

if TYPE_CHECKING:
    from libarchive.entry import ArchiveEntry

NEED_PACKAGE = "archives need the package libarchive-c (the extra `archives`)"
NEED_LIBRARY = "archives need the system's library libarchive (Debian: libarchive13)"
_WORDS = {"7z": "7z", "rar": "RAR"}
_LOCKED = re.compile(r"encrypt|passphrase|password", re.IGNORECASE)
_UNKNOWN = re.compile(r"unsupported|not supported|unrecognized", re.IGNORECASE)


def read_packed(data: bytes, kind: str, allowance: Allowance) -> Reading:
    """A 7z or RAR archive: members under "#file=NAME", in the archive's order; links and folders are passed over."""
    lack = missing_for_packed()
    if lack:
        return conclude(kind, (), [f"{_WORDS[kind]} {lack}"])
    return read_members(kind, _members(data, allowance), allowance)


@cache
def library() -> str:
    """The system's libarchive, by name or path; LIBARCHIVE names another. Looking for it may run programs."""
    return os.environ.get("LIBARCHIVE") or ctypes.util.find_library("archive") or "libarchive.so.13"


def missing_for_packed() -> str:
    """What is not installed of that which these archives need; empty where all is there."""
    try:
        import libarchive  # noqa: F401
    except ImportError:
        return NEED_PACKAGE
    except (OSError, AttributeError, TypeError):
        return NEED_LIBRARY
    return ""


def _members(data: bytes, allowance: Allowance) -> Iterator[tuple[str, Callable[[], bytes]]]:
    import libarchive
    from libarchive.exception import ArchiveError

    locked: list[str] = []
    try:
        with libarchive.memory_reader(data) as archive:
            for entry in archive:
                if entry.isfile:
                    yield _name(entry.pathname), partial(_content, entry, len(data), allowance, locked)
    except ArchiveError as error:
        raise _named(str(error)) from error


def _name(path: str | bytes) -> str:
    return path if isinstance(path, str) else name_of(path) or "?"


def _content(entry: "ArchiveEntry", packed: int, allowance: Allowance, locked: list[str]) -> bytes:
    """A member's bytes. After a member that is `locked` libarchive can tell no more of those that follow it."""
    from libarchive import ffi
    from libarchive.exception import ArchiveError

    pieces, total = [], 0
    # libarchive gives the encrypted bytes of some RAR members as if they were theirs.
    if ffi.libarchive.archive_entry_is_data_encrypted(ctypes.c_void_p(entry._entry_p)):  # noqa: SLF001
        raise EncryptedError(ENCRYPTED)
    try:
        for piece in entry.get_blocks():
            total += len(piece)
            allowance.spend(len(piece), packed)
            if total > allowance.limits.part:
                raise UnsupportedError(f"unpacks to more than {allowance.limits.part >> 20} MiB")
            pieces.append(piece)
    except ArchiveError as error:
        locked += [str(error)] if _LOCKED.search(str(error)) else []
        raise _named(locked[0] if locked else str(error)) from error
    return b"".join(pieces)


def _named(said: str) -> NotReadError:
    """libarchive's own sentence as one of the causes that readings name."""
    if _LOCKED.search(said):
        return EncryptedError(ENCRYPTED)
    if _UNKNOWN.search(said):
        return UnsupportedError("packed with a method that is not known here")
    return DamagedError("the archive is cut off or damaged")
