"""For admins: accounts and their roles, invitations, and the keys of programs."""

from datetime import datetime

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from monitor.review.desk import Desk, check_language
from monitor.review.forms import Fields, signed
from monitor.review.links import LASTS, invite, offer_reset
from monitor.review.passwords import HINT, digest_of, new_key
from monitor.review.people import who
from notices.account import ANALYST, INVITATION, READER, RESET, ROLES, Account, AccountError
from storage import Unit

DONE = ("role", "disabled", "enabled", "withdrawn", "revoked")


def accounts(desk: Desk, request: Request) -> Response:
    check_language(request)
    return _accounts_page(desk, request)


@signed
def send_invitation(desk: Desk, request: Request, fields: Fields) -> Response:
    name, role = fields.get("name", ""), fields.get("role", "")
    try:
        with desk.store.begin() as unit:
            path = invite(unit, name.strip(), role, _me(desk, request), desk.clock())
    except AccountError as error:
        return _accounts_page(desk, request, 400, problem=error.reason, name=name, role=role)
    return _told_once(desk, request, path, INVITATION, name.strip())


@signed
def withdraw_invitation(desk: Desk, request: Request, fields: Fields) -> Response:  # noqa: ARG001
    with desk.store.begin() as unit:
        done = unit.accounts.withdraw(request.path_params["digest"], _me(desk, request), desk.clock())
    if not done:
        raise HTTPException(404)
    return RedirectResponse("/accounts?done=withdrawn", 303)


@signed
def change_account(desk: Desk, request: Request, fields: Fields) -> Response:
    """Another role, disabled, enabled, or a link for a new password: what the pressed button says."""
    by, now, act = _me(desk, request), desk.clock(), fields.get("act", "")
    try:
        with desk.store.begin() as unit:
            of = _account(unit, request)
            path = offer_reset(unit, of, by, now) if act == "reset" else ""
            if not path:
                _change(unit, of, act, fields.get("role", ""), by, now)
    except AccountError as error:
        return _accounts_page(desk, request, 400, problem=error.reason)
    if path:
        return _told_once(desk, request, path, RESET, of.name)
    return RedirectResponse(f"/accounts?done={act}", 303)


def keys(desk: Desk, request: Request) -> Response:
    check_language(request)
    return _keys_page(desk, request)


@signed
def make_key(desk: Desk, request: Request, fields: Fields) -> Response:
    secret, name, role = new_key(), fields.get("name", ""), fields.get("role", "")
    try:
        with desk.store.begin() as unit:
            unit.keys.add(digest_of(secret), secret[:HINT], name, role, _me(desk, request), desk.clock())
    except AccountError as error:
        return _keys_page(desk, request, 400, problem=error.reason, name=name, role=role)
    return _unkept(_keys_page(desk, request, made=secret, name=name))


@signed
def revoke_key(desk: Desk, request: Request, fields: Fields) -> Response:  # noqa: ARG001
    key = request.path_params["id"]
    with desk.store.begin() as unit:
        if not unit.keys.revoke(key, _me(desk, request), desk.clock()):
            raise HTTPException(404)
    return RedirectResponse("/keys?done=revoked", 303)


def _change(unit: Unit, of: Account, act: str, role: str, by: str, now: datetime) -> None:
    if act == "role":
        unit.accounts.set_role(of.id, role, by, now)
    elif act == "disabled":
        unit.accounts.disable(of.id, by, now)
    elif act == "enabled":
        unit.accounts.enable(of.id, by, now)
    else:
        raise HTTPException(400)


def _me(desk: Desk, request: Request) -> str:
    person = who(desk, request)
    assert person is not None, "an admin's page is behind a role"
    return person.name


def _account(unit: Unit, request: Request) -> Account:
    found = unit.accounts.get(request.path_params["id"])
    if found is None:
        raise HTTPException(404)
    return found


def _told_once(desk: Desk, request: Request, path: str, kind: str, name: str) -> Response:
    """The page with a link that only who reads it now will ever see."""
    address = desk.people.address.rstrip("/") or str(request.base_url).rstrip("/")
    return _unkept(_accounts_page(desk, request, made=address + path, made_kind=kind, made_for=name))


def _unkept(page: Response) -> Response:
    page.headers["cache-control"] = "no-store"
    return page


def _accounts_page(desk: Desk, request: Request, status: int = 200, **values: object) -> Response:
    if not desk.people.accounts:
        raise HTTPException(404, "no_accounts")
    with desk.store.read() as unit:
        people, links = unit.accounts.all(), unit.accounts.open_links(desk.clock())
    given: dict[str, object] = {"made": "", "made_kind": INVITATION, "made_for": "", "name": "", "role": ANALYST}
    given |= {"problem": None, "people": people, "links": links, "roles": ROLES, "done": _done(request)}
    given["days"] = LASTS[INVITATION].days
    return desk.page(request, "accounts.html", status, **(given | values))


def _keys_page(desk: Desk, request: Request, status: int = 200, **values: object) -> Response:
    with desk.store.read() as unit:
        found = unit.keys.all()
    given: dict[str, object] = {"made": "", "name": "", "role": READER, "problem": None, "done": _done(request)}
    return desk.page(request, "keys.html", status, **(given | {"found": found, "roles": ROLES} | values))


def _done(request: Request) -> str:
    said = request.query_params.get("done", "")
    return said if said in DONE else ""
