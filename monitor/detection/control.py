"""What was listed for an item on a day, looked up in the dated rules of the watchlist."""

from datetime import date

from monitor.watchlist.model import Item, Step, Watchlist
from notices.finding import Control

UNKNOWN_DATE = "unknown_date"
_STRICTEST = ("restricted", "licensable", "unrestricted", "not_controlled", "service", UNKNOWN_DATE)
_WORDS = {
    "restricted": "{label}: listed under {citation} as of {day} (licence required for China)",
    "licensable": "{label}: listed under {citation} as of {day} (licence by case or notified advanced computing)",
    "unrestricted": "{label}: not yet listed as of {day}",
    "not_controlled": "{label}: not listed under the advanced computing rules as of {day}",
    "service": "{label}: a service, not an export under the rules as of {day}; listed here as policy interest",
}
# Of a product whose accelerator the notice does not name the status is that of the strictest that it may be.
UNSTATED = "unstated"
_MAYBE = {
    "restricted": "{label}: the accelerator is not named; the strictest that it may be was listed under {citation} as "
    "of {day}",
    "unrestricted": "{label}: the accelerator is not named; none that it may be was listed as of {day}",
}


def control_on(item: Item, day: date | None, watchlist: Watchlist) -> Control:
    """The item's status on a day by its control class; without a day the status is unknown_date, never a guess.

    Source: the rules of controls.toml with their citations.
    """
    history = watchlist.classes[item.control]
    if history.base in ("service", "not_controlled") and not history.steps:
        return _control(item, history.base, day, None, watchlist)
    if day is None:
        return Control(UNKNOWN_DATE, None, None, None, f"{item.label}: the notice gives no date to judge by")
    step = _step_on(history.steps, day)
    return _control(item, step.status if step else history.base, day, step.rule if step else None, watchlist)


def control_of(item: Item, day: date | None, watchlist: Watchlist) -> Control:
    """Like `control_on`; a server or board that names no chip has the strictest status of those it is built for."""
    chips = [watchlist.items[chip] for chip in item.built_for if chip in watchlist.items]
    if item.kind not in ("server", "chassis", "board") or not chips:
        return control_on(item, day, watchlist)
    return strictest([control_on(chip, day, watchlist) for chip in chips])


def strictest(controls: list[Control]) -> Control:
    """The strictest of several statuses; ValueError if there is none."""
    return min(controls, key=lambda control: _STRICTEST.index(control.status))


def _step_on(steps: tuple[Step, ...], day: date) -> Step | None:
    return max((step for step in steps if step.since <= day), key=lambda step: step.since, default=None)


def _control(item: Item, status: str, day: date | None, rule: str | None, watchlist: Watchlist) -> Control:
    citation = watchlist.rules[rule].citation if rule else None
    shown = day.isoformat() if day else "an unknown date"
    words = _MAYBE.get(status, _WORDS[status]) if item.control == UNSTATED else _WORDS[status]
    # What only the press reported is no rule to be listed under.
    if citation and citation.startswith("press reports"):
        words = words.replace("under {citation} as of {day}", "as of {day} according to {citation}")
    sentence = words.format(label=item.label, citation=citation, day=shown)
    return Control(status, day.isoformat() if day else None, rule, citation, sentence)
