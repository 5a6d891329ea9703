"""Forms of the desk as they arrive: from the desk itself, of a bearable size, signed for their own address."""

import re
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from monitor.review.security import from_the_desk

if TYPE_CHECKING:
    from monitor.review.desk import Desk

LARGEST_FORM = 200_000
MOST_FIELDS = 60
# A browser reads a backslash as a slash and leaves out tabs and line ends: none of them is in an address of ours.
_LOCAL = re.compile(r"/(?!/)[^\\\s\x00-\x1f\x7f]*")

Fields = dict[str, str]


async def sent_fields(request: Request, largest: int = LARGEST_FORM) -> list[tuple[str, str]]:
    """The fields of a form in their order; HTTPException 403 if another site sent it, 413 if it is too large."""
    if not from_the_desk(request.headers):
        raise HTTPException(403, "forbidden")
    if int(request.headers.get("content-length") or largest + 1) > largest:
        raise HTTPException(413, "too_large")
    async with request.form(max_files=0, max_fields=MOST_FIELDS) as data:
        return [(name, value) for name, value in data.multi_items() if isinstance(value, str)]


async def sent(request: Request, largest: int = LARGEST_FORM) -> Fields:
    """The fields of a form by name, the last of each."""
    return dict(await sent_fields(request, largest))


def is_written(name: str, value: str) -> bool:
    return bool(value) and (name == "note" or "\n" in value or len(value) > 80)


async def written(request: Request) -> str:
    """What a person wrote into a form whose page could not answer, to be given back; empty if there is none."""
    if request.method != "POST":
        return ""
    try:
        fields = await sent_fields(request)
    except (HTTPException, ClientDisconnect, RuntimeError):
        # Starlette says by a RuntimeError that the body was read before, and was no form.
        return ""
    return "\n\n".join(value for name, value in fields if is_written(name, value) and "password" not in name)


def is_signed(desk: "Desk", request: Request, fields: Fields) -> bool:
    """Whether the form came from a page that the desk made for this very browser and this very address."""
    return desk.tokens.fits(request, request.url.path, fields.get("token", ""))


def local(address: str, otherwise: str = "/") -> str:
    """An address of this desk as given, or `otherwise`: nobody is led away from here."""
    return address if _LOCAL.fullmatch(address) else otherwise


def address_asked(request: Request) -> str:
    """The path and query that were asked for, as they may stand in a query."""
    path, query = quote(request.url.path), request.url.query
    return f"{path}?{query}" if query else path


def signed(answer: "Callable[[Desk, Request, Fields], Response]") -> "Callable[[Desk, Request], Awaitable[Response]]":
    """A form that changes nothing unless the desk's own page signed it; HTTPException 403 otherwise."""

    @wraps(answer)
    async def checked(desk: "Desk", request: Request) -> Response:
        fields = await sent(request)
        if not is_signed(desk, request, fields):
            raise HTTPException(403, "stale_form")
        return await run_in_threadpool(answer, desk, request, fields)

    return checked
