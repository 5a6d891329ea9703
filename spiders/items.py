"""What a spider yields: a notice that was read, a file that was fetched, a file that could not be."""

from collections.abc import Awaitable
from dataclasses import dataclass

from notices.document import Capture
from notices.notice import Notice

# What a request is for.
LIST, NOTICE, DOCUMENT = "list", "notice", "document"
# The flag of an answer that is read from what is kept, because the site says that it is the same.
UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Kept:
    """A response that is on disk and in the store: its capture and that capture's id."""

    id: int
    capture: Capture


@dataclass(frozen=True, slots=True)
class ReadNotice:
    """A notice as read from a kept page, or one that is being kept; `related` are the notices that the page lists as of
    the same project.
    """

    notice: Notice
    kept: Kept | Awaitable[Kept]
    related: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FetchedDocument:
    """An attachment whose file is kept; `url` is the one that the notices link."""

    url: str
    kept: Kept


@dataclass(frozen=True, slots=True)
class LostDocument:
    """An attachment that could not be fetched, and why; `for_good` if asking again is of no use."""

    url: str
    reason: str
    for_good: bool
