"""A stage's run over a source or the whole store, and the issues that it met."""

from dataclasses import dataclass
from datetime import datetime

CONFLICT, WITHDRAWN = "conflict", "withdrawn"
ISSUE_KINDS = (
    "refused", "unreadable", "unmapped", "missing", "silent", "gap", "failed", "over_budget", CONFLICT, WITHDRAWN,
    "too_few", "too_many", "fields", "wasteful",
)  # fmt: skip
# What a run learnt of a notice: the run itself did its work all the same.
OF_NOTICES = frozenset({CONFLICT, WITHDRAWN})
# By which classes the requests of a run failed; the answer to one request is counted under at most one.
DNS, TIMEOUT, TLS, REFUSED, CHALLENGE, LOGIN, LAYOUT, EMPTY, SERVER_ERROR, OVER_BUDGET = FAILURE_CLASSES = (
    "dns", "timeout", "tls", "refused", "challenge", "login", "layout", "empty", "server error", "over budget",
)  # fmt: skip
# A run's counts name its failures "failure@CLASS", the notices that it read "read@KIND", and those of them that lack a
# field "lacks@FIELD@KIND".
FAILURE_MARK, READ_MARK, LACKS_MARK = "failure@", "read@", "lacks@"
RUNNING, SUCCEEDED, PARTIAL, FAILED, INTERRUPTED = "running", "succeeded", "partial", "failed", "interrupted"


@dataclass(frozen=True, slots=True)
class Issue:
    """Something that needs a person: `kind` is one of ISSUE_KINDS, `message` one sentence.

    A "conflict" is a notice that contradicts itself, "withdrawn" one whose page is no longer there (or is again).
    """

    source: str
    kind: str
    message: str
    url: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CrawlRun:
    """One run of a stage (crawl, extract, detect, alert); `source` is None for the stages over the whole store.

    `outcome`: running, succeeded, partial, failed or interrupted. `counts` are what the run did, by name.
    """

    id: int
    stage: str
    source: str | None
    started_at: datetime
    finished_at: datetime | None
    outcome: str
    counts: dict[str, int]

    @property
    def failures(self) -> dict[str, int]:
        """How many requests failed, by class; only classes that occurred."""
        found = {name: self.counts.get(FAILURE_MARK + name, 0) for name in FAILURE_CLASSES}
        return {name: number for name, number in found.items() if number}

    @property
    def items_per_request(self) -> float | None:
        """Notices read per request; None for a run that asked nothing."""
        requests = self.counts.get("requests", 0)
        return self.counts.get("notices", 0) / requests if requests else None
