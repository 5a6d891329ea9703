"""Which days a crawl wants."""

from dataclasses import dataclass
from datetime import date, datetime

from notices.dates import SHANGHAI, read_day
from notices.errors import ConfigurationError, UnreadableValueError


@dataclass(frozen=True, slots=True)
class Window:
    """Publication days in the sites' zone, both ends included; None is open."""

    since: date | None = None
    until: date | None = None

    def has(self, published: datetime | None) -> bool:
        """Whether a publication moment is wanted; one that the list does not give is."""
        return not self.is_past(published) and not self.is_ahead(published)

    def is_past(self, published: datetime | None) -> bool:
        return bool(self.since and published and _day(published) < self.since)

    def is_ahead(self, published: datetime | None) -> bool:
        return bool(self.until and published and _day(published) > self.until)


def read_window(since: str | None, until: str | None) -> Window:
    """A window from two ISO days as given on the command line; a wrong one is a ConfigurationError."""
    try:
        window = Window(read_day(since) if since else None, read_day(until) if until else None)
    except UnreadableValueError as error:
        raise ConfigurationError(str(error)) from error
    if window.since and window.until and window.since > window.until:
        raise ConfigurationError(f"--since {window.since} lies after --until {window.until}: no day is between them")
    return window


def _day(moment: datetime) -> date:
    return moment.astimezone(SHANGHAI).date()
