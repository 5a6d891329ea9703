"""Every form of the desk, sent by another site, by no page of ours, or for another page: nothing happens."""

import re
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from monitor.review.routes import PAGES, Page
from tests.review import invented, staff
from tests.review.conftest import Desk

FIELDS = {
    "verdict": "confirmed", "note": "x", "seen": "0", "assignee": "", "due": "", "published": "yes", "vouched": "yes",
    "name": "forged", "role": "admin", "act": "disabled", "back": "", "password": staff.PASSWORD, "repeated": "x" * 20,
    "present": staff.PASSWORD, "next": "/", "kept": "", "pick": "x:0",
}  # fmt: skip
FOREIGN = (
    {"origin": "https://evil.invalid"},
    {"origin": "http://127.0.0.1.evil.invalid"},
    {"origin": "http://127.0.0.1:81"},
    {"origin": "null", "sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"sec-fetch-site": "none"},
)
FORMS = [page for page in PAGES if page.method == "POST" and not page.path.startswith("/api/")]


def address_of(page: Page, desk: Desk, ids: dict[str, int]) -> str:
    path = page.path.replace("{key}", desk.keys["h100"]).replace("/accounts/{id:int}", f"/accounts/{ids['analyst']}")
    return re.sub(r"\{[^}]+\}", "1", path)


@pytest.fixture
def ids(desk: Desk) -> dict[str, int]:
    return staff.hire_all(desk.store)


def state(desk: Desk) -> list[object]:
    """Everything that a form can change, but the tries to log in."""
    with desk.store.read() as unit:
        return [unit.audit.count(), unit.accounts.all(), unit.keys.all(), unit.accounts.open_links(invented.NOW)]


def tokens(browser: TestClient, desk: Desk) -> dict[str, str]:
    """The tokens of the forms that a browser is shown, by where each is sent."""
    pages = ("/", f"/findings/{desk.keys['h100']}", "/account", "/accounts", "/keys", "/login")
    found: dict[str, str] = {}
    for page in pages:
        for action, form in re.findall(
            r'<form method="post" action="([^"]*)"(.*?)</form>', browser.get(page).text, re.DOTALL
        ):
            found |= dict.fromkeys([action], *re.findall(r'name="token" value="(\w+)"', form)[:1])
    assert found
    return found


def forgeries(browser: TestClient, address: str, desk: Desk) -> Iterator[tuple[dict[str, str], dict[str, str]]]:
    """Headers and fields of a form that our page did not send; from elsewhere even with the right token."""
    signed = tokens(browser, desk)
    for headers in FOREIGN:
        yield headers, {"token": signed.get(address, "x")}
    yield {}, {}
    yield {}, {"token": ""}
    yield {}, {"token": "é\0" * 40}
    for action, token in signed.items():
        if action != address:
            yield {}, {"token": token}


def assert_nothing_happens(browser: TestClient, desk: Desk, ids: dict[str, int]) -> None:
    before = state(desk)
    for page in FORMS:
        address = address_of(page, desk, ids)
        for headers, fields in forgeries(browser, address, desk):
            answer = browser.post(address, data=FIELDS | fields, headers=headers)
            told = (address, headers, fields, answer.status_code)
            assert answer.status_code in {400, 401, 403, 404, 410}, told
            assert not answer.headers.get("location"), told
            assert state(desk) == before, told


def test_in_the_name_of_an_admin_nothing_happens(desk: Desk, ids: dict[str, int]) -> None:
    nobody = staff.desk_of(desk.store, desk.captures, staff.Clock())
    assert_nothing_happens(staff.logged_in(nobody, staff.NAMES["admin"]), desk, ids)


def test_in_the_name_of_nobody_nothing_happens(desk: Desk, ids: dict[str, int]) -> None:
    assert_nothing_happens(staff.desk_of(desk.store, desk.captures, staff.Clock()), desk, ids)


def test_at_a_desk_without_accounts_nothing_happens(desk: Desk) -> None:
    assert_nothing_happens(desk.client, desk, {"analyst": 1})
