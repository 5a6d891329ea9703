"""A person's own account: made by a one-time link, its password changed, its sessions ended."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from monitor.review.desk import Desk, check_language
from monitor.review.forms import Fields, signed
from monitor.review.login_page import known
from monitor.review.passwords import SHORTEST, digest_of
from monitor.review.people import address_of, begin_session, forget_session, keep_session, session_of, who
from notices.account import Account, AccountError, Link


def join(desk: Desk, request: Request) -> Response:
    """The form behind a one-time link. Looking at it does not use it: mail programs look at links, too."""
    check_language(request)
    return _join_form(desk, request, _link(desk, request))


@signed
def send_join(desk: Desk, request: Request, fields: Fields) -> Response:
    link = _link(desk, request)
    name = link.name or fields.get("name", "")
    try:
        encoded = desk.people.passwords.encoded(_repeated(fields), name)
        with desk.store.begin() as unit:
            account = unit.accounts.use(link.digest, name, encoded, desk.clock())
            unit.sessions.forget_tries(account.name)
    except AccountError as error:
        if error.reason == "link_ended":
            raise HTTPException(410, "link_ended") from error
        return _join_form(desk, request, link, 400, problem=error.reason, name=name)
    return _entered(desk, request, account, "/")


def account(desk: Desk, request: Request) -> Response:
    check_language(request)
    return _account_page(desk, request, 200)


@signed
def change_password(desk: Desk, request: Request, fields: Fields) -> Response:
    mine = _own(desk, request)
    now = desk.clock()
    try:
        with desk.store.begin() as unit:
            wait = unit.sessions.try_login(mine.name, address_of(request), now)
        if wait is not None:
            raise AccountError("password_often", "too many tries")
        if known(desk, mine.name, fields.get("present", "")) is None:
            raise AccountError("password_wrong", "the present password is another")
        encoded = desk.people.passwords.encoded(_repeated(fields), mine.name)
    except AccountError as error:
        return _account_page(desk, request, 400, problem=error.reason)
    with desk.store.begin() as unit:
        unit.accounts.set_password(mine.id, encoded, "password_changed", now)
    return _entered(desk, request, mine, "/account?done=password")


@signed
def end_sessions(desk: Desk, request: Request, fields: Fields) -> Response:  # noqa: ARG001
    mine = _own(desk, request)
    with desk.store.begin() as unit:
        unit.sessions.end_all(mine, mine.name, desk.clock())
    response = RedirectResponse("/login", 303)
    forget_session(desk, request, response)
    return response


def _entered(desk: Desk, request: Request, of: Account, after: str) -> Response:
    response = RedirectResponse(after, 303)
    keep_session(desk, request, response, begin_session(desk, request, of))
    return response


def _link(desk: Desk, request: Request) -> Link:
    if not desk.people.accounts:
        raise HTTPException(404, "no_accounts")
    with desk.store.read() as unit:
        link = unit.accounts.link(digest_of(request.path_params["token"]), desk.clock())
    if link is None:
        raise HTTPException(410, "link_ended")
    return link


def _repeated(fields: Fields) -> str:
    password = fields.get("password", "")
    if password != fields.get("repeated", ""):
        raise AccountError("password_differs", "the two passwords differ")
    return password


def _own(desk: Desk, request: Request) -> Account:
    """The account of who asks; HTTPException 404 where there are none, or for a program with a key."""
    person = who(desk, request)
    if person is not None and person.account is not None:
        with desk.store.read() as unit:
            found = unit.accounts.get(person.account)
        if found is not None:
            return found
    raise HTTPException(404, "no_accounts")


def _join_form(desk: Desk, request: Request, link: Link, status: int = 200, **values: object) -> Response:
    given: dict[str, object] = {"problem": None, "name": link.name, "link": link, "shortest": SHORTEST}
    return desk.page(request, "join.html", status, **(given | values))


def _account_page(desk: Desk, request: Request, status: int, problem: str | None = None) -> Response:
    mine, present = _own(desk, request), session_of(desk, request)
    with desk.store.read() as unit:
        sessions = unit.sessions.of_account(mine, desk.clock())
    return desk.page(
        request,
        "account.html",
        status,
        mine=mine,
        sessions=sessions,
        present=present.digest if present else "",
        problem=problem,
        done=request.query_params.get("done", ""),
        shortest=SHORTEST,
    )
