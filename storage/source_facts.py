"""What the store knows of every source, asked for all of them at once: a question for each would be hundreds."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, select

from notices.run import SUCCEEDED, CrawlRun, Issue
from storage.alert_tables import condition
from storage.overview import Counted, count_notices
from storage.runs import run_of
from storage.tables import issue, notice, run
from storage.tallies import known_sources


@dataclass(slots=True)
class SourceFacts:
    """One source: its newest crawl, the newest that ended and the newest that succeeded; `met` are the issues of the
    one that ended, newest first; `gap` is the newest coverage gap or empty; `week` counts the notices first seen since
    a moment, `newest` is when the last of all was; `concerns` are the present conditions about it.
    """

    last: CrawlRun | None = None
    ended: CrawlRun | None = None
    success: CrawlRun | None = None
    gap: str = ""
    met: list[Issue] = field(default_factory=list)
    notices: int = 0
    week: int = 0
    newest: datetime | None = None
    gone: int = 0
    concerns: list[str] = field(default_factory=list)


def read_facts(connection: Connection, since: datetime, expected: str, counted: Counted) -> dict[str, SourceFacts]:
    """By source. `expected` begins the keys of the conditions about sources; `counted` remembers what was counted."""
    facts: dict[str, SourceFacts] = defaultdict(SourceFacts)
    _read_runs(connection, facts)
    _read_issues(connection, facts)
    for source, (number, _) in count_notices(connection, counted).items():
        facts[source].notices = number
    known = known_sources()
    mine = notice.c.source == known.c.source
    query = select(
        known.c.source,
        select(func.max(notice.c.first_seen_at)).where(mine).scalar_subquery(),
        select(func.count()).where(mine, notice.c.first_seen_at >= since).scalar_subquery(),
    )
    for source, newest, week in connection.execute(query.where(known.c.source.is_not(None))):
        facts[source].newest, facts[source].week = newest, week
    gone = select(notice.c.source, func.count()).where(notice.c.gone_at.is_not(None)).group_by(notice.c.source)
    for source, number in connection.execute(gone):
        facts[source].gone = number
    begins = condition.c.key.startswith(expected, autoescape=True)
    present = select(condition.c.key, condition.c.sentence).where(begins, condition.c.ended_at.is_(None))
    for key, sentence in connection.execute(present.order_by(condition.c.key)):
        facts[key.removeprefix(expected).partition(" ")[0]].concerns.append(sentence)
    return facts


def _read_runs(connection: Connection, facts: dict[str, SourceFacts]) -> None:
    asked: dict[str, tuple[ColumnElement[bool], ...]] = {
        "last": (),
        "ended": (run.c.finished_at.is_not(None),),
        "success": (run.c.outcome == SUCCEEDED,),
    }
    for name, conditions in asked.items():
        newest = select(func.max(run.c.id)).where(run.c.stage == "crawl", *conditions).group_by(run.c.source)
        for row in connection.execute(select(run).where(run.c.id.in_(newest))):
            setattr(facts[row.source], name, run_of(row))


def _read_issues(connection: Connection, facts: dict[str, SourceFacts]) -> None:
    newest = select(func.max(issue.c.id)).where(issue.c.kind == "gap").group_by(issue.c.source)
    for source, message in connection.execute(select(issue.c.source, issue.c.message).where(issue.c.id.in_(newest))):
        facts[source].gap = message
    of = {each.ended.id: source for source, each in facts.items() if each.ended}
    met = select(issue).where(issue.c.run_id.in_(of)).order_by(issue.c.id.desc())
    for row in connection.execute(met):
        facts[of[row.run_id]].met.append(Issue(row.source, row.kind, row.message, row.url, row.at))
