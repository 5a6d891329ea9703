"""The search index: brings in what changed since it was last brought in."""

from collections.abc import Callable

from monitor.stages.report import Report
from storage import Store

Progress = Callable[[int], None]


def index_due(store: Store, *, progress: Progress = lambda _: None) -> Report:
    """Indexes what waits, batch by batch, each its own transaction; safe to stop and to run again at any point."""
    report = Report("index")
    while True:
        with store.begin() as unit:
            taken = unit.search.index_some()
        if not taken:
            return report
        report.count("changes", taken)
        progress(taken)
