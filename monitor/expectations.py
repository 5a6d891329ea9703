"""What is expected of each source, by its declaration and by its own past; what is out of it is a concern."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from math import sqrt
from statistics import median

from monitor.health import EXPECTED, Source
from notices.dates import SHANGHAI
from notices.run import LACKS_MARK, READ_MARK, CrawlRun
from storage import Unit

TOO_FEW, TOO_MANY, SILENT, FIELDS, WASTEFUL = KINDS = ("too_few", "too_many", "silent", "fields", "wasteful")
SATURDAY = 5
DAY = timedelta(days=1)
# Against its own past: working days looked back over, how many of them there must be, and how far off is off.
PAST_DAYS, LEAST_PAST, FACTOR, LEAST_MEDIAN = 28, 8, 4, 8
RUNS = 60
# Fields: notices to judge by, notices to compare with, and by how much more of them must lack the field.
RECENT_NOTICES, PAST_NOTICES, MORE, DEVIATIONS = 10, 30, 0.25, 4
REQUESTS_PER_ITEM, LEAST_REQUESTS = 5, 30
# So many of at least so many sources below their range on one day, and it is the day (or this machine), not a source.
EVERYWHERE, LEAST_SOURCES = 2 / 3, 5
QUIET_DAY = f"{EXPECTED}everywhere too_few"


@dataclass(frozen=True, slots=True)
class Concern:
    """Something about a source that is not as expected; `kind` is one of KINDS and of the kinds of issues."""

    source: str
    kind: str
    sentence: str

    @property
    def key(self) -> str:
        """How the store of conditions names it."""
        return f"{EXPECTED}{self.source} {self.kind}"


def concerns(unit: Unit, sources: Sequence[Source], now: datetime) -> list[Concern]:
    """What is not as expected of the sources at `now`; of a source that was never crawled nothing is expected."""
    found: list[Concern] = []
    for source in sources:
        runs = [run for run in unit.health.runs_of(source.id, RUNS) if not run.counts.get("replayed")]
        starts = unit.health.first_and_last_start(source.id)
        if runs and starts:
            found += _of_numbers(unit, source, starts, now)
            found += _of_silence(unit, source, starts[0], now)
            found += _of_fields(source, runs)
            found += _of_requests(source, runs)
    return found


def without_quiet_day(found: Sequence[Concern], crawled: int) -> tuple[list[Concern], dict[str, str]]:
    """The concerns without those of too few, if most sources have them at once; the one sentence that says so then."""
    few = [each for each in found if each.kind == TOO_FEW]
    if len(few) < LEAST_SOURCES or len(few) < crawled * EVERYWHERE:
        return list(found), {}
    sentence = (
        f"{len(few)} of {crawled} sources gave fewer notices than expected: a public holiday, or this machine's network"
    )
    return [each for each in found if each.kind != TOO_FEW], {QUIET_DAY: sentence}


def _of_numbers(unit: Unit, source: Source, starts: tuple[datetime, datetime], now: datetime) -> list[Concern]:
    """The newest working day that is over and was walked since, held against the declared range and the past days."""
    first, last = starts
    watched_since, walked_on = (moment.astimezone(SHANGHAI).date() for moment in (first, last))
    day = walked_on - DAY
    while day.weekday() >= SATURDAY:
        day -= DAY
    if day < watched_since or now - datetime.combine(day, time(), SHANGHAI) > timedelta(days=7):
        return []
    per_day = unit.health.published_per_day(source.id, day - timedelta(days=PAST_DAYS), day)
    number, (least, most) = per_day.get(day, 0), source.expected_per_day
    past = [per_day.get(each, 0) for each in _working_days(max(watched_since, day - timedelta(days=PAST_DAYS)), day)]
    usual = median(past) if len(past) >= LEAST_PAST else None
    said = f"{number:,} notices dated {day}"
    if number < least:
        return [Concern(source.id, TOO_FEW, f"Source {source.id}: {said}, at least {least:,} are expected")]
    if number > most:
        return [Concern(source.id, TOO_MANY, f"Source {source.id}: {said}, at most {most:,} are expected")]
    if usual is not None and usual >= LEAST_MEDIAN and number * FACTOR < usual:
        return [Concern(source.id, TOO_FEW, f"Source {source.id}: {said}, {usual:,.0f} are usual")]
    if usual is not None and number > max(usual, LEAST_MEDIAN) * FACTOR:
        return [Concern(source.id, TOO_MANY, f"Source {source.id}: {said}, {usual:,.0f} are usual")]
    return []


def _working_days(since: date, until: date) -> list[date]:
    days = (since + timedelta(days=number) for number in range((until - since).days))
    return [day for day in days if day.weekday() < SATURDAY]


def _of_silence(unit: Unit, source: Source, first: datetime, now: datetime) -> list[Concern]:
    """Counted from the newest notice, or from the first crawl of a source that never gave any."""
    since = max(unit.health.newest_seen(source.id) or first, first)
    if now - since <= timedelta(hours=source.silence_limit):
        return []
    shown = since.astimezone(UTC)
    said = f"no new notice since {shown:%Y-%m-%d %H:%M} UTC, its limit is {source.silence_limit} hours"
    return [Concern(source.id, SILENT, f"Source {source.id}: {said}")]


def _of_fields(source: Source, runs: Sequence[CrawlRun]) -> list[Concern]:
    """The newest notices against those of the runs before: of each kind, how many usually lack a field?"""
    recent: Counter[str] = Counter()
    rest = list(runs)
    while rest and _read(recent) < RECENT_NOTICES:
        recent.update(_of_notices(rest.pop(0)))
    past: Counter[str] = Counter()
    for run in rest:
        past.update(_of_notices(run))
    if _read(recent) < RECENT_NOTICES or _read(past) < PAST_NOTICES:
        return []
    wrong = [said for name in _fields_in(recent) if (said := _missing_more(name, recent, past))]
    return [Concern(source.id, FIELDS, f"Source {source.id}: {'; '.join(wrong)}")] if wrong else []


def _missing_more(name: str, recent: Mapping[str, int], past: Mapping[str, int]) -> str:
    """A clause if the field is missing more often than the past of the same kinds of notices explains; else empty."""
    read = lacking = before = lacked = 0
    expected = variance = 0.0
    for kind in _kinds_in(recent):
        known = past.get(READ_MARK + kind, 0)
        if not known:
            continue
        number = recent[READ_MARK + kind]
        # One more of each than was seen, so that "never" is no certainty.
        share = (past.get(f"{LACKS_MARK}{name}@{kind}", 0) + 1) / (known + 2)
        read, lacking = read + number, lacking + recent.get(f"{LACKS_MARK}{name}@{kind}", 0)
        before, lacked = before + known, lacked + past.get(f"{LACKS_MARK}{name}@{kind}", 0)
        expected, variance = expected + number * share, variance + number * share * (1 - share)
    if (
        read < RECENT_NOTICES
        or before < PAST_NOTICES
        or lacking - expected < max(read * MORE, DEVIATIONS * sqrt(variance))
    ):
        return ""
    return f"{lacking} of {read} notices give no {name.replace('_', ' ')}, where {lacked} of {before} before gave none"


def _of_notices(run: CrawlRun) -> dict[str, int]:
    return {name: count for name, count in run.counts.items() if name.startswith((READ_MARK, LACKS_MARK))}


def _read(counts: Mapping[str, int]) -> int:
    return sum(count for name, count in counts.items() if name.startswith(READ_MARK))


def _kinds_in(counts: Mapping[str, int]) -> list[str]:
    return sorted(name.removeprefix(READ_MARK) for name in counts if name.startswith(READ_MARK))


def _fields_in(counts: Mapping[str, int]) -> list[str]:
    return sorted({name.split("@")[1] for name in counts if name.startswith(LACKS_MARK)})


def _of_requests(source: Source, runs: Sequence[CrawlRun]) -> list[Concern]:
    """The last day's requests for each thing that they found: a notice, new or known, or a file."""
    day = [run for run in runs if run.started_at > runs[0].started_at - DAY]
    asked = sum(run.counts.get("requests", 0) for run in day)
    items = sum(run.counts.get(name, 0) for run in day for name in ("notices", "known", "documents"))
    if asked < LEAST_REQUESTS or asked <= items * REQUESTS_PER_ITEM:
        return []
    found = f"{asked:,} requests in a day found {items:,} notices and files, more than {REQUESTS_PER_ITEM} for each"
    return [Concern(source.id, WASTEFUL, f"Source {source.id}: {found}")]
