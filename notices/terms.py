"""What a notice states beside its principal facts: plan, ceiling, deadlines, contract period, lots, whom to ask."""

from dataclasses import dataclass
from datetime import datetime

from notices.money import Money


@dataclass(frozen=True, slots=True)
class Lot:
    """One lot as the notice names it, with its winners (members of a consortium each) and its amounts, where stated."""

    label: str
    title: str | None = None
    suppliers: tuple[str, ...] = ()
    budget: Money | None = None
    ceiling: Money | None = None
    award: Money | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom the notice names to be asked: `role` is one of party.ROLES or "" (the project's own). Never exported."""

    role: str
    person: str | None = None
    phone: str | None = None
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """None or empty where the notice states nothing; moments are aware, `period` stands as written."""

    plan_code: str | None = None
    ceiling: Money | None = None
    documents_until: datetime | None = None
    bids_until: datetime | None = None
    opens_at: datetime | None = None
    period: str | None = None
    lots: tuple[Lot, ...] = ()
    contacts: tuple[Contact, ...] = ()
