"""How a request leaves the house: over the network within the host's budget, or not at all but from WARC files."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit, urlunsplit

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes

from notices.dates import SHANGHAI
from notices.errors import StoreError
from notices.quiet import read_quiet_hours
from notices.run import OVER_BUDGET, REFUSED
from spiders.base import NoticeSpider
from spiders.environment import LEAST_PAUSE, LOOPBACK_HOSTS
from spiders.extensions import RunExtension, now
from spiders.hosts import LeftAloneError, retry_after
from spiders.unsent import NotInArchiveError, NotSentError, RefusedError
from storage.archive import ArchivedResponse, read_archive

# The archive's reader has undone these.
_UNDONE = {"content-encoding", "transfer-encoding"}
QUIET_HOURS = "quiet hours"


class LiveHandler(HTTP11DownloadHandler):
    """The one place through which requests reach the network: a stopped source and a spent budget end here."""

    lazy = True

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._crawler = crawler
        self._run = RunExtension.of(crawler)

    async def download_request(self, request: Request) -> Response:
        host = urlsplit(request.url).hostname or ""
        pause = LEAST_PAUSE
        if host in LOOPBACK_HOSTS:
            pause = min(LEAST_PAUSE, self._run.environment.loopback_delay)
            request.meta["autothrottle_dont_adjust_delay"] = True
        try:
            async with self._run.hosts.turn(host, pause, lambda: self._run.is_over):
                self._check_hour(request, host)
                self._spend(host)
                response = await super().download_request(request)
                # Before the turn ends, so that no request that waits already slips through.
                wait = retry_after(response, now())
                if wait is not None:
                    self._run.hosts.hold(host, wait)
                return response
        except LeftAloneError as error:
            until = datetime.fromtimestamp(error.until, SHANGHAI)
            reason = f"{host} asked to be left alone until {until:%Y-%m-%d %H:%M}"
            self._run.issue(REFUSED, reason, request.url)
            if self._spider.is_own(request.url):
                self._run.stop(REFUSED)
            raise RefusedError(reason) from error

    @property
    def _spider(self) -> NoticeSpider:
        spider = self._crawler.spider
        assert isinstance(spider, NoticeSpider)
        return spider

    def _check_hour(self, request: Request, host: str) -> None:
        """Nothing is asked of a host in its quiet hours; those of the source's own host end its run."""
        hours = self._run.environment.quiet_hosts.of(host)
        is_own = self._spider.is_own(request.url)
        if is_own:
            hours |= read_quiet_hours(self._spider.quiet_hours)
        until = hours.until(now())
        if until is None:
            return
        self._run.counts["quiet_hours"] = 1
        if is_own:
            self._run.stop(QUIET_HOURS)
        raise NotSentError(f"{host} is not asked before {until:%H:%M}")

    def _spend(self, host: str) -> None:
        run, budget = self._run, self._run.environment.daily_budget
        if run.is_over:
            raise NotSentError(run.stopped or "the crawl was told to end")
        today = datetime.now(SHANGHAI).date().isoformat()
        try:
            with run.store.begin() as unit:
                spent = unit.runs.count_request(host, today)
        except StoreError as error:
            run.fail(str(error))
            raise NotSentError("the store takes no more") from error
        if spent > budget:
            run.issue("over_budget", f"the {budget} requests that {host} may be asked on {today} are spent")
            run.stop(OVER_BUDGET)
            raise NotSentError(OVER_BUDGET)
        run.counts["requests"] += 1


class ReplayHandler:
    """Answers every request from WARC files; the network is never used."""

    lazy = True  # made with the first request, when the run is open and can note a damaged file

    def __init__(self, crawler: Crawler) -> None:
        self._run = RunExtension.of(crawler)
        self._answers: dict[str, list[ArchivedResponse]] = {}
        for name in crawler.settings.getlist("REPLAY"):
            self._load(Path(name))

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def download_request(self, request: Request) -> Response:
        self._run.counts["requests"] += 1
        answers = self._answers.get(archive_key(request.url, request.body))
        if not answers:
            raise NotInArchiveError(f"{request.url} is not in the archive")
        # A list that was asked again and again showed other rows each time: "take" is which of its answers is meant.
        take = request.meta.get("take")
        found = answers[take] if take is not None and take < len(answers) else max(answers, key=_is_page)
        request.meta["fetched_at"] = found.fetched_at.astimezone(UTC)
        headers = Headers([pair for pair in found.headers if pair[0].lower() not in _UNDONE])
        kind = responsetypes.from_args(headers=headers, url=request.url, body=found.body)
        return kind(url=request.url, status=found.status, headers=headers, body=found.body)

    async def close(self) -> None:
        self._answers.clear()

    def _load(self, path: Path) -> None:
        try:
            for response in read_archive(path):
                # The newest first: without a "take" the newest page is the answer.
                self._answers.setdefault(archive_key(response.url, response.posted), []).insert(0, response)
        except StoreError as error:
            self._run.issue("unreadable", str(error), failure="")


def _is_page(response: ArchivedResponse) -> bool:
    return response.status == 200 and bool(response.body)


def archive_key(url: str, posted: bytes = b"") -> str:
    """What a request is looked up by: http is https, a directory is its index.htm, and what is posted counts."""
    parts = urlsplit(url)
    path = parts.path or "/"
    if path.endswith(("/index.htm", "/index.html")):
        path = path[: path.rindex("/") + 1]
    return urlunsplit(("http", parts.netloc.lower(), path, parts.query, posted.decode("latin-1")))
