"""The faults that real sites have shown, each with what a crawl must make of it, whatever the family."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from notices.run import CHALLENGE, EMPTY, LAYOUT, LOGIN, OVER_BUDGET, REFUSED, SERVER_ERROR, TIMEOUT, TLS
from tests.portal import replies
from tests.portal.families import Family, stock_of
from tests.portal.replies import Reply
from tests.portal.site import SitePortal

TEN_MB = 10 * 1024 * 1024
LISTS, PAGES = "lists", "pages"
LOGIN_PAGE = (
    "<html><head><title>用户登录</title></head><body><form action='/login'>用户登录"
    "<input name='u'><input type='password' name='p'></form></body></html>"
)


@dataclass(frozen=True, slots=True)
class Fault:
    """`where` it is: in the lists or the notices' pages, by `reply`; or what `disturb` does before the first crawl.

    `failure` is the class that it is named by, "" for one that must do no harm (but for an `issue` of its own);
    `stores`: whether notices come in.
    `settings` and `budget` are the crawl's. `crawls`: how many crawls it takes to see what became of it.
    """

    name: str
    failure: str = ""
    where: str = ""
    reply: Reply = replies.ORDINARY
    disturb: Callable[[SitePortal, Family], Any] = lambda portal, family: None
    stores: bool = False
    issue: str = ""
    budget: int = 6000
    scheme: str = "http"
    notices: int = 3
    crawls: int = 1
    settings: dict[str, Any] = field(default_factory=dict)


def new_layout(body: bytes) -> bytes:
    """The same words after a change of layout: other names in JSON, bare tags in HTML."""
    if body.lstrip().startswith(b"{"):
        return re.sub(rb'"([A-Za-z_]+)":', rb'"x\1":', body)
    return re.sub(rb"<(\w+)[^>]*>", rb"<\1>", body)


def _twice(portal: SitePortal, family: Family) -> None:
    stock = stock_of(portal.site)
    stock.insert(1, stock[0])


def _shift(portal: SitePortal, family: Family) -> None:
    stock = stock_of(portal.site)
    portal.after(family.lists, lambda: stock.insert(0, family.newest(stock)))


def _forbid(portal: SitePortal, family: Family) -> None:
    portal.robots = "User-agent: *\nDisallow: /"


def _circle(portal: SitePortal, family: Family) -> None:
    portal.always("/round", replies.redirect("/round"))


def _gone(portal: SitePortal, family: Family) -> None:
    portal.on(family.pages, replies.not_found())


FAULTS = (
    Fault("ordinary", stores=True),
    Fault("429", REFUSED, LISTS, replies.too_many_requests(None)),
    Fault("429 asking for an hour", REFUSED, LISTS, replies.too_many_requests(3600)),
    Fault("403", REFUSED, LISTS, replies.forbidden()),
    Fault("503", SERVER_ERROR, LISTS, replies.unavailable()),
    Fault("slow", TIMEOUT, LISTS, replies.slow(3.0), settings={"DOWNLOAD_TIMEOUT": 0.3}),
    Fault("drop by drop", TIMEOUT, LISTS, replies.slow(piece=1, gap=0.2), settings={"DOWNLOAD_TIMEOUT": 0.3}),
    Fault("zero bytes", EMPTY, LISTS, replies.nothing()),
    Fault("challenge", CHALLENGE, LISTS, replies.challenge()),
    Fault("captcha", CHALLENGE, LISTS, replies.captcha()),
    Fault("challenge before the pages", CHALLENGE, PAGES, replies.challenge()),
    Fault("captcha before the pages", CHALLENGE, PAGES, replies.captcha()),
    Fault("login", LOGIN, LISTS, replies.page(LOGIN_PAGE)),
    Fault("login before the pages", LOGIN, PAGES, replies.page(LOGIN_PAGE)),
    Fault("sent to a login", LOGIN, LISTS, replies.redirect("/user/login")),
    Fault("changed layout", LAYOUT, LISTS, Reply(rewrite=new_layout)),
    Fault("list moved away", LAYOUT, LISTS, replies.not_found()),
    Fault("redirect loop", SERVER_ERROR, LISTS, replies.redirect("/round"), disturb=_circle),
    Fault("connection dropped", SERVER_ERROR, LISTS, replies.reset()),
    Fault("cut in half", SERVER_ERROR, LISTS, replies.truncated()),
    Fault("10 MB page", OVER_BUDGET, LISTS, replies.big(TEN_MB)),
    Fault("never-ending body", OVER_BUDGET, LISTS, replies.endless(2 * TEN_MB)),
    Fault("budget spent", OVER_BUDGET, budget=1),
    Fault("no TLS", TLS, scheme="https"),
    Fault("robots forbid", REFUSED, disturb=_forbid),
    Fault("wrong charset", "", LISTS, replies.gbk_as("utf-8"), stores=True),
    Fault("GBK", "", LISTS, replies.gbk_as("gbk"), stores=True),
    Fault("wrong charset of the pages", "", PAGES, replies.gbk_as("utf-8"), stores=True),
    Fault("duplicates", disturb=_twice, stores=True),
    Fault("shifted pages", disturb=_shift, stores=True, notices=9, crawls=2),
    Fault("late post", stores=True, crawls=2),
    Fault("edited", stores=True, crawls=2),
    Fault("deleted", where=PAGES, stores=True, disturb=_gone, issue="missing"),
)  # fmt: skip
