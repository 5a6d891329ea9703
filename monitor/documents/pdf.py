"""PDF: the text layer page by page; pages without one, or with one that is not text, are named as unread."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pypdfium2  # type: ignore[import-untyped]
from pypdfium2 import raw

from monitor.documents import ocr
from monitor.documents.grid import find_grids
from monitor.documents.layout import page_lines
from monitor.documents.ocr import Recognized
from monitor.documents.pdf_page import LEAST_SHARE, PageContent, page_content
from monitor.documents.pictures import NOTHING, text_of_bitmap
from monitor.documents.reading import (
    ENCRYPTED,
    NEEDS_OCR,
    Allowance,
    DamagedError,
    EncryptedError,
    NotReadError,
    Reading,
    conclude,
    moved,
    place,
    span,
)
from notices.document import READ, Text

if TYPE_CHECKING:
    from monitor.documents.ocr import Picture

# Annotations that show text of their own: free text, stamps, form fields.
_SHOWING = (raw.FPDF_ANNOT_FREETEXT, raw.FPDF_ANNOT_STAMP, raw.FPDF_ANNOT_WIDGET)
_FEW_LETTERS = 100


# What a page shows that its characters do not say, by why: the words for it, and for it where there is no OCR.
_SCANNED = ("without text", f"without text: scanned pages {NEEDS_OCR}")
_GARBLED = ("in a font that names no characters", f"in a font that names no characters: such pages {NEEDS_OCR}")
_PICTURED = ("with large pictures", f"with large pictures: pictures {NEEDS_OCR}")
_STRANGE = "with some characters that their font does not name"
_PARTLY_GARBLED = (_STRANGE, f"{_STRANGE}: such pages {NEEDS_OCR}")
# Long runs of which all characters are said to be spaces; of Chinese, fewer common characters than this are none.
_MOST_BLANKS, _LEAST_CHINESE, _LEAST_COMMON = 2, 30, 0.4
# What OCR reads beside the characters of a page stands under a part of it.
_PARTS = {_PICTURED: "pictures", _PARTLY_GARBLED: "look"}
_POINTS, _DOTS, _LONGEST_SIDE = 72, 200, 3_400


@dataclass(slots=True)
class _Reader:
    """Reads one document's pages; `unread` holds the numbers of those that gave not all their text, by the reason."""

    document: pypdfium2.PdfDocument
    allowance: Allowance
    unread: dict[str, list[int]] = field(default_factory=dict)
    recognized: list[int] = field(default_factory=list)
    shown: set[bytes] = field(default_factory=set)

    def read(self, number: int) -> Iterator[Text]:
        """The text of a page, from 1, and what OCR reads of its pictures."""
        try:
            page = _load(self.document, number - 1)
            text_page = page.get_textpage()
        except pypdfium2.PdfiumError:
            self._missing("damaged", number)
            return
        try:
            content = page_content(page.raw, text_page.raw, page.get_cropbox(), page.get_rotation())
            lack = _lack(content, self.shown)
            self.shown.update(picture.mark for picture in content.pictures)
            if lack not in (_SCANNED, _GARBLED) and content.letters:
                grids = find_grids(content.level, content.upright)
                lines = page_lines(content.glyphs, grids, (content.left, content.right))
                yield Text(place(page=number), "\n".join(lines))
            if lack is not None:
                origin = place(page=number, part=_PARTS[lack]) if lack in _PARTS else place(page=number)
                found = self._recognize(page, content, number, lack)
                yield Text(origin, found.text, found.confidence)
        finally:
            text_page.close()
            page.close()

    def _recognize(
        self, page: pypdfium2.PdfPage, content: PageContent, number: int, lack: tuple[str, str]
    ) -> Recognized:
        if not ocr.is_installed():
            self._missing(lack[1], number)
            return NOTHING
        low: list[str] = []
        try:
            shown = content if lack is _PICTURED else None
            found = text_of_bitmap(_bitmap(page, shown), self.allowance, low, "")
        except (NotReadError, pypdfium2.PdfiumError) as error:
            self._missing(f"{lack[0]}: {error}", number)
            return NOTHING
        self.recognized.append(number)
        for words in low:
            self._missing(words, number)
        return found

    def _missing(self, words: str, number: int) -> None:
        self.unread.setdefault(words, []).append(number)


