"""The audit log: who did what, newest first, and whether the chain is whole."""

import json
from collections.abc import Iterator
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from monitor.review.desk import Desk, check_language, language_of
from monitor.review.export_page import note_export
from monitor.review.query import Problem, Query, UnknownFilterError
from monitor.review.state_pages import SIZE, cut, page_asked
from monitor.review.words import Words, codes, shown
from notices.audit import Entry, first_fault, is_as_written
from storage import Store

FILTERS = ("by", "act", "subject")
LONGEST = 200
# Which table of words has the codes of a detail.
_CODES = {"reason": "reason", "kind": "link", "role": "role"}
_CODED = {"verdict": "verdict", "verdict_undone": "verdict", "account_role": "role"}


def audit(desk: Desk, request: Request) -> Response:
    check_language(request)
    words = Words(language_of(request))
    page = page_asked(request, "page")
    chosen = {name: shown(request.query_params.get(name, "")).strip() or None for name in FILTERS}
    with desk.store.read() as unit:
        acts = unit.audit.acts()
        _check(chosen, acts)
        found, more = cut(unit.audit.newest(SIZE + 1, (page - 1) * SIZE, **chosen))
        total = unit.audit.count()
        checked = missing = None
        if request.query_params.get("check") == "whole":
            checked = first_fault(unit.audit.all())
            missing = None if checked[2] else unit.audit.missing()
    kept = {name: value for name, value in chosen.items() if value}
    return desk.page(
        request,
        "audit.html",
        entries=[(each, tuple(_told(words, each)), is_as_written(each)) for each in found],
        more=more,
        page=page,
        base=f"/audit?{urlencode([*kept.items(), ('page', '')])}",
        chosen=chosen,
        acts=acts,
        total=total,
        checked=checked,
        missing=missing,
    )


def _told(words: Words, entry: Entry) -> Iterator[tuple[str, str]]:
    """What an entry tells, its names and codes in the reader's words; what was empty is left out."""
    for name, value in entry.told.items():
        if value is not None and value != "":
            yield words.name("told", name), _value(words, entry.act, name, value)


def _value(words: Words, act: str, name: str, value: object) -> str:
    if isinstance(value, bool):
        return words("yes" if value else "no")
    table = _CODES.get(name) or _CODED.get(act, "") if name in {*_CODES, "old", "new"} else ""
    return words.name(table, str(value)) if table and str(value) in codes(table) else str(value)


def audit_export(desk: Desk, request: Request) -> Response:
    """The whole log as JSON Lines, in its order, with every digest."""
    note_export(desk, request, "audit.jsonl", None)
    headers = {"content-disposition": 'attachment; filename="audit.jsonl"', "cache-control": "no-store"}
    return StreamingResponse(_lines(desk.store), media_type="application/x-ndjson", headers=headers)


def _lines(store: Store) -> Iterator[str]:
    with store.read() as unit:
        for entry in unit.audit.all():
            yield json.dumps(entry.row(), ensure_ascii=False).encode("utf-8", "replace").decode() + "\n"


def _check(chosen: dict[str, str | None], acts: list[str]) -> None:
    act = chosen["act"]
    if act is not None and act not in acts:
        raise UnknownFilterError((Problem("act", act, tuple(acts)),), Query())
    for name, value in chosen.items():
        if value is not None and len(value) > LONGEST:
            raise UnknownFilterError((Problem(name, value[:LONGEST], (), f"≤ {LONGEST}"),), Query())
