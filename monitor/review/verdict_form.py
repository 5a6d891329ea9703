"""A verdict or a note as the form sends it: saved after what the analyst saw, or told why not with the note kept."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from monitor.review.desk import Desk
from monitor.review.finding_page import show
from monitor.review.finding_subject import read_subject
from monitor.review.forms import Fields, sent
from monitor.review.people import who
from monitor.review.queue_page import queue_of
from monitor.review.words import shown
from notices.errors import TenderwatchError
from notices.review import OTHER, REASONS, REJECTED, VERDICTS, Note, Review

LONGEST_NOTE = 10_000
NOTE = "note"


@dataclass(frozen=True, slots=True)
class Form:
    """What was sent: `seen` is how many verdicts the finding had when its page was made, `back` the queue's query.

    A reason alone is a rejection for it: the desk's buttons send one or the other. `is_note` says that it is no
    verdict, only a note.
    """

    verdict: str
    reason: str
    note: str
    seen: int
    back: str
    token: str
    is_note: bool = False

    @classmethod
    def read(cls, said: Fields) -> "Form":
        seen = said.get("seen", "")
        return cls(
            verdict=said.get("verdict", "") or (REJECTED if said.get("reason") else ""),
            reason=said.get("reason", ""),
            note=shown(said.get("note", "")).strip(),
            seen=int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 10 else -1,
            back=said.get("back", ""),
            token=said.get("token", ""),
            is_note=said.get("only", "") == NOTE,
        )

    def review(self, key: str, by: str, at: datetime, batch: str = "") -> Review:
        return Review(key, self.verdict, self.note, by, at, self.reason if self.verdict == REJECTED else "", batch)


async def give_verdict(desk: Desk, request: Request) -> Response:
    form = Form.read(await sent(request))
    return await run_in_threadpool(_judge, desk, request, form)


def _judge(desk: Desk, request: Request, form: Form) -> Response:
    key = request.path_params["key"]
    person = who(desk, request)
    assert person is not None, "a verdict is behind a role"
    try:
        problem = _problem_of(desk, request, form)
        if problem is None:
            if form.is_note:
                return RedirectResponse(_keep(desk, Note(key, form.note, person.name, desk.clock()), form), 303)
            after = _save(desk, form.review(key, person.name, desk.clock()), form)
            if after is not None:
                return RedirectResponse(after, 303)
            problem = (409, "conflict")
        return _again(desk, request, form, problem)
    except TenderwatchError as error:
        return _told(desk, request, form, (503, "busy"), str(error))
    except HTTPException as error:
        return _told(desk, request, form, (error.status_code, error.detail), "")


def _save(desk: Desk, given: Review, form: Form) -> str | None:
    """Adds the verdict and returns where the queue goes on; None if the finding has verdicts that were not seen."""
    with desk.store.begin() as unit:
        read_subject(unit, given.finding)
        query = queue_of(desk, unit, parse_qsl(form.back))
        after = unit.findings.position(given.finding, query.chosen()).after
        saved = unit.reviews.add_after(form.seen, given)
    if not saved:
        return None
    return query.url(f"/findings/{after}" if after else "/", done=given.finding)


def _keep(desk: Desk, given: Note, form: Form) -> str:
    """Adds the note and returns where the reader goes on: it stands beside whatever others said meanwhile."""
    with desk.store.begin() as unit:
        read_subject(unit, given.finding)
        query = queue_of(desk, unit, parse_qsl(form.back))
        seen = unit.reviews.counts([given.finding])[given.finding]
        unit.notes.add(given)
    noted = "yes" if seen == form.seen else "late"
    return query.with_(page=query.page).url(f"/findings/{given.finding}", noted=noted) + "#notes"


def _problem_of(desk: Desk, request: Request, form: Form) -> tuple[int, str] | None:
    if not desk.tokens.fits(request, request.url.path, form.token):
        return 403, "stale"
    if form.is_note:
        return note_problem(form.note)
    return problem_with(form.verdict, form.reason, form.note)


def note_problem(note: str) -> tuple[int, str] | None:
    """What is wrong with a note that stands alone."""
    if len(note) > LONGEST_NOTE:
        return 413, "note_long"
    return None if note else (400, "note_empty")


def problem_with(verdict: str, reason: str, note: str) -> tuple[int, str] | None:
    """What is wrong with a verdict as it was sent: the status of the answer and the word for it."""
    if verdict not in VERDICTS:
        return 400, "verdict_unknown"
    if len(note) > LONGEST_NOTE:
        return 413, "note_long"
    if verdict == REJECTED and reason not in REASONS:
        return 400, "reason_unknown" if reason else "reason_needed"
    if verdict == REJECTED and reason == OTHER and not note:
        return 400, "reason_note"
    return None


def _again(desk: Desk, request: Request, form: Form, problem: tuple[int, str]) -> Response:
    """The finding's page as it stands now, with the note still in the form and a sentence on what went wrong."""
    status, reason = problem
    key = request.path_params["key"]
    with desk.store.read() as unit:
        subject = read_subject(unit, key)
        query = queue_of(desk, unit, parse_qsl(form.back))
        position = unit.findings.position(key, query.chosen())
    values = {"position": position, "problem": reason, "note": form.note, "choice": form.verdict}
    return show(desk, request, subject, query, status, **values)


def _told(desk: Desk, request: Request, form: Form, problem: tuple[int, str], sentence: str) -> Response:
    """A page without the store's help: the sentence, and the note so that it can be copied."""
    status, reason = problem
    return desk.page(request, "error.html", status, heading=reason, words="", sentence=sentence, note=form.note)
