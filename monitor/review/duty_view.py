"""What a page shows of assignments, due days, second readings and publications."""

from collections import Counter
from dataclasses import dataclass

from monitor.review.desk import Desk
from monitor.review.query import Query
from notices.account import ANALYST
from notices.dates import SHANGHAI
from notices.duty import PUBLISHED, READINGS, Assignment, Duty, Publication
from notices.review import Review, confirmers
from storage import Unit


@dataclass(frozen=True, slots=True)
class DutyView:
    """One finding's duty, its history, and whom it may be given to; `readers` are the persons who confirm it."""

    duty: Duty
    overdue: bool
    assignments: tuple[Assignment, ...]
    publications: tuple[Publication, ...]
    readers: tuple[str, ...]
    names: tuple[str, ...]

    @property
    def published(self) -> bool:
        return self.duty.reading == PUBLISHED


@dataclass(frozen=True, slots=True)
class Worklist:
    """A part of the work with its queue: `kind` is "assignee", "overdue" or a reading; `count` is what it shows."""

    kind: str
    name: str
    count: int
    url: str


def today(desk: Desk) -> str:
    return desk.clock().astimezone(SHANGHAI).date().isoformat()


def assignees(desk: Desk, unit: Unit) -> list[str]:
    """Whom a finding may be given to: who may judge, or without accounts every name that was used before."""
    if desk.people.accounts:
        usable = [each for each in unit.accounts.all() if each.disabled_at is None and each.person.may(ANALYST)]
        return [each.name for each in usable]
    return sorted({desk.people.reviewer, *unit.duties.waiting()})


def duty_view(desk: Desk, unit: Unit, key: str, history: tuple[Review, ...]) -> DutyView:
    duty = unit.duties.of([key])[key]
    return DutyView(
        duty,
        duty.is_overdue(today(desk)),
        tuple(unit.duties.assignments(key)),
        tuple(unit.duties.publications(key)),
        confirmers(history),
        tuple(assignees(desk, unit)),
    )


def worklists(desk: Desk, unit: Unit) -> list[Worklist]:
    """The queues of each assignee, of what is overdue, and of what waits for a second reader or is published."""
    day = today(desk)
    overdue = unit.duties.overdue(day)
    found = [Worklist("overdue", "", overdue, Query(view="all", due_before=day).url())] if overdue else []
    waiting = Counter(unit.duties.waiting()).most_common()
    found += [Worklist("assignee", name, count, Query(assignee=name).url()) for name, count in waiting if count]
    readings = unit.duties.readings()
    return found + [
        Worklist(each, "", readings[each], Query(view="all", reading=each).url()) for each in READINGS if readings[each]
    ]
