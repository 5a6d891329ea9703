"""The overview: today and this week, what is watched and what is not, what was sent, and how rare a finding is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from starlette.requests import Request
from starlette.responses import Response

from monitor.review.desk import Desk, check_language, language_of
from monitor.review.figures import Figure, by_month, by_reading, by_region
from monitor.review.query import Query
from monitor.review.sources import SourceLine
from monitor.review.words import LANGUAGES, Words
from notices.alert import DEAD, PENDING, SENT
from notices.dates import SHANGHAI
from notices.document import FAILED, PARTLY_READ, UNREAD, WHOLE
from notices.unwatched import unwatched_places
from storage import Unit
from storage.findings import FindingFilter
from storage.health import Condition, Receiver
from storage.overview import Attachments, Coverage
from storage.precision import Precision, overall_of
from storage.tallies import UNREVIEWED

WEEK = timedelta(days=7)
# Of fewer notices than this a rate says nothing yet.
LEAST_NOTICES = 1_000
_IN_ORDER = ("refused", "failing", "silent", "never run")


@dataclass(frozen=True, slots=True)
class Flow:
    """What came in or went out, by the code of its words: since midnight in Beijing, and in seven days."""

    code: str
    today: int
    week: int
    url: str = ""


@dataclass(frozen=True, slots=True)
class Rate:
    """How many of a source's notices have flagged findings; `per_100000` is None of too few notices."""

    source: str
    notices: int
    flagged: int

    @property
    def per_100000(self) -> float | None:
        return 100_000 * self.flagged / self.notices if self.notices >= LEAST_NOTICES else None


@dataclass(frozen=True, slots=True)
class Watch:
    """One source: its health, and since when and up to when its notices are stored."""

    line: SourceLine
    coverage: Coverage | None
    stale: timedelta | None


@dataclass(frozen=True, slots=True)
class NotRead:
    """Attachments of one state that were not read whole: how many, and the kinds of file, the most frequent first."""

    state: str
    count: int
    kinds: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class State:
    """What the store says, read in one transaction."""

    flows: tuple[Flow, ...]
    waiting: tuple[tuple[str, int, str], ...]
    deliveries: dict[str, int]
    receivers: tuple[Receiver, ...]
    conditions: tuple[Condition, ...]
    coverage: dict[str, Coverage]
    rates: tuple[Rate, ...]
    figures: tuple[Figure, ...]
    decided: Precision
    attachments: Attachments


def overview(desk: Desk, request: Request) -> Response:
    check_language(request)
    now, words = desk.clock(), Words(language_of(request))
    with desk.store.read() as unit:
        state = _state(desk, unit, now, words)
    lines = desk.sources()
    return desk.page(
        request,
        "overview.html",
        state=state,
        watches=_watches(lines, state.coverage, now),
        counts=[(each, sum(line.state == each for line in lines)) for each in _states(lines)],
        overall=Rate("", sum(each.notices for each in state.rates), sum(each.flagged for each in state.rates)),
        codes=(SENT, PENDING, DEAD),
        never_run=[line.id for line in lines if line.state == "never run"],
        stale=[line for line in lines if line.staleness and line.staleness.word == "stale"],
        unwatched=unwatched_places(),
        column=LANGUAGES.index(words.language),
        linked=sum(state.attachments.states.values()),
        read=sum(state.attachments.states.get(each, 0) for each in WHOLE),
        not_read=_not_read(state.attachments),
        least=LEAST_NOTICES,
    )


def _state(desk: Desk, unit: Unit, now: datetime, words: Words) -> State:
    coverage = unit.overview.coverage(desk.counted)
    flagged = desk.remembered.of(unit, "flagged notices", unit.overview.flagged_notices)
    return State(
        flows=_flows(unit, now),
        waiting=desk.remembered.of(unit, "waiting", lambda: _waiting(unit)),
        deliveries={state: unit.alerts.count(state) for state in (SENT, PENDING, DEAD)},
        receivers=tuple(each for each in unit.health.receivers() if each.failures or each.off_at),
        conditions=tuple(each for each in unit.health.conditions() if each.ended_at is None),
        coverage=coverage,
        rates=tuple(Rate(source, each.notices, flagged.get(source, 0)) for source, each in sorted(coverage.items())),
        figures=desk.remembered.of(unit, ("figures", words.language), lambda: _figures(desk, unit, words)),
        decided=overall_of(unit.precision.all()),
        attachments=unit.overview.attachments(desk.counted, now),
    )


def _figures(desk: Desk, unit: Unit, words: Words) -> tuple[Figure, ...]:
    made = (
        by_month(words, unit.entities.months(), desk.labels(unit)),
        by_region(words, unit.entities.regions()),
        by_reading(words, unit.entities.documents()),
    )
    return tuple(each for each in made if each)


def _flows(unit: Unit, now: datetime) -> tuple[Flow, ...]:
    local = now.astimezone(SHANGHAI)
    today, week = datetime.combine(local.date(), time(), SHANGHAI), now - WEEK
    counted = {
        "notices_new": lambda since: unit.notices.count(seen_since=since),
        "findings_new": unit.overview.found_since,
        "verdicts_given": unit.overview.reviewed_since,
        "alerts_sent": unit.overview.sent_since,
        "issues_met": unit.overview.issues_since,
    }
    return tuple(Flow(code, count(today), count(week), _FLOW_URLS.get(code, "")) for code, count in counted.items())


_FLOW_URLS = {"alerts_sent": "/alerts?state=sent", "issues_met": "/runs"}


def _waiting(unit: Unit) -> tuple[tuple[str, int, str], ...]:
    """(severity, how many wait for a review, their queue), the worst first."""
    counts = unit.findings.count_severities(FindingFilter(flagged=True, verdict=UNREVIEWED))
    return tuple((each, count, Query(severity=each).url()) for each, count in counts.items() if count)


def _watches(lines: Sequence[SourceLine], coverage: dict[str, Coverage], now: datetime) -> list[Watch]:
    """The sources, those in trouble first, then by id."""

    def place(line: SourceLine) -> tuple[int, str]:
        return (_IN_ORDER.index(line.state) if line.state in _IN_ORDER else len(_IN_ORDER), line.id)

    return [
        Watch(line, coverage.get(line.id), now - line.last_success if line.last_success else None)
        for line in sorted(lines, key=place)
    ]


def _not_read(attachments: Attachments) -> list[NotRead]:
    found = []
    for state in (UNREAD, FAILED, PARTLY_READ):
        kinds = [(kind, count) for of, kind, count in attachments.kinds if of == state and kind]
        if count := attachments.states.get(state, 0):
            found.append(NotRead(state, count, tuple(sorted(kinds, key=lambda each: (-each[1], each[0])))))
    return found


def _states(lines: Sequence[SourceLine]) -> list[str]:
    present = dict.fromkeys(line.state for line in lines)
    return [*(each for each in _IN_ORDER if each in present), *(each for each in present if each not in _IN_ORDER)]
