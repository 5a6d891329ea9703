"""Reads kept pages again with the present parsers: nothing is asked of any site."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response

from notices.document import Capture
from notices.errors import StoreError, TenderwatchError
from notices.notice import Notice
from spiders.base import NoticeSpider
from spiders.extensions import now
from spiders.items import NOTICE, Kept, ReadNotice
from spiders.pages.listed import ListedNotice
from spiders.pages.record import Record, read_record
from spiders.questions import place_of
from spiders.slices import Slice
from spiders.windows import WindowSpider
from storage.archive import ArchivedResponse, read_archive, read_capture
from storage.notices import StoredNotice

_NO_ROW = "the list that named it is not among the kept pages"
MOST_ANSWERS = 3
_ONLY_LISTED = "only a list names it: it has no page of its own"


@dataclass(frozen=True, slots=True)
class Reread:
    """A stored notice as its kept page reads now; without a `notice`, `reason` says why there is none."""

    notice: Notice | None
    reason: str = ""


@dataclass(slots=True)
class _Listener:
    """Stands where a crawl's run is: hears what a reader says, keeps and sends nothing."""

    counts: Counter[str] = field(default_factory=Counter)
    said: list[str] = field(default_factory=list)

    def issue(self, kind: str, message: str, url: str | None = None) -> None:  # noqa: ARG002
        self.said.append(message)

    def unfetched(self, notice_ids: set[str] | None) -> list[tuple[str, str]]:  # noqa: ARG002
        return []

    def kept_files(self, urls: Collection[str]) -> set[str]:  # noqa: ARG002
        return set()

    def lost(self, loss: object, kind: str, url: str) -> None:  # noqa: ARG002
        self.said.append(f"the {kind} is missing")


@dataclass(frozen=True, slots=True)
class _Listed:
    """A record as a kept list shows it."""

    record: Record
    channel: str
    fetched_at: datetime


class Rereader:
    """Reads the notices of one source again. `captures` is the folder of its WARC files, `kept` what they hold."""

    def __init__(self, source: type[NoticeSpider], captures: Path, kept: Iterable[Capture] = ()) -> None:
        self._listener = _Listener()
        # The source as it stands, but for the run that it reports to.
        self._spider: Any = type(source.__name__, (source,), {"run": self._listener})()
        self._captures = captures
        self._kept: dict[tuple[str, str], list[Capture]] = {}
        for each in kept:
            if each.warc.startswith(f"{source.name}-"):
                self._kept.setdefault(_path(each.url), []).append(each)
        self._lists: dict[str, list[_Listed]] = {}
        self._list_pages: set[str] = set()
        if isinstance(self._spider, WindowSpider):
            self._read_lists()

    def read(self, stored: StoredNotice) -> Reread:
        """The notice as it reads now; a capture that is missing or altered is told as the reason."""
        if stored.capture is None:
            return Reread(None, "no page of it was captured: it was imported")
        try:
            body = read_capture(self._captures, stored.capture)
            self._listener.said.clear()
            found = next((each for each in self._items(stored, stored.capture, body) if _is_notice(each)), None)
        except (TenderwatchError, LookupError, TypeError, ValueError, AttributeError) as error:
            return Reread(None, f"{type(error).__name__}: {error}")
        if isinstance(found, ReadNotice):
            return Reread(found.notice)
        return Reread(None, "; ".join(self._listener.said) or _ONLY_LISTED)

    def _items(self, stored: StoredNotice, capture: Capture, body: bytes) -> Iterator[object]:
        read, kept = stored.notice, Kept(0, capture)
        if not isinstance(self._spider, WindowSpider):
            row = ListedNotice(read.id, read.url, read.title, read.published)
            if _path(capture.url) != _path(read.url):
                raise StoreError(_ONLY_LISTED)
            request = self._spider.ask_notice(row, read.label)
            response = _response(request, capture, body)
            response.meta.update(kept=kept)
            yield from self._spider.parse_notice(response, row, read.label)
            return
        listed = self._listed(read.id, capture.fetched_at)
        if listed is None:
            raise StoreError(_NO_ROW)
        label = self._spider.channels.get(listed.channel, "")
        if not listed.record.detail or capture.sha256 in self._list_pages:
            yield ReadNotice(read_record(listed.record, self._spider.name, label), kept)
            return
        request = self._spider.ask_notice(listed.record, label)
        for _ in range(MOST_ANSWERS):
            answer = self._answer(request, capture, body)
            answer.meta.update(kept=kept, listed=kept)
            items = list(self._spider.parse_notice(answer, **request.cb_kwargs))
            yield from (item for item in items if isinstance(item, ReadNotice))
            # Some families need a second answer before there is a notice.
            further = [each for each in items[:1] if isinstance(each, Request) and each.meta.get("kind") == NOTICE]
            if not further:
                return
            request = further[0]

    def _answer(self, request: Request, capture: Capture, body: bytes) -> Response:
        """The kept answer to a request: the notice's own capture, else the last of that address before it."""
        if _path(request.url) == _path(capture.url):
            return _response(request, capture, body)
        kept = [each for each in self._kept.get(_path(request.url), ()) if each.fetched_at <= capture.fetched_at]
        if not kept:
            raise StoreError(f"the answer of {request.url} is not among the kept pages")
        newest = max(kept, key=lambda each: each.fetched_at)
        return _response(request, newest, read_capture(self._captures, newest))

    def _listed(self, id_: str, fetched_at: datetime) -> _Listed | None:
        """The row of the last list before the notice's page was fetched; else the first after it."""
        rows = sorted(self._lists.get(id_, ()), key=lambda row: row.fetched_at)
        before = [row for row in rows if row.fetched_at <= fetched_at]
        return next(iter(before[-1:] or rows[:1]), None)

    def _read_lists(self) -> None:
        today = now().date()
        places = {
            channel: place_of(self._spider.question(Slice(channel, today, today), 1).url)[1]
            for channel in self._spider.channels
        }
        for path in sorted(self._captures.glob(f"{self._spider.name}-*.warc*")):
            try:
                for answer in read_archive(path):
                    self._take_list(answer, places)
            except StoreError:
                # A file that breaks off gave what it holds.
                continue

    def _take_list(self, answer: ArchivedResponse, places: dict[str, str]) -> None:
        channel = self._spider.channel_asked(answer.url, answer.posted)
        if channel is None or places.get(channel) != place_of(answer.url)[1] or answer.status != 200:
            return
        content_type = next((value for name, value in answer.headers if name.lower() == "content-type"), "")
        response = Response(answer.url, headers={"Content-Type": content_type}, body=answer.body)
        try:
            listing = self._spider.read_list(response, Slice(channel, date.min, date.max))
        except TenderwatchError:
            return
        self._list_pages.add(sha256(answer.body).hexdigest())
        for row in listing.rows:
            self._lists.setdefault(row.id, []).append(_Listed(row, channel, answer.fetched_at))


def _response(request: Request, capture: Capture, body: bytes) -> Response:
    headers = {"Content-Type": capture.content_type}
    return Response(capture.url, status=capture.status, headers=headers, body=body, request=request)


def _path(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.path, parts.query


def _is_notice(item: object) -> bool:
    return isinstance(item, ReadNotice)
