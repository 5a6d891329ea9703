"""What published lists say of the parties of a notice, on the notice's day."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from monitor.watchlist import Watchlist
from monitor.watchlist.model import ListedParty
from notices.finding import FindingReport


def labelled(reports: Iterable[FindingReport], watchlist: Watchlist) -> list[FindingReport]:
    """The reports with their labels: one sentence for each buyer, agency or supplier that was listed on that day."""
    return [replace(report, labels=_labels(report, watchlist)) for report in reports]


def _labels(report: FindingReport, watchlist: Watchlist) -> tuple[str, ...]:
    day = date.fromisoformat(report.published) if report.published else None
    named = [("buyer", report.buyer), ("agency", report.agency), *(("supplier", name) for name in report.suppliers)]
    return tuple(
        _sentence(role, name, party)
        for role, name in named
        if name
        for party in watchlist.listed(name)
        if party.since is None or day is None or party.since <= day
    )


def _sentence(role: str, name: str, party: ListedParty) -> str:
    since = f" since {party.since.isoformat()}" if party.since else ""
    citation = f" ({party.citation})" if party.citation else ""
    return f"{role} {name}: {party.listed}{since}{citation}"
