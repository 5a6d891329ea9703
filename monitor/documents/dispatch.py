"""Reading a document of any kind: its content says which reader, and every failure becomes a named state."""

import re
import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from math import floor
from statistics import fmean

from monitor.documents import (
    archives,
    doc,
    docx,
    mail,
    odt,
    ofd,
    ole_object,
    packed,
    pdf,
    pictures,
    plain,
    ppt,
    pptx,
    rtf,
    sheets,
    xlsx,
    xml_sheet,
)
from monitor.documents.kinds import kind_of
from monitor.documents.reading import (
    ENCRYPTED,
    Allowance,
    Limits,
    NotReadError,
    Reading,
    too_large,
)
from notices.document import FAILED, PARTLY_READ, READ, READ_BY_OCR, UNREAD, Text

_FLAT: Mapping[str, Callable[[bytes], Reading]] = {
    "ppt": ppt.read_ppt,
    "xml_word": docx.read_word_xml,
    "xml_sheet": xml_sheet.read_xml_sheet,
    "txt": plain.read_plain,
    "csv": plain.read_csv,
    "xml": plain.read_xml,
}
_LIMITED: Mapping[str, Callable[[bytes, Allowance], Reading]] = {
    "pdf": pdf.read_pdf,
    "docx": docx.read_docx,
    "doc": doc.read_doc,
    "xlsx": xlsx.read_xlsx,
    "pptx": pptx.read_pptx,
    "ofd": ofd.read_ofd,
    "rtf": rtf.read_rtf,
    "html": plain.read_html,
    "odt": odt.read_odt,
    "odp": odt.read_odt,
    "mail": mail.read_mail,
    "msg": mail.read_msg,
    "ole": ole_object.read_ole_object,
    "image": pictures.read_image,
    "zip": archives.read_zip,
    "tar": archives.read_tar,
}
_UNREAD = {
    "empty": "the file is empty",
    "locked": ENCRYPTED,
    "program": "a program: it holds no text and is not run",
    "unknown": "the type of the file is not known",
}
# Controls and halves of UTF-16 pairs, which no database and no page takes.
_NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_LONGEST_REASON = 2_000
# What readers raise on content that breaks its own format; anything else is a fault of ours and is let through.
_BROKEN = (ArithmeticError, AssertionError, AttributeError, EOFError, LookupError, OSError, RuntimeError, TypeError)


def read_document(
    data: bytes,
    name: str,
    limits: Limits = Limits(),  # noqa: B008
    on_recognition: Callable[[], None] | None = None,
) -> Reading:
    """The text of a document with its places. Pure: no network, nothing run, nothing written.

    `name` is the document's file name and decides only between kinds of plain text. A document that cannot be read,
    or not wholly, is no error: its Reading says so. MemoryError is let through; `read_safely` turns it into a state.
    `on_recognition` is called once before pictures are recognized, which takes seconds for each.
    """
    if len(data) > limits.size:
        return Reading("unknown", UNREAD, too_large(limits))
    allowance = Allowance(limits, _read)
    if on_recognition is not None:
        allowance.on_recognition = on_recognition
    reading = _shortened(_read(data, name, allowance), limits.characters)
    return _by_ocr(reading, allowance) if allowance.recognized or allowance.wordless else reading


def _by_ocr(reading: Reading, allowance: Allowance) -> Reading:
    """The reading with a word on the pages and pictures in it that were recognized."""
    said = [_recognized(allowance.recognized)] if allowance.recognized else []
    if allowance.wordless:
        said.append(f"OCR found no text in {_counted(allowance.wordless)}")
    state = READ_BY_OCR if reading.state == READ else reading.state
    return replace(reading, state=state, reason="; ".join(filter(None, [reading.reason, *said])))


def _recognized(confidences: Sequence[float]) -> str:
    # Rounded down: nothing recognized is certain.
    mean, least = (floor(value * 100) / 100 for value in (fmean(confidences), min(confidences)))
    said = f"OCR read {_counted(len(confidences))} with confidence {mean:.2f}"
    return said + (f", the least {least:.2f}" if mean > least else "")


def _counted(number: int) -> str:
    return f"{number} pages or pictures" if number > 1 else "a page or picture"


def _read(data: bytes, name: str, allowance: Allowance) -> Reading:
    kind = kind_of(data, name)
    if kind in _UNREAD:
        return Reading(kind, UNREAD, _UNREAD[kind])
    try:
        return _read_as(kind, data, name, allowance)
    except NotReadError as error:
        return Reading(kind, error.state, str(error))
    except (*_BROKEN, ValueError, struct.error) as error:
        return Reading(kind, FAILED, f"its content breaks the {kind} format ({type(error).__name__}: {error})")


def _read_as(kind: str, data: bytes, name: str, allowance: Allowance) -> Reading:
    if kind in ("xls", "xlsb", "ods"):
        return sheets.read_calamine(data, kind, allowance)
    if kind in ("gz", "bz2", "xz"):
        return archives.read_compressed(data, name, kind, allowance)
    if kind in ("7z", "rar"):
        return packed.read_packed(data, kind, allowance)
    if kind in _FLAT:
        return _FLAT[kind](data)
    return _LIMITED[kind](data, allowance)


def _shortened(reading: Reading, most: int) -> Reading:
    """The reading with at most `most` characters of text and none that is no text; partly_read if that cuts any off."""
    texts: list[Text] = []
    reasons = [reading.reason] if reading.reason else []
    state = reading.state
    for text in reading.texts:
        if most <= 0:
            break
        texts.append(replace(text, origin=_clean(text.origin), content=_clean(text.content[:most])))
        most -= len(text.content)
    if most < 0 or len(texts) < len(reading.texts):
        reasons.append("the text is longer than the limit of characters")
        state = PARTLY_READ if state == READ else state
    return Reading(reading.kind, state, _clean("; ".join(reasons))[:_LONGEST_REASON], tuple(texts))


def _clean(text: str) -> str:
    return _NO_TEXT.sub("", text)
