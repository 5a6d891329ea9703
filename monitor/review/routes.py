"""Every page of the desk, with the least role that may ask for it: the one table of who may do what."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from inspect import iscoroutinefunction
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from monitor.review.account_page import account, change_password, end_sessions, join, send_join
from monitor.review.admin_page import (
    accounts,
    change_account,
    keys,
    make_key,
    revoke_key,
    send_invitation,
    withdraw_invitation,
)
from monitor.review.api.answers import is_api, not_known
from monitor.review.api.endpoints import ENDPOINTS
from monitor.review.api.guard import paced, refused
from monitor.review.audit_page import audit, audit_export
from monitor.review.bulk_form import judge_many
from monitor.review.capture_page import capture_download, capture_page, capture_source, capture_text
from monitor.review.desk import HERE, Desk
from monitor.review.duty_form import assign, publish
from monitor.review.entity_page import list_of, page_of
from monitor.review.export_page import dossier, export_csv, export_dossiers, export_jsonl, export_xlsx
from monitor.review.feeds import feed
from monitor.review.finding_page import finding, finding_text
from monitor.review.login_page import ask_to_log_in, log_in, log_out, login, refuse
from monitor.review.notice_page import notice, notice_text
from monitor.review.overview_page import overview
from monitor.review.page_image import finding_page_image
from monitor.review.people import who
from monitor.review.precision_page import precision
from monitor.review.queue_page import queue
from monitor.review.saved_page import change_filter, filters, save_filter
from monitor.review.search_page import search
from monitor.review.state_pages import alerts, healthz, runs, sources
from monitor.review.undo_form import undo_batch, undo_verdict
from monitor.review.verdict_form import give_verdict
from notices.account import ADMIN, ANALYST, EDITOR, READER, Person
from storage.entities import ITEM
from storage.found import BUYER, SUPPLIER

# Whoever asks, logged in or not.
ANYBODY = ""


@dataclass(frozen=True, slots=True)
class Page:
    """One page or form: its address, what answers, the least role, and whether it is asked for or sent."""

    path: str
    answer: Callable[[Desk, Request], Any]
    role: str
    method: str = "GET"


PAGES = (
    Page("/", queue, READER),
    Page("/findings/{key}", finding, READER),
    Page("/findings/{key}", give_verdict, ANALYST, "POST"),
    Page("/findings/{key}/undo", undo_verdict, ANALYST, "POST"),
    Page("/findings/{key}/assign", assign, ANALYST, "POST"),
    Page("/findings/{key}/publish", publish, EDITOR, "POST"),
    Page("/findings/{key}/text", finding_text, READER),
    Page("/findings/{key}/page.png", finding_page_image, READER),
    Page("/findings/{key}/dossier", dossier, READER),
    Page("/export/dossiers.zip", export_dossiers, READER),
    Page("/export/findings.csv", export_csv, READER),
    Page("/export/findings.xlsx", export_xlsx, READER),
    Page("/export/findings.jsonl", export_jsonl, READER),
    Page("/bulk", judge_many, ANALYST, "POST"),
    Page("/batches/{batch}/undo", undo_batch, ANALYST, "POST"),
    Page("/filters", filters, READER),
    Page("/filters", save_filter, READER, "POST"),
    Page("/filters/{id:int}", change_filter, READER, "POST"),
    Page("/captures/{sha256}", capture_page, READER),
    Page("/captures/{sha256}/download", capture_download, READER),
    Page("/captures/{sha256}/text", capture_text, READER),
    Page("/captures/{sha256}/source", capture_source, READER),
    Page("/search", search, READER),
    Page("/notices/{id:int}", notice, READER),
    Page("/notices/{id:int}/text", notice_text, READER),
    Page("/overview", overview, READER),
    Page("/buyers", list_of(BUYER), READER),
    Page("/buyers/{name:path}", page_of(BUYER), READER),
    Page("/sellers", list_of(SUPPLIER), READER),
    Page("/sellers/{name:path}", page_of(SUPPLIER), READER),
    Page("/items", list_of(ITEM), READER),
    Page("/items/{name}", page_of(ITEM), READER),
    Page("/precision", precision, READER),
    Page("/sources", sources, READER),
    Page("/alerts", alerts, READER),
    Page("/feeds/{route:path}.atom", feed, READER),
    Page("/runs", runs, READER),
    Page("/healthz", healthz, ANYBODY),
    Page("/login", login, ANYBODY),
    Page("/login", log_in, ANYBODY, "POST"),
    Page("/logout", log_out, READER, "POST"),
    Page("/join/{token}", join, ANYBODY),
    Page("/join/{token}", send_join, ANYBODY, "POST"),
    Page("/account", account, READER),
    Page("/account/password", change_password, READER, "POST"),
    Page("/account/sessions", end_sessions, READER, "POST"),
    Page("/accounts", accounts, ADMIN),
    Page("/accounts/links", send_invitation, ADMIN, "POST"),
    Page("/accounts/links/{digest}", withdraw_invitation, ADMIN, "POST"),
    Page("/accounts/{id:int}", change_account, ADMIN, "POST"),
    Page("/keys", keys, ADMIN),
    Page("/keys", make_key, ADMIN, "POST"),
    Page("/keys/{id:int}", revoke_key, ADMIN, "POST"),
    Page("/audit", audit, EDITOR),
    Page("/audit/export", audit_export, EDITOR),
    *(Page(each.path, paced(each), each.role, each.method) for each in ENDPOINTS),
)


def routes_of(desk: Desk) -> list[Route | Mount]:
    """The routes of a desk, each behind its role."""
    made: list[Route | Mount] = [Route(each.path, _guarded(desk, each), methods=[each.method]) for each in PAGES]
    made.append(Mount("/static", StaticFiles(directory=HERE / "static")))
    return made


def allowed(page: Page, person: Person | None) -> bool:
    if page.role == ANYBODY or person is None:
        return page.role == ANYBODY
    # What a program let in would outlast its own key.
    return person.may(page.role) and not (page.role == ADMIN and person.key is not None)


def _guarded(desk: Desk, page: Page) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        # Nothing stored has this character, and PostgreSQL takes no question that has it.
        if "\0" in request.scope["path"]:
            raise HTTPException(404)
        person = await run_in_threadpool(who, desk, request) if page.role != ANYBODY else None
        if not allowed(page, person) and is_api(request):
            return refused(403, "role") if person is not None else not_known()
        if not allowed(page, person):
            return refuse(request, page.role) if person is not None else await ask_to_log_in(desk, request)
        if iscoroutinefunction(page.answer):
            response: Response = await page.answer(desk, request)
        else:
            response = await run_in_threadpool(page.answer, desk, request)
        if response.background is None:
            response.background = getattr(request.state, "note", None)
        return response

    async def answered(request: Request) -> Response:
        with desk.turns.page():
            return await answer(request)

    return answered
