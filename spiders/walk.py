"""One channel's walk from its newest list page backwards: what to fetch, when to stop, what may have been missed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from notices.dates import SHANGHAI
from spiders.window import Window

# So many known notices in a row at a page's end, none newer than the watermark, and the rest is known too. More than
# one, because a late post stands among older ones.
OVERLAP = 5


class Row(Protocol):
    """One line of a list page: `id` is the site's own; `published` is aware, None if the list does not say."""

    @property
    def id(self) -> str: ...
    @property
    def url(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def published(self) -> datetime | None: ...


@dataclass(frozen=True, slots=True)
class Step:
    """What one list page asks for: rows whose pages to fetch, wanted rows already known, whether to walk on."""

    fetch: tuple[Row, ...]
    known: tuple[Row, ...]
    go_on: bool
    broken: str | None


@dataclass(slots=True)
class Walk:
    """The state of one channel's walk.

    `watermark`: up to where the channel was known without a hole before it. `pages`: how many list pages it names.
    """

    channel: str
    window: Window
    watermark: datetime | None
    newest: datetime | None = None
    last: datetime | None = None
    pages: int | None = None
    reached_end: bool = False
    cut_short: bool = False
    seen: set[str] = field(default_factory=set)
    open: set[str] = field(default_factory=set)

    def read(self, rows: Sequence[Row], known: Collection[str]) -> Step:
        """Takes the next list page; `known` are the ids among its rows that are stored already."""
        fresh = [row for row in rows if row.id not in self.seen]
        broken = self._break_before(fresh)
        self.seen.update(row.id for row in fresh)
        self.last = next((row.published for row in reversed(rows) if row.published), self.last)
        wanted = [row for row in fresh if self.window.has(row.published)]
        self.newest = max(
            [*filter(None, [row.published for row in wanted]), *filter(None, [self.newest])], default=None
        )
        fetch = tuple(row for row in wanted if row.id not in known)
        self.open.update(row.id for row in fetch)
        self.reached_end = not rows or self._is_enough(rows, known)
        return Step(fetch, tuple(row for row in wanted if row.id in known), not self.reached_end, broken)

    def end(self) -> str | None:
        """Takes the retention boundary; a sentence if it comes before what was known, so that notices may be missed."""
        self.reached_end = True
        if self.watermark is None or self.last is None:
            return None
        if self.last <= self.watermark or self.window.is_past(self.last):
            return None
        return (
            f"{self.channel} keeps no page older than {_shown(self.last)}: notices published between "
            f"{_shown(self.watermark)} and then may have been missed"
        )

    def settle(self, notice_id: str) -> None:
        """A notice's page is stored, or the site said that there is none."""
        self.open.discard(notice_id)

    @property
    def new_watermark(self) -> datetime | None:
        """Up to where the channel is now known without a hole; None if this walk cannot say."""
        if not self.reached_end or self.cut_short or self.open:
            return None
        since, mark = self.window.since, self.watermark
        if since and mark and mark.astimezone(SHANGHAI).date() < since:
            return None
        return self.newest

    def _is_enough(self, rows: Sequence[Row], known: Collection[str]) -> bool:
        if self.window.since:
            return all(self.window.is_past(row.published) for row in rows)
        mark = self.watermark
        if mark is None:
            return False
        tail = rows[-OVERLAP:]
        return all(row.id in known and row.published is not None and row.published <= mark for row in tail)

    def _break_before(self, fresh: Sequence[Row]) -> str | None:
        first = next((row.published for row in fresh if row.published), None)
        if first is None or self.last is None or first <= self.last:
            return None
        return (
            f"{self.channel}: a list page begins at {_shown(first)} after one that ended at {_shown(self.last)}; "
            "the pages do not follow each other, notices between them may have been missed"
        )


def _shown(moment: datetime) -> str:
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
