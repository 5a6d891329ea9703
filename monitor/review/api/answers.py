"""How the API answers: JSON with an entity tag, lists in pages, and problems as RFC 9457 says them."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from monitor.review.api.asking import cursor_of

API = "/api/"
PROBLEM = "application/problem+json"
TITLES = {
    400: "The request cannot be understood",
    401: "A valid key is needed",
    403: "Your role does not allow this",
    404: "There is no such thing here",
    405: "This method is not for this address",
    409: "Somebody else was first",
    413: "This is too large",
    415: "Send JSON",
    429: "Too many requests",
    500: "Something went wrong here",
    503: "The store does not answer",
}


def is_api(request: Request) -> bool:
    return request.url.path.startswith(API)


def problem(status: int, detail: str = "", *, headers: Mapping[str, str] | None = None, **more: object) -> Response:
    """A problem document (RFC 9457): `detail` says what to do, `more` are further members."""
    content: dict[str, object] = {"type": "about:blank", "title": TITLES.get(status, "It did not work")}
    content |= {"status": status, "detail": detail or TITLES.get(status, ""), **more}
    return Response(_encoded(content), status, dict(headers or {}), PROBLEM)


def not_known() -> Response:
    """What somebody is told who sends no key, or one that is none."""
    challenge = {"www-authenticate": 'Bearer realm="tenderwatch"'}
    return problem(401, "send a valid key: Authorization: Bearer KEY", headers=challenge)


def answer(request: Request, content: Mapping[str, Any], status: int = 200, **headers: str) -> Response:
    """JSON with an entity tag of all of it but moments of asking; 304 if the asker has it (RFC 9110, 13.1.2)."""
    steady = {name: bool(value) if name == "next" else value for name, value in content.items() if name != "as_of"}
    tag = f'W/"{sha256(_encoded(steady)).hexdigest()[:32]}"'
    given = {"etag": tag, "cache-control": "private, no-cache", **headers}
    known = [each.strip().removeprefix("W/") for each in request.headers.get("if-none-match", "").split(",")]
    if request.method == "GET" and (tag.removeprefix("W/") in known or "*" in known):
        return Response(status_code=304, headers=given)
    return Response(_encoded(content), status, given, "application/json")


def listed(
    request: Request, rows: Sequence[Mapping[str, Any]], as_of: datetime, last: tuple[object, ...] | None
) -> Response:
    """One page of a list; `last` is where the next one goes on, None if this is the end."""
    after = None
    if last is not None:
        cursor = cursor_of((*last, as_of))
        after = str(request.url.include_query_params(cursor=cursor).replace(scheme="", netloc=""))
    return answer(request, {"data": rows, "next": after, "as_of": moment(as_of)})


def moment(at: datetime | None) -> str | None:
    """A moment as the API writes it: UTC, to the microsecond."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z") if at else None


def _encoded(content: Mapping[str, object]) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
