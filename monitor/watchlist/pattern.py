"""Patterns as the data files write them, and what makes one unreadable."""

import re

import re2

# A term that starts so is a regular expression over folded text (capitals, half width, simplified, * for ×).
PATTERN_MARK = "re:"
LOOK_AROUND = re.compile(r"\(\?<?[=!](?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)")


def pattern_fault(source: str) -> str | None:
    """Why a pattern cannot be read, or None."""
    try:
        re.compile(source)
    except re.error as error:
        return str(error)
    return None


def term_fault(term: str) -> str | None:
    """Why a term cannot be read, or None; its pattern must suit the gate's engine too, but for look-arounds."""
    if not term.strip():
        return "it is empty"
    if not term.startswith(PATTERN_MARK):
        return None
    source = term.removeprefix(PATTERN_MARK)
    options = re2.Options()
    options.log_errors = False
    try:
        re2.compile(LOOK_AROUND.sub("", source), options)
    except re2.error as error:
        said = error.args[0]
        return pattern_fault(source) or (said.decode("ascii", "replace") if isinstance(said, bytes) else str(said))
    return pattern_fault(source)
