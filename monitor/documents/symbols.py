"""The marks that Wingdings and its kin keep at codes of their own, as the characters they stand for."""

# Code → character where the common symbol fonts agree, or where one of them is what Chinese forms use:
# Wingdings has dots and boxes at 6C-72 and A1-A8, crosses and ticks at FB-FE; Wingdings 2 a ticked box at 52.
_KNOWN = {
    0x52: "☑",
    0x54: "☒",
    0x6C: "●",
    0x6E: "■",
    0x6F: "□",
    0x71: "□",
    0x72: "□",
    0xA1: "○",
    0xA3: "□",
    0xA8: "□",
    0xB7: "•",
    0xD8: "➢",
    0xFB: "✗",
    0xFC: "✓",
    0xFD: "☒",
    0xFE: "☑",
}
PRIVATE = range(0xF000, 0xF100)


def symbol(code: int) -> str:
    """The character for a code of a symbol font, with or without the private area's F0; "•" for a mark not known."""
    return _KNOWN.get(code & 0xFF, "•")
