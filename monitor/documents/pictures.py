"""Pictures of text inside the allowance: image files, and the pictures that other documents hold."""

import io
from collections.abc import Iterator
from math import floor
from typing import TYPE_CHECKING

from monitor.documents import ocr
from monitor.documents.ocr import Recognized
from monitor.documents.reading import (
    NEEDS_OCR,
    Allowance,
    DamagedError,
    NotReadError,
    Reading,
    UnsupportedError,
    conclude,
    place,
)
from notices.document import Text

if TYPE_CHECKING:
    from PIL import Image

    from monitor.documents.ocr import Picture

_FORMS = ("PNG", "JPEG", "GIF", "TIFF", "BMP", "WEBP", "JPEG2000")
_MOST_PIXELS = 120_000_000
_LONGEST_SIDE = 3_400
# A picture longer than this many times its width is read in pieces, cut where it is blank.
_LONGEST_SHAPE, _PIECE_SHAPE = 3.0, 1.5
# Icons, bullets, logos and buttons: too small to hold a line of text and more.
_LEAST_WIDTH, _LEAST_HEIGHT = 120, 40
LEAST_CONFIDENCE = 0.8
NOTHING = Recognized("", 1.0)


def read_image(data: bytes, allowance: Allowance) -> Reading:
    """An image file: one page under "", several (TIFF) under "#page=N"."""
    if not ocr.is_installed():
        return conclude("image", (), [f"images {NEEDS_OCR}"])
    missing: list[str] = []
    with _opened(data) as image:
        count = min(getattr(image, "n_frames", 1) if image.format == "TIFF" else 1, allowance.limits.pages)
        texts = []
        for number in range(1, count + 1):
            _turn_to(image, number - 1)
            origin = place(page=number) if count > 1 else ""
            words = f"page {number} " if count > 1 else ""
            try:
                found = _text_of(image, allowance, missing, words)
                texts.append(Text(origin, found.text, found.confidence))
            except NotReadError as error:
                missing.append(f"{words}{error}")
    return conclude("image", texts, missing)


def text_of_image(data: bytes, allowance: Allowance, missing: list[str], name: str) -> Recognized:
    """What a picture in a document says; a picture that is not read is named in `missing` and says nothing."""
    try:
        with _opened(data) as image:
            return _text_of(image, allowance, missing, f"{name} ")
    except NotReadError as error:
        missing.append(f"{name}: {error}")
        return NOTHING


def text_of_bitmap(bitmap: "Picture", allowance: Allowance, missing: list[str], words: str) -> Recognized:
    """What a rendered page says; `words` name it in `missing` where it is read with little confidence.

    NotReadError where the time for recognition is used up or the recognizer fails.
    """
    allowance.begin_recognition()
    found = ocr.recognize(bitmap)
    if found.text:
        allowance.recognized.append(found.confidence)
    else:
        allowance.wordless += 1
    if found.confidence < LEAST_CONFIDENCE:
        missing.append(f"{words}read by OCR with little confidence ({found.confidence:.2f})")
    return Recognized(found.text, floor(found.confidence * 100) / 100)


def _opened(data: bytes) -> "Image.Image":
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None
    try:
        image = Image.open(io.BytesIO(data), formats=_FORMS)
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise UnsupportedError("the picture is damaged or of a form that is not known here") from error
    if image.width * image.height > _MOST_PIXELS:
        raise UnsupportedError(f"the picture has more than {_MOST_PIXELS // 1_000_000} million pixels")
    return image


def _turn_to(image: "Image.Image", frame: int) -> None:
    try:
        image.seek(frame)
    except (OSError, EOFError, ValueError) as error:
        raise DamagedError("the picture is cut off or damaged") from error


def _text_of(image: "Image.Image", allowance: Allowance, missing: list[str], words: str) -> Recognized:
    """The words of the picture's pieces, with the confidence of the least sure."""
    if image.width < _LEAST_WIDTH or image.height < _LEAST_HEIGHT:
        return NOTHING
    pieces = [text_of_bitmap(piece, allowance, missing, words) for piece in _pieces(_bitmap(image))]
    said = [piece for piece in pieces if piece.text]
    return (
        Recognized("\n".join(piece.text for piece in said), min(piece.confidence for piece in said))
        if said
        else NOTHING
    )


def _bitmap(image: "Image.Image") -> "Picture":
    """The picture as the recognizer takes it: upright by its own mark, on white, no longer than it needs to be."""
    import numpy as np
    from PIL import Image, ImageOps

    longest = _LONGEST_SIDE * max(1.0, max(image.size) / min(image.size) / _LONGEST_SHAPE)
    try:
        if image.format == "JPEG":
            image.draft("RGB", (int(longest), int(longest)))
        shown = ImageOps.exif_transpose(image)
        shown.thumbnail((int(longest), int(longest)))
        if shown.mode in ("RGBA", "LA", "PA") or "transparency" in shown.info:
            shown = Image.alpha_composite(Image.new("RGBA", shown.size, "white"), shown.convert("RGBA"))
        levels = np.asarray(shown.convert("RGB"), dtype=np.uint8)
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise DamagedError("the picture is cut off or damaged") from error
    return np.ascontiguousarray(levels[:, :, ::-1])


def _pieces(bitmap: "Picture") -> Iterator["Picture"]:
    """A long picture (a chat, a page as one image) in pieces from its top, each cut at the row with the least ink."""
    import numpy as np

    height, width = bitmap.shape[:2]
    step = int(width * _PIECE_SHAPE)
    start = 0
    while height - start > width * _LONGEST_SHAPE:
        window = bitmap[start + step - step // 4 : start + step + step // 4].mean(axis=2)
        end = start + step - step // 4 + int(np.argmin(window.std(axis=1)))
        yield np.ascontiguousarray(bitmap[start:end])
        start = end
    yield bitmap[start:]
