"""How a source is walked that lists its notices by channel, newest first, page after page."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response

from notices.document import Document
from notices.errors import UnknownLabelError, UnreadablePageError
from notices.kinds import read_kind
from notices.notice import Notice
from spiders.base import NoticeSpider
from spiders.items import LIST, ReadNotice
from spiders.loss import ABSENT, GONE, Loss
from spiders.pages.links import is_file
from spiders.pages.listed import ListedNotice, ListPage
from spiders.walk import Row, Walk

# So many pages without a row not seen before, and the site is taken to repeat its last page for ever.
REPEATS = 2


class ChannelSpider(NoticeSpider):
    """`channels`: channel → the site's word for what it lists. `unproven`: channels whose list may not exist.

    `first_pages`: how far back the first walk of a channel goes when no --since asks for more; None: to its end.
    `is_ordered`: the lists are strictly by date, so that a page that begins later than the one before ended is a gap.
    """

    channels: ClassVar[Mapping[str, str]]
    unproven: ClassVar[frozenset[str]] = frozenset()
    first_pages: ClassVar[int | None] = 25
    is_ordered: ClassVar[bool] = False
    _repeats: Counter[str]

    def ask_list(self, walk: Walk, number: int, address: str | None = None) -> Request:
        """The request for list page `number` (from 1) of a channel, at `address` if the page before named one."""
        raise NotImplementedError

    def read_list(self, response: Response, url: str) -> ListPage:
        """The family's reader of a list page; UnreadablePageError if there is no list on it."""
        raise NotImplementedError

    def first_requests(self) -> Iterator[Request]:
        self._repeats = Counter()
        for channel in self.channels:
            walk = Walk(channel, self.window, None if self.replayed else self.run.watermark(channel))
            self.run.walks.append(walk)
            yield self.ask_list(walk, 1)

    def parse_list(self, response: Response, walk: Walk, number: int) -> Iterator[Any]:
        url = response.meta["url"]
        try:
            page = self.read_list(response, url)
        except UnreadablePageError as error:
            yield from self._unreadable(response, walk, str(error))
            return
        rows = page.rows
        walk.pages = page.pages
        self.run.counts["pages"] += 1
        self.run.tell("page", channel=walk.channel, number=number, rows=len(rows), total=page.total)
        fresh = tuple(row for row in rows if row.id not in walk.seen)
        if rows and not fresh:
            yield from self._after_repeat(walk, number, page, url)
            return
        # Rows that a site keeps on top of every page must not hold a window open.
        step = walk.read(fresh if self.window.since else rows, self.run.known(row.id for row in rows))
        if step.broken and self.is_ordered:
            walk.cut_short = True
            self.run.issue("gap", step.broken, url)
        self.run.counts["known"] += len(step.known)
        if self.replayed:
            yield from self.resume_documents({row.id for row in step.known})
        is_dated = self._check_dates(rows, walk, url)
        yield from self._ask_notices(walk, step.fetch, response)
        if not rows or (page.is_last and step.go_on):
            self._end(walk, url)
        elif step.go_on and not self.is_satisfied and (is_dated or step.fetch):
            yield from self._walk_on(walk, number, page)

    def list_lost(self, request: Request, loss: Loss) -> None:
        walk, number, url = request.cb_kwargs["walk"], request.cb_kwargs["number"], request.meta["url"]
        beyond = walk.pages is not None and number > walk.pages
        if number > 1 and (loss.kind == GONE or (loss.kind == ABSENT and beyond)):
            self._end(walk, url)
            return
        walk.cut_short = True
        if loss.kind == ABSENT or (loss.kind == GONE and walk.channel in self.unproven):
            self.run.counts["missing_lists"] += 1
            self.run.absent.append(url)
        else:
            self.run.lost(loss, LIST, url)

    def ask_again(self, notice: Notice) -> Request | None:
        """A request for a stored notice's page, to see whether it was edited or taken down; None if it has none."""
        row = ListedNotice(notice.id, notice.url, notice.title, notice.published, notice.label)
        if self.lies_elsewhere(row) or is_file(row.url):
            return None
        return self.ask_notice(row, notice.label).replace(dont_filter=True)

    def lies_elsewhere(self, row: Row) -> bool:
        """Whether a row leads to another site, whose pages are not this source's to fetch."""
        there, here = urlsplit(row.url).hostname or "", urlsplit(self.url).hostname or ""
        return there.removeprefix("www.") != here.removeprefix("www.")

    def by_title(self, row: Row, label: str, response: Response) -> Iterator[Any]:
        """What a row alone says of a notice that has no page of its own here: a file, another site's page, a gate."""
        try:
            kind = read_kind(label, row.title)
        except UnknownLabelError as error:
            self.run.issue("unmapped", str(error), row.url)
            return
        self.run.counts["by_title"] += 1
        files = (Document(row.url, row.title),) if is_file(row.url) else ()
        notice = Notice(self.name, row.id, row.url, row.title, kind, row.published, label=label, documents=files)
        yield ReadNotice(notice, response.meta["kept"])
        for document in files:
            yield self.ask_document(document.url, response.meta["url"])

    def _ask_notices(self, walk: Walk, rows: tuple[Row, ...], response: Response) -> Iterator[Any]:
        chosen = self.take(rows)
        walk.cut_short = walk.cut_short or len(chosen) < len(rows)
        for row in chosen:
            label = getattr(row, "label", "") or self.channels[walk.channel]
            if self.lies_elsewhere(row) or is_file(row.url):
                yield from self.by_title(row, label, response)
            else:
                yield self.ask_notice(row, label)

    def _walk_on(self, walk: Walk, number: int, page: ListPage) -> Iterator[Request]:
        is_first_walk = walk.watermark is None and self.window.since is None and not self.replayed
        if is_first_walk and self.first_pages is not None and number >= self.first_pages:
            self.logger.info("%s: the first walk ends with page %s; --since asks for more", walk.channel, number)
            walk.reached_end = True
            return
        yield self.ask_list(walk, number + 1, page.following)

    def _after_repeat(self, walk: Walk, number: int, page: ListPage, url: str) -> Iterator[Request]:
        """A page of nothing but rows already seen: the list has shifted by a page, or the site repeats its last one."""
        self._repeats[walk.channel] += 1
        if page.is_last or self._repeats[walk.channel] >= REPEATS:
            self._end(walk, url)
        else:
            yield from self._walk_on(walk, number, page)

    def _check_dates(self, rows: tuple[ListedNotice, ...], walk: Walk, url: str) -> bool:
        """A list that suddenly has no dates cannot be walked by them: its unknown notices are taken, no more."""
        if not rows or any(row.published for row in rows):
            return True
        walk.cut_short = True
        self.run.issue("unreadable", f"{url}: no row of the list has a date; the layout may have changed", url)
        return False

    def _unreadable(self, response: Response, walk: Walk, reason: str) -> Iterator[Request]:
        """A list page without its list: asked once more, then the channel cannot be judged."""
        if self.replayed or "again" in response.meta:
            walk.cut_short = True
            self.run.issue("unreadable", f"{reason}: this is no proof of zero notices", response.meta["url"])
            return
        request = response.request
        assert request is not None
        meta = {name: value for name, value in request.meta.items() if name in {"kind", "url", "download_maxsize"}}
        yield request.replace(
            url=self.fetched(meta["url"]), dont_filter=True, meta=meta | {"again": True, "pause": True}
        )

    def _end(self, walk: Walk, url: str) -> None:
        gap = walk.end()
        if gap:
            self.run.issue("gap", gap, url)
