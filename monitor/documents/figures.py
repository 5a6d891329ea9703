"""The pictures that a document shows among its text: which are large enough to hold words, and what those say."""

import struct
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256

from monitor.documents import ocr
from monitor.documents.pictures import text_of_image
from monitor.documents.reading import NEEDS_OCR, Allowance, NotReadError
from notices.document import Text

# Smaller ones beside text are logos, seals, icons and rules: a quotation in a picture is wider, in pixels.
_LEAST_WIDTH, _LEAST_HEIGHT = 300, 80
# The same for forms whose size is not looked up (TIFF, WebP, JPEG 2000), in bytes.
_LEAST_BYTES = 20_000
_OTHER_FORMS = (b"II*\x00", b"MM\x00*", b"RIFF", b"\x00\x00\x00\x0cjP  ")
_MOST_NAMED = 6
# Frames of a JPEG file that give its size (ITU-T T.81, table B.1), without DHT, JPG and DAC among them.
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_ALONE = frozenset([0x01, *range(0xD0, 0xD9)])


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture in a document: its place, the name by which it is mentioned, and what gives its bytes."""

    origin: str
    name: str
    content: Callable[[], bytes]


@dataclass(slots=True)
class Figures:
    """Reads the pictures of one document, each once however often it is shown; the unread are named in `missing`."""

    allowance: Allowance
    missing: list[str]
    _seen: set[bytes] = field(default_factory=set)
    _unread: list[str] = field(default_factory=list)

    def read(self, figures: Iterable[Figure], *, among_text: bool) -> Iterator[Text]:
        """The text of each picture under its origin; of those `among_text` only the large ones."""
        for figure in figures:
            try:
                data = figure.content()
            except NotReadError as error:
                self.missing.append(f"{figure.name}: {error}")
                continue
            mark = sha256(data).digest()
            if not data or mark in self._seen or (among_text and not is_large(data)):
                continue
            self._seen.add(mark)
            if ocr.is_installed():
                found = text_of_image(data, self.allowance, self.missing, figure.name)
                yield Text(figure.origin, found.text, found.confidence)
            else:
                self._unread.append(figure.name)

    def lack(self, *, alone: bool) -> None:
        """Names the pictures that stayed unread for want of OCR; `alone`: the document holds nothing else."""
        if self._unread and alone:
            self.missing.append(f"it holds pictures alone: they {NEEDS_OCR}")
        elif self._unread:
            more = f" and {len(self._unread) - _MOST_NAMED} more" if len(self._unread) > _MOST_NAMED else ""
            self.missing.append(f"{', '.join(self._unread[:_MOST_NAMED])}{more}: pictures {NEEDS_OCR}")


def read_figures(figures: Iterable[Figure], texts: list[Text], allowance: Allowance, missing: list[str]) -> None:
    """Adds to `texts` what a document's pictures say: all of them if it holds no text, else the large ones."""
    is_alone = not any(text.content.strip() for text in texts)
    reader = Figures(allowance, missing)
    texts.extend(reader.read(figures, among_text=not is_alone))
    reader.lack(alone=is_alone)


def is_large(data: bytes) -> bool:
    """Whether a picture beside text is large enough to hold a line of words and more."""
    size = size_of(data)
    if size is None:
        return data.startswith(_OTHER_FORMS) and len(data) >= _LEAST_BYTES
    return size[0] >= _LEAST_WIDTH and size[1] >= _LEAST_HEIGHT


def size_of(data: bytes) -> tuple[int, int] | None:
    """Width and height in pixels of a PNG, JPEG, GIF or BMP by its own header; None for other forms and cut ones."""
    try:
        if data.startswith(b"\x89PNG\r\n\x1a\n"):
            width, height = struct.unpack_from(">II", data, 16)
        elif data.startswith(b"GIF8"):
            width, height = struct.unpack_from("<HH", data, 6)
        elif data.startswith(b"BM"):
            width, height = struct.unpack_from("<ii", data, 18)
        elif data.startswith(b"\xff\xd8"):
            return _jpeg_size(data)
        else:
            return None
    except struct.error:
        return None
    return abs(width), abs(height)


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    place = 2
    while place + 9 <= len(data) and data[place] == 0xFF:
        mark = data[place + 1]
        if mark in _JPEG_FRAMES:
            height, width = struct.unpack_from(">HH", data, place + 5)
            return int(width), int(height)
        # A marker may be filled up with 0xFF, and some stand without a length.
        step = 1 if mark == 0xFF else 2
        place += step if mark == 0xFF or mark in _JPEG_ALONE else 2 + struct.unpack_from(">H", data, place + 2)[0]
    return None
