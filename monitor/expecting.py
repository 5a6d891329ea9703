"""Holds the sources against what is expected of them: a concern is an issue and a word to the operators, once."""

from collections.abc import Sequence
from datetime import datetime

from monitor.conditions import changed, tell_operators
from monitor.config import Settings
from monitor.expectations import concerns, without_quiet_day
from monitor.health import EXPECTED, Source
from notices.run import Issue
from storage import Store


def hold_to_expectations(store: Store, settings: Settings, sources: Sequence[Source], now: datetime) -> list[str]:
    """What is new and what is over, as sentences; both are told to the operators, if any are named."""
    names = {source.id for source in sources}
    with store.begin() as unit:
        found, everywhere = without_quiet_day(concerns(unit, sources, now), len(sources))
        by_key = {each.key: each for each in found}
        present = {key: each.sentence for key, each in by_key.items()} | everywhere
        changes = changed(unit, present, now, of=lambda key: _is_about(key, names))
        for concern in (by_key[key] for key in changes.begun if key in by_key):
            unit.runs.add_issue(Issue(concern.source, concern.kind, concern.sentence), now)
        if changes.lines and settings.operators.to:
            tell_operators(unit, settings, f"{now.isoformat()} {changes.lines}", changes.lines, now)
    return changes.lines


def _is_about(key: str, names: set[str]) -> bool:
    about = key.removeprefix(EXPECTED).rpartition(" ")[0]
    return key.startswith(EXPECTED) and (about in names or (about == "everywhere" and len(names) > 1))
