"""An alert (news for a route) and its deliveries (one per target, tried until it arrives)."""

from dataclasses import dataclass
from datetime import datetime

from notices.finding import FindingReport

PENDING, SENT, DEAD = "pending", "sent", "dead"
# What an alert is: findings at once, a digest, an empty digest, news of what is followed, the state of the watch.
FINDINGS, DIGEST, NOTHING, FOLLOWED, STATUS = "findings", "digest", "nothing", "followed", "status"


@dataclass(frozen=True, slots=True)
class FollowedNotice:
    """A notice of something that is followed; `watched` says in words what, `revision` counts the notice's from 1."""

    source: str
    notice: str
    revision: int
    url: str
    title: str
    kind: str
    published: str | None
    buyer: str | None
    suppliers: tuple[str, ...]
    amount_cny: float | None
    procedure: str
    watched: tuple[str, ...]

    @property
    def key(self) -> str:
        return f"{self.source}/{self.notice}/{self.revision}"


@dataclass(frozen=True, slots=True)
class Alert:
    """News for one route: `id` is stable, so that the same news is never new twice to one receiver.

    `procedure` names the thread: a procedure's id, or a hash where the alert is about several. `about` says in words
    what a group has in common; `retroactive` holds the keys of findings that an older notice got from a newer
    watchlist; `muted` counts less severe findings of the same procedures that were left out; `repeat` counts from 1
    where the same news is told again because nobody reviewed it. `lines` are the sentences of a status.
    """

    id: str
    route: str
    procedure: str
    created_at: datetime
    reports: tuple[FindingReport, ...]
    kind: str = FINDINGS
    about: str = ""
    notices: tuple[FollowedNotice, ...] = ()
    lines: tuple[str, ...] = ()
    retroactive: tuple[str, ...] = ()
    muted: int = 0
    repeat: int = 0
    since: datetime | None = None
    sample: bool = False


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
