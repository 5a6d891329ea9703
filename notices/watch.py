"""What is followed, and what is silenced, each with its reason."""

from dataclasses import dataclass, fields
from datetime import datetime

WATCH_KINDS = ("procedure", "buyer", "supplier")


@dataclass(frozen=True, slots=True)
class Watch:
    """A procedure (by id), a buyer or a supplier (by part of the name) whose later notices are news."""

    kind: str
    value: str
    note: str
    added_at: datetime
    id: int = 0


@dataclass(frozen=True, slots=True)
class Silence:
    """News that meets every given field is not sent until `until`. Names match in part, ids whole."""

    reason: str
    by: str
    added_at: datetime
    until: datetime
    route: str | None = None
    procedure: str | None = None
    buyer: str | None = None
    supplier: str | None = None
    item: str | None = None
    source: str | None = None
    id: int = 0

    @property
    def matchers(self) -> dict[str, str]:
        """The fields that news must meet, by name."""
        names = ("route", "procedure", "buyer", "supplier", "item", "source")
        given = {each.name: getattr(self, each.name) for each in fields(self) if each.name in names}
        return {name: value for name, value in given.items() if value is not None}
