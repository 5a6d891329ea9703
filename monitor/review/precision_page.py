"""How often analysts confirm what each item and each term of the watchlist finds."""

from starlette.requests import Request
from starlette.responses import Response

from monitor.review.desk import Desk, check_language
from storage.precision import overall_of

# A page stays under 100 KB; what is beyond is named, and the command prints it.
MOST = 120


def precision(desk: Desk, request: Request) -> Response:
    check_language(request)
    with desk.store.read() as unit:
        lines, labels = unit.precision.all(), desk.labels(unit)
    shown = lines[:MOST]
    given: dict[str, object] = {
        "lines": shown,
        "hidden": len(lines) - len(shown),
        "overall": overall_of(lines),
        "labels": labels,
    }
    return desk.page(request, "precision.html", 200, **given)
