"""How much a finding matters: a sum of weights by relation, status, basis, stage and buyer, tunable as data."""

import re
from dataclasses import dataclass
from datetime import date

from monitor.detection.fold import fold
from monitor.watchlist.model import Item, Watchlist

_LEVELS = ("critical", "high", "medium", "low")


@dataclass(frozen=True, slots=True)
class Weighed:
    """A severity with the parts of its sum in words."""

    level: str
    reason: str


def severity_of(
    item: Item, *, relation: str, status: str, basis: str, flagged: bool, kind: str, buyer: str, watchlist: Watchlist
) -> Weighed:
    """The level of a finding; info if it is not flagged. `kind` is the notice's, `buyer` from `buyer_class`."""
    if not flagged:
        return Weighed("info", "severity info: not flagged")
    parts = [
        ("relation", relation), ("control", status), ("basis", basis), ("stage", kind), ("buyer", buyer),
        ("category", item.category), ("item", item.id),
    ]  # fmt: skip
    weighed = [(name, key, watchlist.weights[f"severity_{name}"].get(key, 0)) for name, key in parts]
    total = sum(weight for _, _, weight in weighed)
    levels = watchlist.weights["severity_level"]
    level = next((level for level in _LEVELS if total >= levels[level]), "info")
    shown = " ".join(f"{key}{weight:+g}" for _, key, weight in weighed if weight)
    return Weighed(level, f"severity {level}: {shown} = {total:g}")


def buyer_class(buyer: str | None, day: date | None, watchlist: Watchlist) -> tuple[str, str]:
    """The class of a buyer by name (listed, veiled or empty) with the reason in words."""
    if not buyer:
        return "", ""
    name = fold(buyer)
    for party in watchlist.listed(name):
        if party.since is None or day is None or party.since <= day:
            since = f" since {party.since.isoformat()}" if party.since else ""
            citation = f" ({party.citation})" if party.citation else ""
            return "listed", f"the buyer is listed: {party.listed}{since}{citation}"
    veiled = re.search(watchlist.words["context"]["veiled_buyer"], name)
    return ("veiled", f'the buyer is named only as "{buyer}"') if veiled else ("", "")
