"""The review desk as a web application."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import Response

from monitor.review.api.answers import is_api, problem
from monitor.review.api.guard import not_understood, refused
from monitor.review.desk import Desk
from monitor.review.forms import written
from monitor.review.people import People, who
from monitor.review.query import UnknownFilterError
from monitor.review.routes import routes_of
from monitor.review.security import HEADERS, LOOPBACK, SecurityHeaders
from monitor.review.sources import SourceLines
from monitor.watchlist import Watchlist, load_watchlist
from notices.errors import StoreError, TenderwatchError
from storage import Store

HEADINGS = {403: "forbidden", 404: "not_found", 405: "method_not_allowed", 410: "link_ended", 413: "too_large"}
SENTENCES = {
    "no_finding": "no_finding",
    "no_notice": "no_notice",
    "no_capture": "no_capture",
    "no_entity": "no_entity",
    "no_picture": "no_picture",
    "forbidden": "forbidden_do",
    "link_ended": "link_ended_do",
    "role": "role_low_do",
    "stale_form": "form_stale_do",
    "no_batch": "no_batch",
    "undo_not_yours": "undo_not_yours",
    "no_accounts": "no_accounts",
}


def make_app(
    store: Store,
    captures: Path,
    *,
    clock: Callable[[], datetime],
    sources: SourceLines = (),
    reviewer: str = "analyst",
    hosts: tuple[str, ...] = LOOPBACK,
    people: People | None = None,
    watchlist: Watchlist | None = None,
) -> Starlette:
    """The desk over a store and the folder of its captures.

    `sources` are the lines of the page of sources, or what makes them anew for each page. `reviewer` signs the
    verdicts where there are no accounts; `people` says that there are. Without a `watchlist` it is the product's
    own. Only requests that name one of `hosts` are answered: a foreign name that resolves to this machine (DNS
    rebinding) is refused.
    """
    own = watchlist or load_watchlist()
    desk = Desk(store, captures, clock, sources, people or People(reviewer), watchlist=own)
    return Starlette(
        routes=routes_of(desk),
        middleware=[
            Middleware(SecurityHeaders),
            Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts), www_redirect=False),
        ],
        exception_handlers={
            HTTPException: partial(_refused, desk),
            UnknownFilterError: partial(_unknown, desk),
            TenderwatchError: partial(_unavailable, desk),
            Exception: partial(_failed, desk),
        },
    )


async def _refused(desk: Desk, request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if is_api(request):
        response = refused(error.status_code, error.detail)
        response.headers.update(error.headers or {})
        return response
    with suppress(StoreError):
        await run_in_threadpool(who, desk, request)
    heading = HEADINGS.get(error.status_code, "failed")
    heading = {"role": "role_low", "stale_form": "form_stale"}.get(error.detail, heading)
    note = await written(request) if error.status_code != 413 else ""
    response = _error_page(desk, request, error.status_code, heading, words=SENTENCES.get(error.detail, ""), note=note)
    response.headers.update(error.headers or {})
    return response


async def _unknown(desk: Desk, request: Request, error: Exception) -> Response:
    assert isinstance(error, UnknownFilterError)
    if is_api(request):
        return not_understood(error)
    return desk.page(request, "unknown.html", 400, problems=error.problems, rest=error.rest)


async def _unavailable(desk: Desk, request: Request, error: Exception) -> Response:
    if is_api(request):
        return problem(503, str(error), headers={"retry-after": "5"})
    return _error_page(desk, request, 503, "unavailable", sentence=str(error), note=await written(request))


async def _failed(desk: Desk, request: Request, error: Exception) -> Response:  # noqa: ARG001
    failed = problem(500) if is_api(request) else None
    response = failed or _error_page(desk, request, 500, "failed", words="failed_do")
    response.headers.update(HEADERS)
    return response


def _error_page(
    desk: Desk, request: Request, status: int, heading: str, *, words: str = "", sentence: str = "", note: str = ""
) -> Response:
    return desk.page(request, "error.html", status, heading=heading, words=words, sentence=sentence, note=note)
