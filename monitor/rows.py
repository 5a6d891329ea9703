"""JSON Lines rows to notices: the form that `import` and `scan` read."""

import gzip
import json
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from notices.codelists import NOTICE_KINDS
from notices.dates import find_moment
from notices.errors import UnreadableValueError
from notices.html_text import read_text
from notices.kinds import read_kind
from notices.notice import Notice
from notices.party import Party

Row = Mapping[str, object]
Problem = Callable[[str], None]


def read_rows(path: Path, problem: Problem) -> Iterator[tuple[int, Row]]:
    """The rows of a JSON Lines file, plain or gzipped, with their line numbers; a bad line goes to `problem`."""
    opened = gzip.open if path.suffix == ".gz" else open
    try:
        with opened(path, "rb") as file:
            yield from parse_rows(file, problem)
    except (OSError, EOFError, zlib.error) as error:
        problem(f"the rest of the file cannot be read: {error}")


def parse_rows(lines: Iterable[bytes], problem: Problem) -> Iterator[tuple[int, Row]]:
    """Rows with their line numbers, counted from 1; a line that is no JSON object goes to `problem`, by its number."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            problem(f"line {number}: not JSON: {error.msg} at column {error.colno}")
            continue
        except (ValueError, RecursionError) as error:
            problem(f"line {number}: not JSON: {error}")
            continue
        if isinstance(row, dict):
            yield number, row
        else:
            problem(f"line {number}: expected a JSON object, found {type(row).__name__}")


def notice_of_row(row: Row) -> Notice:
    """A notice as its row gives it; UnreadableValueError names the field that is missing or wrong.

    `id` and `title` or `text`/`html` are needed; `site`, `url`, `published`, `buyer` and `notice_type` are used where
    given. HTML is read as text with its tables as rows. A `published` that is no whole date (a year alone, nothing)
    leaves the notice undated: a date is never guessed.
    """
    id_ = row.get("id")
    if not isinstance(id_, str | int) or id_ == "":
        raise UnreadableValueError("`id` is missing: give the site's own id of the notice")
    html, buyer, label = _word(row, "html"), _word(row, "buyer"), _word(row, "notice_type")
    text = read_text(html) if html.strip() else _word(row, "text")
    title = _word(row, "title").strip()
    if not title and not text.strip():
        raise UnreadableValueError(f"the notice {id_!r} has neither a title nor a text")
    return Notice(
        source=_word(row, "site") or "import",
        id=str(id_),
        url=_word(row, "url"),
        title=title,
        kind=label if label in NOTICE_KINDS.codes else read_kind("", title, text),
        published=find_moment(_word(row, "published")),
        text=text,
        label=label,
        parties=(Party(buyer, "buyer", "buyer"),) if buyer else (),
    )


def _word(row: Row, name: str) -> str:
    value = row.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise UnreadableValueError(f"`{name}` must be a text, not {type(value).__name__}")
    # What SQLite and PostgreSQL cannot keep: lone surrogates and NUL.
    return value.encode("utf-8", "replace").decode().replace("\x00", " ")
