"""PDF: the text layer page by page; pages without one, or with one that is not text, are named as unread."""

import pypdfium2  # type: ignore[import-untyped]
from pypdfium2 import raw

from monitor.documents.reading import (
    ENCRYPTED,
    NEEDS_OCR,
    Allowance,
    DamagedError,
    EncryptedError,
    Reading,
    conclude,
    place,
    span,
)
from notices.document import Text


def read_pdf(data: bytes, allowance: Allowance) -> Reading:
    """Each page with text under "#page=N", N from 1."""
    document = _open(data)
    try:
        texts: list[Text] = []
        silent: list[int] = []
        for number in range(1, min(len(document), allowance.limits.pages) + 1):
            content = document[number - 1].get_textpage().get_text_range().replace("\r\n", "\n")
            if content.strip():
                texts.append(Text(place(page=number), content))
            else:
                silent.append(number)
        missing = [f"pages {span(silent)} have no text: scanned pages {NEEDS_OCR}"] if silent else []
        return conclude("pdf", texts, missing)
    finally:
        document.close()


def _open(data: bytes) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY):
            raise EncryptedError(ENCRYPTED) from error
        raise DamagedError(f"the PDF is cut off or damaged ({error})") from error
