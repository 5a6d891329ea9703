"""Notices, procedures and sources by the API."""

from dataclasses import asdict, replace

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from monitor.export.columns import notice_row_of
from monitor.review.api.answers import answer, listed, moment
from monitor.review.api.asking import OVERLAP, known_only, moment_in, one_of, page_of
from monitor.review.api.findings import PAGED
from monitor.review.desk import Desk
from monitor.review.privacy import without_contacts
from notices.codelists import NOTICE_KINDS
from notices.document import Capture
from notices.notice import Notice
from notices.ocds import record_of
from notices.places import places_of
from notices.record import procedure_row
from storage import Unit
from storage.notices import StoredNotice
from storage.paging import NoticeFilter
from storage.procedures import Procedure

LARGEST_ID = 2**62


def notices(desk: Desk, request: Request) -> Response:
    """Notices in the order in which they came in."""
    known_only(request, "source", "kind", "since", "until", *PAGED)
    page = page_of(request, int)
    kind = one_of(request, "kind", NOTICE_KINDS.codes)
    since, until = moment_in(request, "since"), moment_in(request, "until", end=True)
    after = page.after[0] if page.after else 0
    with desk.store.read() as unit:
        until = page.known_until(unit, desk.clock())
        chosen = NoticeFilter(_source(unit, desk, request), kind, since, until)
        ids = unit.paging.notices(chosen, page.limit + 1, after, page.changed_since)  # type: ignore[arg-type]
        stored = [each for each in map(unit.notices.by_id, ids[: page.limit]) if each is not None]
        found = unit.paging.findings_of([each.id for each in stored])
    rows = [notice_row(each, found.get(each.id, [])) for each in stored]
    return listed(request, rows, until, (ids[page.limit - 1],) if len(ids) > page.limit else None)


def notice(desk: Desk, request: Request) -> Response:
    """One notice with its revisions, captures, and what was fetched of its attachments."""
    known_only(request, "text")
    with_text = one_of(request, "text", ("yes", "no")) == "yes"
    notice_id = request.path_params["id"]
    with desk.store.read() as unit:
        stored = unit.notices.by_id(notice_id) if notice_id < LARGEST_ID else None
        if stored is None:
            raise HTTPException(404, "no_notice")
        found = unit.paging.findings_of([notice_id]).get(notice_id, [])
        revisions = unit.notices.revisions(notice_id)
        captures = dict(unit.captures.of_notice(notice_id))
        documents = unit.documents.of_notice(notice_id)
    sha256 = ""
    lines = []
    for number, seen_at, _ in revisions:
        sha256 = captures[number].sha256 if number in captures else sha256
        lines.append({"revision": number, "seen_at": moment(seen_at), "capture_sha256": sha256 or None})
    files = [
        {"number": each.number, "url": each.document.url, "capture": each.capture and capture_row(each.capture)}
        for each in documents
    ]
    more = {"revisions": lines, "captures": list(map(capture_row, captures.values())), "document_captures": files}
    if not with_text:
        return answer(request, notice_row(stored, found) | more | {"text": None, "places": []})
    read = replace(stored.notice, text=_readable(stored.notice))
    more |= {"text": read.text, "places": [asdict(place) for place in places_of(read)]}
    return answer(request, notice_row(stored, found) | more)


def procedures(desk: Desk, request: Request) -> Response:
    """Procurements in the order of their ids."""
    known_only(request, "source", *PAGED)
    page = page_of(request, str)
    after = page.after[0] if page.after else ""
    with desk.store.read() as unit:
        until = page.known_until(unit, desk.clock())
        source = _source(unit, desk, request)
        ids = unit.paging.procedures(page.limit + 1, after, source, page.changed_since)  # type: ignore[arg-type]
        found = [each for each in map(unit.procedures.get, ids[: page.limit]) if each is not None]
    rows = list(map(_procedure_row, found))
    return listed(request, rows, until, (ids[page.limit - 1],) if len(ids) > page.limit else None)


def procedure(desk: Desk, request: Request) -> Response:
    """One procurement as an OCDS record."""
    known_only(request)
    with desk.store.read() as unit:
        found = unit.procedures.get(request.path_params["id"])
    if found is None:
        raise HTTPException(404)
    return answer(request, record_of(found.id, found.releases, found.again))


def sources(desk: Desk, request: Request) -> Response:
    """Every source with its health."""
    known_only(request)
    rows = [
        {
            "id": each.id,
            "title": each.title,
            "family": each.family,
            "state": each.state,
            "last_run": moment(each.last_run),
            "last_success": moment(each.last_success),
            "notices_7d": each.notices_7d,
            "gap": each.gap or None,
            "trouble": each.trouble or None,
        }
        for each in desk.sources()
    ]
    return listed(request, rows, desk.clock() - OVERLAP, None)


def notice_row(stored: StoredNotice, found: list[str]) -> dict[str, object]:
    return (
        {"notice_id": stored.id}
        | notice_row_of(stored)
        | {
            "first_seen_at": moment(stored.first_seen_at),
            "last_seen_at": moment(stored.last_seen_at),
            "gone_at": moment(stored.gone_at),
            "gone_reason": stored.gone_reason,
            "findings": found,
        }
    )


def capture_row(kept: Capture) -> dict[str, object]:
    return asdict(kept) | {"fetched_at": moment(kept.fetched_at)}


def _procedure_row(found: Procedure) -> dict[str, object]:
    places = [
        {
            "source": place.source,
            "id": place.id,
            "kind": release.notice.kind,
            "published": place.published,
            "url": place.url,
        }
        for release in found.releases
        for place in release.places
    ]
    return procedure_row(found.id, found.releases, found.again) | {"notices": places}


def _source(unit: Unit, desk: Desk, request: Request) -> str | None:
    if "source" not in request.query_params:
        return None
    known = [*(line.id for line in desk.sources()), *unit.notices.sources()]
    return one_of(request, "source", tuple(dict.fromkeys(known)))


def _readable(read: Notice) -> str:
    people = [name for each in read.terms.contacts for name in (each.person, each.phone) if name and len(name) > 1]
    return without_contacts(read.text, sorted(people, key=len, reverse=True))
