"""Turns a watchlist term as a person writes it into a pattern over folded text."""

import re
from functools import lru_cache

from monitor.detection.fold import fold
from monitor.watchlist.pattern import PATTERN_MARK

_SEPARATOR = r"[ \n\-_/·]{0,3}"
_BREAK = r"[ \n-]{0,2}"
_CHINESE_BREAK = r"[ \n]?"
_SHORTEST_SPELT = 3
_ZERO = "[0O]"
_PIECE = re.compile(r"[A-Z]+|[0-9]+|[ \-_/]+|.", re.DOTALL)
# A plus sign or a dot inside a name stands for itself; the right boundary lets these glued words follow a model.
LEFT_BOUNDARY = r"(?:(?<![A-Z0-9])|(?<=[0-9]X)|(?<=NV)|(?<=NVIDIA))"
RIGHT_BOUNDARY = r"(?![A-Z0-9])"
GLUED_BOUNDARY = r"(?=(?:GPU|PCIE|SXM|OAM|NVL|HBM|NVLINK|[0-9]{2,3}GB?(?![A-Z])|X[0-9]{1,2}(?![0-9A-Z])))"


@lru_cache(maxsize=4096)
def term_pattern(term: str) -> str:
    """The regular expression (folded text, no boundaries) of a term: spaces, hyphens and breaks inside it are free.

    "RTX 4090" also finds RTX4090, RTX-4090 and RTX with 4090 on the next line; re.error if a "re:" term is no pattern.
    """
    if term.startswith(PATTERN_MARK):
        pattern = term.removeprefix(PATTERN_MARK)
        re.compile(pattern)
        return pattern
    parts: list[str] = []
    before = ""
    for piece in _PIECE.findall(fold(term).strip()):
        parts.append(_joint(before, piece))
        if not _is_separator(piece):
            parts.append(_spelt(piece))
        before = piece
    return "".join(parts)


def _spelt(piece: str) -> str:
    """A piece of three letters or digits and more, also with each set apart: N V I D I A; O for 0 in a number."""
    if len(piece) < _SHORTEST_SPELT:
        return re.escape(piece)
    signs = (
        [_ZERO if sign == "0" else re.escape(sign) for sign in piece] if piece.isdigit() else [*map(re.escape, piece)]
    )
    return f"(?:{''.join(signs)}|{'[ -]'.join(signs)})"


def _is_separator(piece: str) -> bool:
    return not piece.strip(" -_/")


def _joint(before: str, piece: str) -> str:
    if not before or _is_separator(before):
        return ""
    if _is_separator(piece):
        return _SEPARATOR
    if before[0].isascii() and piece[0].isascii():
        return _BREAK if before[-1].isalnum() and piece[0].isalnum() else ""
    return _CHINESE_BREAK if not before[0].isascii() and not piece[0].isascii() else _BREAK


def bounded(pattern: str) -> str:
    """A pattern with the boundaries of a product name: ASCII ones, because Chinese stands directly beside names."""
    return f"{LEFT_BOUNDARY}(?:{pattern})(?:{RIGHT_BOUNDARY}|{GLUED_BOUNDARY})"


def starts_ascii(pattern: str) -> bool:
    """Whether the pattern's first literal is an ASCII letter or digit, so that it needs a left boundary."""
    return bool(re.match(r"(?:\(\?:|\(|\[)*[A-Z0-9\\]", pattern))
