"""An alert (findings that matched a route) and its deliveries (one per target, tried until it arrives)."""

from dataclasses import dataclass
from datetime import datetime

from notices.finding import FindingReport

PENDING, SENT, DEAD = "pending", "sent", "dead"


@dataclass(frozen=True, slots=True)
class Alert:
    """News for one route: `id` is stable, so that the same news is never new twice to one receiver."""

    id: str
    route: str
    procedure: str
    created_at: datetime
    reports: tuple[FindingReport, ...]


@dataclass(frozen=True, slots=True)
class Delivery:
    """One alert to one target. `id` is the same on every try; `due_at` is when the next try may be made."""

    id: str
    alert: str
    channel: str
    target: str
    state: str
    tries: int
    due_at: datetime
    last_error: str | None = None
    sent_at: datetime | None = None