def read_pdf(data: bytes, allowance: Allowance) -> Reading:
    """Each page with text under "#page=N", N from 1; files attached to the PDF under "#file=NAME"."""
    document = open_pdf(data)
    try:
        reader = _Reader(document, allowance)
        count = min(len(document), allowance.limits.pages)
        texts = [text for number in range(1, count + 1) for text in reader.read(number)]
        missing = [f"{span(pages)} {words}" for words, pages in reader.unread.items()]
        if count < len(document):
            missing.append(f"pages after {count} are beyond the limit of pages")
        texts.extend(_attached(document, allowance, missing))
        notes = [f"{span(reader.recognized)} read by OCR"] if reader.recognized else []
        return conclude("pdf", texts, missing, notes)
    finally:
        document.close()


def open_pdf(data: bytes) -> pypdfium2.PdfDocument:
    """The file opened; EncryptedError or DamagedError where that fails, or it has no pages."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY):
            raise EncryptedError(ENCRYPTED) from error
        raise DamagedError(f"the PDF is cut off or damaged ({error})") from error
    if not len(document):
        document.close()
        raise DamagedError("the PDF has no pages")
    return document


def _bitmap(page: pypdfium2.PdfPage, shown: PageContent | None) -> "Picture":
    """The page as a picture, upright, of 200 dots to the inch; what `shown` holds as characters is blotted out."""
    width, height = page.get_size()
    scale = min(_DOTS / _POINTS, _LONGEST_SIDE / max(width, height, 1.0))
    bitmap = page.render(scale=scale, may_draw_forms=False)
    levels: Picture = bitmap.to_numpy()[:, :, :3].copy()
    bitmap.close()
    for glyph in shown.glyphs if shown else ():
        if shown and not glyph.char.isspace():
            left, right = (int((x - shown.left) * scale) for x in (glyph.left, glyph.right))
            upper, lower = (int((shown.top - y) * scale) for y in (glyph.top, glyph.bottom))
            levels[max(0, upper) : max(0, lower + 1), max(0, left) : max(0, right + 1)] = 255
    return levels


def _load(document: pypdfium2.PdfDocument, index: int) -> pypdfium2.PdfPage:
    """The page; if annotations show text on it, they are first drawn into it, where text is looked for."""
    page = document[index]
    kinds = set()
    for number in range(min(raw.FPDFPage_GetAnnotCount(page.raw), 200)):
        annotation = raw.FPDFPage_GetAnnot(page.raw, number)
        kinds.add(raw.FPDFAnnot_GetSubtype(annotation))
        raw.FPDFPage_CloseAnnot(annotation)
    if kinds.isdisjoint(_SHOWING) or raw.FPDFPage_Flatten(page.raw, raw.FLAT_NORMALDISPLAY) != raw.FLATTEN_SUCCESS:
        return page
    page.close()
    return document[index]


def _lack(content: PageContent, before: AbstractSet[bytes]) -> tuple[str, str] | None:
    """Why the characters of a page do not say all that it shows; None where they do.

    `before` holds the marks of pictures that earlier pages showed: a letterhead is looked at once.
    """
    covered = sum(picture.share for picture in content.pictures)
    if not content.letters:
        if content.blanks > _MOST_BLANKS:
            return _GARBLED
        return _SCANNED if covered > 0.05 or content.paths > 100 else None
    if content.strange + content.symbols > 0.3 * content.letters or _is_no_chinese(content):
        return _GARBLED
    if content.letters * 0.03 < content.strange > 10:
        return _PARTLY_GARBLED
    # A picture behind much text is an ornament; beside text, or behind a stamp's few letters, it may be a scan.
    new = [picture.share for picture in content.pictures if not picture.mark or picture.mark not in before]
    if any(LEAST_SHARE <= share < 0.9 for share in new) or (content.letters < _FEW_LETTERS and covered > 0.5):
        return _PICTURED
    return None


def _is_no_chinese(content: PageContent) -> bool:
    """Whether Chinese characters stand there that no text is made of, as a font's wrong table of characters gives."""
    return content.chinese >= _LEAST_CHINESE and content.common < _LEAST_COMMON * content.chinese


def _attached(document: pypdfium2.PdfDocument, allowance: Allowance, missing: list[str]) -> list[Text]:
    texts: list[Text] = []
    for index in range(document.count_attachments()):
        attachment = document.get_attachment(index)
        name = attachment.get_name() or f"attachment {index + 1}"
        reading = allowance.read_member(bytes(attachment.get_data()), name)
        texts.extend(moved(name, text) for text in reading.texts)
        if reading.state != READ:
            missing.append(f"{name}: {reading.reason}")
    return texts
