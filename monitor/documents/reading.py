"""What reading a document gives, the limits it is held to, and the reasons for which it may fail."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from notices.document import FAILED, PARTLY_READ, READ, UNREAD, Text
from notices.errors import TenderwatchError

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What one document may cost: bytes, counts, characters of text, and seconds.

    `size` is the file itself, `part` one unpacked member, `unpacked` all members together; `ratio` is unpacked to
    packed bytes and is judged beyond 32 MiB. `depth` counts archives inside archives. `memory`, `cpu` and `wall`
    hold only in `read_safely`. A document whose pictures are recognized has `ocr` seconds more, and `ocr_memory`.
    """

    size: int = 256 * MIB
    part: int = 256 * MIB
    unpacked: int = 1024 * MIB
    ratio: int = 250
    depth: int = 5
    members: int = 2_000
    pages: int = 10_000
    characters: int = 20_000_000
    memory: int = 1024 * MIB
    cpu: int = 120
    wall: int = 300
    ocr: int = 900
    ocr_memory: int = 1536 * MIB


@dataclass(frozen=True, slots=True)
class Reading:
    """A document's text. `kind` is the type found in the content; `state` is read, read_by_ocr, partly_read,
    unread or failed.

    `reason` says in one sentence what was not read, or what is to be known of it; it is empty where there is nothing to
    say. Origins of `texts` are relative: "" for the whole, else "#" and key=value pairs joined by "&".
    """

    kind: str
    state: str
    reason: str = ""
    texts: tuple[Text, ...] = ()


class NotReadError(TenderwatchError):
    """The document, or a part of it, cannot be read; the message becomes the reading's reason."""

    state = FAILED


class DamagedError(NotReadError):
    """The content is cut off or does not follow its own format."""


class RefusedError(NotReadError):
    """The content goes past a limit or carries something that is not to be expanded."""


class EncryptedError(NotReadError):
    """The content is locked by a password or a key."""

    state = UNREAD


class UnsupportedError(NotReadError):
    """The content needs something that is not there; the message names it."""

    state = UNREAD


def too_large(limits: Limits) -> str:
    """The reason of a file that is not read for its size."""
    return f"the file is larger than {limits.size // MIB} MiB"


ENCRYPTED = "encrypted: it opens only with a password"
NEEDS_OCR = "need the OCR extra"


def _nothing() -> None:
    """Where nobody is to be told."""


@dataclass(slots=True)
class Allowance:
    """What is left of the limits while one document, with everything packed in it, is read.

    `recognized` holds the confidence of each page and picture read by OCR; `wordless` counts
    those that showed no text; `on_recognition` is called before the first.
    """

    limits: Limits
    reader: Callable[[bytes, str, "Allowance"], Reading]
    depth: int = 0
    members: int = 0
    unpacked: int = 0
    recognized: list[float] = field(default_factory=list)
    wordless: int = 0
    on_recognition: Callable[[], None] = _nothing
    recognizes_until: float = 0.0

    def spend(self, count: int, packed: int) -> None:
        """Counts unpacked bytes that came from a container of `packed` bytes; RefusedError once they are too many."""
        self.unpacked += count
        if self.unpacked > self.limits.unpacked:
            raise RefusedError(f"unpacks to more than {self.limits.unpacked // MIB} MiB")
        if self.unpacked > 32 * MIB and self.unpacked > packed * self.limits.ratio:
            raise RefusedError(f"unpacks to more than {self.limits.ratio} times its size")

    def begin_recognition(self) -> None:
        """Before each picture that is recognized: UnsupportedError once the time for it is used up."""
        if not self.recognizes_until:
            self.on_recognition()
            self.recognizes_until = time.monotonic() + self.limits.ocr
        if time.monotonic() >= self.recognizes_until:
            raise UnsupportedError(f"the {self.limits.ocr} s for OCR were used up")

    def read_member(self, data: bytes, name: str) -> Reading:
        """Reads a file found inside the current one; RefusedError beyond the limits of count and depth."""
        self.members += 1
        if self.members > self.limits.members:
            raise RefusedError(f"holds more than {self.limits.members} files")
        if self.depth >= self.limits.depth:
            raise RefusedError(f"files are packed more than {self.limits.depth} deep")
        self.depth += 1
        try:
            return self.reader(data, name, self)
        finally:
            self.depth -= 1


def conclude(kind: str, texts: Iterable[Text], missing: Sequence[str] = (), notes: Sequence[str] = ()) -> Reading:
    """The reading of a document of which `missing` was not read: read, partly_read, or unread if it gave no text."""
    kept = tuple(text for text in texts if text.content.strip())
    reason = "; ".join([*missing, *notes])
    if missing:
        return Reading(kind, PARTLY_READ if kept else UNREAD, reason, kept)
    return Reading(kind, READ, reason or ("" if kept else "holds no text"), kept)


def place(**keys: object) -> str:
    """An origin such as "#page=14" or "#sheet=报价": values keep their characters but "%", "&", "#" and controls."""
    return "#" + "&".join(f"{key}={escape(str(value))}" for key, value in keys.items())


def escape(value: str) -> str:
    return "".join(f"%{ord(char):02X}" if char in "%&#" or ord(char) < 32 else char for char in value)


def inside(file: str, origin: str) -> str:
    """The origin of a member's text as seen from its container: "#file=a.zip/b.pdf&page=2"."""
    rest = origin.removeprefix("#")
    if rest.startswith("file="):
        return f"#file={escape(file)}/{rest.removeprefix('file=')}"
    return f"#file={escape(file)}" + (f"&{rest}" if rest else "")


def moved(file: str, text: Text) -> Text:
    """A member's text with its origin as seen from its container."""
    return replace(text, origin=inside(file, text.origin))


def join_cells(cells: Iterable[str]) -> str:
    """One table row as one line: cells with their white space closed up, joined by " | "; a lone cell stands bare."""
    closed = [" ".join(cell.split()) for cell in cells]
    while closed and not closed[-1]:
        closed.pop()
    return " | ".join(closed) if sum(map(bool, closed)) > 1 else "".join(closed)


def span(numbers: Sequence[int]) -> str:
    """Page numbers for a sentence: "page 7", "pages 1, 3-5, 9"."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    words = [str(first) if first == last else f"{first}-{last}" for first, last in runs]
    return ("page " if len(numbers) == 1 else "pages ") + ", ".join(words[:12]) + (" …" if len(words) > 12 else "")
