"""What the desk's pages share: the store, the words, and the rendering of a page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from anyio import CapacityLimiter
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from monitor.review.api.asking import Rates
from monitor.review.entities import entity_url
from monitor.review.glossary import glosser
from monitor.review.page_image import Pictures
from monitor.review.people import People, is_secure
from monitor.review.query import Problem, Query, UnknownFilterError
from monitor.review.remembered import Remembered
from monitor.review.security import COOKIE, FormTokens
from monitor.review.sources import SourceLine, SourceLines
from monitor.review.turns import Turns
from monitor.review.words import LANGUAGES, Words, day, moment, money, shown, web_address, yuan
from monitor.watchlist import Watchlist, load_watchlist
from notices.review import REASONS
from storage import Store, Unit
from storage.facets import Facets
from storage.overview import Counted
from storage.search import KnownFacets

HERE = Path(__file__).resolve().parent
LANGUAGE_COOKIE = "desk_language"
# What is longer is no value that any page knows, and the page that says so need not repeat it.
LONGEST = 1_000
YEAR = 365 * 24 * 3600


def environment() -> Environment:
    """The templates with what all of them use."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(yuan=yuan, money=money, moment=moment, day=day, web_address=web_address)
    made.globals.update(glosser=glosser, entity_url=entity_url, reasons=REASONS)
    made.filters["shown"] = shown
    return made


@dataclass(frozen=True, slots=True)
class Desk:
    """`captures` is the folder of the WARC files; `people` says how to tell who is asking.

    `counted`, `facets`, `searched` and `remembered` keep what need not be counted or read again, `rates` how often
    programs asked.
    """

    store: Store
    captures: Path
    clock: Callable[[], datetime]
    source_lines: SourceLines
    people: People
    tokens: FormTokens = field(default_factory=FormTokens)
    templates: Environment = field(default_factory=environment)
    watchlist: Watchlist = field(default_factory=load_watchlist)
    counted: Counted = field(default_factory=Counted)
    facets: Facets = field(default_factory=Facets)
    rates: Rates = field(default_factory=Rates)
    pictures: Pictures = field(default_factory=Pictures)
    searched: KnownFacets = field(default_factory=KnownFacets)
    remembered: Remembered = field(default_factory=Remembered)
    turns: Turns = field(default_factory=Turns)
    # So many files are made at a time; who asks for another waits.
    exports: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(2))

    def sources(self) -> Sequence[SourceLine]:
        return self.source_lines() if callable(self.source_lines) else self.source_lines

    def labels(self, unit: Unit) -> dict[str, str]:
        """Every item that a present finding has, with its label."""
        return self.remembered.of(unit, "labels", unit.findings.labels)

    def page(self, request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
        """A page in the reader's language. The choice of a language, and the browser's half of form tokens, stay."""
        language = language_of(request)
        form_cookie = self.tokens.cookie(request)
        session = values.pop("session", "") or self.tokens.session(request)
        cookie = session or form_cookie
        given = {"w": Words(language), "language": language, "languages": _language_links(request), "desk": self}
        given |= {"here": request.url.path, "cookie": cookie, "now": self.clock()}
        given |= {"person": getattr(request.state, "person", None), "sign": partial(self.tokens.token, cookie)}
        html = self.templates.get_template(template).render(given | values)
        response = HTMLResponse(html, status)
        if not session and request.cookies.get(COOKIE) != form_cookie:
            response.set_cookie(
                COOKIE, form_cookie, httponly=True, samesite="strict", path="/", secure=is_secure(self, request)
            )
        if request.query_params.get("lang") in LANGUAGES:
            response.set_cookie(LANGUAGE_COOKIE, language, max_age=YEAR, httponly=True, samesite="strict", path="/")
        return response


def check_language(request: Request) -> None:
    """UnknownFilterError if the address asks for a language that the desk does not have."""
    asked = request.query_params.get("lang")
    if asked is not None and asked not in LANGUAGES:
        raise UnknownFilterError((Problem("lang", asked, LANGUAGES),), Query())


def language_of(request: Request) -> str:
    """The language that the address asks for, else the one chosen before, else English."""
    for wanted in (request.query_params.get("lang"), request.cookies.get(LANGUAGE_COOKIE)):
        if wanted in LANGUAGES:
            return wanted
    return LANGUAGES[0]


def _language_links(request: Request) -> dict[str, str]:
    if request.method != "GET":
        return {}
    asked, passing = request.query_params.multi_items(), {"lang", "done", "batch", "undone", "noted"}
    kept = [pair for pair in asked if pair[0] not in passing and len(pair[1]) <= LONGEST]
    return {each: f"?{urlencode([*kept, ('lang', each)])}" for each in LANGUAGES}
