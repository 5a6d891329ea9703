"""The audit log: who did what, newest first, and whether the chain is whole."""

import json
from collections.abc import Iterator
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from monitor.review.desk import Desk, check_language
from monitor.review.query import Problem, Query, UnknownFilterError
from monitor.review.state_pages import SIZE, cut, page_asked
from monitor.review.words import shown
from notices.audit import first_fault, is_as_written
from storage import Store

FILTERS = ("by", "act", "subject")
LONGEST = 200


def audit(desk: Desk, request: Request) -> Response:
    check_language(request)
    page = page_asked(request, "page")
    chosen = {name: shown(request.query_params.get(name, "")).strip() or None for name in FILTERS}
    with desk.store.read() as unit:
        acts = unit.audit.acts()
        _check(chosen, acts)
        found, more = cut(unit.audit.newest(SIZE + 1, (page - 1) * SIZE, **chosen))
        total = unit.audit.count()
        checked = first_fault(unit.audit.all()) if request.query_params.get("check") == "whole" else None
    kept = {name: value for name, value in chosen.items() if value}
    return desk.page(
        request,
        "audit.html",
        entries=[(each, is_as_written(each)) for each in found],
        more=more,
        page=page,
        base=f"/audit?{urlencode([*kept.items(), ('page', '')])}",
        chosen=chosen,
        acts=acts,
        total=total,
        checked=checked,
    )


def audit_export(desk: Desk, request: Request) -> Response:  # noqa: ARG001
    """The whole log as JSON Lines, in its order, with every digest."""
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
