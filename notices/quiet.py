"""Hours in which a host is not asked for anything."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from notices.dates import SHANGHAI
from notices.errors import ConfigurationError

_WINDOW = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")
_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Windows of the day in the sites' time, each (first minute, minute after the last) of the day.

    A window that ends before it begins lasts over midnight.
    """

    windows: tuple[tuple[int, int], ...] = ()

    def until(self, moment: datetime) -> datetime | None:
        """When the quiet that holds at a moment ends; None if none does. Windows that meet are one."""
        found, here = None, moment.astimezone(SHANGHAI)
        for _ in range(len(self.windows) + 1):
            ends = [end for window in self.windows if (end := _end(window, here))]
            if not ends:
                break
            found = here = max(ends)
            if here - moment >= timedelta(days=1):
                break
        return found

    def __or__(self, other: "QuietHours") -> "QuietHours":
        return QuietHours(self.windows + other.windows)


@dataclass(frozen=True, slots=True)
class QuietHosts:
    """Quiet hours by host; those of a domain hold for every host under it."""

    hosts: Mapping[str, QuietHours] = field(default_factory=dict)

    def of(self, host: str) -> QuietHours:
        """All that hold for a host."""
        name, found = host.lower().rstrip("."), QuietHours()
        for domain, hours in self.hosts.items():
            if name == domain or name.endswith(f".{domain}"):
                found |= hours
        return found


def read_quiet_hours(windows: Iterable[str]) -> QuietHours:
    """Windows as written, HH:MM-HH:MM; ConfigurationError names one that is not."""
    return QuietHours(tuple(map(_read, windows)))


def read_quiet_hosts(written: Mapping[str, Iterable[str]]) -> QuietHosts:
    """Windows by host name as written; ConfigurationError names what cannot be meant."""
    hosts = {}
    for host, windows in written.items():
        if isinstance(windows, str) or not re.fullmatch(r"[A-Za-z0-9.:-]+", host):
            raise ConfigurationError(f'quiet hours are written "HOST" = ["HH:MM-HH:MM"], not {host!r} = {windows!r}')
        hosts[host.lower()] = read_quiet_hours(windows)
    return QuietHosts(hosts)


def _read(window: str) -> tuple[int, int]:
    found = _WINDOW.fullmatch(window.strip()) if isinstance(window, str) else None
    if found is None:
        raise ConfigurationError(f"quiet hours are written HH:MM-HH:MM, not {window!r}")
    begin, end = int(found[1]) * 60 + int(found[2]), int(found[3]) * 60 + int(found[4])
    if end > _MINUTES or begin == end:
        raise ConfigurationError(f"quiet hours {window!r} do not begin before they end")
    return begin, end


def _end(window: tuple[int, int], here: datetime) -> datetime | None:
    """When the window that holds `here` ends."""
    begin, end = window
    minute = here.hour * 60 + here.minute
    midnight = datetime.combine(here.date(), time(), SHANGHAI)
    if begin < end:
        return midnight + timedelta(minutes=end) if begin <= minute < end else None
    if minute >= begin:
        return midnight + timedelta(minutes=end + _MINUTES)
    return midnight + timedelta(minutes=end) if minute < end else None
