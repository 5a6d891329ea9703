"""A source: what it declares, which days are wanted of it, and what becomes of the pages that do not come."""

import re
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any, ClassVar, Self
from urllib.parse import urlsplit, urlunsplit

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.settings import BaseSettings
from twisted.python.failure import Failure

from notices.errors import ConfigurationError, UnknownLabelError, UnreadablePageError, UnreadableValueError
from notices.notice import Notice
from notices.run import EMPTY
from spiders.environment import LEAST_PAUSE, LOOPBACK_HOSTS
from spiders.extensions import RunExtension
from spiders.items import DOCUMENT, LIST, NOTICE, FetchedDocument, LostDocument, ReadNotice
from spiders.loss import GONE, Loss, loss_of
from spiders.pages.siblings import read_siblings
from spiders.walk import Row
from spiders.window import Window, read_window

PRIORITY = {LIST: 30, NOTICE: 0, DOCUMENT: -5}
FIRST = 20
RESUMED = -10
PAGE_LIMIT = 10 * 1024 * 1024
FILE_SECONDS = 600

DECLARED = (
    "name", "title_en", "title_zh", "publisher", "region", "family", "url", "expected_per_day", "silence_limit",
    "evidence_date", "confidence",
)  # fmt: skip
# What would loosen the politeness that spiders/settings.py sets for every source.
NOT_FOR_SOURCES = (
    "custom_settings", "update_settings", "download_delay", "max_concurrent_requests", "user_agent",
    "handle_httpstatus_list", "download_timeout", "download_maxsize", "start_urls",
)  # fmt: skip
_COMPUTING = re.compile(
    r"服务器|算力|GPU|显卡|人工智能|智算|智能计算|大模型|云服务|云计算|云平台|云资源|计算机|工作站|信息化|软件|数据中心|"
    r"集群|加速卡|超算|高性能计算|存储|深度学习|仿真|渲染|机房|AI(?![A-Z])|API|HPC|token",
    re.IGNORECASE,
)


class NoticeSpider(Spider):
    """Base of all sources. `expected_per_day` is (least, most) notices, `silence_limit` hours without any."""

    title_en: ClassVar[str]
    title_zh: ClassVar[str]
    publisher: ClassVar[str]
    region: ClassVar[str]
    family: ClassVar[str]
    url: ClassVar[str]
    expected_per_day: ClassVar[tuple[int, int]]
    silence_limit: ClassVar[int]
    evidence_date: ClassVar[str]
    confidence: ClassVar[str]

    def __init_subclass__(cls, **facts: Any) -> None:
        super().__init_subclass__(**facts)
        looser = [name for name in NOT_FOR_SOURCES if name in vars(cls)]
        if looser:
            raise TypeError(f"{cls.__module__}: no source may set {', '.join(looser)}; see spiders/settings.py")
        missing = [name for name in DECLARED if not hasattr(cls, name)]
        if "name" in vars(cls) and missing:
            raise TypeError(f"{cls.__module__}: the source {cls.name} does not declare {', '.join(missing)}")

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
        _check_politeness(crawler.settings)
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

    def first_requests(self) -> Iterator[Request]:
        """The family's first list pages."""
        raise NotImplementedError

    def read_page(self, response: Response, url: str, label: str) -> Notice:
        """The family's reader: a notice, or an error of notices.errors."""
        raise NotImplementedError

    def list_lost(self, request: Request, loss: Loss) -> None:
        """What the family makes of a list page that did not come."""
        raise NotImplementedError

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
        return self.ask(NOTICE, row.url, self.parse_notice, first=_is_computing(row.title), row=row, label=label)

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
        linked = {self.canonical(each.url.partition("#")[0]): each for each in notice.documents}
        documents = tuple(replace(each, url=address) for address, each in linked.items())
        notice = replace(notice, url=url, documents=documents)
        content_type = (response.headers.get("Content-Type") or b"").decode("latin-1")
        related = read_siblings(response.body, response.url, content_type)
        yield ReadNotice(notice, response.meta["kept"], tuple(map(self.canonical, related)))
        priority = PRIORITY[DOCUMENT] + (FIRST if _is_computing(notice.title) else 0)
        yield from self.ask_documents([(document.url, url) for document in notice.documents], priority)

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
        self.run.lost(loss, kind, url)
        if kind == DOCUMENT:
            yield LostDocument(url, loss.reason, loss.for_good)
        elif loss.kind == GONE:
            self.run.settle(request.cb_kwargs["row"].id)


def _is_computing(title: str) -> bool:
    """Whether a title sounds like computing: only the order of the requests depends on it."""
    return bool(_COMPUTING.search(title))


def _check_politeness(settings: BaseSettings) -> None:
    """No command line and no source loosens what spiders/settings.py promises: ConfigurationError names the setting."""
    least = settings.getfloat("DOWNLOAD_DELAY") * (1 - settings.getfloat("DOWNLOAD_DELAY_JITTER"))
    kept = {
        "DOWNLOAD_DELAY": least >= LEAST_PAUSE,
        "DOWNLOAD_SLOTS": set(settings.getdict("DOWNLOAD_SLOTS")) <= set(LOOPBACK_HOSTS),
        "CONCURRENT_REQUESTS_PER_DOMAIN": settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN") == 1,
        "ROBOTSTXT_OBEY": settings.getbool("ROBOTSTXT_OBEY"),
        "AUTOTHROTTLE_ENABLED": settings.getbool("AUTOTHROTTLE_ENABLED"),
        "USER_AGENT": str(settings["USER_AGENT"]).startswith("tenderwatch"),
    }
    looser = [name for name, is_kept in kept.items() if not is_kept]
    if looser:
        raise ConfigurationError(f"no crawl may loosen {', '.join(looser)}: see spiders/settings.py")


def _number(arguments: dict[str, str], name: str) -> int | None:
    text = arguments.get(name)
    if not text:
        return None
    if not text.isdecimal() or int(text) == 0:
        raise ConfigurationError(f"--{name.replace('_', '-')} {text!r} must be a whole number above zero")
    return int(text)
