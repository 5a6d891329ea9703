"""What surrounds a finding: its item's status on other days, its parameter rows, what each step changed, its likes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from monitor.detection.control import control_of
from monitor.detection.fold import fold
from monitor.detection.gate import gate_of
from monitor.detection.rows import Block, find_blocks
from monitor.review.finding_subject import Step, Subject
from monitor.watchlist.model import Watchlist
from notices.corrections import Correction, corrections_of
from notices.dates import SHANGHAI
from notices.diff import Diff, FieldChange, diff, field_changes
from notices.finding import Control, FindingReport
from notices.notice import Notice
from notices.procedures import is_same_notice, traits_of
from storage import Unit
from storage.findings import FindingFilter

NOTICE, AWARD, TODAY = "notice", "award", "today"
MOST_SIMILAR, MOST_REVISIONS, MOST_LINES, MOST_CORRECTIONS = 5, 6, 12, 20
MOST_CANDIDATES = 8
# Texts longer than this are not compared line by line while a reader waits.
LONGEST_COMPARED = 60_000
# Around a specification this much of a long text is read again.
_ROOM = 6_000
_TOLD = ("buyer", "agency", "project_code", "method", "region", "budget", "award", "suppliers")
_RESULTS = frozenset({"award", "contract", "acceptance"})


@dataclass(frozen=True, slots=True)
class Standing:
    """An item's status on one day: at the notice, at the award, today."""

    code: str
    day: str | None
    control: Control


@dataclass(frozen=True, slots=True)
class Asked:
    """One parameter row: what is asked, how much it binds, and each candidate's own figure (empty if not known)."""

    attribute: str
    sign: str
    value: float
    weight: str
    figures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Specification:
    """The parameter rows that imply an item which is not named; `rest` counts candidates that are not in the table."""

    rows: tuple[Asked, ...]
    words: tuple[str, ...]
    candidates: tuple[str, ...]
    rest: int


@dataclass(frozen=True, slots=True)
class Revised:
    """A later state of a notice's page and what differs from the one before; `compared` is False of long texts.

    `anew`: the page is the same, and only what was read of it differs.
    """

    number: int
    seen_at: datetime
    changes: Diff
    compared: bool
    anew: bool = False


@dataclass(frozen=True, slots=True)
class StepDetails:
    """What a notice changes: as it says itself, against the procedure's notice before, and in its own revisions.

    `stated` counts the corrections, `left_out` the changes for which a page has no room.
    """

    corrections: tuple[Correction, ...] = ()
    changes: tuple[FieldChange, ...] = ()
    revisions: tuple[Revised, ...] = ()
    stated: int = 0
    left_out: int = 0

    def __bool__(self) -> bool:
        return bool(self.corrections or self.changes or self.revisions)


@dataclass(frozen=True, slots=True)
class Context:
    """All of it for one finding. `standings_differ`: the present rules read the notice's own day otherwise.

    `page_changes`: how often the notice's page changed; that it was read anew by other parsers is no such change.
    """

    standings: tuple[Standing, ...]
    standings_differ: bool
    specification: Specification | None
    steps: tuple[StepDetails, ...]
    similar: tuple[tuple[FindingReport, tuple[str, ...]], ...]
    version: str
    rule_title: str
    rule_source: str
    labels: dict[str, str]
    page_changes: int


def context_of(unit: Unit, subject: Subject, watchlist: Watchlist, today: date) -> Context:
    finding = subject.report.finding
    standings, differ = standings_of(subject, watchlist, today)
    rule = watchlist.rules.get(finding.control.rule or "")
    return Context(
        standings,
        differ,
        specification_of(subject, watchlist),
        tuple(_steps(unit, subject.steps)),
        tuple(_similar(unit, subject.report.key)),
        watchlist.version,
        rule.title if rule else "",
        rule.source if rule else "",
        {each: watchlist.items[each].label for each in finding.candidates if each in watchlist.items},
        subject.stored.revision - 1 - len(unit.captures.read_anew(subject.stored.id)),
    )


def standings_of(subject: Subject, watchlist: Watchlist, today: date) -> tuple[tuple[Standing, ...], bool]:
    """The status as judged for the notice, and by the present rules at the award and today.

    Where the present rules give another status for the notice's own day (a server judged by the chip beside it, or a
    rule that was corrected since), they say nothing of the other days either: then only the first is given, and True.
    """
    report = subject.report
    judged = report.finding.control
    first = Standing(NOTICE, report.published, judged)
    item = watchlist.items.get(report.finding.item)
    if item is None:
        return (first,), False
    again = control_of(item, date.fromisoformat(report.published) if report.published else None, watchlist)
    if (again.status, again.rule) != (judged.status, judged.rule):
        return (first,), True
    days = [(AWARD, _award_day(subject)), (TODAY, today)]
    later = (Standing(code, day.isoformat(), control_of(item, day, watchlist)) for code, day in days if day)
    return (first, *later), False


