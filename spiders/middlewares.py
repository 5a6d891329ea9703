"""What happens to every answer before a spider sees it: kept, waited for, followed, or understood as a refusal."""

import re
from codecs import BOM_UTF8
from ipaddress import ip_address
from typing import NoReturn, Self
from urllib.parse import urljoin, urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from scrapy.http import Response

from notices.errors import StoreError
from notices.run import LAYOUT, LOGIN, REFUSED, SERVER_ERROR
from spiders.base import NoticeSpider
from spiders.environment import LOOPBACK_HOSTS
from spiders.extensions import RunExtension, now
from spiders.hosts import LONGEST_WAIT, retry_after
from spiders.items import DOCUMENT, LIST, NOTICE, Kept
from spiders.pages.answer_refusal import Refusal
from spiders.pages.challenge import find_refusal
from spiders.unsent import ClosedFileError, LostOnTheWayError, NotSentError, RefusedError

REFUSING = {401, 403, 405, 407, 412, 418, 429}
REDIRECTS = {301, 302, 303, 307, 308}
UNWELL = {500, 502, 503, 504}
PAUSE = 5.0
MOST_REDIRECTS = 5
CONNECTION_FAILURES = (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
_GATE = re.compile(r"login|logon|signin|captcha|verify|/sso|passport|/cas/", re.IGNORECASE)


class Middleware:
    """What the middlewares share: the run and the spider of their crawl."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._run = RunExtension.of(crawler)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    @property
    def _spider(self) -> NoticeSpider:
        spider = self._crawler.spider
        if not isinstance(spider, NoticeSpider):
            raise TypeError(f"{spider!r} is no NoticeSpider")
        return spider


class CaptureMiddleware(Middleware):
    """Keeps every answer, whatever it is. While a notice's page goes to the disk it is read, but nothing that was read
    of it is stored before that is done.
    """

    async def process_response(self, request: Request, response: Response) -> Response:
        keeping = self._run.wait_for(self._keep(request, response))
        is_remembered = any(response.headers.get(name) for name in ("ETag", "Last-Modified"))
        is_notice = request.meta.get("kind") == NOTICE and response.status == 200 and not is_remembered
        request.meta["kept"] = keeping if is_notice else await keeping
        return response

    async def _keep(self, request: Request, response: Response) -> Kept:
        try:
            moment = request.meta.pop("fetched_at", None) or now()
            return await self._run.keep(response, moment, request.body)
        except OSError as error:
            self._run.fail(f"what was fetched cannot be kept ({error.strerror}): free some space and run again")
            raise NotSentError("nothing can be kept") from error
        except StoreError as error:
            self._run.fail(str(error))
            raise NotSentError("the store takes no more") from error


class PatienceMiddleware(Middleware):
    """Gives an unwell answer one second chance, after the wait that the site asks for or a pause; never more."""

    def process_request(self, request: Request) -> None:
        if request.meta.pop("pause", False):
            self._pause(request)

    def process_response(self, request: Request, response: Response) -> Request | Response:
        asked = retry_after(response, now())
        if asked is not None:
            return response if asked > LONGEST_WAIT else self._again(request) or response
        empty = response.status == 200 and not response.body and request.meta.get("kind") is not None
        if empty or response.status in UNWELL:
            self._pause(request)
            return self._again(request) or response
        return response

    def process_exception(self, request: Request, exception: Exception) -> Request | None:
        if not isinstance(exception, CONNECTION_FAILURES):
            return None
        self._pause(request)
        return self._again(request)

    def _again(self, request: Request) -> Request | None:
        if request.meta.get("second_chance") or self._spider.replayed:
            return None
        self._run.counts["retries"] += 1
        return request.replace(dont_filter=True, meta=request.meta | {"second_chance": True})

    def _pause(self, request: Request) -> None:
        host = urlsplit(request.url).hostname or ""
        if not self._spider.replayed:
            on_loopback = host in LOOPBACK_HOSTS
            self._run.hosts.hold(host, min(PAUSE, self._run.environment.loopback_delay) if on_loopback else PAUSE)


class RedirectMiddleware(Middleware):
    """Follows a redirect within a host; a file may also lie on another one. Gates and loops are not followed."""

    def process_response(self, request: Request, response: Response) -> Request | Response:
        location = response.headers.get("Location")
        if response.status not in REDIRECTS or location is None:
            return response
        target = self._spider.fetched(urljoin(request.url, location.decode("latin-1")))
        if urlsplit(target).scheme not in {"http", "https"}:
            raise LostOnTheWayError(f"the site redirects to {target[:200]}, which is no web address")
        if _GATE.search(urlsplit(target).path):
            self._turn_back(request, f"the site redirects to a login or verification page, {target[:200]}")
        if not _same_host(request.url, target) and request.meta.get("kind") != DOCUMENT:
            raise LostOnTheWayError(f"the site redirects to another host, {target[:200]}, which is not followed")
        been = (*request.meta.get("been", ()), request.url)
        if target in been or len(been) > MOST_REDIRECTS:
            raise LostOnTheWayError(f"the site redirects in a circle or more than {MOST_REDIRECTS} times")
        self._run.counts["redirects"] += 1
        meta = {name: value for name, value in request.meta.items() if name != "download_slot"}
        return request.replace(url=target, dont_filter=True, meta=meta | {"been": been})

    def _turn_back(self, request: Request, reason: str) -> NoReturn:
        """A gate in front of a list is a refusal by the site; one in front of a page or a file closes only that."""
        if request.meta.get("kind") != LIST:
            raise LostOnTheWayError(reason, LOGIN)
        self._run.counts["refused"] += 1
        self._run.issue("refused", f"{reason}: the source is left alone for this run", request.url, LOGIN)
        self._run.stop("refused")
        raise RefusedError(reason)


class RefusalMiddleware(Middleware):
    """A refusal ends the source's run (or closes another host's files to it); nothing tries it another way."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._closed: dict[str, str] = {}

    def process_request(self, request: Request) -> None:
        if self._run.stopped:
            raise NotSentError(self._run.stopped)
        if points_inside(request.url) and not self._spider.is_own(request.url) and not self._spider.is_on_loopback:
            raise LostOnTheWayError(f"{request.url[:200]} lies on this machine or in a private network", LAYOUT)
        reason = self._closed.get(urlsplit(request.url).netloc)
        if reason:
            raise RefusedError(reason)

    def process_response(self, request: Request, response: Response) -> Response:
        if request.meta.get("kind") == DOCUMENT and response.status == 200 and self._spider.is_gated_file(response):
            return response
        refusal = self._refusal(request, response)
        if refusal is None and response.status >= 500 and urlsplit(request.url).path == "/robots.txt":
            # RFC 9309, 2.3.1.4: rules that cannot be reached forbid everything.
            said = f"the robots.txt of {urlsplit(request.url).netloc} cannot be read (status {response.status})"
            refusal = Refusal(said, SERVER_ERROR)
        if refusal is None:
            if response.status == 200:
                self._run.success()
            return response
        if refusal.failure == LOGIN and response.status == 200 and request.meta.get("kind") == DOCUMENT:
            # Like a redirect to one: it closes this file, and says nothing of our visits.
            raise LostOnTheWayError(f"{refusal.reason} instead of the file", LOGIN)
        netloc, reason = urlsplit(request.url).netloc, refusal.reason
        self._closed[netloc] = reason
        self._run.counts["refused"] += 1
        if self._spider.is_own(request.url):
            left = f"{reason}: the source is left alone for this run"
            self._run.issue("refused", left, request.url, refusal.failure)
            self._run.stop("refused")
        else:
            left = f"{reason}: no more files are fetched from {netloc} in this run"
            self._run.issue("refused", left, request.url, refusal.failure)
        if request.meta.get("kind") == DOCUMENT and response.status in {401, 403}:
            raise ClosedFileError(reason)
        raise RefusedError(reason)

    def _refusal(self, request: Request, response: Response) -> Refusal | None:
        wait = retry_after(response, now())
        if wait is not None and wait > LONGEST_WAIT:
            failure = SERVER_ERROR if response.status >= 500 else REFUSED
            return Refusal(f"the site answered {response.status} and asks to wait {wait:.0f} s", failure)
        if response.status in REFUSING:
            return Refusal(f"the site answered {response.status}", REFUSED)
        kind = request.meta.get("kind")
        if response.status >= 400 or kind is None or (kind == DOCUMENT and not _looks_like_html(response)):
            return None
        return find_refusal(response.body, response.status) if kind in {LIST, NOTICE, DOCUMENT} else None


def points_inside(url: str) -> bool:
    """Whether a page's link points at this machine or its own network, where no site's file lies."""
    host = (urlsplit(url).hostname or "").lower().rstrip(".")
    try:
        return not ip_address(host).is_global
    except ValueError:
        return host == "localhost" or host.endswith((".localhost", ".local", ".internal")) or "." not in host


def _same_host(one: str, other: str) -> bool:
    return _host(one) == _host(other)


def _host(url: str) -> tuple[str, int | None]:
    """A host as its owner sees it: with or without www, by http or https."""
    parts = urlsplit(url)
    return (parts.hostname or "").removeprefix("www."), None if parts.port in {80, 443} else parts.port


def _looks_like_html(response: Response) -> bool:
    return (
        response.body[:512]
        .removeprefix(BOM_UTF8)
        .lstrip()
        .lower()
        .startswith((b"<!doctype html", b"<html", b"<script"))
    )
