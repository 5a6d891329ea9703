"""Every finding of a filter, read in parts so that neither memory nor the store is held up by a long export."""

from collections.abc import Iterator
from dataclasses import dataclass

from monitor.export.columns import finding_row_of
from notices.finding import FindingReport
from notices.review import Note
from storage import Store
from storage.findings import FindingFilter

# Each finding comes with its notice, which may be long.
AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Chosen:
    """The findings of a filter as they stood when it was asked: their keys, in the queue's order."""

    store: Store
    keys: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.keys)

    def __iter__(self) -> Iterator[FindingReport]:
        """The findings, each as the store has it when its part is read; one withdrawn since is left out."""
        return (report for report, _ in self._parts())

    def rows(self) -> Iterator[dict[str, object]]:
        """The findings as rows of an export, with what analysts noted on them."""
        return (finding_row_of(report, notes) for report, notes in self._parts())

    def _parts(self) -> Iterator[tuple[FindingReport, list[Note]]]:
        for start in range(0, len(self.keys), AT_ONCE):
            keys = self.keys[start : start + AT_ONCE]
            with self.store.read() as unit:
                found = {report.key: report for report in unit.findings.reports(FindingFilter(keys=keys))}
                notes = unit.notes.of_all(keys)
            yield from ((found[key], notes.get(key, [])) for key in keys if key in found)


def choose(store: Store, chosen: FindingFilter) -> Chosen:
    with store.read() as unit:
        return Chosen(store, tuple(unit.findings.keys(chosen)))
