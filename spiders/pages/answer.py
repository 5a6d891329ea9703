"""Answers in JSON: read whatever their character set, and picked apart without trusting their shape."""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from notices.dates import SHANGHAI, find_moment
from notices.encoding import decode
from notices.errors import UnreadablePageError
from spiders.pages.challenge import refusal_in

_MARKUP = re.compile(r"</?[A-Za-z][^>]*>")
_DIGITS = re.compile(r"\d{10}(?:\d{3})?")


def read_answer(body: bytes, url: str) -> dict[str, Any]:
    """The object that an answer is; UnreadablePageError if it is none, with what the site sent instead."""
    try:
        answer = json.loads(decode(body))
    except (ValueError, RecursionError) as error:
        reason = refusal_in(body, 200) or "the interface may have changed"
        raise UnreadablePageError(f"{url}: the answer is no JSON; {reason}") from error
    if not isinstance(answer, dict):
        raise UnreadablePageError(f"{url}: the answer is no JSON object; the interface may have changed")
    return answer


def at(answer: Any, *path: str) -> Any:
    """What stands at a path of keys; None if any of them is missing."""
    for key in path:
        if not isinstance(answer, Mapping):
            return None
        answer = answer.get(key)
    return answer


def rows_at(answer: Any, url: str, *path: str) -> list[dict[str, Any]]:
    """The objects of the list at a path; without one, UnreadablePageError quotes the site.

    null is an empty list, unless the answer says that something went wrong.
    """
    found = at(answer, *path)
    parent = at(answer, *path[:-1])
    if found is None and isinstance(parent, Mapping) and path[-1] in parent and _is_well(answer):
        return []
    if not isinstance(found, list):
        raise UnreadablePageError(f"{url}: no list at {'.'.join(path)}; the site says {words_of(answer)!r}")
    return [row for row in found if isinstance(row, dict)]


def _is_well(answer: Mapping[str, Any]) -> bool:
    return answer.get("success") is not False and str(answer.get("code", 0)).strip("0") in {"", "2", "None"}


def words_of(answer: Mapping[str, Any]) -> str:
    """What an answer says of itself besides its data: its code and its message."""
    said = [answer.get(name) for name in ("code", "resultStat", "success", "msg", "message", "error", "errmsg")]
    return " ".join(str(word) for word in said if isinstance(word, str | int) and word != "")[:200] or "nothing"


def text(row: Mapping[str, Any], *names: str) -> str:
    """The first of the fields that is filled, on one line."""
    for name in names:
        value = row.get(name)
        if isinstance(value, str | int | float) and not isinstance(value, bool) and str(value).strip():
            return " ".join(str(value).split())
    return ""


def title(row: Mapping[str, Any], *names: str) -> str:
    """Like `text`, without the marks that a search puts around the words it found."""
    return " ".join(_MARKUP.sub("", text(row, *names)).split())


def markup(row: Mapping[str, Any], *names: str) -> str:
    """The first of the fields that holds a body in HTML, as it stands."""
    return next((str(value) for name in names if isinstance(value := row.get(name), str) and value.strip()), "")


def moment(row: Mapping[str, Any], *names: str) -> datetime | None:
    """A time given as milliseconds or seconds since 1970, or in words; None if none, or before 1990 (a filler)."""
    for name in names:
        word = text(row, name)
        if _DIGITS.fullmatch(word):
            found: datetime | None = datetime.fromtimestamp(int(word[:10]), SHANGHAI)
        else:
            found = find_moment(word)
        if found and found.year >= 1990:
            return found
    return None


def number(value: Any) -> int | None:
    """A count, given as a number or as digits; None for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    return int(value) if isinstance(value, str) and value.isdecimal() else None
