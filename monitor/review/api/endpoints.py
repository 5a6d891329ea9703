"""Every address of the API: what answers it, for whom, with which parameters and shapes."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from monitor.review.api import findings, notes, notices
from monitor.review.api.answers import answer
from monitor.review.api.openapi import document
from monitor.review.api.schemas import AT, TEXT, Schema, named, page_of_many
from monitor.review.desk import Desk
from monitor.review.query import VIEWS, Query, allowed_values
from notices.account import ANALYST, READER
from notices.codelists import NOTICE_KINDS

V1 = "/api/v1"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter; `where` is "query" or "path"."""

    name: str
    schema: Schema
    meaning: str
    where: str = "query"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One address with its method; `gives` is the schema of what it answers, `takes` of what it is sent."""

    path: str
    name: str
    summary: str
    answer: Callable[[Desk, Request], Any]
    gives: Schema
    parameters: tuple[Parameter, ...] = ()
    role: str = READER
    method: str = "GET"
    status: int = 200
    takes: Schema | None = None


def _key(meaning: str) -> Parameter:
    return Parameter("key", TEXT, meaning, "path")


def _of_queue() -> tuple[Parameter, ...]:
    """The queue's filters: each that its address understands, with its values where they are the same everywhere."""
    allowed = {name: values for name, values in allowed_values((), (), ()).items() if name != "listed"}
    asked = [part.name for part in fields(Query) if part.name not in {"page", "view", "source", "since", "until"}]
    return (
        Parameter("view", {"enum": list(VIEWS)}, "as on the desk; without it all findings, flagged or not"),
        *(Parameter(name, {"enum": list(allowed[name])} if allowed.get(name) else TEXT, "as in the queue's address")
          for name in asked),
    )  # fmt: skip


SOURCE = Parameter("source", TEXT, "id of a source")
DAYS = (
    Parameter("since", TEXT, "published on or after this day (Beijing time)"),
    Parameter("until", TEXT, "published on or before this day"),
)
PAGED = (
    Parameter("limit", {"type": "integer", "minimum": 1, "maximum": 500, "default": 100}, "rows of a page"),
    Parameter("cursor", TEXT, "as `next` of the page before has it"),
    Parameter("changed_since", AT, "only what changed at or after this moment: `as_of` of an earlier list"),
)
KEY = _key("the finding's id")


def openapi(desk: Desk, request: Request) -> Response:  # noqa: ARG001
    return answer(request, document(ENDPOINTS))


ENDPOINTS = (
    Endpoint(f"{V1}/findings", "listFindings", "Findings, the newest found first. With changed_since also those that "
             "are no longer found.", findings.findings, page_of_many("Finding"),
             (*_of_queue(), SOURCE, *DAYS, *PAGED)),
    Endpoint(f"{V1}/findings/{{key}}", "getFinding", "One finding, found or no longer found.", findings.finding,
             named("Finding"), (KEY,)),
    Endpoint(f"{V1}/findings/{{key}}/reviews", "listFindingReviews", "A finding's verdicts, oldest first.",
             findings.finding_reviews, page_of_many("Review"), (KEY,)),
    Endpoint(f"{V1}/findings/{{key}}/reviews", "giveReview", "Give a verdict, signed by the key.",
             findings.give_review, named("Review"), (KEY,), ANALYST, "POST", 201, named("Verdict")),
    Endpoint(f"{V1}/findings/{{key}}/notes", "listFindingNotes", "What was noted on a finding, oldest first.",
             notes.finding_notes, page_of_many("Note"), (KEY,)),
    Endpoint(f"{V1}/findings/{{key}}/notes", "addNote", "Note something on a finding without judging it, signed by "
             "the key.", notes.add_note, named("Note"), (KEY,), ANALYST, "POST", 201, named("NewNote")),
    Endpoint(f"{V1}/notes", "listNotes", "All notes on findings, oldest first.", notes.notes,
             page_of_many("Note"), PAGED),
    Endpoint(f"{V1}/reviews", "listReviews", "All verdicts, oldest first.", findings.reviews,
             page_of_many("Review"), PAGED),
    Endpoint(f"{V1}/notices", "listNotices", "Notices in the order in which they came in.", notices.notices,
             page_of_many("Notice"),
             (SOURCE, Parameter("kind", {"enum": list(NOTICE_KINDS.codes)}, "stage"), *DAYS, *PAGED)),
    Endpoint(f"{V1}/notices/{{id:int}}", "getNotice", "One notice with revisions, captures and attachments.",
             notices.notice, named("NoticeInFull"),
             (Parameter("id", {"type": "integer"}, "the store's id", "path"),
              Parameter("text", {"enum": ["yes", "no"]}, "whether to give the readable body"))),
    Endpoint(f"{V1}/procedures", "listProcedures", "Procurements in the order of their ids.", notices.procedures,
             page_of_many("Procedure"), (SOURCE, *PAGED)),
    Endpoint(f"{V1}/procedures/{{id}}", "getProcedure", "One procurement as an OCDS record.", notices.procedure,
             named("Record"), (Parameter("id", TEXT, "the procurement's id", "path"),)),
    Endpoint(f"{V1}/sources", "listSources", "Every source with its health.", notices.sources,
             page_of_many("Source")),
    Endpoint(f"{V1}/openapi.json", "getOpenApi", "This document.", openapi, {"type": "object"}),
)  # fmt: skip
