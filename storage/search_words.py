"""How text is cut for the search index, and how a query is read: index and scan agree because both come from here.

A text is a row of elements: a run of ASCII letters, a run of digits, any other single letter (each Chinese one), or a
mark that separates. Spaces, hyphens and underscores between elements do not count: "RTX-4090" and "RTX4090" are alike.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from notices.errors import TenderwatchError
from notices.spelling import spellings

# Changes with whatever is indexed of a text: a store that was indexed under another number is indexed anew.
RULES = 1
SEPARATOR = "·"
LONGEST, MOST_TERMS = 200, 20
_ELEMENT = re.compile(r"[A-Z]+|[0-9]+|[^\W_]|[^\w \-](?:[ \-_]*[^\w \-])*")
_PART = re.compile(r'-?"[^"]*"|[^\s"|]+|[|"]')
_SOFT, _SEPARATING = r"[ \-_]", r"(?:[ \-_]*[^\w \-])+"
# More boundaries between runs of letters are not tried joined: each doubles what the index is asked.
_MOST_JOINTS = 3
_MANY = 200_000


class QueryError(TenderwatchError):
    """A query that cannot be searched for; `code` names why."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


@dataclass(frozen=True, slots=True)
class Term:
    """A word or a phrase as it was written, and its elements."""

    written: str
    elements: tuple[str, ...]

    def spellings(self) -> list[tuple[str, ...]]:
        """The rows of elements that are this term: letters on two sides of a space may also stand as one run."""
        joints = [at for at, pair in enumerate(pairwise(self.elements)) if _is_joint(pair)]
        if len(joints) > _MOST_JOINTS:
            joints = []
        rows = [self.elements]
        for at in reversed(joints):
            rows += [(*row[:at], row[at] + row[at + 1], *row[at + 2 :]) for row in rows]
        return rows

    def pattern(self) -> re.Pattern[str]:
        """What the term looks like in a folded text."""
        return _pattern(self.elements)


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """Any term of each of `wanted`, and none of `excluded`."""

    wanted: tuple[tuple[Term, ...], ...]
    excluded: tuple[Term, ...] = ()

    def matches(self, *texts: str) -> bool:
        """Whether the folded texts of one notice match, found by reading them."""
        return all(any(_stands(term, texts) for term in group) for group in self.wanted) and not any(
            _stands(term, texts) for term in self.excluded
        )


def read_search(written: str) -> SearchQuery:
    """Reads words, "phrases", -exclusions and OR; QueryError says what cannot be meant."""
    if len(written) > LONGEST:
        raise QueryError("search_long", f"the query is longer than {LONGEST} characters: use fewer words")
    wanted: list[list[Term]] = []
    excluded: list[Term] = []
    joining = False
    for part in _PART.finditer(fold(written)):
        said = written[part.start() : part.end()]
        if said == "OR" or part[0] == "|":
            if joining or not wanted:
                raise _lone_or()
            joining = True
            continue
        if said == "AND" or part[0] == "-":
            continue
        term, is_excluded = _term(said, part[0])
        if is_excluded:
            excluded.append(term)
        elif joining:
            wanted[-1].append(term)
        else:
            wanted.append([term])
        joining = joining and is_excluded
    if joining:
        raise _lone_or()
    return _checked(wanted, excluded)


def elements_of(folded: str) -> list[str]:
    """The elements of a folded text, each run of separating marks as SEPARATOR."""
    return [each if each.isalnum() else SEPARATOR for each in _ELEMENT.findall(folded)]


def index_tokens(folded: str) -> tuple[list[str], set[str]]:
    """A text's pairs of neighbouring elements in order, and its single elements."""
    marked = [_marked()[each] for each in _ELEMENT.findall(folded)]
    return [first + second for first, second in pairwise(marked)], {f"§{each}" for each in marked}


def term_tokens(elements: Sequence[str]) -> list[str]:
    """The tokens by which a row of elements is found: its pairs, or its only element."""
    if len(elements) == 1:
        return [f"§{_marked()[elements[0]]}"]
    marked = [_marked()[each] for each in elements]
    return [first + second for first, second in pairwise(marked)]


