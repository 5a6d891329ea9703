"""A verdict taken back, or all that were given at once; what somebody decided since stays, and the reader is told."""

from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from monitor.review.bulk_form import picked_page
from monitor.review.desk import Desk
from monitor.review.finding_page import show
from monitor.review.finding_subject import read_subject
from monitor.review.flash import may_undo
from monitor.review.forms import Fields, signed
from monitor.review.people import who
from monitor.review.queue_page import queue_of
from notices.account import Person
from notices.review import Review
from storage import Unit


@signed
def undo_verdict(desk: Desk, request: Request, fields: Fields) -> Response:
    """Takes the verdict in force on one finding back, if it is still the one that was seen."""
    key, seen = request.path_params["key"], fields.get("seen", "")
    count = int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 10 else -1
    with desk.store.begin() as unit:
        read_subject(unit, key)
        query = queue_of(desk, unit, parse_qsl(fields.get("back", "")))
        others = _undo(desk, unit, _asking(desk, request), {key: count}, fields.get("note", ""))
    if not others:
        return RedirectResponse(query.url(f"/findings/{key}", undone="1"), 303)
    with desk.store.read() as unit:
        subject, position = read_subject(unit, key), unit.findings.position(key, query.chosen())
    return show(desk, request, subject, query, 409, position=position, problem="undo_late")


@signed
def undo_batch(desk: Desk, request: Request, fields: Fields) -> Response:
    """Takes all verdicts back that were given at once, or none if one of them is no longer the last on its finding."""
    batch = request.path_params["batch"]
    with desk.store.begin() as unit:
        given = {each.finding: each for each in unit.reviews.batch(batch)}
        if not given or any(each.undoes for each in given.values()):
            raise HTTPException(404, "no_batch")
        query = queue_of(desk, unit, parse_qsl(fields.get("back", "")))
        histories = {key: unit.reviews.history(key) for key in given}
        later = [key for key, each in given.items() if histories[key][-1] != each]
        seen = {key: len(history) for key, history in histories.items()}
        others = later or _undo(desk, unit, _asking(desk, request), seen, "")
    if not others:
        return RedirectResponse(query.url("/", undone=str(len(given))), 303)
    return picked_page(desk, request, dict.fromkeys(given, -1), query, 409, problem="undo_late_batch", told=others)


def _undo(desk: Desk, unit: Unit, person: Person, seen: dict[str, int], note: str) -> list[str]:
    """The findings whose verdicts are not those that were seen; none if all were taken back.

    HTTPException 403 if one of them is not the reader's to take back.
    """
    for key in seen:
        last = unit.reviews.last(key)
        if last is not None and not may_undo(person, last):
            raise HTTPException(403, "undo_not_yours")
    now = desk.clock()
    return unit.reviews.undo([(count, Review(key, "", note, person.name, now)) for key, count in seen.items()])


def _asking(desk: Desk, request: Request) -> Person:
    person = who(desk, request)
    assert person is not None, "a verdict is behind a role"
    return person
