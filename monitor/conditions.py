"""What is wrong with the watch itself, from when to when: it is told when it begins and when it is over, once each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

from alerts.deliveries import deliveries_of
from alerts.routes import Route
from monitor.config import Settings
from notices.alert import STATUS, Alert
from storage import Unit
from storage.health import Condition

OPERATORS = "operators"
# What comes and goes is told once in this time.
QUIET = timedelta(hours=6)


def tell_operators(unit: Unit, settings: Settings, what: str, lines: Sequence[str], now: datetime) -> None:
    """Puts sentences into the outbox for the operators' channels; `what` makes the alert this one and no other."""
    id_, thread = (sha256(text.encode()).hexdigest()[:24] for text in (what, OPERATORS))
    alert = Alert(id_, OPERATORS, thread[:16], now, (), kind=STATUS, lines=tuple(lines))
    route = Route(OPERATORS, settings.operators.to)
    unit.alerts.add(alert, deliveries_of(alert, route, settings.channels))


@dataclass(frozen=True, slots=True)
class Changes:
    """What is to be told, as sentences, and the keys of those conditions that are told as new."""

    lines: list[str]
    begun: list[str]


def changed(unit: Unit, present: Mapping[str, str], now: datetime, *, of: Callable[[str], bool]) -> Changes:
    """What is new and what is over since the last look; keeps the present state of the conditions whose key is `of`.

    What came back within six hours of being told is kept, and told when it still stands after them.
    """
    known = {each.key: each for each in unit.health.conditions() if of(each.key)}
    lines: list[str] = []
    begun: list[str] = []
    for key, sentence in present.items():
        before = known.get(key)
        here = before is not None and before.ended_at is None
        state = Condition(
            key, sentence, before.since if before and here else now, before.told_at if before else None, None
        )
        recently = state.told_at is not None and now - state.told_at < QUIET
        if not (here and state.told_at is not None and state.told_at >= state.since) and not recently:
            lines.append(f"{sentence}.")
            begun.append(key)
            state = replace(state, told_at=now)
        if state != before:
            unit.health.set_condition(state)
    for key, before in known.items():
        if key not in present and before.ended_at is None:
            unit.health.set_condition(replace(before, ended_at=now))
            if before.told_at is not None and before.told_at >= before.since:
                lines.append(f"Over: {before.sentence}.")
    return Changes(lines, begun)