def as_stream(elements: Iterable[str]) -> str:
    """Elements as one text in which a row of elements is a plain part: runs of letters and digits stand in spaces."""
    return "".join(f" {each} " if each.isascii() else each for each in elements)


def fold(text: str) -> str:
    """The text in one spelling (see `notices.spelling`), as long as the original."""
    data = text.encode("utf-16-le", "surrogatepass")
    if len(data) != 2 * len(text):
        return text.translate(spellings())
    units: bytes = _table()[np.frombuffer(data, dtype="<u2")].tobytes()
    return units.decode("utf-16-le", "surrogatepass")


@cache
def _table() -> NDArray[np.uint16]:
    table = np.arange(0x10000, dtype="<u2")
    for written, plain in spellings().items():
        table[written] = plain
    return table


class _Marks(dict[str, str]):
    """Element to token: a run of ASCII gets an end, so that "DG" before "XH" is not "DGX" before "H"."""

    def __missing__(self, element: str) -> str:
        if len(self) > _MANY:
            self.clear()
        marked = (f"{element}¦" if element.isascii() else element) if element.isalnum() else SEPARATOR
        self[element] = marked
        return marked


@cache
def _marked() -> _Marks:
    return _Marks()


def _term(said: str, folded: str) -> tuple[Term, bool]:
    """A term and whether it is excluded."""
    if folded == '"':
        raise QueryError("open_quote", f"a quotation mark is not closed: write a phrase as {said}…{said}")
    is_excluded = folded.startswith("-")
    written = said[is_excluded:].strip("".join(c for c, f in zip(said, folded, strict=True) if f == '"') or " ")
    row = elements_of(folded)
    first = next((at for at, each in enumerate(row) if each != SEPARATOR), len(row))
    last = next((at for at in range(len(row), 0, -1) if row[at - 1] != SEPARATOR), 0)
    if first >= last:
        raise QueryError("no_letter", f"{said} has no letter and no digit: leave it out, or add to it")
    return Term(written, tuple(row[first:last])), is_excluded


def _checked(wanted: list[list[Term]], excluded: list[Term]) -> SearchQuery:
    if not wanted:
        raise QueryError("nothing_wanted", "nothing to look for: give at least one word that is not excluded")
    if sum(map(len, wanted)) + len(excluded) > MOST_TERMS:
        raise QueryError("search_many", f"more than {MOST_TERMS} words: use fewer")
    return SearchQuery(tuple(map(tuple, wanted)), tuple(excluded))


def _lone_or() -> QueryError:
    return QueryError("lone_or", "OR stands between two words: write A100 OR H100")


def _stands(term: Term, texts: Sequence[str]) -> bool:
    return any(term.pattern().search(text) for text in texts)


def _kind(element: str) -> str:
    if element == SEPARATOR:
        return "separator"
    if not element.isascii():
        return "letter"
    return "digits" if element.isdigit() else "run"


def _is_joint(pair: tuple[str, str]) -> bool:
    return _kind(pair[0]) == _kind(pair[1]) == "run"


@lru_cache(maxsize=512)
def _pattern(elements: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("".join(_pattern_parts(elements)))


def _pattern_parts(elements: tuple[str, ...]) -> Iterator[str]:
    kinds = [_kind(each) for each in elements]
    joints = sum(map(_is_joint, pairwise(elements)))
    yield {"run": "(?<![A-Z])", "digits": "(?<![0-9])"}.get(kinds[0], "")
    for at, element in enumerate(elements):
        if at:
            apart = kinds[at] == kinds[at - 1] == "digits" or (
                kinds[at] == kinds[at - 1] == "run" and joints > _MOST_JOINTS
            )
            yield _SOFT + ("+" if apart else "*")
        yield _SEPARATING if kinds[at] == "separator" else re.escape(element)
    yield {"run": "(?![A-Z])", "digits": "(?![0-9])"}.get(kinds[-1], "")
