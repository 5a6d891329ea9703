"""How the watch itself is: sources, deliveries, runs and issues, and a word for other machines."""

from collections.abc import Sequence
from typing import TypeVar

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from monitor.review.desk import Desk, check_language
from monitor.review.people import who
from monitor.review.query import Problem, Query, UnknownFilterError
from notices.alert import DEAD, PENDING, SENT
from notices.errors import StoreError
from storage.findings import FindingFilter
from storage.tallies import UNREVIEWED

T = TypeVar("T")
SIZE = 50
STATES = (PENDING, SENT, DEAD)
WORST_FIRST = ("refused", "failing", "silent", "never run", "ok", "imported")


def sources(desk: Desk, request: Request) -> Response:
    check_language(request)
    lines = desk.sources()
    states = dict.fromkeys((*WORST_FIRST, *(line.state for line in lines)))
    counts = {state: sum(line.state == state for line in lines) for state in states}
    return desk.page(request, "sources.html", lines=lines, counts=counts)


def alerts(desk: Desk, request: Request) -> Response:
    check_language(request)
    state = request.query_params.get("state") or None
    if state is not None and state not in STATES:
        raise UnknownFilterError((Problem("state", state, STATES),), Query())
    page = page_asked(request, "page")
    with desk.store.read() as unit:
        found, more = cut(unit.alerts.deliveries(state, limit=SIZE + 1, offset=(page - 1) * SIZE))
        rows = [(each, unit.alerts.get(each.alert), unit.alerts.tries(each.id)) for each in found]
        counts = {each: unit.alerts.count(each) for each in STATES}
    return desk.page(request, "alerts.html", rows=rows, counts=counts, state=state, page=page, more=more)


def runs(desk: Desk, request: Request) -> Response:
    check_language(request)
    page, issue_page = page_asked(request, "page"), page_asked(request, "issues")
    with desk.store.read() as unit:
        found, more = cut(unit.runs.recent(SIZE + 1, (page - 1) * SIZE))
        met, more_issues = cut(unit.runs.issues(limit=SIZE + 1, offset=(issue_page - 1) * SIZE))
    return desk.page(
        request,
        "runs.html",
        runs=[(run, [told for told in run.counts.items() if "@" not in told[0]]) for run in found],
        page=page,
        more=more,
        issues=[each.issue for each in met],
        issue_page=issue_page,
        more_issues=more_issues,
    )


def healthz(desk: Desk, request: Request) -> Response:
    """Whether the desk can read its store: {"status", "to_review", "notices", "time"}; 503 with the reason if not.

    Whoever is not known is told no figures.
    """
    now = desk.clock().isoformat(timespec="seconds")
    try:
        with desk.store.read() as unit:
            to_review = FindingFilter(flagged=True, verdict=UNREVIEWED)
            waiting = desk.remembered.of(unit, to_review, lambda: unit.findings.count(to_review))
            notices = unit.overview.notices(desk.counted)
        known = who(desk, request)
    except StoreError as error:
        return JSONResponse({"status": "failing", "reason": str(error), "time": now}, 503)
    if known is None:
        return JSONResponse({"status": "ok", "time": now})
    return JSONResponse({"status": "ok", "to_review": waiting, "notices": notices, "time": now})


def page_asked(request: Request, name: str) -> int:
    """The number of a page, from 1; UnknownFilterError for what is none."""
    asked = request.query_params.get(name, "1")
    if not (asked.isascii() and asked.isdecimal() and 1 <= int(asked[:9]) <= 10**6):
        raise UnknownFilterError((Problem(name, asked, (), "1, 2, 3 …"),), Query())
    return int(asked)


def cut(found: Sequence[T]) -> tuple[Sequence[T], bool]:
    """The page's rows, and whether there are further ones."""
    return found[:SIZE], len(found) > SIZE
