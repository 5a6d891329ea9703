"""What a family asks a portal that answers in JSON: an address, and what is posted to it."""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from notices.errors import StoreError
from spiders.pages.challenge import refusal_in
from storage.archive import read_archive

JSON_TYPE = "application/json;charset=UTF-8"
FORM_TYPE = "application/x-www-form-urlencoded; charset=UTF-8"


@dataclass(frozen=True, slots=True)
class Question:
    """A list page to ask for; without `posted` it is a GET."""

    url: str
    posted: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


def get(url: str, values: Mapping[str, Any], **headers: str) -> Question:
    return Question(f"{url}?{urlencode(values)}", headers=_named(headers))


def post_json(url: str, values: Mapping[str, Any], **headers: str) -> Question:
    """The values as compact JSON, in their own order: the same question is always the same bytes."""
    posted = json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()
    return Question(url, posted, {"Content-Type": JSON_TYPE, "Accept": "application/json"} | _named(headers))


def post_form(url: str, values: Mapping[str, Any], **headers: str) -> Question:
    return Question(url, urlencode(values).encode(), {"Content-Type": FORM_TYPE} | _named(headers))


def values_in(url: str, posted: bytes) -> set[str]:
    """Every single value that a question holds, in its address, its form or its JSON."""
    values = {value for _, value in parse_qsl(urlsplit(url).query)}
    try:
        values.update(_flat(json.loads(posted)))
    except ValueError:
        values.update(value for _, value in parse_qsl(posted.decode("utf-8", errors="replace")))
    return values


@dataclass(frozen=True, slots=True)
class Archived:
    """A question that an archive has an answer to; `take`: which of its answers, the newest being 0."""

    url: str
    posted: bytes
    take: int


def place_of(url: str) -> tuple[str, str]:
    """The host and path of an address: where a question is asked, whatever is asked."""
    parts = urlsplit(url)
    return parts.netloc, parts.path


def archived_questions(
    archives: Iterable[str], places: Collection[tuple[str, str]], canonical: Callable[[str], str]
) -> list[Archived]:
    """What the requests of WARC files asked at any of `places` and were answered, in order; refusals are no answers.

    A damaged file gives what it holds; the handler that answers from it records what is wrong with it.
    """
    answers: dict[tuple[str, bytes], list[bool]] = {}
    for name in archives:
        try:
            for answer in read_archive(Path(name)):
                url = canonical(answer.url)
                if place_of(url) in places:
                    told = answer.status == 200 and refusal_in(answer.body, answer.status) is None
                    answers.setdefault((url, answer.posted), []).insert(0, told)
        except StoreError:
            continue
    return [
        Archived(url, posted, take)
        for (url, posted), all_told in answers.items()
        for take, told in enumerate(all_told)
        if told
    ]


def _flat(value: Any) -> Iterator[str]:
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _flat(inner)
    elif value is not None:
        yield str(value)


def _named(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}
