"""People of an invented newsroom, and how a browser of theirs logs in."""

import re
import warnings
from datetime import datetime
from html import unescape
from pathlib import Path

from argon2 import PasswordHasher
from httpx import Response

from monitor.review.app import make_app
from monitor.review.passwords import Passwords, digest_of
from monitor.review.people import People
from notices.account import INVITATION, ROLES, Link
from storage import Store
from tests.review import invented

with warnings.catch_warnings():
    # Starlette asks for httpx2, which is no dependency of ours; httpx answers the same.
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

NAMES = {"reader": "阅读员甲", "analyst": "分析员乙", "editor": "Éditrice Ω", "admin": "管理员丁"}
PASSWORD = "a long enough 密码 of mine"
# What a guess costs is no matter here.
PASSWORDS = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


class Clock:
    """A clock that is set by hand."""

    def __init__(self, at: datetime = invented.NOW) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


def hire(store: Store, name: str, role: str, at: datetime = invented.NOW) -> int:
    """Makes an account as an invitation does; returns its id."""
    encoded = PASSWORDS.encoded(PASSWORD, name)
    digest = digest_of(f"link of {name}")
    with store.begin() as unit:
        unit.accounts.add_link(Link(digest, INVITATION, role, name, "terminal", at, at.replace(year=at.year + 1)))
        return unit.accounts.use(digest, name, encoded, at).id


def hire_all(store: Store) -> dict[str, int]:
    return {role: hire(store, NAMES[role], role) for role in ROLES}


def desk_of(store: Store, captures: Path, clock: Clock, **options: object) -> TestClient:
    """A browser at a desk with accounts, logged in as nobody."""
    people = People("analyst", accounts=True, passwords=PASSWORDS)
    given: dict[str, object] = {"sources": invented.SOURCES, "people": people} | options
    app = make_app(store, captures, clock=clock, **given)  # type: ignore[arg-type]
    return another(TestClient(app))


def another(browser: TestClient, base_url: str = "http://127.0.0.1", **options: object) -> TestClient:
    """Another browser at the same desk."""
    return TestClient(browser.app, base_url=base_url, follow_redirects=False, **options)  # type: ignore[arg-type]


def hidden(page: str, action: str = "") -> dict[str, str]:
    """The hidden fields of a page's form that is sent to `action` (of the last form if none is named)."""
    forms = re.findall(r'<form method="post" action="([^"]*)"[^>]*>(.*?)</form>', page, re.DOTALL)
    found = [inside for to, inside in forms if unescape(to) == action or not action]
    assert found, f"no form for {action!r}"
    pairs = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', found[-1])
    return {name: unescape(value) for name, value in pairs}


def send(browser: TestClient, page: str, action: str, **fields: str) -> Response:
    """Opens a page and sends its form for `action`."""
    shown = browser.get(page)
    return browser.post(action, data=hidden(shown.text, action) | fields)


def log_in(browser: TestClient, name: str, password: str = PASSWORD, page: str = "/login") -> Response:
    return send(browser, page, "/login", name=name, password=password)


def logged_in(browser: TestClient, name: str, password: str = PASSWORD) -> TestClient:
    """Another browser at the same desk, logged in."""
    mine = another(browser)
    answer = log_in(mine, name, password)
    assert answer.status_code == 303, answer.text[:500]
    return mine
