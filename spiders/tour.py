"""One channel's way through its windows, and what each window shows of what the portal states."""

from dataclasses import dataclass, field

from spiders.pages.record import Listing
from spiders.slices import Slice
from spiders.walk import Walk


@dataclass(slots=True)
class Tour:
    """One channel's way through its windows. `pending`: the windows to come, the newest last.

    Of the present window: `stated` is the most that the portal said there is, `listed` how many rows it showed, `ids`
    which notices those were. `lone`: a page out of an archive, after which nothing is asked.
    """

    walk: Walk
    pending: list[Slice] = field(default_factory=list)
    lone: bool = False
    stated: int | None = None
    listed: int = 0
    ids: set[str] = field(default_factory=set)
    longest: int = 0

    def begin(self) -> None:
        self.stated, self.listed, self.longest, self.ids = None, 0, 0, set()

    def take(self, listing: Listing) -> bool:
        """Counts a page's rows; whether any of them is new to the window."""
        fresh = {row.id for row in listing.rows} - self.ids
        self.ids |= fresh
        self.listed += len(listing.rows)
        self.longest = max(self.longest, len(listing.rows))
        if listing.total is not None:
            self.stated = max(self.stated or 0, listing.total)
        return bool(fresh)

    def is_over(self, listing: Listing) -> bool:
        """Whether the window has no further page: all that the portal states was shown, or the page is a short one."""
        if listing.total is None or self.listed > listing.total:
            return len(listing.rows) < self.longest
        return self.listed == listing.total
