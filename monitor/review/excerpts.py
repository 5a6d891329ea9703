"""Where the words of a search stand: excerpts of a notice's texts with every word marked."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from monitor.review.marked_text import HIT, Line, Mark, Piece
from notices.document import Text
from storage.search_words import SearchQuery, Term, fold

MOST, BEFORE, BEHIND = 3, 40, 110
# A notice's attachments are read so far for its excerpts; what stands behind is found, and shown on its page.
MOST_READ = 400_000


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A stretch of one text; `origin` says of which."""

    origin: str
    line: Line


def word_marks(query: SearchQuery, content: str) -> list[Mark]:
    """Every place of every wanted term in a text."""
    folded = fold(content)
    return [Mark(*found.span(), HIT) for term in _terms(query) for found in term.pattern().finditer(folded)]


def marked(content: str, marks: Sequence[Mark], start: int, end: int) -> Line:
    """Characters [start, end) of a text with its marks, an ellipsis where there is more."""
    pieces = [Piece("…")] if start else []
    at = start
    for mark in sorted(marks, key=lambda each: (each.start, -each.end)):
        if mark.start < at or mark.end > end:
            continue
        pieces += [Piece(content[at : mark.start]), Piece(content[mark.start : mark.end], mark.level)]
        at = mark.end
    pieces += [Piece(content[at:end]), Piece("…" if end < len(content) else "")]
    return tuple(piece for piece in pieces if piece.text)


def excerpts_of(query: SearchQuery, texts: Iterable[Text]) -> list[Excerpt]:
    """The first place of each wanted term, in at most MOST excerpts; terms that stand together share one."""
    missing = list(_terms(query))
    found: list[Excerpt] = []
    read = 0
    for text in texts:
        read += len(text.content)
        for excerpt, terms in _in_text(text, missing, query):
            found.append(excerpt)
            missing = [term for term in missing if term not in terms]
        if not missing or len(found) >= MOST or read > MOST_READ:
            break
    return found[:MOST]


def _in_text(text: Text, missing: Sequence[Term], query: SearchQuery) -> Iterator[tuple[Excerpt, list[Term]]]:
    """An excerpt for each missing term that the text has and no excerpt before it shows, and the terms in it."""
    folded = fold(text.content)
    places = [(found.span(), term) for term in missing if (found := term.pattern().search(folded))]
    shown_to = -1
    for (start, end), _ in sorted(places, key=lambda each: each[0]):
        if end <= shown_to:
            continue
        left, right = _window(text.content, start, end)
        shown_to = right
        # From a place in the text, not from a part of it: a pattern looks at what stands before and behind.
        again = (term.pattern().finditer(folded, left, right + 1) for term in _terms(query))
        marks = [Mark(*found.span(), HIT) for each in again for found in each if found.end() <= right]
        terms = [term for (begin, stop), term in places if left <= begin and stop <= right]
        yield Excerpt(text.origin, marked(text.content, marks, left, right)), terms


def _window(content: str, start: int, end: int) -> tuple[int, int]:
    """What is shown around a place: within its line, or beyond it where the line is short."""
    left, right = max(0, start - BEFORE), min(len(content), end + BEHIND)
    line = content.rfind("\n", left, start)
    return (line + 1 if line >= 0 and start - line > BEFORE // 2 else left), right


def _terms(query: SearchQuery) -> list[Term]:
    return [term for group in query.wanted for term in group]
