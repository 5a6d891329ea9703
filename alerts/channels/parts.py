"""A long text in parts that a service takes, cut between findings or lines where that is possible."""

_RULE = "-" * 64


def parts_of(text: str, limit: int) -> list[str]:
    """The text in parts of at most `limit` characters; nothing is left out but space at the edges."""
    parts: list[str] = []
    for section in _sections(text):
        for piece in _cut(section, limit):
            if parts and len(parts[-1]) + 1 + len(piece) <= limit:
                parts[-1] += "\n" + piece
            else:
                parts.append(piece)
    return [part.strip("\n") for part in parts if part.strip()]


def _sections(text: str) -> list[str]:
    first, *rest = text.split(f"\n{_RULE}")
    return [first, *(f"{_RULE}{section}" for section in rest)]


def _cut(section: str, limit: int) -> list[str]:
    pieces: list[str] = []
    while len(section) > limit:
        end = section.rfind("\n", 1, limit)
        end = end if end > 0 else limit
        pieces.append(section[:end])
        section = section[end:].removeprefix("\n")
    return [*pieces, section]
