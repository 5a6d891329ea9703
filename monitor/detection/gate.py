"""The gate: one pass of google-re2 over folded one-byte text that says where any watchlist term may stand."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

import numpy as np
import re2
from numpy.typing import NDArray

from monitor.detection.fold import UNKNOWN, code_units, fold_table, in_parts
from monitor.detection.terms import term_pattern
from monitor.watchlist.model import Watchlist
from monitor.watchlist.pattern import LOOK_AROUND

_FIRST_CODE, _OTHER = 0x80, 0xFF
_EXCLUDING = re.compile(r"\[\^[^\]]*\]")
_LEFT = r"(?:\b|[0-9]X|NV|NVIDIA)"
_RIGHT = r"(?:\b|GPU|PCIE|SXM|OAM|NVL|HBM|[0-9]{2,3}G|X[0-9])"
_MEMORY = 256 << 20
_SEPARATOR = "\x00"
Span = tuple[int, int]


@dataclass(frozen=True, slots=True, eq=False)
class Gate:
    """A compiled scan: `codes` gives each UTF-16 unit its one-byte code, `pattern` runs over these bytes."""

    codes: NDArray[np.uint8]
    pattern: re2._Regexp

    def encode(self, text: str) -> bytes:
        """One byte for each character; characters that no term uses share one code."""
        return b"".join(self.codes[code_units(part)].tobytes() for part in in_parts(text))

    def spans(self, text: str) -> list[Span]:
        """Where a term may stand in one text, as offsets; a superset of what `match` accepts."""
        return [match.span() for match in self.pattern.finditer(self.encode(text))]

    def spans_of(self, texts: Sequence[str]) -> dict[int, list[Span]]:
        """Like `spans` for many texts in one scan: offsets by the index of the text; texts without a hit are absent."""
        starts = list(accumulate((len(text) + 1 for text in texts), initial=0))
        hits: dict[int, list[Span]] = {}
        torn: set[int] = set()
        for match in self.pattern.finditer(self.encode(_SEPARATOR.join(texts))):
            start, end = match.span()
            index = bisect_right(starts, start) - 1
            if end < starts[index + 1]:
                hits.setdefault(index, []).append((start - starts[index], end - starts[index]))
            else:
                torn.update(range(index, bisect_right(starts, end - 1)))
        # A match over a border is none, and may hide others on both sides: those texts are scanned by themselves.
        hits |= {index: self.spans(texts[index]) for index in torn if index < len(texts)}
        return {index: hits[index] for index in sorted(hits) if hits[index]}


@lru_cache(maxsize=4)
def gate_of(watchlist: Watchlist) -> Gate:
    """The gate over all terms and triggers of a watchlist, compiled once."""
    return compile_gate([*_term_patterns(watchlist), *watchlist.words["gate"].values()])


def compile_gate(patterns: Sequence[str]) -> Gate:
    """A gate over patterns of folded text (no look-around); re2.error if one of them is no pattern."""
    alphabet = sorted({sign for pattern in patterns for sign in pattern if not sign.isascii()})
    byte_of = {sign: _FIRST_CODE + index % (_OTHER - _FIRST_CODE) for index, sign in enumerate(alphabet)}
    codes = np.full(0x10000, _OTHER, dtype=np.uint8)
    folded = fold_table()
    codes[folded < _FIRST_CODE] = folded[folded < _FIRST_CODE].astype(np.uint8)
    for sign, code in byte_of.items():
        codes[folded == ord(sign)] = code
    codes[folded == UNKNOWN] = _OTHER
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.max_mem = _MEMORY
    options.never_capture = True
    options.log_errors = False
    source = "|".join(f"(?:{_in_bytes(pattern, byte_of)})" for pattern in patterns)
    return Gate(codes, re2.compile(source.encode("ascii"), options))


def _in_bytes(pattern: str, byte_of: dict[str, int]) -> str:
    # A code may stand for several characters: to exclude one of them would exclude the others, and the gate would miss.
    pattern = _EXCLUDING.sub(lambda found: "".join(filter(str.isascii, found.group())), pattern)
    return "".join(f"\\x{byte_of[sign]:02X}" if sign in byte_of else sign for sign in pattern)


def _term_patterns(watchlist: Watchlist) -> list[str]:
    terms = {term for item in watchlist.items.values() for term in item.aliases}
    return sorted({gate_pattern(term) for term in terms}, key=len, reverse=True)


def gate_pattern(term: str) -> str:
    """A term's pattern with re2's ASCII word boundaries where the term begins or ends with a letter or digit."""
    core = LOOK_AROUND.sub("", term_pattern(term))
    left = _LEFT if _ascii_at(core, 0) else ""
    right = _RIGHT if _ascii_at(core, -1) else ""
    return f"{left}(?:{core}){right}"


def _ascii_at(pattern: str, end: int) -> bool:
    signs = re.sub(r"\\.|[()?:\[\]{}|*+.^$]", "", pattern) or "x"
    return signs[end].isascii()
