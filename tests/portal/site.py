"""The misbehaving portal with a site of another family behind it."""

from datetime import datetime, timedelta
from typing import Protocol

from notices.dates import SHANGHAI
from tests.portal.portal import FaultyPortal
from tests.portal.replies import Reply, not_found

NEWEST = datetime(2026, 11, 20, 16, 0, tzinfo=SHANGHAI)


class Site(Protocol):
    """What a family's test site gives for a path (with its query) and what was posted to it; None: 404."""

    def answer(self, path: str, posted: bytes) -> Reply | None: ...


class SitePortal(FaultyPortal):
    """A FaultyPortal (faults, robots, request log) whose ordinary answers are a site's."""

    def __init__(self, site: Site, *, robots: str | None = None, host: str = "127.0.0.1") -> None:
        super().__init__(robots=robots, host=host)
        self.site = site

    def _ordinary(self, path: str, posted: bytes) -> Reply:
        if path == "/robots.txt":
            return super()._ordinary(path, posted)
        return self.site.answer(path, posted) or not_found()


def days_back(number: int) -> datetime:
    """The publication time of the `number`-th newest notice of a test site: one a day."""
    return NEWEST - timedelta(days=number)
