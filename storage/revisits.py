"""Notices that matter are looked at again: which are due, what was found, and which are no longer there."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Select, case, func, insert, or_, select, update

from storage.alert_tables import watch
from storage.notices import NoticeRepository, StoredNotice
from storage.revisit_tables import revisit
from storage.tables import finding, notice

# Days after a notice was published or first seen, whichever came later.
STEPS = (1, 7, 30, 90)
GONE, UNANSWERED, NO_PAGE = "gone", "unanswered", "no_page"
# A page that did not come is not asked for again sooner, and after each further miss only in twice that time.
RETRY = timedelta(hours=20)


@dataclass(frozen=True, slots=True)
class Revisit:
    """A look at a notice `step` days after it was published or first seen; `outcome`: same, changed, gone,
    unanswered (nothing to be learnt) or no_page (only a list states it)."""

    step: int
    at: datetime
    outcome: str


@dataclass(frozen=True, slots=True)
class DueRevisit:
    """A notice whose page is to be asked for again; `step` is the last of STEPS that has passed."""

    stored: StoredNotice
    step: int


class RevisitRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._notices = NoticeRepository(connection)

    def due(self, source: str, now: datetime, limit: int | None = None) -> list[DueRevisit]:
        """The notices of a source that are flagged or of a followed procedure and were not looked at since a step.

        The one that has waited longest comes first. A step that was missed is made up for by the next one.
        """
        found: list[tuple[datetime, int, int]] = []
        for row in self._connection.execute(_that_matter(source, now)):
            step = _passed(row.since, now)
            tried_lately = row.tried is not None and row.tried > now - RETRY * 2 ** min(max(row.misses - 1, 0), 6)
            if step > (row.done or 0) and not tried_lately:
                found.append((row.since + timedelta(days=step), row.id, step))
        chosen = [(self._notices.by_id(notice_id), step) for _, notice_id, step in sorted(found)[:limit]]
        return [DueRevisit(stored, step) for stored, step in chosen if stored is not None]

    def record(self, notice_id: int, look: Revisit, reason: str = "") -> bool:
        """Notes what a look found; whether the notice's state (there, gone) is another than before.

        What was gone and answers again is there again. The date of the first look that found it gone stays.
        """
        values = {"notice_id": notice_id, "step": look.step, "at": look.at, "outcome": look.outcome}
        self._connection.execute(insert(revisit).values(values))
        mine = notice.c.id == notice_id
        if look.outcome == GONE:
            changed = update(notice).where(mine, notice.c.gone_at.is_(None))
            return self._connection.execute(changed.values(gone_at=look.at, gone_reason=reason)).rowcount == 1
        if look.outcome in {UNANSWERED, NO_PAGE}:
            return False
        back = update(notice).where(mine, notice.c.gone_at.is_not(None)).values(gone_at=None, gone_reason=None)
        return self._connection.execute(back).rowcount == 1

    def history(self, notice_id: int) -> list[Revisit]:
        """Every look at a notice after its first, oldest first."""
        query = select(revisit).where(revisit.c.notice_id == notice_id).order_by(revisit.c.id)
        return [Revisit(row.step, row.at, row.outcome) for row in self._connection.execute(query)]

    def count_gone(self, source: str) -> int:
        """How many notices of a source are no longer there."""
        query = select(func.count()).where(notice.c.source == source, notice.c.gone_at.is_not(None))
        return self._connection.execute(query).scalar_one()


def _that_matter(source: str, now: datetime) -> Select[tuple[object, ...]]:
    flagged = select(finding.c.notice_id).where(finding.c.flagged, finding.c.withdrawn_at.is_(None))
    followed = select(watch.c.value).where(watch.c.kind == "procedure", watch.c.removed_at.is_(None))
    learnt = case((revisit.c.outcome != UNANSWERED, revisit.c.step))
    # A notice that is dated ahead is looked at from its day on.
    since = case((notice.c.published > notice.c.first_seen_at, notice.c.published), else_=notice.c.first_seen_at)
    misses = func.count(case((revisit.c.outcome == UNANSWERED, revisit.c.id)))
    query = select(
        notice.c.id,
        since.label("since"),
        func.max(learnt).label("done"),
        func.max(revisit.c.at).label("tried"),
        misses.label("misses"),
    )
    query = query.select_from(notice.outerjoin(revisit, revisit.c.notice_id == notice.c.id))
    matters = or_(notice.c.id.in_(flagged), notice.c.procedure.in_(followed))
    old_enough = notice.c.first_seen_at <= now - timedelta(days=STEPS[0])
    query = query.where(notice.c.source == source, matters, old_enough)
    return query.group_by(notice.c.id).having(func.coalesce(func.max(learnt), 0) < STEPS[-1])


def _passed(since: datetime, now: datetime) -> int:
    """The last step that has passed; 0 before the first."""
    return max((step for step in STEPS if since + timedelta(days=step) <= now), default=0)
