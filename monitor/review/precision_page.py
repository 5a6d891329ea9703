"""How often analysts confirm what each item and each term of the watchlist finds."""

from starlette.requests import Request
from starlette.responses import Response

from monitor.review.desk import Desk, check_language
from storage.precision import overall_of


def precision(desk: Desk, request: Request) -> Response:
    check_language(request)
    with desk.store.read() as unit:
        lines, labels = unit.precision.all(), unit.findings.labels()
    return desk.page(request, "precision.html", lines=lines, overall=overall_of(lines), labels=labels)
