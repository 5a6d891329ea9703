"""Who may do what: every page of the desk for every role, over HTTP."""

import re
from pathlib import Path

import pytest
from starlette.routing import Mount, Route

from monitor.review.routes import ANYBODY, PAGES, Page, allowed
from notices.account import ROLES, Person
from storage import Store
from tests.review import invented, staff
from tests.review.conftest import Desk


def address_of(page: Page, desk: Desk) -> str:
    """The page's address with something of the store in it."""
    with desk.store.read() as unit:
        sha256 = next(iter(unit.captures.all())).capture.sha256
    known = {"{key}": desk.keys["h100"], "{sha256}": sha256, "{route:path}": "restricted"}
    known |= {"{name:path}": "东屏理工大学", "{name}": "nvidia-h100"}
    return re.sub(r"\{[^}]+\}", lambda name: known.get(name.group(), "1"), page.path)


def test_every_route_of_the_desk_stands_in_the_table(desk: Desk) -> None:
    routes = [route for route in desk.client.app.routes if not isinstance(route, Mount)]  # type: ignore[attr-defined]
    served = {(route.path, method) for route in routes if isinstance(route, Route) for method in route.methods or ()}
    assert len(routes) == len(PAGES)
    assert {each for each in served if each[1] != "HEAD"} == {(page.path, page.method) for page in PAGES}
    assert all(page.role in (ANYBODY, *ROLES) for page in PAGES)
    anybody = {page.path for page in PAGES if page.role == ANYBODY}
    assert anybody <= {"/healthz", "/login", "/join/{token}"}


def test_a_form_that_changes_something_is_not_a_readers() -> None:
    own = {"/login", "/logout", "/join/{token}", "/filters", "/filters/{id:int}"}
    for page in PAGES:
        if page.method != "GET" and page.path not in own and not page.path.startswith("/account/"):
            assert ROLES.index(page.role) >= ROLES.index("analyst"), page.path


@pytest.mark.parametrize("role", ["", *ROLES])
def test_each_page_is_for_its_role_and_those_above_it(desk: Desk, role: str) -> None:
    staff.hire_all(desk.store)
    nobody = staff.desk_of(desk.store, desk.captures, staff.Clock())
    person = Person("somebody", role) if role else None
    for page in PAGES:
        browser = staff.logged_in(nobody, staff.NAMES[role]) if role else staff.another(nobody)
        answer = browser.request(page.method, address_of(page, desk), data={} if page.method == "POST" else None)
        told = f"{page.method} {page.path} as {role or 'nobody'}: {answer.status_code}"
        if allowed(page, person):
            assert "Your role does not allow this" not in answer.text, told
            assert not answer.headers.get("location", "").startswith("/login?next"), told
        elif role:
            assert answer.status_code == 403, told
            assert "Your role does not allow this" in answer.text, told
        else:
            assert answer.status_code in {303, 401}, told
            assert "NVIDIA" not in answer.text, told


def test_a_desk_without_accounts_needs_no_password_and_has_none(desk: Desk) -> None:
    assert desk.client.get("/").status_code == 200
    assert "This desk has no accounts" in desk.get("/login", 404)
    assert "/account" not in desk.get("/")


def test_a_verdict_is_signed_by_who_is_logged_in(desk: Desk) -> None:
    staff.hire_all(desk.store)
    browser = staff.logged_in(staff.desk_of(desk.store, desk.captures, staff.Clock()), staff.NAMES["analyst"])
    path = f"/findings/{desk.keys['h100']}"
    assert staff.send(browser, path, path, verdict="confirmed", note="已核对").status_code == 303
    with desk.store.read() as unit:
        assert unit.reviews.history(desk.keys["h100"])[0].reviewer == "分析员乙"
        entry = unit.audit.last()
    assert entry is not None
    assert (entry.by, entry.act, entry.subject) == ("分析员乙", "verdict", desk.keys["h100"])
    assert entry.told == {"old": None, "new": "confirmed", "note": "已核对"}


def test_roles_hold_on_each_database(store: Store, tmp_path: Path) -> None:
    keys = invented.fill(store, tmp_path / "captures")
    staff.hire_all(store)
    nobody = staff.desk_of(store, tmp_path / "captures", staff.Clock())
    path = f"/findings/{keys['h100']}"
    reader, analyst = (staff.logged_in(nobody, staff.NAMES[role]) for role in ("reader", "analyst"))
    fields = {"verdict": "confirmed", "note": ""}
    assert reader.post(path, data=staff.hidden(reader.get(path).text, path) | fields).status_code == 403
    assert analyst.post(path, data=staff.hidden(analyst.get(path).text, path) | fields).status_code == 303
