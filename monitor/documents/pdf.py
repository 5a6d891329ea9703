"""PDF: the text layer page by page; pages without one, or with one that is not text, are named as unread."""

from dataclasses import dataclass, field

import pypdfium2  # type: ignore[import-untyped]
from pypdfium2 import raw

from monitor.documents.grid import find_grids
from monitor.documents.layout import page_lines
from monitor.documents.pdf_page import PageContent, page_content
from monitor.documents.reading import (
    ENCRYPTED,
    NEEDS_OCR,
    Allowance,
    DamagedError,
    EncryptedError,
    Reading,
    conclude,
    inside,
    place,
    span,
)
from notices.document import READ, Text

# Annotations that show text of their own: free text, stamps, form fields.
_SHOWING = (raw.FPDF_ANNOT_FREETEXT, raw.FPDF_ANNOT_STAMP, raw.FPDF_ANNOT_WIDGET)
_FEW_LETTERS = 100


@dataclass(slots=True)
class _Unread:
    """Numbers of the pages that gave no text, by the reason."""

    scanned: list[int] = field(default_factory=list)
    garbled: list[int] = field(default_factory=list)
    partly_garbled: list[int] = field(default_factory=list)
    pictured: list[int] = field(default_factory=list)
    damaged: list[int] = field(default_factory=list)

    def sentences(self) -> list[str]:
        said = (
            (self.scanned, f"without text: scanned pages {NEEDS_OCR}"),
            (self.garbled, f"in a font that names no characters: such pages {NEEDS_OCR}"),
            (self.partly_garbled, "with some characters that their font does not name"),
            (self.pictured, f"with large pictures: pictures {NEEDS_OCR}"),
            (self.damaged, "damaged"),
        )
        return [f"{span(pages)} {words}" for pages, words in said if pages]


def read_pdf(data: bytes, allowance: Allowance) -> Reading:
    """Each page with text under "#page=N", N from 1; files attached to the PDF under "#file=NAME"."""
    document = _open(data)
    try:
        unread = _Unread()
        count = min(len(document), allowance.limits.pages)
        texts = [Text(place(page=number), _page_text(document, number, unread)) for number in range(1, count + 1)]
        missing = unread.sentences()
        if count < len(document):
            missing.append(f"pages after {count} are beyond the limit of pages")
        texts.extend(_attached(document, allowance, missing))
        return conclude("pdf", texts, missing)
    finally:
        document.close()


def _open(data: bytes) -> pypdfium2.PdfDocument:
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


def _page_text(document: pypdfium2.PdfDocument, number: int, unread: _Unread) -> str:
    try:
        page = _load(document, number - 1)
        text_page = page.get_textpage()
    except pypdfium2.PdfiumError:
        unread.damaged.append(number)
        return ""
    try:
        content = page_content(page.raw, text_page.raw, page.get_cropbox(), page.get_rotation())
    finally:
        text_page.close()
        page.close()
    if not _is_text(content, number, unread):
        return ""
    return "\n".join(
        page_lines(content.glyphs, find_grids(content.level, content.upright), (content.left, content.right))
    )


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


def _is_text(content: PageContent, number: int, unread: _Unread) -> bool:
    """Whether the page's characters are to be used; what the page shows and they do not say is recorded."""
    largest = max(content.pictures, default=0.0)
    covered = sum(content.pictures)
    if not content.letters:
        if covered > 0.05 or content.paths > 100:
            unread.scanned.append(number)
        return False
    if content.strange + content.symbols > 0.3 * content.letters:
        unread.garbled.append(number)
        return False
    if content.strange > max(10, 0.03 * content.letters):
        unread.partly_garbled.append(number)
    # A picture behind much text is an ornament; beside text, or behind a stamp's few letters, it may be a scan.
    if 1 / 3 < largest < 0.9 or (content.letters < _FEW_LETTERS and covered > 0.5):
        unread.pictured.append(number)
    return True


def _attached(document: pypdfium2.PdfDocument, allowance: Allowance, missing: list[str]) -> list[Text]:
    texts: list[Text] = []
    for index in range(document.count_attachments()):
        attachment = document.get_attachment(index)
        name = attachment.get_name() or f"attachment {index + 1}"
        reading = allowance.read_member(bytes(attachment.get_data()), name)
        texts.extend(Text(inside(name, text.origin), text.content) for text in reading.texts)
        if reading.state != READ:
            missing.append(f"{name}: {reading.reason}")
    return texts
