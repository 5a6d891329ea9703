"""A finding's page: its quote in the notice's text, the facts, the procedure, the attachments, the verdicts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from monitor.review.desk import Desk, check_language
from monitor.review.duty_view import duty_view
from monitor.review.finding_context import context_of, today_of
from monitor.review.finding_subject import Subject, read_subject
from monitor.review.flash import flash_of, may_undo
from monitor.review.marked_text import (
    ALSO,
    HIT,
    LONG,
    OTHER,
    Block,
    Gap,
    Mark,
    located,
    marked_blocks,
    part_at,
    part_of,
)
from monitor.review.page_image import pages_shown
from monitor.review.people import who
from monitor.review.query import Query
from monitor.review.queue_page import queue_asked
from monitor.review.quotes import quoted
from monitor.review.room import within
from notices.document import Text
from notices.finding import Place
from notices.review import standing

PART = 15_000
AROUND = 120
# A page stays under 100 KB: so many characters of a notice's texts, none of which is shown in fewer than LEAST.
ROOM, LEAST = 14_000, 1_500
# And so many letters of what the steps of its procedure changed.
STEPS_ROOM = 5_000


@dataclass(frozen=True, slots=True)
class Evidence:
    """One text of the notice to show: its place, its blocks, and whether the finding's quote stands in it."""

    text: Text
    blocks: tuple[Block, ...]
    has_hit: bool

    @property
    def is_long(self) -> bool:
        return any(isinstance(block, Gap) for block in self.blocks)

    def part(self, gap: Gap) -> int:
        """On which page of the whole text a gap begins, counted from 1."""
        return part_at(self.text.content, gap.start, PART) + 1


def finding(desk: Desk, request: Request) -> Response:
    check_language(request)
    key = request.path_params["key"]
    with desk.store.read() as unit:
        query = queue_asked(desk, unit, request.query_params.multi_items(), desk.labels(unit))
        subject = read_subject(unit, key)
        position = unit.findings.position(key, query.chosen())
        flash = flash_of(desk, unit, request)
    return show(desk, request, subject, query, position=position, flash=flash)


def finding_text(desk: Desk, request: Request) -> Response:
    """One text of a finding's notice in parts of PART characters: nothing of it is out of reach."""
    check_language(request)
    with desk.store.read() as unit:
        subject = read_subject(unit, request.path_params["key"])
    origin, part = request.query_params.get("origin", "body"), request.query_params.get("part", "1")
    chosen = next((text for text in subject.texts if text.origin == origin), None)
    parts = -(-len(chosen.content) // PART) if chosen else 0
    if chosen is None or not (part.isascii() and part.isdecimal() and 1 <= int(part[:9]) <= parts):
        raise HTTPException(404)
    number = int(part)
    blocks = part_of(chosen.content, marks_in(subject, origin, chosen.content), number - 1, PART)
    return desk.page(
        request,
        "text.html",
        subject=subject,
        report=subject.report,
        origin=origin,
        part=number,
        count=parts,
        blocks=blocks,
    )


def show(desk: Desk, request: Request, subject: Subject, query: Query, status: int = 200, **values: object) -> Response:
    """The page of a finding; after a verdict that could not be saved it carries the note and says why."""
    given: dict[str, object] = {"position": None, "flash": None, "problem": None, "note": "", "choice": ""}
    given["sent"] = None
    kept = standing(subject.history)
    may_take_back = bool(kept) and may_undo(who(desk, request), kept[-1])
    given["undo_path"] = f"/findings/{subject.report.key}/undo" if may_take_back else ""
    given |= {"evidence": tuple(_evidence(subject)), "report": subject.report}
    content = next((text.content for text in subject.texts if text.origin == subject.report.finding.place.origin), None)
    given["quote"] = quoted(subject.report.finding.place, content, around=AROUND)
    with desk.store.read() as unit:
        given["pages"] = tuple(pages_shown(subject, unit.documents.of_notice(subject.stored.id)))
        given["listings"] = unit.listings.of_notice(subject.stored.id)
        given["duty"] = duty_view(desk, unit, subject.report.key, subject.history)
        context = context_of(unit, subject, desk.watchlist, today_of(desk.clock()))
    at = next((index for index, step in enumerate(subject.steps) if step.this), 0)
    given["context"] = replace(context, steps=within(context.steps, at, STEPS_ROOM))
    return desk.page(request, "finding.html", status, subject=subject, query=query, **(given | values))


def marks_in(subject: Subject, origin: str, content: str) -> list[Mark]:
    """Where the finding and the notice's other findings stand in one text."""
    placed: list[tuple[Place, str]] = [(subject.report.finding.place, HIT)]
    placed += [(place, ALSO) for place in subject.report.finding.also]
    for other in subject.others:
        placed += [(place, OTHER) for place in (other.finding.place, *other.finding.also)]
    marks = []
    for place, level in placed:
        span = located(content, place.start, place.end, place.quote) if place.origin == origin else None
        if span:
            marks.append(Mark(*span, level))
    return marks


def _evidence(subject: Subject) -> Iterator[Evidence]:
    """The body always, any other text where something is marked in it; behind a gap what the page has no room for."""
    room = ROOM
    for text in _by_interest(subject):
        marks = marks_in(subject, text.origin, text.content)
        has_hit = any(mark.level == HIT for mark in marks)
        if not marks and text.origin != "body":
            continue
        blocks: tuple[Block, ...] = (Gap(0, len(text.content)),)
        if room > LEAST:
            blocks = marked_blocks(text.content, marks, long=min(LONG, room))
            room -= len(text.content) - sum(block.characters for block in blocks if isinstance(block, Gap))
        yield Evidence(text, blocks, has_hit)


def _by_interest(subject: Subject) -> Sequence[Text]:
    """The text that holds the quote first, the others in their order."""
    place = subject.report.finding.place
    return sorted(subject.texts, key=lambda text: text.origin != place.origin)
