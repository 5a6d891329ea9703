"""Findings and verdicts by the API."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from monitor.export.columns import finding_row_of
from monitor.review.api.answers import answer, listed, moment, problem
from monitor.review.api.asking import OVERLAP, known_only, page_of
from monitor.review.api.sent import take
from monitor.review.desk import Desk
from monitor.review.query import Problem, Query, UnknownFilterError
from monitor.review.queue_page import queue_asked
from monitor.review.verdict_form import LONGEST_NOTE, problem_with
from monitor.review.words import ENGLISH, Words, shown
from notices.review import REJECTED, Review
from storage import Unit
from storage.paging import DatedFinding

PAGED = ("limit", "cursor", "changed_since")


def findings(desk: Desk, request: Request) -> Response:
    """The findings of the queue's query; without `view` all of them, flagged or not."""
    page = page_of(request, datetime, str)
    pairs = [pair for pair in request.query_params.multi_items() if pair[0] not in PAGED]
    if "page" in dict(pairs):
        raise UnknownFilterError((Problem("page", dict(pairs)["page"], (), "follow `next` instead"),), Query())
    with desk.store.read() as unit:
        until = page.known_until(unit, desk.clock())
        query = queue_asked(desk, unit, pairs, desk.labels(unit))
        if "view" not in dict(pairs):
            query = query.with_(view="")
        chosen = replace(query.chosen(), changed_since=page.changed_since)
        found = unit.paging.findings(chosen, page.limit + 1, page.after)  # type: ignore[arg-type]
        rows = finding_rows(unit, found[: page.limit])
    last = found[page.limit - 1] if len(found) > page.limit else None
    return listed(request, rows, until, (last.report.found_at, last.report.key) if last else None)


def finding(desk: Desk, request: Request) -> Response:
    """One finding, also one that is no longer found: `withdrawn_at` says so."""
    known_only(request)
    with desk.store.read() as unit:
        return answer(request, finding_rows(unit, [_the_finding(unit, request)])[0])


def finding_reviews(desk: Desk, request: Request) -> Response:
    known_only(request)
    with desk.store.read() as unit:
        key = _the_finding(unit, request).report.key
        rows = [review_row(number, each) for number, each in unit.paging.reviews(finding_key=key)]
    return listed(request, rows, desk.clock() - OVERLAP, None)


def reviews(desk: Desk, request: Request) -> Response:
    """Every verdict, oldest first."""
    known_only(request, *PAGED)
    page = page_of(request, int)
    with desk.store.read() as unit:
        until = page.known_until(unit, desk.clock())
        after = page.after[0] if page.after else 0
        found = unit.paging.reviews(page.limit + 1, after, page.changed_since)  # type: ignore[arg-type]
    rows = [review_row(number, each) for number, each in found[: page.limit]]
    return listed(request, rows, until, (rows[-1]["id"],) if len(found) > page.limit else None)


async def give_review(desk: Desk, request: Request) -> Response:
    """A verdict after what was seen; 409 if the finding has verdicts that were not."""
    return await take(desk, request, "verdict", _give_review)


def finding_rows(unit: Unit, found: list[DatedFinding]) -> list[dict[str, object]]:
    keys = [each.report.key for each in found]
    counts, notices, notes = unit.reviews.counts(keys), unit.paging.notice_ids(keys), unit.notes.of_all(keys)
    return [
        finding_row_of(each.report, notes.get(each.report.key, ()))
        | {
            "found_at": moment(each.report.found_at),
            "notice_id": notices[each.report.key],
            "changed_at": moment(each.changed_at),
            "withdrawn_at": moment(each.withdrawn_at),
            "reviews": counts[each.report.key],
        }
        for each in found
    ]


def review_row(number: int, given: Review) -> dict[str, Any]:
    return {
        "id": number,
        "finding": given.finding,
        "verdict": given.verdict,
        "reason": given.reason or None,
        "note": given.note,
        "reviewer": given.reviewer,
        "at": moment(given.at),
        "undoes": given.undoes,
    }


def _give_review(desk: Desk, request: Request, by: str, sent: Any) -> Response:
    said = _verdict(sent)
    if isinstance(said, str):
        return problem(400, said)
    note = shown(str(said.get("note", ""))).strip()
    verdict, reason = str(said["verdict"]), str(said.get("reason", ""))
    wrong = problem_with(verdict, reason, note)
    if wrong is not None:
        return problem(wrong[0], Words(ENGLISH)(wrong[1], limit=f"{LONGEST_NOTE:,}"))
    if reason and verdict != REJECTED:
        return problem(400, "a reason is for a rejection only")
    key = request.path_params["key"]
    with desk.store.begin() as unit:
        if unit.findings.report(key) is None:
            raise HTTPException(404, "no_finding")
        given = Review(key, verdict, note, by, desk.clock(), reason)
        saved = unit.reviews.add_after(int(said["seen"]), given)
        count = unit.reviews.counts([key])[key]
        number, kept = unit.paging.reviews(finding_key=key)[-1] if count else (0, given)
    if not saved:
        return problem(409, "read the finding's reviews, then send yours with `seen` as it is now", reviews=count)
    return answer(request, review_row(number, kept), 201, location=f"/api/v1/findings/{key}/reviews")


def _verdict(said: Any) -> Mapping[str, Any] | str:
    """What was sent, or a sentence on what is wrong with it."""
    if not isinstance(said, dict):
        return "send a JSON object"
    unknown = said.keys() - {"verdict", "seen", "reason", "note"}
    if unknown:
        return f"{min(unknown)!r} is not known: send verdict, seen, reason, note"
    if any(not isinstance(said.get(name, ""), str) for name in ("verdict", "reason", "note")):
        return "verdict, reason and note are texts"
    seen = said.get("seen")
    if type(seen) is not int or seen < 0 or "verdict" not in said:
        return "send `verdict`, and `seen`: how many reviews the finding had when you read it"
    return said


def _the_finding(unit: Unit, request: Request) -> DatedFinding:
    found = unit.paging.finding(request.path_params["key"])
    if found is None:
        raise HTTPException(404, "no_finding")
    return found
