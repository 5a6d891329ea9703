"""What programs send to the API: JSON of a bounded size, signed by a key."""

import json
from collections.abc import Callable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from monitor.review.api.answers import problem
from monitor.review.desk import Desk
from monitor.review.people import who

LARGEST = 100_000
# What is done with it: given whose key signed it, and the JSON as read.
Taking = Callable[[Desk, Request, str, Any], Response]


async def take(desk: Desk, request: Request, what: str, taking: Taking) -> Response:
    """What `taking` answers, or the problem with what was sent; `what` is its word in sentences ("verdict")."""
    if not request.headers.get("content-type", "").lower().startswith("application/json"):
        return problem(415, f"send the {what} as application/json")
    if int(request.headers.get("content-length") or LARGEST + 1) > LARGEST:
        return problem(413, f"a {what} has at most {LARGEST:,} bytes, and says how many")
    body = await request.body()

    def taken() -> Response:
        person = who(desk, request)
        if person is None or person.key is None:
            return problem(403, f"a {what} is signed by a key: send Authorization: Bearer KEY")
        try:
            said = json.loads(body)
        except (ValueError, RecursionError):
            return problem(400, "the body is no JSON")
        return taking(desk, request, person.name, said)

    return await run_in_threadpool(taken)
