"""Texts without the persons whom a notice names to be asked."""

import re
from collections.abc import Sequence

LEFT_OUT = "［…］"
# Mobile and fixed numbers as notices write them, and e-mail addresses; no part of a longer number or code.
_REACHED = re.compile(
    r"""
    (?<![\w.-]) (?:
      (?:\+?86[- ]?)? 1[3-9]\d [- ]?\d{4} [- ]?\d{4}
      | [(（]? 0\d{2,3} [)）]? [-—－\ ] \d{7,8} (?:-\d{1,6})?
    ) (?! \d | \.\d )
    | [A-Za-z0-9._%+-]+ @ [A-Za-z0-9-]+ (?:\.[A-Za-z0-9-]+)+
    """,
    re.ASCII | re.VERBOSE,
)


def without_contacts(text: str, people: Sequence[str]) -> str:
    """A text with LEFT_OUT in place of telephone numbers, e-mail addresses, and the names and numbers in `people`."""
    for each in people:
        text = text.replace(each, LEFT_OUT)
    return _REACHED.sub(LEFT_OUT, text)
