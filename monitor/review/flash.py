"""What was just done, said on the page that follows, with the way to take it back."""

from dataclasses import dataclass

from starlette.requests import Request

from monitor.review.desk import Desk
from monitor.review.people import who
from monitor.review.words import shown
from notices.account import ANALYST, EDITOR, Person
from notices.finding import FindingReport
from notices.review import Review
from storage import Unit

NOTED = ("yes", "late")


@dataclass(frozen=True, slots=True)
class Flash:
    """One verdict, or `count` given at once, or that some were taken back.

    `path` is where the form that takes them back is sent, empty if the reader may not; `seen` is how many verdicts the
    one finding has. `noted` is "yes" after a note was kept, "late" if others judged meanwhile.
    """

    report: FindingReport | None = None
    verdict: str = ""
    count: int = 0
    path: str = ""
    seen: int = 0
    undone: int = 0
    noted: str = ""


def flash_of(desk: Desk, unit: Unit, request: Request) -> Flash | None:
    """What the address says was just done, as far as the store knows of it."""
    key, batch, undone = (shown(request.query_params.get(name, "")) for name in ("done", "batch", "undone"))
    person, noted = who(desk, request), request.query_params.get("noted", "")
    if noted in NOTED:
        return Flash(noted=noted)
    if undone.isascii() and undone.isdecimal() and 0 < int(undone[:6]) <= 1_000:
        return Flash(undone=int(undone))
    if batch:
        given = [each for each in unit.reviews.batch(batch) if not each.undoes]
        path = f"/batches/{batch}/undo" if given and all(may_undo(person, each) for each in given) else ""
        return Flash(verdict=given[0].verdict, count=len(given), path=path) if given else None
    report = unit.findings.report(key) if key else None
    if report is None or report.verdict is None:
        return None
    last = unit.reviews.last(key)
    path = f"/findings/{key}/undo" if last and may_undo(person, last) else ""
    return Flash(report, report.verdict, 1, path, unit.reviews.counts([key])[key])


def may_undo(person: Person | None, given: Review) -> bool:
    """One's own verdicts; an editor everybody's."""
    if person is None or not person.may(ANALYST):
        return False
    return given.reviewer == person.name or person.may(EDITOR)
