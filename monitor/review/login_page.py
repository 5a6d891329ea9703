"""Logging in and out; a form that was sent after the session had ended is kept until its writer is back."""

from dataclasses import dataclass
from urllib.parse import urlencode

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from monitor.review.desk import Desk, check_language
from monitor.review.forms import (
    LARGEST_FORM,
    Fields,
    address_asked,
    is_signed,
    is_written,
    local,
    sent,
    sent_fields,
    signed,
)
from monitor.review.passwords import digest_of
from monitor.review.people import (
    address_of,
    begin_session,
    forget_session,
    keep_session,
    key_sent,
    session_cookie,
    who,
)
from notices.account import Account, Person

# A kept form is sent once more inside the login form, there as JSON.
LARGEST_LOGIN = 3 * LARGEST_FORM
# These are asked for by programs, which a page to log in would not help.
PROGRAMS = ("/api/", "/feeds/")


@dataclass(frozen=True, slots=True)
class Kept:
    """A form that nobody was logged in for: where it was to go, and its fields without the token."""

    action: str
    fields: tuple[tuple[str, str], ...]

    @classmethod
    def read(cls, text: str) -> "Kept | None":
        """What `text` made; None where there is nothing, or nothing that a page of ours wrote."""
        try:
            action, fields = msgspec.json.decode(text, type=tuple[str, tuple[tuple[str, str], ...]])
        except msgspec.DecodeError:
            return None
        return cls(action, fields) if local(action, "") else None

    @property
    def text(self) -> str:
        return msgspec.json.encode((self.action, self.fields)).decode()

    @property
    def written(self) -> list[tuple[str, str]]:
        """What a person wrote, as far as it can be told from what the page filled in."""
        return [(name, value) for name, value in self.fields if is_written(name, value)]


def is_program(request: Request) -> bool:
    """Whether a program asks, to be answered in JSON."""
    return key_sent(request) is not None or request.url.path.startswith(PROGRAMS)


def refuse(request: Request, role: str) -> Response:
    """The answer to somebody known who has not the role that is needed; for a reader HTTPException 403."""
    if not is_program(request):
        raise HTTPException(403, "role")
    return JSONResponse({"error": "forbidden", "message": f"this needs the role {role} or one above it"}, 403)


async def ask_to_log_in(desk: Desk, request: Request) -> Response:
    """The answer to whoever is not known: programs are told, readers are led to the login, a form is kept."""
    if is_program(request):
        told = {"error": "unauthorized", "message": "send a valid key: Authorization: Bearer KEY"}
        return JSONResponse(told, 401, {"www-authenticate": 'Bearer realm="tenderwatch"'})
    if request.method == "GET":
        asked = address_asked(request)
        return RedirectResponse("/login" if asked == "/" else f"/login?{urlencode({'next': asked})}", 303)
    fields = await sent_fields(request) if request.method == "POST" else []
    secret = any("password" in name for name, _ in fields)
    mine = () if secret else tuple((name, value) for name, value in fields if name != "token")
    kept = Kept(request.url.path, mine) if mine else None
    return _form(desk, request, 401, problem="session_ended", kept=kept)


def login(desk: Desk, request: Request) -> Response:
    check_language(request)
    _need_accounts(desk)
    after = local(request.query_params.get("next", "/"))
    if who(desk, request) is not None:
        return RedirectResponse(after, 303)
    return _form(desk, request, after=after)


async def log_in(desk: Desk, request: Request) -> Response:
    _need_accounts(desk)
    fields = await sent(request, LARGEST_LOGIN)
    return await run_in_threadpool(_log_in, desk, request, fields)


def _log_in(desk: Desk, request: Request, fields: Fields) -> Response:
    name, after = fields.get("name", ""), local(fields.get("next", "/"))
    kept = Kept.read(fields.get("kept", ""))
    again = {"name": name[:200], "after": after, "kept": kept}
    if not is_signed(desk, request, fields):
        return _form(desk, request, 403, problem="login_stale", **again)
    now = desk.clock()
    with desk.store.begin() as unit:
        wait = unit.sessions.try_login(name, address_of(request), now)
    if wait is not None:
        minutes = max(1, -(-int((wait - now).total_seconds()) // 60))
        answer = _form(desk, request, 429, problem="login_often", minutes=minutes, **again)
        answer.headers["retry-after"] = str(minutes * 60)
        return answer
    account = known(desk, name, fields.get("password", ""))
    if account is None:
        return _form(desk, request, 401, problem="login_wrong", **again)
    token = begin_session(desk, request, account)
    return _welcome(desk, request, account.person, token, after, kept)


def known(desk: Desk, name: str, password: str) -> Account | None:
    """The account that these open; the tries for its name are forgotten. As slow where there is none."""
    with desk.store.read() as unit:
        account = unit.accounts.named(name)
    usable = account is not None and account.disabled_at is None
    encoded = account.password if account and usable else None
    if not desk.people.passwords.fits(encoded, password) or account is None or encoded is None:
        return None
    renewed = desk.people.passwords.renewed(password) if desk.people.passwords.is_old(encoded) else None
    with desk.store.begin() as unit:
        unit.sessions.forget_tries(name)
        if renewed:
            unit.accounts.rehash(account.id, renewed)
    return account


def _welcome(desk: Desk, request: Request, person: Person, token: str, after: str, kept: Kept | None) -> Response:
    """On to where the reader wanted to go; or their form, signed anew, to be sent once more."""
    response: Response
    if kept is None:
        response = RedirectResponse(after, 303)
    else:
        request.state.person = person
        signature = desk.tokens.token(token, kept.action)
        response = desk.page(request, "again.html", kept=kept, signed=signature, written=is_written, session=token)
    keep_session(desk, request, response, token)
    return response


@signed
def log_out(desk: Desk, request: Request, fields: Fields) -> Response:  # noqa: ARG001
    token, person = request.cookies.get(session_cookie(desk, request), ""), who(desk, request)
    with desk.store.begin() as unit:
        unit.sessions.end(digest_of(token), person.name if person else "", desk.clock())
    response = RedirectResponse("/login", 303)
    forget_session(desk, request, response)
    return response


def _form(desk: Desk, request: Request, status: int = 200, **values: object) -> Response:
    given: dict[str, object] = {"problem": None, "name": "", "after": "/", "kept": None, "minutes": 0}
    return desk.page(request, "login.html", status, **(given | values))


def _need_accounts(desk: Desk) -> None:
    if not desk.people.accounts:
        raise HTTPException(404, "no_accounts")
