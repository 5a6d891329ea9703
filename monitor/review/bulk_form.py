"""One verdict for several findings of the queue: for all that were picked, or for none with each conflict told."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from secrets import token_hex
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from monitor.review.desk import Desk
from monitor.review.forms import sent_fields
from monitor.review.people import who
from monitor.review.query import Query
from monitor.review.queue_page import queue_of
from monitor.review.verdict_form import Form, problem_with
from notices.errors import TenderwatchError
from notices.finding import FindingReport
from notices.review import Review
from storage.findings import FindingFilter

MOST = 50
ADDRESS = "/bulk"


@dataclass(frozen=True, slots=True)
class Picked:
    """One finding that was picked: `seen` is how many verdicts it has now, `last` the one in force."""

    key: str
    report: FindingReport | None
    seen: int
    last: Review | None
    told: bool


async def judge_many(desk: Desk, request: Request) -> Response:
    return await run_in_threadpool(_judge, desk, request, await sent_fields(request))


def picks_of(fields: Sequence[tuple[str, str]]) -> dict[str, int]:
    """The findings of a form, each with how many verdicts its page showed; -1 where the form is damaged."""
    picks: dict[str, int] = {}
    for name, value in fields:
        key, _, seen = value.partition(":")
        if name == "pick" and key.isalnum():
            picks[key] = int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 10 else -1
    return picks


def _judge(desk: Desk, request: Request, fields: Sequence[tuple[str, str]]) -> Response:
    form, picks = Form.read(dict(fields)), picks_of(fields)
    query = Query()
    try:
        with desk.store.read() as unit:
            query = queue_of(desk, unit, parse_qsl(form.back))
        problem = _problem(desk, request, form, picks)
        if problem:
            return picked_page(desk, request, picks, query, problem[0], problem=problem[1], form=form)
        batch, others = _save(desk, request, form, picks)
    except TenderwatchError as error:
        with suppress(TenderwatchError):
            return picked_page(desk, request, picks, query, 503, problem="busy", form=form, sentence=str(error))
        return desk.page(request, "error.html", 503, heading="busy", words="", sentence=str(error), note=form.note)
    if not others:
        return RedirectResponse(query.with_(page=query.page).url("/", batch=batch), 303)
    return picked_page(desk, request, picks, query, 409, problem="bulk_conflict", form=form, told=others)


def _save(desk: Desk, request: Request, form: Form, picks: dict[str, int]) -> tuple[str, list[str]]:
    """The name of the batch, and the findings that stood in the way: then nothing was saved."""
    person, now, batch = who(desk, request), desk.clock(), token_hex(12)
    assert person is not None, "a verdict is behind a role"
    with desk.store.begin() as unit:
        present = {each.key for each in unit.findings.reports(FindingFilter(keys=tuple(picks)))}
        gone = [key for key in picks if key not in present]
        given = [(seen, form.review(key, person.name, now, batch)) for key, seen in picks.items()]
        return batch, gone or unit.reviews.add_all(given)


def _problem(desk: Desk, request: Request, form: Form, picks: dict[str, int]) -> tuple[int, str] | None:
    if not desk.tokens.fits(request, ADDRESS, form.token):
        return 403, "stale"
    if not picks:
        return 400, "bulk_none"
    if len(picks) > MOST:
        return 400, "bulk_many"
    return problem_with(form.verdict, form.reason, form.note)


def picked_page(
    desk: Desk,
    request: Request,
    picks: dict[str, int],
    query: Query,
    status: int,
    *,
    problem: str,
    form: Form | None = None,
    told: Sequence[str] = (),
    sentence: str = "",
) -> Response:
    """The findings that were picked as they stand now, and the form again: what went wrong, and nothing of it lost."""
    keys = list(picks)[:MOST]
    with desk.store.read() as unit:
        reports = {each.key: each for each in unit.findings.reports(FindingFilter(keys=tuple(keys)))} if keys else {}
        seen = unit.reviews.counts(keys)
        rows = [Picked(key, reports.get(key), seen[key], unit.reviews.last(key), key in told) for key in keys]
    given = {"query": query, "rows": rows, "problem": problem, "form": form, "sentence": sentence, "told": len(told)}
    return desk.page(request, "bulk.html", status, **given)
