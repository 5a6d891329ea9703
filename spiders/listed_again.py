"""A second look at notices that only a list states: the list of their day is asked for again."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from scrapy import Request
from scrapy.http import Response

from notices.dates import SHANGHAI
from notices.errors import UnreadablePageError
from notices.notice import Notice
from spiders.base import REVISIT
from spiders.slices import Slice
from spiders.tour import Tour
from spiders.walk import Walk
from spiders.windows import WindowSpider


class ListedSpider(WindowSpider):
    """A family whose lists may be all that there is of a notice, and can be asked for a day."""

    def look_in_lists(self, notices: Sequence[Notice]) -> Iterator[Request]:
        """One question per day and channel; a notice whose day or channel is not known cannot be asked for."""
        days: dict[tuple[date, tuple[str, ...]], set[str]] = {}
        for notice in notices:
            channels = tuple(channel for channel, label in self.channels.items() if label == notice.label)
            if self.is_dated and notice.published and channels:
                day = notice.published.astimezone(SHANGHAI).date()
                days.setdefault((day, channels), set()).add(notice.id)
            else:
                self.run.revisits.no_page(notice.id)
        for (day, channels), wanted in days.items():
            yield self._ask_listed(Slice(channels[0], day, day), 1, wanted, channels[1:])

    def parse_listed_again(
        self, response: Response, tour: Tour, piece: Slice, number: int, wanted: set[str], others: tuple[str, ...]
    ) -> Iterator[Any]:
        try:
            listing = self.read_list(response, piece)
        except UnreadablePageError as error:
            self.run.issue("unreadable", f"{error}: this is no proof of zero notices", response.meta["url"])
            self._give_up(wanted)
            return
        is_new = tour.take(listing)
        for row in listing.rows:
            if row.id in wanted:
                wanted.discard(row.id)
                yield from self._store(row, self.channels[piece.channel], response.meta["kept"], [])
        if not wanted:
            return
        if is_new and not tour.is_over(listing):
            yield self._ask_listed(piece, number + 1, wanted, others, tour)
        elif self._is_capped(listing) or (tour.listed < tour.stated if tour.stated is not None else not tour.listed):
            self._give_up(wanted)
        elif others:
            yield self._ask_listed(Slice(others[0], piece.since, piece.until), 1, wanted, others[1:])
        else:
            for notice_id in wanted:
                self.run.revisits.gone(notice_id, f"the site's list of {piece.since} no longer names it")

    def _give_up(self, wanted: set[str]) -> None:
        """The list was not shown whole: that a notice is not on it says nothing."""
        for notice_id in wanted:
            self.run.revisits.unanswered(notice_id)

    def _ask_listed(
        self, piece: Slice, number: int, wanted: set[str], others: tuple[str, ...], tour: Tour | None = None
    ) -> Request:
        tour = tour or Tour(Walk(piece.channel, self.window, None), lone=True)
        request = self._asked(self.question(piece, number), tour=tour, piece=piece, number=number)
        facts = request.cb_kwargs | {"wanted": wanted, "others": others}
        return request.replace(callback=self.parse_listed_again, cb_kwargs=facts, priority=REVISIT)