def _award_day(subject: Subject) -> date | None:
    """The day of the procedure's first award; None if this notice is one itself (of another lot, say), or none is."""
    if subject.stored.notice.kind == "award":
        return None
    awards = (step.stored.notice for step in subject.steps if step.stored.notice.kind == "award")
    days = [each.published_on for each in awards if each.published_on]
    return date.fromisoformat(min(days)) if days else None


def specification_of(subject: Subject, watchlist: Watchlist) -> Specification | None:
    """The rows that the finding was inferred from, read again; None if it names its item, or they are not found."""
    finding = subject.report.finding
    content = next((text.content for text in subject.texts if text.origin == finding.place.origin), None)
    if finding.basis != "specification" or content is None:
        return None
    start = content.rfind("\n", 0, max(0, finding.place.start - _ROOM)) + 1
    near = content[start : finding.place.end + _ROOM]
    blocks = find_blocks(fold(near), gate_of(watchlist).spans(near), watchlist)
    place = (finding.place.start - start, finding.place.end - start)
    block = next((each for each in blocks if (each.start, each.end) == place), None)
    return _specification(block, finding.candidates, watchlist) if block else None


def _specification(block: Block, candidates: Sequence[str], watchlist: Watchlist) -> Specification:
    shown = candidates[:MOST_CANDIDATES]
    rows = []
    for row in block.rows:
        figures = tuple(_figure(item, row.attribute, watchlist) for item in shown)
        rows.append(Asked(row.attribute, row.sign, row.value, row.weight, figures))
    labels = tuple(watchlist.items[item].label if item in watchlist.items else item for item in shown)
    words = tuple(sorted(block.features | block.memory))
    return Specification(tuple(rows), words, labels, len(candidates) - len(shown))


def _figure(item: str, attribute: str, watchlist: Watchlist) -> str:
    """The span of an item's data-sheet figures over its variants: "141" or "80–94"."""
    figures = [chip.figures[attribute] for chip in watchlist.chips if chip.item == item and attribute in chip.figures]
    if not figures:
        return ""
    low, high = min(each[0] for each in figures), max(each[1] for each in figures)
    return f"{low:g}" if low == high else f"{low:g}–{high:g}"


def _steps(unit: Unit, steps: Sequence[Step]) -> Iterator[StepDetails]:
    before: list[Notice] = []
    for step in steps:
        present = step.stored.notice
        # What another portal published of this very notice is not the one before it.
        earlier = next((each for each in reversed(before) if not _is_same(each, present)), None)
        changes = tuple(_told(earlier, present)) if earlier else ()
        revisions = tuple(_revisions(unit, step)) if step.stored.revision > 1 else ()
        corrections = corrections_of(present)
        yield StepDetails(corrections, changes, revisions, len(corrections))
        before.append(present)


def _is_same(one: Notice, other: Notice) -> bool:
    return is_same_notice(traits_of(one, 0), traits_of(other, 1))


def _told(before: Notice, after: Notice) -> Iterator[FieldChange]:
    """The fields that a notice states otherwise than the one before, or for the first time; silence is no change.

    Nor is it one that two results of one kind name other sellers: each is of its own lot.
    """
    lots = before.kind == after.kind and before.kind in _RESULTS and not {*before.suppliers} & {*after.suppliers}
    told = _TOLD[: _TOLD.index("award")] if lots else _TOLD
    changed = [each for each in field_changes(before, after) if each.field in told]
    stated = {each.field for each in changed if each.after is not None}
    return (each for each in changed if each.field in stated)


def _revisions(unit: Unit, step: Step) -> Iterator[Revised]:
    kept, anew = unit.notices.revisions(step.stored.id)[-MOST_REVISIONS:], unit.captures.read_anew(step.stored.id)
    for (_, _, before), (number, seen_at, after) in pairwise(kept):
        compared = max(len(before.text), len(after.text)) <= LONGEST_COMPARED
        changes = diff(before, after) if compared else Diff(tuple(field_changes(before, after)))
        yield Revised(number, seen_at, changes, compared, number in anew)


def _similar(unit: Unit, key: str) -> Iterator[tuple[FindingReport, tuple[str, ...]]]:
    """Like findings of other procedures, those that share most first, with what each shares beside the item."""
    shared: dict[str, list[str]] = {}
    for other, what in unit.entities.similar(key, MOST_SIMILAR):
        shared.setdefault(other, []).append(what)
    reports = {each.key: each for each in unit.findings.reports(FindingFilter(keys=tuple(shared)))} if shared else {}
    for other, what_is_shared in shared.items():
        if other in reports:
            yield reports[other], tuple(what_is_shared)


def today_of(now: datetime) -> date:
    return now.astimezone(SHANGHAI).date()
