"""The audit log's entries: each carries the digest of the one before, so that none can be changed unseen."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

Detail = Mapping[str, str | int | bool | None]
# What the first entry names as the one before it.
NOTHING = "0" * 64


@dataclass(frozen=True, slots=True)
class Entry:
    """One act: number from 1 without gaps, when, by whom, what, on what; `detail` is canonical JSON."""

    number: int
    at: datetime
    by: str
    act: str
    subject: str
    detail: str
    previous: str
    digest: str

    @property
    def told(self) -> dict[str, str | int | bool | None]:
        """The detail as a mapping; a damaged one is shown as it stands."""
        try:
            read = json.loads(self.detail)
        except ValueError:
            read = None
        return read if isinstance(read, dict) else {"damaged": self.detail}

    def row(self) -> dict[str, object]:
        """The entry as it is exported."""
        return {
            "number": self.number,
            "at": _moment(self.at),
            "by": self.by,
            "act": self.act,
            "subject": self.subject,
            "detail": self.told,
            "previous": self.previous,
            "digest": self.digest,
        }


def canonical(content: Mapping[str, object]) -> str:
    """JSON with sorted keys, ASCII only, without spaces: one text for one content, on every machine."""
    return json.dumps(content, sort_keys=True, ensure_ascii=True, separators=(",", ":"))


def entry_after(last: Entry | None, at: datetime, by: str, act: str, subject: str, detail: Detail) -> Entry:
    """The entry that continues the log after `last` (None: the log is empty)."""
    number = last.number + 1 if last else 1
    previous = last.digest if last else NOTHING
    told = canonical(detail)
    return Entry(number, at, by, act, subject, told, previous, _digest(number, at, by, act, subject, told, previous))


def fault_of(entry: Entry, last: Entry | None) -> str | None:
    """What is wrong with an entry that stands after `last`, as a sentence; None if nothing is."""
    expected = last.number + 1 if last else 1
    if entry.number != expected:
        return f"entry {expected} is missing: {entry.number} stands in its place"
    if entry.previous != (last.digest if last else NOTHING):
        return f"entry {entry.number} does not follow the one before it"
    if not is_as_written(entry):
        return f"entry {entry.number} is not what was written"
    return None


def is_as_written(entry: Entry) -> bool:
    """Whether an entry's digest is that of its content."""
    parts = (entry.number, entry.at, entry.by, entry.act, entry.subject, entry.detail, entry.previous)
    return entry.digest == _digest(*parts)


def first_fault(entries: Iterable[Entry]) -> tuple[int, Entry | None, str | None]:
    """How many entries are sound, the last sound one, and what is wrong with the one after it."""
    count, last = 0, None
    for entry in entries:
        fault = fault_of(entry, last)
        if fault:
            return count, last, fault
        count, last = count + 1, entry
    return count, last, None


def _digest(number: int, at: datetime, by: str, act: str, subject: str, detail: str, previous: str) -> str:
    content = {"number": number, "at": _moment(at), "by": by, "act": act, "subject": subject, "detail": detail}
    return sha256(canonical(content | {"previous": previous}).encode()).hexdigest()


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
