"""The review desk as a web application."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from monitor.review.capture_page import capture_download, capture_page, capture_source, capture_text
from monitor.review.desk import HERE, Desk
from monitor.review.feeds import feed
from monitor.review.finding_page import finding, finding_text
from monitor.review.query import UnknownFilterError
from monitor.review.queue_page import queue
from monitor.review.security import HEADERS, LOOPBACK, SecurityHeaders
from monitor.review.sources import SourceLines
from monitor.review.state_pages import alerts, healthz, runs, sources
from monitor.review.verdict_form import give_verdict
from notices.errors import TenderwatchError
from storage import Store

HEADINGS = {403: "forbidden", 404: "not_found", 405: "method_not_allowed", 413: "too_large"}


def make_app(
    store: Store,
    captures: Path,
    *,
    clock: Callable[[], datetime],
    sources: SourceLines = (),
    reviewer: str = "analyst",
    hosts: tuple[str, ...] = LOOPBACK,
) -> Starlette:
    """The desk over a store and the folder of its captures.

    `sources` are the lines of the page of sources, or what makes them anew for each page. `reviewer` signs the
    verdicts. Only requests that name one of `hosts` are answered: a foreign name that resolves to this machine
    (DNS rebinding) is refused.
    """
    desk = Desk(store, captures, clock, sources, reviewer)
    return Starlette(
        routes=_routes(desk),
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


def _routes(desk: Desk) -> list[Route | Mount]:
    pages = {
        "/": queue,
        "/findings/{key}": finding,
        "/findings/{key}/text": finding_text,
        "/captures/{sha256}": capture_page,
        "/captures/{sha256}/download": capture_download,
        "/captures/{sha256}/text": capture_text,
        "/captures/{sha256}/source": capture_source,
        "/sources": sources,
        "/alerts": alerts,
        "/feeds/{route:path}.atom": feed,
        "/runs": runs,
        "/healthz": healthz,
    }
    routes: list[Route | Mount] = [Route(path, partial(page, desk)) for path, page in pages.items()]
    routes.append(Route("/findings/{key}", partial(give_verdict, desk), methods=["POST"]))
    routes.append(Mount("/static", StaticFiles(directory=HERE / "static")))
    return routes


async def _refused(desk: Desk, request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    heading = HEADINGS.get(error.status_code, "failed")
    sentences = {"no_finding": "no_finding", "no_capture": "no_capture", "forbidden": "forbidden_do"}
    return _error_page(desk, request, error.status_code, heading, words=sentences.get(error.detail, ""))


async def _unknown(desk: Desk, request: Request, error: Exception) -> Response:
    assert isinstance(error, UnknownFilterError)
    return desk.page(request, "unknown.html", 400, problems=error.problems, rest=error.rest)


async def _unavailable(desk: Desk, request: Request, error: Exception) -> Response:
    return _error_page(desk, request, 503, "unavailable", sentence=str(error))


async def _failed(desk: Desk, request: Request, error: Exception) -> Response:  # noqa: ARG001
    response = _error_page(desk, request, 500, "failed", words="failed_do")
    response.headers.update(HEADERS)
    return response


def _error_page(
    desk: Desk, request: Request, status: int, heading: str, *, words: str = "", sentence: str = ""
) -> Response:
    return desk.page(request, "error.html", status, heading=heading, words=words, sentence=sentence, note="")
