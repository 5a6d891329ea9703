"""Assigning a finding, and marking it as published after a second reader."""

from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from monitor.review.desk import Desk
from monitor.review.duty_view import assignees
from monitor.review.finding_page import show
from monitor.review.finding_subject import read_subject
from monitor.review.forms import Fields, signed
from monitor.review.people import who
from monitor.review.queue_page import queue_of
from monitor.review.words import shown
from notices.dates import read_day
from notices.duty import LONGEST_NAME, Assignment, Publication
from notices.errors import UnreadableValueError
from notices.review import confirmers


@dataclass(frozen=True, slots=True)
class Problem:
    """Why an act was not saved: the word for it, and the status of the answer."""

    word: str
    status: int


@signed
def assign(desk: Desk, request: Request, fields: Fields) -> Response:
    """Gives a finding to somebody, or back to nobody; the second of two who do is told, and what they wrote stays."""
    key, person = request.path_params["key"], who(desk, request)
    assert person is not None, "an assignment is behind a role"
    assignee, due = shown(fields.get("assignee", "")).strip(), fields.get("due", "").strip()
    seen = fields.get("seen", "")
    count = int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 10 else -1
    with desk.store.begin() as unit:
        read_subject(unit, key)
        problem = _problem(assignee, due, assignees(desk, unit) if desk.people.accounts else None)
        given = Assignment(key, assignee, due or None, person.name, desk.clock())
        if problem is None and not unit.duties.assign(count, given):
            problem = Problem("assign_late", 409)
    return _answer(desk, request, fields, problem, {"assignee": assignee, "due": due})


@signed
def publish(desk: Desk, request: Request, fields: Fields) -> Response:
    """Marks a finding as published, or takes the mark off. Without accounts a tick stands for the second reader."""
    key, person = request.path_params["key"], who(desk, request)
    assert person is not None, "a publication is behind a role"
    wanted, problem = fields.get("published") == "yes", None
    with desk.store.begin() as unit:
        history = read_subject(unit, key).history
        readers = confirmers(history)
        vouched = not desk.people.accounts and len(readers) < 2 and fields.get("vouched") == "yes"
        if wanted and not readers:
            problem = Problem("publish_unconfirmed", 409)
        elif wanted and len(readers) < 2 and not vouched:
            problem = Problem("publish_alone" if desk.people.accounts else "publish_tick", 409)
        else:
            given = Publication(key, wanted, person.name, desk.clock(), vouched and wanted)
            unit.duties.publish(given, history)
    return _answer(desk, request, fields, problem, None)


def _problem(assignee: str, due: str, known: list[str] | None) -> Problem | None:
    if len(assignee) > LONGEST_NAME or (assignee and known is not None and assignee not in known):
        return Problem("assign_unknown", 400)
    try:
        if due:
            read_day(due)
    except UnreadableValueError:
        return Problem("assign_day", 400)
    return None


def _answer(
    desk: Desk, request: Request, fields: Fields, problem: Problem | None, sent: dict[str, str] | None
) -> Response:
    key = request.path_params["key"]
    with desk.store.read() as unit:
        query = queue_of(desk, unit, parse_qsl(fields.get("back", "")))
        if problem is None:
            return RedirectResponse(query.url(f"/findings/{key}") + "#duty", 303)
        subject, position = read_subject(unit, key), unit.findings.position(key, query.chosen())
    return show(desk, request, subject, query, problem.status, position=position, problem=problem.word, sent=sent)
