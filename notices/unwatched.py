"""The places with public notices that are known and not watched, and why."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Unwatched:
    """One place: `what` and `why` in English and in Chinese; `instead` are ids of sources, or "family-*"."""

    what: tuple[str, str]
    why: tuple[str, str]
    instead: tuple[str, ...]


@cache
def unwatched_places() -> tuple[Unwatched, ...]:
    """The places of notices/data/unwatched.toml in its order; a place without both languages is a ValueError."""
    read = tomllib.loads(files("notices").joinpath("data", "unwatched.toml").read_text(encoding="utf-8"))
    return tuple(_place(row) for row in read["place"])


def _place(row: dict[str, list[str]]) -> Unwatched:
    (what, what_zh), (why, why_zh) = row["what"], row["why"]
    return Unwatched((what, what_zh), (why, why_zh), tuple(row.get("instead", ())))
