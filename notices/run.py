"""A stage's run over a source or the whole store, and the issues that it met."""

from dataclasses import dataclass
from datetime import datetime

CONFLICT, WITHDRAWN = "conflict", "withdrawn"
ISSUE_KINDS = (
    "refused", "unreadable", "unmapped", "missing", "silent", "gap", "failed", "over_budget", CONFLICT, WITHDRAWN,
)  # fmt: skip
# What a run learnt of a notice: the run itself did its work all the same.
OF_NOTICES = frozenset({CONFLICT, WITHDRAWN})
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
