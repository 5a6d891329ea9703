"""A source: what it declares, which days are wanted of it, and what becomes of the pages that do not come."""

from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Self
from urllib.parse import urlsplit, urlunsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from notices.document import FAILED
from notices.encoding import decode
from notices.errors import ConfigurationError, UnknownLabelError, UnreadablePageError, UnreadableValueError
from notices.notice import Notice
from notices.run import EMPTY
from spiders.declaration import DeclaredSpider, check_politeness, is_computing
from spiders.environment import LOOPBACK_HOSTS
from spiders.extensions import RunExtension
from spiders.items import DOCUMENT, LIST, NOTICE, UNCHANGED, FetchedDocument, LostDocument, ReadNotice
from spiders.loss import GONE, Loss, loss_of
from spiders.pages.siblings import read_siblings
from spiders.pages.tombstone import removal_in
from spiders.walk import Row
from spiders.window import Window, read_window

PRIORITY = {LIST: 30, NOTICE: 0, DOCUMENT: -5}
FIRST = 20
REVISIT = -2
RESUMED = -10
PAGE_LIMIT = 10 * 1024 * 1024
FILE_SECONDS = 600


class NoticeSpider(DeclaredSpider):
    """Base of all sources. `expected_per_day` is (least, most) notices, `silence_limit` hours without any."""

    def __init__(self, **arguments: str) -> None:
        super().__init__()
        unknown = set(arguments) - {"since", "until", "limit", "base_url", "run_id", "replay"}
        if unknown:
            raise ConfigurationError(f"a crawl has no argument {', '.join(sorted(unknown))}")
        self.window: Window = read_window(arguments.get("since"), arguments.get("until"))
        self.left = _number(arguments, "limit")
        self.run_id = _number(arguments, "run_id")
        self.base_url = (arguments.get("base_url") or "").rstrip("/")
        if self.base_url and urlsplit(self.base_url).scheme not in {"http", "https"}:
            raise ConfigurationError(f"--base-url {self.base_url!r} is no address: write http://HOST:PORT")
        self._files: set[str] = set()
        self.archives = [name for name in (arguments.get("replay") or "").split(",") if name]

    @classmethod
    def from_crawler(cls, crawler: Crawler, *_: Any, **arguments: Any) -> Self:
        spider = cls(**arguments)
        spider._set_crawler(crawler)
        check_politeness(crawler.settings)
        if spider.archives:
            # Nothing goes to the network, so nobody needs the pauses.
            handler = "spiders.handlers.ReplayHandler"
            handlers = dict.fromkeys(("data", "file", "ftp", "s3")) | {"http": handler, "https": handler}
            quick = {"DOWNLOAD_HANDLERS": handlers, "DOWNLOAD_DELAY": 0, "DOWNLOAD_SLOTS": {}}
            crawler.settings.setdict(
                quick | {"AUTOTHROTTLE_ENABLED": False, "REPLAY": spider.archives}, priority="spider"
            )
        return spider

    @property
    def replayed(self) -> bool:
        """Whether the answers come from WARC files."""
        return bool(self.archives)

    @property
    def run(self) -> RunExtension:
        return RunExtension.of(self.crawler)

    async def start(self) -> AsyncIterator[Request]:
        if not self.replayed:
            for request in self.resume_documents(None):
                yield request
        for request in self.first_requests():
            yield request
        if not self.replayed and self.left is None:
            for request in self.look_again():
                yield request

    def first_requests(self) -> Iterator[Request]:
        """The family's first list pages."""
        raise NotImplementedError

    def read_page(self, response: Response, url: str, label: str) -> Notice:
        """The family's reader: a notice, or an error of notices.errors."""
        raise NotImplementedError

    def list_lost(self, request: Request, loss: Loss) -> None:
        """What the family makes of a list page that did not come."""
        raise NotImplementedError

    def ask_again(self, notice: Notice) -> Request | None:
        """The family's request for a stored notice's page; None if it has none of its own."""
        raise NotImplementedError

    def is_withheld(self, response: Response) -> bool:  # noqa: ARG002
        """Whether an answer says that the page is there, but not for everybody."""
        return False

    def is_gated_file(self, response: Response) -> bool:  # noqa: ARG002
        """Whether the site gives a form for a code instead of a file: the link is recorded, the code never solved."""
        return False

    # Where a page is asked for, and what it is called.

    def fetched(self, url: str) -> str:
        """The address that is really asked: the site's own, or the same path at --base-url."""
        parts = urlsplit(url)
        if not self.base_url or parts.hostname in LOOPBACK_HOSTS:
            return url
        base = urlsplit(self.base_url)
        return urlunsplit((base.scheme, base.netloc, base.path + parts.path, parts.query, ""))

    def canonical(self, url: str) -> str:
        """The site's own address of a page, whatever host it was asked at."""
        base, parts, site = urlsplit(self.base_url), urlsplit(url), urlsplit(self.url)
        if parts.netloc not in {base.netloc, site.netloc}:
            return url
        path = parts.path.removeprefix(base.path) if parts.netloc == base.netloc else parts.path
        return urlunsplit((site.scheme, site.netloc, path, parts.query, ""))

    @property
    def is_on_loopback(self) -> bool:
        """Whether the site stands on this machine: a test portal, whose files may lie on another one."""
        return urlsplit(self.fetched(self.url)).hostname in LOOPBACK_HOSTS

    def is_own(self, url: str) -> bool:
        """Whether an address is on the source's host (not on one where only files lie)."""
        return urlsplit(url).netloc == urlsplit(self.fetched(self.url)).netloc

    def ask(self, kind: str, url: str, callback: Callable[..., Any], first: bool = False, **facts: Any) -> Request:  # noqa: FBT001, FBT002
        """A request for the site's page `url`; `facts` reach the callback as keyword arguments."""
        meta: dict[str, Any] = {"kind": kind, "url": url}
        if kind == DOCUMENT:
            meta["download_timeout"] = FILE_SECONDS
        else:
            meta["download_maxsize"] = PAGE_LIMIT
        return Request(
            self.fetched(url),
            callback=callback,
            errback=self.lost,
            priority=PRIORITY[kind] + (FIRST if first else 0),
            meta=meta,
            cb_kwargs=facts,
        )

    def ask_notice(self, row: Row, label: str) -> Request:
        """A request for a notice's page, sooner if its title sounds like computing."""
        return self.ask(NOTICE, row.url, self.parse_notice, first=is_computing(row.title), row=row, label=label)

    def ask_document(self, url: str, notice_url: str) -> Request:
        """A request for a file; ValueError if `url` is no address."""
        request = self.ask(DOCUMENT, url, self.parse_document)
        request.headers["Referer"] = notice_url
        return request

    def ask_documents(self, links: Iterable[tuple[str, str]], priority: int) -> Iterator[Request]:
        """Requests for (file URL, notice URL), each file once per run; an address that is none is an issue."""
        for url, notice_url in links:
            if url in self._files:
                continue
            self._files.add(url)
            try:
                request = self.ask_document(url, notice_url)
            except ValueError:
                self.run.issue("unreadable", f"{notice_url} links a file under {url[:200]!r}, which is no address")
            else:
                yield request.replace(dont_filter=True, priority=priority)

    def resume_documents(self, notice_ids: set[str] | None) -> Iterator[Request]:
        """Requests for files of stored notices that an earlier run was kept from fetching."""
        yield from self.ask_documents(self.run.unfetched(notice_ids), RESUMED)

    def look_again(self) -> Iterator[Request]:
        """Requests for the pages of notices that matter, whose time to be looked at again has come."""
        without = []
        for due in self.run.revisits.due():
            try:
                request = self.ask_again(due.stored.notice)
            except ValueError:
                request = None
            if request is None:
                without.append(due.stored.notice)
            else:
                meta = request.meta | {"revisit": True}
                yield request.replace(callback=self.parse_again, priority=REVISIT, dont_filter=True, meta=meta)
        yield from self.look_in_lists(without)

    def look_in_lists(self, notices: Sequence[Notice]) -> Iterator[Request]:
        """Requests for the lists that alone state some notices; where none can be asked for, nothing is looked at."""
        for notice in notices:
            self.run.revisits.no_page(notice.id)
        yield from ()

    @property
    def is_satisfied(self) -> bool:
        """Whether as many notices were asked for as --limit wants."""
        return self.left == 0

    def take(self, rows: tuple[Row, ...]) -> tuple[Row, ...]:
        """As many of the rows as --limit still wants."""
        if self.left is None:
            return rows
        chosen = rows[: self.left]
        self.left -= len(chosen)
        return chosen

    # What comes back.

    def parse_notice(self, response: Response, row: Row, label: str) -> Iterator[ReadNotice | Request]:
        url = response.meta["url"]
        try:
            notice = self.read_page(response, url, label)
        except UnknownLabelError as error:
            self.run.issue("unmapped", str(error), url)
            return
        except (UnreadablePageError, UnreadableValueError) as error:
            said = str(error)
            self.run.issue("unreadable", said if url in said else f"{said} ({url})", url)
            return
        if notice.published is None and row.published is not None:
            notice = replace(notice, published=row.published)
        # A file that the site only names has no address of its own, and keeps what tells it from others.
        named = [each for each in notice.documents if each.state == FAILED]
        linked = {self.canonical(each.url.partition("#")[0]): each for each in notice.documents if each not in named}
        documents = (*(replace(each, url=address) for address, each in linked.items()), *named)
        notice = replace(notice, url=url, documents=documents)
        related = read_siblings(response.body, response.url, content_type_of(response))
        yield ReadNotice(notice, response.meta["kept"], tuple(map(self.canonical, related)))
        priority = PRIORITY[DOCUMENT] + (FIRST if is_computing(notice.title) else 0)
        wanted = linked.keys() - self.run.kept_files(linked)
        yield from self.ask_documents([(each, url) for each in linked if each in wanted], priority)

    def parse_again(self, response: Response, row: Row, label: str) -> Iterator[ReadNotice | Request]:
        """A page that was looked at again: the notice as it reads now, or a word that it is there no more."""
        if UNCHANGED in response.flags:
            self.run.revisits.same(row.id)
            return
        page = decode(response.body, content_type_of(response))
        if removed := removal_in(page, row.title):
            self.run.revisits.page_gone(row.id, f"in its place stands {removed!r}")
            return
        if self.is_withheld(response):
            self.run.revisits.page_gone(row.id, "the site no longer shows it to everybody")
            return
        is_other = "been" in response.meta and not self.run.revisits.is_in(row.id, page)
        items = [] if is_other else list(self.parse_notice(response, row, label))
        if is_other:
            self.run.revisits.page_gone(row.id, f"the site leads to {self.canonical(response.url)[:200]} instead")
        elif not items:
            self.run.revisits.unanswered(row.id)
        yield from items

    def parse_document(self, response: Response) -> Iterator[FetchedDocument | LostDocument]:
        url = response.meta["url"]
        if self.is_gated_file(response):
            self.run.counts["gated"] += 1
            yield LostDocument(url, "the site wants a code from a picture before it gives the file", for_good=True)
        elif not response.body:
            self.run.count_failure(EMPTY)
            yield LostDocument(url, "the site sends an empty file", for_good=True)
        else:
            yield FetchedDocument(url, response.meta["kept"])

    def lost(self, failure: Failure) -> Iterator[LostDocument]:
        """What becomes of a request without a page: an issue, and a word to whoever waited for it."""
        request: Request = failure.request  # type: ignore[attr-defined]
        kind, url, loss = request.meta["kind"], request.meta["url"], loss_of(failure)
        if kind == LIST:
            self.list_lost(request, loss)
            return
        if kind == NOTICE and self.run.revisits.lost(request.cb_kwargs["row"].id, loss):
            return
        self.run.lost(loss, kind, url)
        if kind == DOCUMENT:
            yield LostDocument(url, loss.reason, loss.for_good)
        elif loss.kind == GONE:
            self.run.settle(request.cb_kwargs["row"].id)


def content_type_of(response: Response) -> str:
    """The Content-Type that the site sent; "" for none."""
    return (response.headers.get("Content-Type") or b"").decode("latin-1")


def _number(arguments: dict[str, str], name: str) -> int | None:
    text = arguments.get(name)
    if not text:
        return None
    if not text.isdecimal() or int(text) == 0:
        raise ConfigurationError(f"--{name.replace('_', '-')} {text!r} must be a whole number above zero")
    return int(text)
