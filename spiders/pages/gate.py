"""Forms that want a code from a picture before a file is given: recognised, never filled in."""

import re

_GATE = re.compile(
    rb"codeValue|createimage\.jsp|pageVerify|verify_?code|imgcode|captcha|\xe9\xaa\x8c\xe8\xaf\x81\xe7\xa0\x81|\xd1\xe9\xd6\xa4\xc2\xeb",
    re.IGNORECASE,
)
_MARKUP = re.compile(rb"^\s*(?:\xef\xbb\xbf)?<", re.ASCII)


def is_gate(answer: bytes) -> bool:
    """Whether the answer to a request for a file is a page with such a form (VSB download.jsp, Epoint pageVerify)."""
    return len(answer) < 100_000 and bool(_MARKUP.match(answer) and _GATE.search(answer))
