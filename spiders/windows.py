"""How a portal is walked that answers questions: windows of days by channel, page by page, halved where it caps."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any, ClassVar

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from notices.dates import SHANGHAI
from notices.errors import UnknownLabelError, UnreadablePageError
from notices.notice import Notice
from notices.run import SUCCEEDED
from spiders.base import NoticeSpider
from spiders.extensions import now
from spiders.items import LIST, NOTICE, Kept, ReadNotice
from spiders.loss import GONE, Loss, loss_of
from spiders.pages.record import Listing, Record, read_record, record_of
from spiders.questions import Question, archived_questions, place_of, values_in
from spiders.slices import Slice, cut
from spiders.tour import Tour
from spiders.walk import Row, Step, Walk


class WindowSpider(NoticeSpider):
    """`channels`: channel → the site's word for what it lists. `cap`: the most that the portal states or lists for one
    question. `slice_days`: the widest window. `first_days`: how far back the first crawl goes without --since.

    `overlap`: days before the watermark that are asked again, for late posts. `dates_only`: the list has no hours, so
    that the watermark's own day is always walked whole. `is_dated`: whether the portal can be asked for days at all.
    `bodies_missing`: whether a notice without its page is ordinary here. `rare`: channels that seldom have
    anything, asked for in the first whole crawl of a day only.
    """

    channels: ClassVar[Mapping[str, str]]
    cap: ClassVar[int | None] = None
    slice_days: ClassVar[int] = 31
    first_days: ClassVar[int] = 7
    overlap: ClassVar[int] = 2
    dates_only: ClassVar[bool] = False
    is_dated: ClassVar[bool] = True
    bodies_missing: ClassVar[bool] = False
    rare: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, **arguments: str) -> None:
        super().__init__(**arguments)
        # Which windows list a notice whose body is under way: a second channel does not ask for it again.
        self._waiting: dict[str, list[str]] = {}

    def question(self, piece: Slice, number: int) -> Question:
        """What is asked for page `number` (from 1) of a window."""
        raise NotImplementedError

    def read_list(self, response: Response, piece: Slice) -> Listing:
        """The family's reader of an answer; UnreadablePageError if it is no list."""
        raise NotImplementedError

    def read_detail(self, response: Response, record: Record) -> Record:
        """The record completed by the answer to its `detail`; UnreadablePageError if that is none."""
        raise NotImplementedError

    def detail_of(self, notice: Notice) -> str:  # noqa: ARG002
        """Where the body of a stored notice is asked for again; "" if only the list states it."""
        return ""

    def channel_asked(self, url: str, posted: bytes) -> str | None:
        """Which channel a question out of an archive is about: the one that stands in it."""
        values = values_in(url, posted)
        return next((name for name in self.channels if name in values), None)

    def facets(self, piece: Slice) -> tuple[str, ...]:  # noqa: ARG002
        """By what a single day over the cap can be parted; nothing by default."""
        return ()

    def first_requests(self) -> Iterator[Request]:
        if self.replayed:
            yield from self._archived_lists()
            return
        left_out = self.rare if self._was_walked_today() else frozenset()
        for channel in (channel for channel in self.channels if channel not in left_out):
            mark = self.run.watermark(channel)
            if mark and self.dates_only:
                mark -= timedelta(days=1)
            tour = Tour(Walk(channel, self.window, mark))
            self.run.walks.append(tour.walk)
            tour.pending = cut(channel, *self._days(tour.walk), self.slice_days if self.is_dated else 100_000)
            yield from self._walk_on(tour)

    def parse_list(self, response: Response, tour: Tour, piece: Slice, number: int) -> Iterator[Any]:
        try:
            listing = self.read_list(response, piece)
        except UnreadablePageError as error:
            yield from self._unreadable(response, tour, str(error))
            return
        self.run.counts["pages"] += 1
        self.run.tell("page", channel=str(piece), number=number, rows=len(listing.rows), total=listing.total)
        if listing.unread:
            said = f"{listing.unread} rows of {piece} have no id or no title; the interface may have changed"
            self.run.issue("unreadable", said, response.meta["url"])
        if not tour.lone and number == 1 and self._is_capped(listing) and self._part(tour, piece):
            yield from self._walk_on(tour)
            return
        is_new = tour.take(listing)
        step = tour.walk.read(listing.rows, self.run.known(row.id for row in listing.rows))
        yield from self._store_rows(response, tour, piece, step)
        if tour.lone:
            return
        if listing.rows and not step.go_on and listing.is_newest_first:
            # The rest of it is known, and so is what lies before it.
            tour.pending = [other for other in tour.pending if other.facet != piece.facet]
            yield from self._walk_on(tour)
        elif self.is_satisfied:
            tour.walk.reached_end = False
        elif is_new and not tour.is_over(listing) and not self._is_before(listing, piece):
            yield self._ask(tour, piece, number + 1)
        else:
            self._end(tour, piece, listing)
            yield from self._walk_on(tour)

    def list_lost(self, request: Request, loss: Loss) -> None:
        request.cb_kwargs["tour"].walk.cut_short = True
        self.run.lost(loss, LIST, request.meta["url"])

    def ask_notice(self, row: Row, label: str) -> Request:
        """A request for the address of a record's body; the notice goes by the page that a person opens."""
        assert isinstance(row, Record)
        request = super().ask_notice(row, label)
        return request.replace(url=self.fetched(row.detail), meta=request.meta | {"row": row})

    def ask_again(self, notice: Notice) -> Request | None:
        """A request for a stored notice's body, to see whether it was edited or taken down; None if it has none."""
        address = self.detail_of(notice)
        if not address:
            return None
        request = self.ask_notice(record_of(notice, address), notice.label)
        return request.replace(dont_filter=True, meta=request.meta | {"again": True})

    def read_page(self, response: Response, url: str, label: str) -> Notice:  # noqa: ARG002
        record = self.read_detail(response, response.meta["row"])
        if not record.html:
            self.run.counts["by_title"] += 1
        return read_record(record, self.name, label)

    def parse_notice(self, response: Response, row: Row, label: str) -> Iterator[ReadNotice | Request]:
        for each in super().parse_notice(response, row, label):
            if isinstance(each, ReadNotice):
                self.run.counts.update(f"kept@{piece}" for piece in self._waiting.pop(row.id, []))
            yield each

    def lost(self, failure: Failure) -> Iterator[Any]:
        """A notice whose body the site has not got is still the notice that its list states."""
        request: Request = failure.request  # type: ignore[attr-defined]
        if request.meta["kind"] != NOTICE or loss_of(failure).kind != GONE or "again" in request.meta:
            yield from super().lost(failure)
            return
        if not self.bodies_missing:
            self.run.lost(loss_of(failure), NOTICE, request.meta["url"])
        row, label = request.cb_kwargs["row"], request.cb_kwargs["label"]
        yield from self._store(row, label, request.meta["listed"], self._waiting.pop(row.id, []))

    # The windows of a channel.

    def _was_walked_today(self) -> bool:
        if self.window.since or self.window.until:
            return False
        with self.run.store.read() as unit:
            last = unit.runs.last("crawl", self.name, SUCCEEDED)
        days = [moment.astimezone(SHANGHAI).date() for moment in (last.started_at if last else None, now()) if moment]
        return len(days) == 2 and days[0] == days[1]

    def _days(self, walk: Walk) -> tuple[date, date]:
        today = now().astimezone(SHANGHAI).date()
        until = self.window.until or today
        since = self.window.since or until - timedelta(days=self.first_days - 1)
        if self.window.since is None and walk.watermark:
            since = walk.watermark.astimezone(SHANGHAI).date() - timedelta(days=self.overlap)
        return min(since, until), until

    def _walk_on(self, tour: Tour) -> Iterator[Request]:
        tour.begin()
        if tour.pending:
            yield self._ask(tour, tour.pending.pop(), 1)
        else:
            tour.walk.reached_end = True

    def _ask(self, tour: Tour, piece: Slice, number: int) -> Request:
        return self._asked(self.question(piece, number), tour=tour, piece=piece, number=number)

    def _asked(self, question: Question, **facts: Any) -> Request:
        request = self.ask(LIST, question.url, self.parse_list, **facts)
        method = "POST" if question.posted else "GET"
        return request.replace(method=method, body=question.posted, headers=dict(question.headers), dont_filter=True)

    def _is_capped(self, listing: Listing) -> bool:
        return listing.too_many or bool(self.cap and listing.total is not None and listing.total >= self.cap)

    def _part(self, tour: Tour, piece: Slice) -> bool:
        """Puts the halves (or the facets) of a window in its place; False if it cannot be parted."""
        parts = (piece.halves or piece.by(self.facets(piece))) if self.is_dated else ()
        tour.pending += parts
        return bool(parts)

    def _is_before(self, listing: Listing, piece: Slice) -> bool:
        """Whether a whole page lies before the window: the portal does not keep to the days that it was asked for."""
        return all(row.published and row.published.astimezone(SHANGHAI).date() < piece.since for row in listing.rows)

    def _end(self, tour: Tour, piece: Slice, listing: Listing) -> None:
        """A window walked to its end is compared with what the portal states of it."""
        stated = tour.stated
        if stated is None or not self.is_dated or (listing.rows and self._is_before(listing, piece)):
            return
        missing = stated - tour.listed
        if missing > 0 and not listing.rows and self._part(tour, piece):
            return
        if missing > 0 and piece.visit == 1:
            tour.pending.append(piece.again)
            return
        self.run.counts["stated_total"] += stated
        self.run.counts["listed_total"] += tour.listed
        self.run.counts[f"stated@{piece.name}"] = stated
        self.run.counts[f"listed@{piece.name}"] = tour.listed
        capped = self._is_capped(listing)
        if missing > 0 or capped:
            most = f"{stated} (its cap: there may be more)" if capped else str(stated)
            self.run.issue("gap", f"{piece}: the portal states {most} notices and lists {tour.listed}")

    # What a list page holds.

    def _store_rows(self, response: Response, tour: Tour, piece: Slice, step: Step) -> Iterator[Any]:
        self.run.counts["known"] += len(step.known)
        self.run.counts[f"kept@{piece.name}"] += len(step.known)
        if self.replayed:
            yield from self.resume_documents({row.id for row in step.known})
        chosen = self.take(step.fetch)
        tour.walk.cut_short = tour.walk.cut_short or len(chosen) < len(step.fetch)
        kept: Kept = response.meta["kept"]
        for row in chosen:
            assert isinstance(row, Record)
            label = self.channels.get(piece.channel, "")
            if not row.detail:
                yield from self._store(row, label, kept, [piece.name])
            elif row.id in self._waiting:
                self._waiting[row.id].append(piece.name)
            else:
                self._waiting[row.id] = [piece.name]
                request = self.ask_notice(row, label)
                yield request.replace(meta=request.meta | {"listed": kept})

    def _store(self, row: Record, label: str, kept: Kept, pieces: list[str]) -> Iterator[ReadNotice | Request]:
        """The notice that a list states, with its body or by its title alone."""
        try:
            notice = read_record(row, self.name, label)
        except UnknownLabelError as error:
            self.run.issue("unmapped", str(error), row.url)
            return
        if not row.html:
            self.run.counts["by_title"] += 1
        self.run.counts.update(f"kept@{piece}" for piece in pieces)
        yield ReadNotice(notice, kept)
        for document in notice.documents:
            yield self.ask_document(document.url, row.url)

    def _unreadable(self, response: Response, tour: Tour, reason: str) -> Iterator[Request]:
        """An answer that is no list: asked once more, then the channel cannot be judged."""
        if self.replayed or "again" in response.meta:
            tour.walk.cut_short = True
            self.run.issue("unreadable", f"{reason}: this is no proof of zero notices", response.meta["url"])
            return
        request = response.request
        assert request is not None
        meta = {name: value for name, value in request.meta.items() if name in {"kind", "url", "download_maxsize"}}
        yield request.replace(dont_filter=True, meta=meta | {"again": True, "pause": True})

    # A replay asks what the archive has been asked: the days of the first crawl are not those of today.

    def _archived_lists(self) -> Iterator[Request]:
        today = now().date()
        questions = {channel: self.question(Slice(channel, today, today), 1) for channel in self.channels}
        places = {channel: place_of(question.url) for channel, question in questions.items()}
        walks: dict[str, Walk] = {}
        for each in archived_questions(self.archives, set(places.values()), self.canonical):
            channel = self.channel_asked(each.url, each.posted)
            if channel is None or places.get(channel) != place_of(each.url):
                continue
            if channel not in walks:
                walks[channel] = Walk(channel, self.window, None)
                self.run.walks.append(walks[channel])
            piece = Slice(channel, self.window.since or date.min, self.window.until or date.max)
            question = Question(each.url, each.posted, questions[channel].headers)
            request = self._asked(question, tour=Tour(walks[channel], lone=True), piece=piece, number=1)
            # The newest answer first: what it shows of a notice is what counts.
            yield request.replace(meta=request.meta | {"take": each.take}, priority=request.priority - each.take)
        if not walks:
            self.run.absent.append(next(iter(questions.values())).url)
