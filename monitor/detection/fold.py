"""Folds text to one spelling without changing its length, so that offsets stay those of the original."""

import re
from collections.abc import Iterator
from functools import cache
from unicodedata import normalize

import numpy as np
from numpy.typing import NDArray

from notices.spelling import spellings

UNKNOWN = 0xFFFD
_PART = 1 << 20
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")


@cache
def fold_table() -> NDArray[np.uint16]:
    """The folded UTF-16 unit of each of the 65,536: capital, half width, simplified, one sign for look-alikes."""
    table = np.arange(0x10000, dtype=np.uint16)
    table[0xD800:0xE000] = UNKNOWN
    for written, plain in spellings().items():
        table[written] = plain
    return table


def code_units(text: str) -> NDArray[np.uint16]:
    """One UTF-16 unit for each character: a character beyond the 65,536 becomes U+FFFD; lone surrogates are allowed."""
    data = text.encode("utf-16-le", "surrogatepass")
    if len(data) != 2 * len(text):
        data = _ASTRAL.sub(_plain_letter, text).encode("utf-16-le", "surrogatepass")
    return np.frombuffer(data, dtype="<u2")


def _plain_letter(found: re.Match[str]) -> str:
    """The letter or digit that a mathematical one stands for, else U+FFFD."""
    plain = normalize("NFKC", found.group())
    return plain if len(plain) == 1 and plain.isascii() else "\ufffd"


def in_parts(text: str) -> Iterator[str]:
    """A text in parts of about a million characters: numpy needs eight bytes more for each while it looks them up."""
    if len(text) <= _PART:
        yield text
        return
    for start in range(0, len(text), _PART):
        yield text[start : start + _PART]


def fold(text: str) -> str:
    """The text in one spelling; always as long as the original, character by character."""
    table = fold_table()
    return "".join(table[code_units(part)].astype("<u2").tobytes().decode("utf-16-le") for part in in_parts(text))
