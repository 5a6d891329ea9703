"""Every finding of a filter as it stood at one moment, read in parts so that memory does not grow with them."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version

from monitor.export.columns import finding_row_of
from notices.finding import FindingReport
from notices.review import Note
from storage import Store, Unit
from storage.findings import FindingFilter

CREED = "A status is what was listed for an item on a day, no judgement of a purchase."


@dataclass(frozen=True, slots=True)
class About:
    """What an export says of itself.

    `filter` is the queue's query, empty for every finding; `unread` of the rows stand in notices with attachments
    that were not wholly read; `watchlists` are the versions that judged, each with its rows.
    """

    filter: str
    made_at: datetime
    rows: int
    unread: int
    watchlists: Mapping[str, int]
    product: str

    def told(self) -> dict[str, object]:
        """The same as one JSON object."""
        return asdict(self) | {"made_at": self.made_at.astimezone(UTC).isoformat(timespec="seconds"), "note": CREED}


@dataclass(frozen=True, slots=True)
class Chosen:
    """The findings of a filter in one snapshot of the store."""

    unit: Unit
    filter: FindingFilter
    count: int

    def __iter__(self) -> Iterator[FindingReport]:
        """The findings in the queue's order."""
        return (report for report, _ in self.noted())

    def noted(self) -> Iterator[tuple[FindingReport, Sequence[Note]]]:
        """The findings with what analysts noted on them."""
        for part in self.unit.paging.every(self.filter):
            notes = self.unit.notes.of_all([report.key for report in part])
            yield from ((report, notes.get(report.key, ())) for report in part)

    def rows(self) -> Iterator[dict[str, object]]:
        """The same as rows of an export."""
        return (finding_row_of(report, notes) for report, notes in self.noted())

    def about(self, asked: str, made_at: datetime) -> About:
        """What the export of these says of itself, `asked` being the query that chose them."""
        unread = 0
        if self.filter.unread is not False:
            unread = self.unit.findings.count(replace(self.filter, unread=True))
        watchlists = self.unit.paging.versions(self.filter)
        return About(asked, made_at, self.count, unread, watchlists, f"tenderwatch {version('tenderwatch')}")


@contextmanager
def choose(store: Store, chosen: FindingFilter) -> Iterator[Chosen]:
    """The findings of a filter, to be read until the end of the `with`; nothing written meanwhile shows in them."""
    with store.snapshot() as unit:
        yield Chosen(unit, chosen, unit.findings.count(chosen))
