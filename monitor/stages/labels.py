"""What party lists say of the parties of a notice, on the notice's day."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import date

from monitor.watchlist import Watchlist
from notices.dates import SHANGHAI
from notices.finding import FindingReport
from notices.listing import Listing
from storage import Store, Unit

AT_ONCE = 500


def labelled(reports: Iterable[FindingReport], watchlist: Watchlist) -> list[FindingReport]:
    """The reports with their labels: one sentence for each buyer, agency or supplier that was listed on that day."""
    return [replace(report, labels=_labels(report, watchlist)) for report in reports]


def listings_of(parties: Iterable[tuple[str, str]], day: date | None, watchlist: Watchlist) -> Iterator[Listing]:
    """The entries of party lists that name one of the parties, each as (role, name), on a day; on any if it is None."""
    for role, name in parties:
        for party in watchlist.listed(name):
            if party.since is None or day is None or party.since <= day:
                since = party.since.isoformat() if party.since else None
                yield Listing(role, name, party.listed, party.name, since, party.citation)


def renew_listings(store: Store, watchlist: Watchlist) -> None:
    """Looks the parties of all notices with findings up again that another watchlist looked up, or none."""
    noted = AT_ONCE
    while noted:
        with store.begin() as unit:
            noted = note_listings(unit, watchlist)


def note_listings(unit: Unit, watchlist: Watchlist, among: Collection[int] | None = None) -> int:
    """Does so for up to AT_ONCE notices, or for some; returns for how many."""
    due = unit.listings.due(watchlist.version, AT_ONCE, among)
    nothing: list[int] = []
    for each in due:
        day = each.published.astimezone(SHANGHAI).date() if each.published else None
        listings = tuple(listings_of(each.parties, day, watchlist))
        if listings or each.had:
            unit.listings.note(each.notice_id, watchlist.version, listings)
        else:
            nothing.append(each.notice_id)
    unit.listings.note_none(nothing, watchlist.version)
    return len(due)


def _labels(report: FindingReport, watchlist: Watchlist) -> tuple[str, ...]:
    day = date.fromisoformat(report.published) if report.published else None
    named = [("buyer", report.buyer), ("agency", report.agency), *(("supplier", name) for name in report.suppliers)]
    return tuple(map(_sentence, listings_of([(role, name) for role, name in named if name], day, watchlist)))


def _sentence(listing: Listing) -> str:
    since = f" since {listing.since}" if listing.since else ""
    citation = f" ({listing.citation})" if listing.citation else ""
    return f"{listing.role} {listing.name}: {listing.list}{since}{citation}"
