"""The windows of days by which a channel is asked, halved where a portal shows no more."""

from dataclasses import dataclass, replace
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Slice:
    """Publication days of one channel, both ends included; `facet` narrows it further (a province), "" for all.

    `visit`: how often it is walked; a second time if the portal stated more than it listed.
    """

    channel: str
    since: date
    until: date
    facet: str = ""
    visit: int = 1

    @property
    def days(self) -> int:
        return (self.until - self.since).days + 1

    @property
    def halves(self) -> tuple["Slice", ...]:
        """The older and the newer half; nothing for a single day."""
        if self.days < 2:
            return ()
        last = self.since + timedelta(days=self.days // 2 - 1)
        return replace(self, until=last, visit=1), replace(self, since=last + timedelta(days=1), visit=1)

    @property
    def again(self) -> "Slice":
        return replace(self, visit=self.visit + 1)

    def by(self, facets: tuple[str, ...]) -> tuple["Slice", ...]:
        """One slice per facet; nothing if it has a facet already."""
        return () if self.facet else tuple(replace(self, facet=facet, visit=1) for facet in facets)

    @property
    def name(self) -> str:
        """How a run's counts name it: channel, facet, first and last day, parted by "@"."""
        return f"{self.channel}@{self.facet}@{self.since}@{self.until}"

    def __str__(self) -> str:
        days = f"{self.since}" if self.since == self.until else f"{self.since} to {self.until}"
        return " ".join(filter(None, (self.channel, self.facet, days)))


def cut(channel: str, since: date, until: date, days: int) -> list[Slice]:
    """The window in slices of at most `days` days, the oldest first."""
    slices: list[Slice] = []
    while since <= until:
        last = min(until, since + timedelta(days=days - 1))
        slices.append(Slice(channel, since, last))
        since = last + timedelta(days=1)
    return slices
