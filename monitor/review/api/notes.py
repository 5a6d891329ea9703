"""Notes by the API: what was noted on findings without judging them."""

from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from monitor.review.api.answers import answer, listed, moment, problem
from monitor.review.api.asking import OVERLAP, known_only, page_of
from monitor.review.api.findings import PAGED
from monitor.review.api.sent import take
from monitor.review.desk import Desk
from monitor.review.verdict_form import LONGEST_NOTE, note_problem
from monitor.review.words import ENGLISH, Words, shown
from notices.review import Note


def notes(desk: Desk, request: Request) -> Response:
    """Every note, oldest first."""
    known_only(request, *PAGED)
    page = page_of(request, int)
    with desk.store.read() as unit:
        until = page.known_until(unit, desk.clock())
        after = page.after[0] if page.after else 0
        found = unit.notes.numbered(page.limit + 1, after, page.changed_since)  # type: ignore[arg-type]
    rows = [note_row(number, each) for number, each in found[: page.limit]]
    return listed(request, rows, until, (rows[-1]["id"],) if len(found) > page.limit else None)


def finding_notes(desk: Desk, request: Request) -> Response:
    known_only(request)
    key = request.path_params["key"]
    with desk.store.read() as unit:
        if unit.paging.finding(key) is None:
            raise HTTPException(404, "no_finding")
        rows = [note_row(number, each) for number, each in unit.notes.numbered(finding_key=key)]
    return listed(request, rows, desk.clock() - OVERLAP, None)


async def add_note(desk: Desk, request: Request) -> Response:
    """A note without a verdict; the same one sent again at once is kept once."""
    return await take(desk, request, "note", _add_note)


def note_row(number: int, given: Note) -> dict[str, Any]:
    return {"id": number, "finding": given.finding, "text": given.text, "by": given.by, "at": moment(given.at)}


def _add_note(desk: Desk, request: Request, by: str, said: Any) -> Response:
    if not isinstance(said, dict) or said.keys() != {"text"} or not isinstance(said["text"], str):
        return problem(400, "send a JSON object with `text`, and nothing else")
    text = shown(said["text"]).strip()
    wrong = note_problem(text)
    if wrong is not None:
        return problem(wrong[0], Words(ENGLISH)(wrong[1], limit=f"{LONGEST_NOTE:,}"))
    key = request.path_params["key"]
    with desk.store.begin() as unit:
        if unit.findings.report(key) is None:
            raise HTTPException(404, "no_finding")
        unit.notes.add(Note(key, text, by, desk.clock()))
        number, kept = unit.notes.numbered(finding_key=key)[-1]
    return answer(request, note_row(number, kept), 201, location=f"/api/v1/findings/{key}/notes")
