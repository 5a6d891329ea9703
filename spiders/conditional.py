"""What a site says of how it is to be asked: only for what has changed (RFC 9110, 13.1), and how often."""

from urllib.parse import urlsplit

from protego import Protego
from scrapy import Request
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes

from notices.encoding import decode
from notices.errors import StoreError
from spiders.hosts import LONGEST_LEAVE
from spiders.items import LIST, NOTICE, UNCHANGED, Kept
from spiders.middlewares import Middleware
from spiders.pages.challenge import find_refusal
from storage.archive import read_capture
from storage.validators import Validator

_ASKED_WITH = ("If-None-Match", "If-Modified-Since")


class ConditionalMiddleware(Middleware):
    """Lists, robots.txt and second looks at notices: what the site says is unchanged is read from what is kept."""

    def process_request(self, request: Request) -> None:
        for name in _ASKED_WITH:
            request.headers.pop(name, None)
        known = self._known(request)
        if known is None:
            return
        for name, value in zip(_ASKED_WITH, (known.etag, known.last_modified), strict=True):
            if value:
                request.headers[name] = value

    def process_response(self, request: Request, response: Response) -> Request | Response:
        if response.status == 304:
            return self._from_kept(request, response)
        if response.status == 200 and _is_remembered(request) and find_refusal(response.body, 200) is None:
            said = [(response.headers.get(name) or b"").decode("latin-1") for name in ("ETag", "Last-Modified")]
            if any(said):
                with self._run.store.begin() as unit:
                    unit.validators.set(request.url, said[0], said[1], request.meta["kept"].id)
        return response

    def _known(self, request: Request) -> Validator | None:
        if self._spider.replayed or request.meta.get(UNCHANGED) is False or not _is_asked_so(request):
            return None
        with self._run.store.read() as unit:
            return unit.validators.get(request.url)

    def _from_kept(self, request: Request, response: Response) -> Request | Response:
        with self._run.store.read() as unit:
            known = unit.validators.get(request.url)
        try:
            body = read_capture(self._run.environment.captures, known.kept.capture) if known else None
        except StoreError:
            body = None
        if known is None or body is None:
            # What it is unchanged from is not there: the whole page is asked for, once.
            if request.meta.get(UNCHANGED) is False:
                return response
            return request.replace(dont_filter=True, meta=request.meta | {UNCHANGED: False})
        self._run.counts[UNCHANGED] += 1
        self._run.counts["saved_bytes"] += len(body)
        request.meta["kept"] = Kept(known.kept.id, known.kept.capture)
        headers = Headers({"Content-Type": known.kept.capture.content_type})
        kind = responsetypes.from_args(headers=headers, url=request.url, body=body)
        return kind(url=request.url, status=200, headers=headers, body=body, request=request, flags=[UNCHANGED])


class PaceMiddleware(Middleware):
    """Takes the Crawl-delay of a robots.txt for the host's pause, for every crawl of that host."""

    def process_response(self, request: Request, response: Response) -> Response:
        if _is_robots(request) and response.status < 500 and not self._spider.replayed:
            rules = decode(response.body) if response.status == 200 else ""
            asked = Protego.parse(rules).crawl_delay(self._run.environment.user_agent) or 0.0
            self._run.hosts.slow(urlsplit(request.url).hostname or "", min(float(asked), LONGEST_LEAVE))
        return response


def _is_robots(request: Request) -> bool:
    return "kind" not in request.meta and urlsplit(request.url).path == "/robots.txt"


def _is_remembered(request: Request) -> bool:
    return request.method == "GET" and (request.meta.get("kind") in {LIST, NOTICE} or _is_robots(request))


def _is_asked_so(request: Request) -> bool:
    """Whether an unchanged page is as good as a new one: not where a list was asked for again for being no list."""
    if request.method != "GET":
        return False
    is_list = request.meta.get("kind") == LIST and "again" not in request.meta
    return is_list or "revisit" in request.meta or _is_robots(request)
