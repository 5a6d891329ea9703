"""Tries a term over texts before it goes into the watchlist."""

import re
from collections.abc import Iterable, Iterator

from monitor.detection.fold import fold
from monitor.detection.gate import compile_gate, gate_pattern
from monitor.detection.match import with_boundaries
from notices.document import Text
from notices.errors import ConfigurationError
from notices.finding import Place


def try_term(pattern: str, texts: Iterable[Text]) -> Iterator[Place]:
    """The places of a term, written as in the watchlist (or "re:" and a pattern), with boundaries but without context.

    ConfigurationError says what is wrong with a pattern that cannot be read.
    """
    try:
        exact = re.compile(with_boundaries(pattern))
        gate = compile_gate([gate_pattern(pattern)])
    except (re.error, ValueError) as error:
        raise ConfigurationError(f"{pattern!r} is no readable term: {error}") from None
    for text in texts:
        if not gate.spans(text.content):
            continue
        for found in exact.finditer(fold(text.content)):
            if found.end() > found.start():
                yield Place(text.origin, found.start(), found.end(), text.content[found.start() : found.end()])
