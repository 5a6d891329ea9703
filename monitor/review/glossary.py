"""English beside the Chinese of a notice: headings, labels, columns, kinds, methods, units and known names."""

import re
import tomllib
from collections.abc import Callable, Iterator
from functools import cache
from importlib.resources import files

from monitor.review.marked_text import Line, Piece
from notices.codelists import METHODS, NOTICE_KINDS, REGIONS

GLOSS = "gloss"
_ORDINAL = re.compile(
    r"\s*(?:[（(]?[一二三四五六七八九十]{1,3}[）)]?[、.．:：]?|第[一二三四五六七八九十\d]{1,3}[章节部分条]+|[（(]?\d{1,2}(?:\.\d{1,2}){0,3}[）)、.．]?)\s*"
    r"(?=[^\s\d.．、])"
)
_LABEL = re.compile(
    r"(?:^|(?<=[\s；;，,。）)]))(?P<label>[^\s：:；;，,。|]{2,30})[：:]\s*(?P<value>[^\s；;，,。|]{0,20})"
)
_UNIT = re.compile(r"^(.*?)[（(]([^（）()]{1,12})[）)]$")
_WORD_TABLES = ("heading", "label", "column", "kind", "method", "unit")
# One sign in each row of a table needs no gloss in each.
_BARE_UNIT = re.compile(r"\s*[元台套张块个项批卡年月日是否无略]\s*")
_LONGEST = 40


@cache
def _tables() -> dict[str, dict[str, str]]:
    return tomllib.loads(files("monitor.review").joinpath("glossary.toml").read_text(encoding="utf-8"))


@cache
def _words() -> dict[str, str]:
    """Every word but names; the code lists' own labels where the glossary has none."""
    found = {
        label: rows.rows[code]["en"]
        for rows in (REGIONS, METHODS, NOTICE_KINDS)
        for label, code in rows.by_label.items()
    }
    for table in _WORD_TABLES:
        found |= {_bare(word): english for word, english in _tables()[table].items()}
    return found


@cache
def _names() -> re.Pattern[str]:
    longest_first = sorted(_tables()["name"], key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first)))


def meaning(text: str) -> str | None:
    """The English of a heading, label, cell or value that is known as a whole; None if it is not."""
    word = _bare(text)
    if not word or len(word) > _LONGEST:
        return None
    known = _words().get(word) or _tables()["name"].get(word)
    if known:
        return known
    parted = _UNIT.match(word)
    if not parted:
        return None
    base, unit = _words().get(parted[1]), _words().get(parted[2])
    return f"{base} ({unit})" if base and unit else base


def glosser(language: str) -> Callable[[Line], Line]:
    """What sets glosses into the lines of one text, each behind the first place that it explains.

    Only a reader of English gets them; nothing of a line is changed.
    """
    seen: set[str] = set()

    def glossed(line: Line) -> Line:
        found: dict[int, str] = {}
        for at, english in glosses("".join(piece.text for piece in line)) if language == "en" else ():
            if english not in seen:
                seen.add(english)
                found.setdefault(at, english)
        return tuple(_set_in(line, sorted(found.items()))) if found else line

    return glossed


def glosses(text: str) -> Iterator[tuple[int, str]]:
    """(where a gloss is to stand, the gloss) for one line or cell."""
    if _BARE_UNIT.fullmatch(text):
        return
    start = ordinal.end() if (ordinal := _ORDINAL.match(text)) else 0
    whole = meaning(text[start:])
    if whole:
        yield len(text.rstrip(" ：:\t")), whole
        return
    for match in _LABEL.finditer(text[start:]):
        label = meaning(match["label"])
        if label:
            yield start + match.end("label"), label
            value = meaning(match["value"]) if match["value"] else None
            if value:
                yield start + match.end("value"), value
    seen: set[str] = set()
    for name in _names().finditer(text):
        english = _tables()["name"][name[0]]
        # "英伟达（NVIDIA）" says it already.
        if english not in seen and english.casefold() not in text.casefold():
            seen.add(english)
            yield name.end(), english


def _set_in(line: Line, found: list[tuple[int, str]]) -> Iterator[Piece]:
    """The pieces with the glosses between them; a marked piece is not cut: its gloss stands behind it."""
    at = 0
    waiting = list(found)
    for piece in line:
        end, done = at + len(piece.text), 0
        while waiting and waiting[0][0] <= end:
            cut, english = waiting.pop(0)
            if not piece.level and at + done < cut:
                yield Piece(piece.text[done : cut - at])
                done = cut - at
            if piece.level and done == 0:
                yield piece
                done = len(piece.text)
            yield Piece(english, GLOSS)
        if done < len(piece.text):
            yield piece if done == 0 else Piece(piece.text[done:], piece.level)
        at = end


def _bare(text: str) -> str:
    return re.sub(r"\s+", "", text).strip("：:。；;、★▲*")
