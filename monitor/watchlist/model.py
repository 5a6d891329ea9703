"""What the watchlist's data files say, as frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from unicodedata import normalize

WATCHED, LOW, DOMESTIC, ORDINARY, TRIGGER = "watched", "low", "domestic", "ordinary", "trigger"
SURE, LIKELY, RISKY = "sure", "likely", "risky"


@dataclass(frozen=True, slots=True)
class Item:
    """One watched (or knowingly ignored) product or service.

    `tier`: watched, low (reported, never flagged), domestic (likewise), ordinary (consumes its text, never reported).
    `terms` stand alone; `loose` terms need evidence, as `ambiguity` says: likely (words of their field near them) or
    risky (a vendor, a memory size or a card word directly beside them).
    `needs` and `never` are patterns over folded text that must, or must not, stand near a mention; `not_before` and
    `not_after` may not stand directly at its left or right. `control` names a class of controls.toml.
    """

    id: str
    label: str
    category: str
    vendor: str
    terms: tuple[str, ...] = ()
    loose: tuple[str, ...] = ()
    tier: str = WATCHED
    ambiguity: str = LIKELY
    kind: str = "chip"
    control: str = ""
    basis: str = "named"
    needs: str = ""
    never: str = ""
    not_before: str = ""
    not_after: str = ""
    built_for: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()
    cards: int | None = None
    match: tuple[str, ...] = ()
    miss: tuple[str, ...] = ()
    file: str = ""

    @property
    def aliases(self) -> tuple[str, ...]:
        return self.terms + self.loose


@dataclass(frozen=True, slots=True)
class Rule:
    """One dated measure; `effective` is its first day, `until` the first day on which it no longer applies."""

    id: str
    effective: date
    title: str
    citation: str
    source: str
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """From this day on the items of a class have this status under this rule."""

    since: date
    status: str
    rule: str | None


@dataclass(frozen=True, slots=True)
class ControlClass:
    """A class of items with one history: `base` is the status before the first step."""

    id: str
    base: str
    steps: tuple[Step, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Chip:
    """One variant's data-sheet figures, by attribute; a range is a pair. `features` are words such as NVLINK."""

    item: str
    variant: str
    launched: date
    figures: Mapping[str, tuple[float, float]]
    features: frozenset[str]
    memory_types: frozenset[str]


@dataclass(frozen=True, slots=True)
class ListedParty:
    """An organisation on a published list, from the day on which it was added."""

    name: str
    listed: str
    since: date | None
    citation: str


@dataclass(frozen=True, slots=True, eq=False)
class Watchlist:
    """All data files together; `version` is the SHA-256 over them, `words` named patterns by their table and key."""

    version: str
    items: Mapping[str, Item]
    rules: Mapping[str, Rule]
    classes: Mapping[str, ControlClass]
    chips: tuple[Chip, ...]
    words: Mapping[str, Mapping[str, str]]
    weights: Mapping[str, Mapping[str, float]]
    parties: tuple[ListedParty, ...] = ()
    # Names that no list has, though some contain a listed one.
    unlisted: tuple[str, ...] = ()
    problems: tuple[str, ...] = field(default=())

    def find_term(self, term: str) -> tuple[Item, ...]:
        """The items that know this spelling as their id, label or alias; case, spaces and hyphens do not count."""
        bare = _bare(term)
        return tuple(
            item
            for item in self.items.values()
            if bare in {_bare(name) for name in (item.id, item.label, *item.aliases)}
        )

    def listed(self, name: str) -> tuple[ListedParty, ...]:
        """The listed parties whose name stands in an organisation's name, whatever its spaces; whenever listed.

        One that stands there only as a part of a longer name that is known to be on no list does not count.
        """
        written = _closed(name)
        return tuple(each.party for each in _sought(self) if each.stands_in(written))

    def lists(self) -> tuple[str, ...]:
        """The party lists by their names, each once."""
        return tuple(dict.fromkeys(party.listed for party in self.parties))


@dataclass(frozen=True, slots=True)
class _Sought:
    """A listed party as it is looked for: its name without spaces, and longer names that are somebody else's."""

    party: ListedParty
    closed: str
    others: tuple[str, ...]

    def stands_in(self, written: str) -> bool:
        if self.closed not in written:
            return False
        for other in self.others:
            written = written.replace(other, "\n")
        return self.closed in written


@lru_cache(maxsize=4)
def _sought(watchlist: Watchlist) -> tuple[_Sought, ...]:
    others = [_closed(name) for name in watchlist.unlisted]
    closed = [(party, _closed(party.name)) for party in watchlist.parties]
    return tuple(
        _Sought(party, name, tuple(each for each in others if name in each and name != each)) for party, name in closed
    )


def _closed(name: str) -> str:
    return "".join(normalize("NFKC", name).split()).casefold()


def _bare(name: str) -> str:
    return "".join(sign for sign in name.casefold() if sign.isalnum() or sign == "+")
