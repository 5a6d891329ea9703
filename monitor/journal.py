"""The journal of a scan: what was found in each file, so that an interrupted scan goes on where it stopped."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from notices.document import FAILED
from notices.errors import TenderwatchError

Row = Mapping[str, object]


class JournalError(TenderwatchError):
    """The journal cannot be read or written; the message says which file and why."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file that was judged: what its reading was, and its findings as rows."""

    state: str
    reason: str
    findings: tuple[Row, ...]


class Journal:
    """A JSON Lines file, one line per file that was judged. `terms` is all that findings depend on beside the file.

    A file counts as judged while its size and time of change are the same and the terms are; files whose reading
    failed are tried again. A line cut off by a crash is passed over.
    """

    def __init__(self, path: Path, terms: str) -> None:
        self._terms = terms
        self.path = path
        self._entries: dict[str, tuple[str, Entry]] = {}
        try:
            if path.exists():
                self._load()
            self._file: TextIO = path.open("a", encoding="utf-8")
            self._file.write("\n" if path.stat().st_size else "")
        except (OSError, UnicodeDecodeError) as error:
            raise JournalError(f"the journal {path} cannot be used: {error}") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def entry(self, path: Path) -> Entry | None:
        """What was found in a file, if it was judged and has not changed since."""
        mark, entry = self._entries.get(str(path), ("", None))
        return entry if entry and mark == _mark(path) else None

    def add(self, path: Path, state: str, reason: str, findings: Sequence[Row]) -> None:
        line = {"file": str(path), "mark": _mark(path), "terms": self._terms, "state": state, "reason": reason}
        try:
            self._file.write(json.dumps({**line, "findings": list(findings)}, ensure_ascii=True) + "\n")
            self._file.flush()
        except OSError as error:
            raise JournalError(f"the journal {self.path} cannot be written: {error.strerror}") from error

    def _load(self) -> None:
        lines = self.path.read_bytes().split(b"\n")
        known = [row for row in map(_row, lines) if row is not None]
        if not known and any(line.strip() for line in lines):
            raise JournalError(f"{self.path} is no journal of a scan: name another file, this one is left as it is")
        for file, mark, terms, entry in known:
            if terms == self._terms and entry.state != FAILED:
                self._entries[file] = (mark, entry)


def _row(line: bytes) -> tuple[str, str, str, Entry] | None:
    """File, mark, terms and entry of a line; None for what is no line of a journal."""
    try:
        row = json.loads(line)
        entry = Entry(row["state"], row["reason"], tuple(row["findings"]))
        return row["file"], row["mark"], row["terms"], entry
    except (ValueError, TypeError, KeyError):
        return None


def _mark(path: Path) -> str:
    """Size and time of change; empty for a file that is gone."""
    try:
        found = path.stat()
    except OSError:
        return ""
    return f"{found.st_size} {found.st_mtime_ns}"
