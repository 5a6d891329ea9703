"""What a portal states of a window of days against what was listed and stored: is anything missing?"""

from dataclasses import dataclass
from datetime import date, datetime

from notices.run import CrawlRun
from storage import Store

# A crawl names its counts per window "stated@CHANNEL@FACET@FIRST@LAST", and so for "listed" and "kept".
MARK = "@"


@dataclass(frozen=True, slots=True)
class WindowTotal:
    """One window of a source's channel as its last whole walk found it; both days are included.

    `stated`: how many notices the portal said that there are. `listed`: how many rows it showed (a notice that it lists
    twice counts twice). `kept`: how many of them were known or stored when the walk ended.
    """

    source: str
    channel: str
    facet: str
    since: date
    until: date
    stated: int
    listed: int
    kept: int
    run: int
    at: datetime

    @property
    def missing(self) -> int:
        """How many notices the portal states and did not list, or listed and are not stored."""
        return max(0, self.stated - self.kept)


def window_totals(store: Store, source: str | None = None, runs: int = 200) -> list[WindowTotal]:
    """The windows of the newest `runs` runs, each as its newest walk found it; by source, channel and day."""
    newest: dict[tuple[str, str, str, date, date], WindowTotal] = {}
    with store.read() as unit:
        recent = unit.runs.recent(runs)
    for run in recent:
        if run.stage == "crawl" and run.source is not None and source in {None, run.source}:
            for total in _totals_of(run, run.source):
                newest.setdefault((total.source, total.channel, total.facet, total.since, total.until), total)
    return sorted(newest.values(), key=lambda total: (total.source, total.channel, total.since, total.facet))


def plain_counts(counts: dict[str, int]) -> dict[str, int]:
    """A run's counts without those per window."""
    return {name: count for name, count in counts.items() if MARK not in name}


def _totals_of(run: CrawlRun, source: str) -> list[WindowTotal]:
    totals = []
    for name, stated in run.counts.items():
        word, _, window = name.partition(MARK)
        if word != "stated":
            continue
        channel, facet, since, until = window.rsplit(MARK, 3)
        totals.append(
            WindowTotal(
                source,
                channel,
                facet,
                date.fromisoformat(since),
                date.fromisoformat(until),
                stated,
                run.counts.get(f"listed{MARK}{window}", 0),
                run.counts.get(f"kept{MARK}{window}", 0),
                run.id,
                run.finished_at or run.started_at,
            )
        )
    return totals
