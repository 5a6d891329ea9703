"""A finding with everything stored of its notice and of its procedure."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from starlette.exceptions import HTTPException

from monitor.review.quotes import texts_of
from notices.document import PARTLY_READ, WHOLE, Capture, Document, Text
from notices.finding import FindingReport
from notices.review import Note, Review
from storage import Unit
from storage.findings import FindingFilter
from storage.notices import StoredNotice

MOST_STEPS = 40


@dataclass(frozen=True, slots=True)
class Step:
    """One notice of the procedure, with the findings in it; `total` is how many notices the procedure has."""

    stored: StoredNotice
    reports: tuple[FindingReport, ...]
    this: bool
    total: int


@dataclass(frozen=True, slots=True)
class Subject:
    """Everything stored that a finding's page shows."""

    report: FindingReport
    stored: StoredNotice
    texts: tuple[Text, ...]
    others: tuple[FindingReport, ...]
    steps: tuple[Step, ...]
    history: tuple[Review, ...]
    notes: tuple[Note, ...]

    @property
    def unread(self) -> tuple[Document, ...]:
        return tuple(each for each in self.stored.notice.documents if each.state not in {*WHOLE, PARTLY_READ})

    @property
    def partly_read(self) -> tuple[Document, ...]:
        return tuple(each for each in self.stored.notice.documents if each.state == PARTLY_READ)

    @property
    def capture(self) -> Capture | None:
        return self.stored.capture


def read_subject(unit: Unit, key: str) -> Subject:
    """HTTPException 404 if there is no such finding, or none any more."""
    report, notice_id = unit.findings.report(key), unit.findings.notice_id(key)
    stored = unit.notices.by_id(notice_id) if report and notice_id is not None else None
    if report is None or stored is None:
        raise HTTPException(404, "no_finding")
    texts = (*texts_of(stored.notice), *unit.notices.texts(stored.id))
    others = unit.findings.reports(FindingFilter(notice_id=stored.id))
    return Subject(
        report,
        stored,
        tuple(text for text in texts if text.content.strip()),
        tuple(other for other in others if other.key != key),
        tuple(_steps(unit, report, stored)),
        tuple(unit.reviews.history(key)),
        tuple(unit.notes.of(key)),
    )


def _steps(unit: Unit, report: FindingReport, stored: StoredNotice) -> Iterator[Step]:
    """The procedure's notices in order; of very many those that stand next to this one."""
    found: dict[tuple[str, str], list[FindingReport]] = defaultdict(list)
    for each in unit.findings.reports(FindingFilter(procedure=report.procedure)):
        found[each.source, each.finding.notice].append(each)
    notices = unit.notices.procedure(report.procedure)
    at = next((number for number, other in enumerate(notices) if other.id == stored.id), 0)
    first = max(0, min(at - MOST_STEPS // 2, len(notices) - MOST_STEPS))
    for other in notices[first : first + MOST_STEPS]:
        yield Step(other, tuple(found[other.notice.source, other.notice.id]), other.id == stored.id, len(notices))
