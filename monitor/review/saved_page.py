"""Saved filters: a name for a selection of the queue, one's own or shared by an editor."""

from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from monitor.review.desk import Desk, check_language
from monitor.review.forms import Fields, signed
from monitor.review.people import who
from monitor.review.queue_page import queue_of
from monitor.review.words import shown
from notices.account import EDITOR, Person
from storage import Unit
from storage.saved_filters import SavedFilter

LONGEST_NAME = 80
ADDRESS = "/filters"


def filters(desk: Desk, request: Request) -> Response:
    check_language(request)
    return _page(desk, request)


@signed
def save_filter(desk: Desk, request: Request, fields: Fields) -> Response:
    """Gives the queue that the form came from a name; one that is taken, or none, is told and nothing is saved."""
    person, name = _asking(desk, request), _name(fields)
    with desk.store.begin() as unit:
        query = queue_of(desk, unit, parse_qsl(fields.get("back", ""))).with_()
        problem = _problem(unit, person.name, name)
        if problem is None:
            unit.saved_filters.add(person.name, name, query.encoded(), desk.clock())
    if problem is None:
        return RedirectResponse(query.url(), 303)
    return _page(desk, request, 400, problem=problem, name=name, back=query.encoded())


@signed
def change_filter(desk: Desk, request: Request, fields: Fields) -> Response:
    """Renames, shares, withdraws or removes a filter; only its owner may, and an editor where it is shared."""
    person, name, problem = _asking(desk, request), _name(fields), None
    with desk.store.begin() as unit:
        kept = unit.saved_filters.get(request.path_params["id"])
        if kept is None:
            raise HTTPException(404)
        act = fields.get("act", "")
        if not may_change(person, kept) or (act in {"share", "unshare"} and not person.may(EDITOR)):
            raise HTTPException(403, "role")
        if act == "rename":
            problem = _problem(unit, kept.owner, name)
        if problem is None:
            _change(desk, unit, kept, act, name, person)
    return _page(desk, request, 400, problem=problem) if problem else RedirectResponse(ADDRESS, 303)


def may_change(person: Person, kept: SavedFilter) -> bool:
    return kept.owner == person.name or (kept.shared and person.may(EDITOR))


def _change(desk: Desk, unit: Unit, kept: SavedFilter, act: str, name: str, person: Person) -> None:
    now = desk.clock()
    if act == "rename":
        unit.saved_filters.rename(kept, name, person.name, now)
    elif act in {"share", "unshare"}:
        unit.saved_filters.share(kept, person.name, now, shared=act == "share")
    elif act == "remove":
        unit.saved_filters.remove(kept, person.name, now)
    else:
        raise HTTPException(404)


def _problem(unit: Unit, owner: str, name: str) -> str | None:
    if not 1 <= len(name) <= LONGEST_NAME:
        return "filter_name"
    return "filter_taken" if unit.saved_filters.is_taken(owner, name) else None


def _name(fields: Fields) -> str:
    return " ".join(shown(fields.get("name", "")).split())


def _asking(desk: Desk, request: Request) -> Person:
    person = who(desk, request)
    assert person is not None, "filters are behind a role"
    return person


def _page(
    desk: Desk, request: Request, status: int = 200, *, problem: str | None = None, name: str = "", back: str = ""
) -> Response:
    person = _asking(desk, request)
    with desk.store.read() as unit:
        kept = unit.saved_filters.seen_by(person.name)
    rows = [(each, may_change(person, each)) for each in kept]
    return desk.page(request, "filters.html", status, rows=rows, problem=problem, name=name, back=back)
