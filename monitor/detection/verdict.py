"""A relation with the words that decided it, and the ways in which such words are looked for."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from monitor.detection.layout import column_of, heading_of
from monitor.detection.scope import Scope
from monitor.watchlist.model import Watchlist

COUNT = re.compile(r"[0-9一二两三四五六七八九十百]+ ?[台张块套个片颗枚副项只对根](?!卡)")
Patterns = Mapping[str, re.Pattern[str]]


@dataclass(frozen=True, slots=True)
class Verdict:
    """A relation and the words that decided it."""

    relation: str
    reason: str


@lru_cache(maxsize=4)
def relation_words(watchlist: Watchlist) -> Mapping[str, Patterns]:
    """The patterns of relations.toml by relation and position, compiled once."""
    names = (
        "past_performance", "excluded", "accessory", "software", "product", "benchmark", "compatibility", "existing",
        "rents", "buys_or_equivalent", "object",
    )  # fmt: skip
    return {name: {key: re.compile(source) for key, source in watchlist.words[name].items()} for name in names}


def verdict_by(relation: str, match: re.Match[str] | None) -> Verdict | None:
    """The relation with the matched words as its reason, or None if nothing matched."""
    return Verdict(relation, f'"{match.group().strip()}" makes it {relation}') if match else None


def last_match(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    """The last match of a pattern, or None."""
    last = None
    for last in pattern.finditer(text):  # noqa: B007
        pass
    return last


def headed(scope: Scope, pattern: re.Pattern[str]) -> re.Match[str] | None:
    """The pattern in what stands over the place: the heading of its paragraph, the head of its column."""
    return pattern.search(heading_of(scope)) or pattern.search(column_of(scope))
