"""How requests to the API are let in: at a bearable rate, and refused in its own words."""

from collections.abc import Awaitable, Callable
from inspect import iscoroutinefunction

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from monitor.review.api.answers import problem
from monitor.review.api.endpoints import Endpoint
from monitor.review.desk import Desk
from monitor.review.people import address_of, who
from monitor.review.query import UnknownFilterError

SENTENCES = {
    "no_finding": "there is no finding with this id",
    "no_notice": "there is no notice with this id",
    "role": "this needs a key of another role",
}


def paced(endpoint: Endpoint) -> Callable[[Desk, Request], Awaitable[Response]]:
    """The endpoint's answer, or 429 to whoever asks too often: each key, person or address by itself."""

    async def answered(desk: Desk, request: Request) -> Response:
        person = who(desk, request)
        asker = f"{person.name}/{person.key}" if person else ""
        wait = desk.rates.wait(
            asker if person and (person.key or person.account) else address_of(request), desk.clock()
        )
        if wait:
            return problem(429, f"wait {wait} s, then go on", headers={"retry-after": str(wait)})
        if iscoroutinefunction(endpoint.answer):
            response: Response = await endpoint.answer(desk, request)
        else:
            response = await run_in_threadpool(endpoint.answer, desk, request)
        return response

    return answered


def refused(status: int, detail: str) -> Response:
    """The problem that an HTTPException becomes."""
    return problem(status, SENTENCES.get(detail, ""))


def not_understood(error: UnknownFilterError) -> Response:
    """The problem of parameters that mean nothing, each with what it may be."""
    told = [
        {"name": each.name[:80], "value": each.value[:80], "allowed": list(each.allowed), "hint": each.hint}
        for each in error.problems
    ]
    return problem(400, str(error)[:500], parameters=told)
