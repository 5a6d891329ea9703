"""Logging in over HTTP: guessed, fixed, expired, led astray, sent too late; what was written is not lost."""

import re
from datetime import timedelta
from html import unescape

import pytest
from starlette.testclient import TestClient

from storage import open_store
from storage.sessions import IDLE, LONGEST, MOST_FOR_NAME, MOST_FROM_ADDRESS, WINDOW
from tests.review import invented, staff
from tests.review.conftest import Desk, visible

ANALYST = staff.NAMES["analyst"]


@pytest.fixture
def clock() -> staff.Clock:
    return staff.Clock()


@pytest.fixture
def nobody(desk: Desk, clock: staff.Clock) -> TestClient:
    staff.hire_all(desk.store)
    return staff.desk_of(desk.store, desk.captures, clock)


def session_cookie(browser: TestClient) -> str:
    return str(browser.cookies.get("desk_session"))


def test_whoever_is_not_logged_in_is_led_to_the_login_and_back(nobody: TestClient, desk: Desk) -> None:
    path = f"/findings/{desk.keys['h100']}?severity=critical"
    led = nobody.get(path)
    assert led.status_code == 303
    assert led.headers["location"] == f"/login?next=%2Ffindings%2F{desk.keys['h100']}%3Fseverity%3Dcritical"
    answer = staff.log_in(nobody, ANALYST, page=led.headers["location"])
    assert (answer.status_code, answer.headers["location"]) == (303, path)
    assert ANALYST in nobody.get(path).text
    assert nobody.get("/login?next=/sources").headers["location"] == "/sources"


@pytest.mark.parametrize("typed", [ANALYST, f"  {ANALYST} ", "ÉDITRICE ω", "E\u0301ditrice Ω", "Éditrice Ω"])
def test_a_name_is_known_however_it_is_typed(nobody: TestClient, typed: str) -> None:
    assert staff.log_in(nobody, typed).status_code == 303


@pytest.mark.parametrize(
    ("name", "password"),
    [
        (ANALYST, "another password"),
        (ANALYST, ""),
        ("nobody", staff.PASSWORD),
        ("", ""),
        ("\x00", staff.PASSWORD),
        (ANALYST, staff.PASSWORD + "\x00"),
        (ANALYST, staff.PASSWORD.upper()),
        ("x" * 5000, "y" * 5000),
        ("' OR 1=1 --", "' OR 1=1 --"),
    ],
)
def test_what_does_not_fit_is_told_alike_whether_or_not_there_is_an_account(
    nobody: TestClient, name: str, password: str
) -> None:
    answer = staff.log_in(nobody, name, password)
    assert answer.status_code == 401
    assert "Name and password do not fit an account in use." in answer.text
    assert staff.PASSWORD not in answer.text
    assert "desk_session" not in nobody.cookies


def test_a_password_is_looked_at_as_thoroughly_where_there_is_no_account(
    nobody: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    hasher = type(staff.PASSWORDS.hasher)
    verify = hasher.verify
    monkeypatch.setattr(hasher, "verify", lambda self, kept, given: seen.append(kept) or verify(self, kept, given))
    for name in (ANALYST, "nobody at all"):
        staff.log_in(nobody, name, "a wrong password")
    assert len(seen) == 2
    assert {encoded.rsplit("$", 2)[0] for encoded in seen} == {"$argon2id$v=19$m=8,t=1,p=1"}


def test_a_password_of_a_megabyte_is_refused_before_it_is_read(nobody: TestClient) -> None:
    answer = staff.log_in(nobody, ANALYST, "x" * 1_000_000)
    assert answer.status_code == 413
    assert "too large" in answer.text
    assert staff.log_in(nobody, ANALYST).status_code == 303


def test_guessing_at_one_name_ends_after_some_tries_from_wherever_they_come(
    nobody: TestClient, desk: Desk, clock: staff.Clock
) -> None:
    for number in range(MOST_FOR_NAME):
        guesser = staff.another(nobody, client=(f"192.0.2.{number}", 1))
        assert staff.log_in(guesser, ANALYST, f"guess {number}").status_code == 401
    refused = staff.log_in(nobody, ANALYST)
    assert refused.status_code == 429
    assert refused.headers["retry-after"] == "900"
    assert "Too many tries. Try again in 15 min." in refused.text
    assert staff.log_in(nobody, staff.NAMES["reader"]).status_code == 303
    restarted = staff.desk_of(desk.store, desk.captures, clock)
    assert staff.log_in(restarted, ANALYST).status_code == 429
    clock.at += WINDOW
    assert staff.log_in(restarted, ANALYST).status_code == 303


def test_a_name_that_nobody_has_is_limited_the_same(nobody: TestClient) -> None:
    for _ in range(MOST_FOR_NAME):
        staff.log_in(nobody, "nobody")
    assert staff.log_in(nobody, "NOBODY").status_code == 429


def test_guessing_from_one_address_ends_whatever_the_names(nobody: TestClient) -> None:
    for number in range(MOST_FROM_ADDRESS):
        assert staff.log_in(nobody, f"name {number}").status_code == 401
    assert staff.log_in(nobody, ANALYST).status_code == 429
    assert staff.log_in(staff.another(nobody, client=("198.51.100.7", 1)), ANALYST).status_code == 303


def test_tries_that_came_to_an_end_well_are_forgotten(nobody: TestClient) -> None:
    for _ in range(3):
        for _ in range(MOST_FOR_NAME - 1):
            staff.log_in(staff.another(nobody), ANALYST, "wrong")
        assert staff.log_in(staff.another(nobody), ANALYST).status_code == 303
        nobody = staff.another(nobody, client=("203.0.113.9", 1))


def test_a_session_that_was_planted_is_not_the_one_that_is_logged_in(nobody: TestClient) -> None:
    nobody.cookies.set("desk_session", "planted-by-somebody-else-0123456789", domain="127.0.0.1", path="/")
    assert staff.log_in(nobody, ANALYST).status_code == 303
    tokens = [cookie.value for cookie in nobody.cookies.jar if cookie.name == "desk_session"]
    assert len(set(tokens) - {"planted-by-somebody-else-0123456789"}) == 1
    thief = staff.another(nobody, cookies={"desk_session": "planted-by-somebody-else-0123456789"})
    assert thief.get("/").headers["location"] == "/login"


def test_each_login_is_a_new_session_and_logging_out_ends_only_ones_own(nobody: TestClient) -> None:
    first, second = (staff.logged_in(nobody, ANALYST) for _ in range(2))
    old = session_cookie(first)
    assert session_cookie(second) != old
    assert staff.send(first, "/", "/logout").headers["location"] == "/login"
    assert "desk_session" not in first.cookies
    assert staff.another(nobody, cookies={"desk_session": old}).get("/").status_code == 303
    assert second.get("/").status_code == 200


def test_logging_in_again_ends_the_browsers_former_session(nobody: TestClient) -> None:
    staff.log_in(nobody, ANALYST)
    old = session_cookie(nobody)
    # As a page of the login that was opened before, in another window.
    form = staff.another(nobody, cookies={"desk_session": old})
    token = {"token": token_of_the_login(form)}
    answer = form.post("/login", data=token | {"name": staff.NAMES["reader"], "password": staff.PASSWORD})
    assert answer.status_code == 303
    assert staff.another(nobody, cookies={"desk_session": old}).get("/").status_code == 303


def token_of_the_login(browser: TestClient) -> str:
    """The token that the login's form has for a browser that is logged in: the answer to a wrong one shows it."""
    page = browser.post("/login", data={"token": "x", "name": "", "password": ""})
    return staff.hidden(page.text, "/login")["token"]


def test_the_store_has_no_token_and_no_password_in_it(nobody: TestClient, desk: Desk) -> None:
    staff.log_in(nobody, ANALYST)
    with desk.store.engine.connect() as connection:
        tables = ("account", "desk_session", "link", "audit", "login_try")
        kept = str([connection.exec_driver_sql(f"SELECT * FROM {table}").all() for table in tables])
    assert session_cookie(nobody) not in kept
    assert staff.PASSWORD not in kept
    assert "$argon2id$" in kept


def test_a_session_ends_when_it_is_not_used(nobody: TestClient, clock: staff.Clock) -> None:
    browser = staff.logged_in(nobody, ANALYST)
    clock.at += IDLE - timedelta(seconds=1)
    assert browser.get("/").status_code == 200
    clock.at += IDLE
    assert browser.get("/").headers["location"] == "/login"


def test_a_session_in_use_ends_after_a_week(nobody: TestClient, clock: staff.Clock) -> None:
    browser = staff.logged_in(nobody, ANALYST)
    begun = clock.at
    while clock.at + IDLE / 2 < begun + LONGEST:
        clock.at += IDLE / 2
        assert browser.get("/").status_code == 200, clock.at
    clock.at = begun + LONGEST
    assert browser.get("/").headers["location"] == "/login"


def test_a_verdict_sent_after_the_session_has_ended_is_kept_and_sent_once_more(
    nobody: TestClient, desk: Desk, clock: staff.Clock
) -> None:
    path = f"/findings/{desk.keys['h100']}"
    browser = staff.logged_in(nobody, ANALYST)
    fields = staff.hidden(browser.get(f"{path}?item=nvidia-h100").text, path)
    clock.at += IDLE
    note = '型号见"标的清单" <第4行>\r\n& 附件'
    asked = browser.post(path, data=fields | {"verdict": "confirmed", "note": note})
    assert asked.status_code == 401
    assert "You are not logged in any more, so nothing was saved yet." in asked.text
    assert "&lt;第4行&gt;" in asked.text
    wrong = browser.post("/login", data=staff.hidden(asked.text, "/login") | {"name": ANALYST, "password": "no"})
    assert wrong.status_code == 401
    again = browser.post(
        "/login", data=staff.hidden(wrong.text, "/login") | {"name": ANALYST, "password": staff.PASSWORD}
    )
    assert again.status_code == 200
    assert "You chose: Confirmed" in visible(again.text)
    shown = re.search(r'<textarea[^>]*name="note"[^>]*>\n(.*?)</textarea>', again.text, re.DOTALL)
    assert shown
    kept = staff.hidden(again.text, path) | {"note": unescape(shown.group(1))}
    assert browser.post(path, data=kept).status_code == 303
    with desk.store.read() as unit:
        (given,) = unit.reviews.history(desk.keys["h100"])
    assert (given.verdict, given.reviewer) == ("confirmed", ANALYST)
    assert given.note == '型号见"标的清单" <第4行>\n& 附件'


def test_a_verdict_of_ten_thousand_characters_survives_an_ended_session(
    nobody: TestClient, desk: Desk, clock: staff.Clock
) -> None:
    path = f"/findings/{desk.keys['h100']}"
    browser = staff.logged_in(nobody, ANALYST)
    fields = staff.hidden(browser.get(path).text, path) | {"verdict": "unsure", "note": "长" * 10_000}
    clock.at += IDLE
    asked = browser.post(path, data=fields)
    login = staff.hidden(asked.text, "/login") | {"name": ANALYST, "password": staff.PASSWORD}
    again = browser.post("/login", data=login)
    assert again.status_code == 200
    assert "长" * 10_000 in again.text


def test_a_form_that_another_site_sends_is_not_kept_for_anybody(nobody: TestClient, desk: Desk) -> None:
    path = f"/findings/{desk.keys['h100']}"
    fields = {"verdict": "rejected", "reason": "existing", "note": "of somebody else"}
    answer = nobody.post(path, data=fields, headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403
    assert "of somebody else" not in answer.text


def test_a_password_that_was_sent_after_the_session_had_ended_is_not_in_the_page(nobody: TestClient) -> None:
    answer = nobody.post("/account/password", data={"present": "my old secret", "password": "my new secret"})
    assert answer.status_code == 401
    assert "secret" not in visible(answer.text)
    assert "my new" not in answer.text


NO_FORMS_OF_OURS = [
    "x",
    "[]",
    "null",
    '["https://evil.invalid/", [["note", "x"]]]',
    '["//evil.invalid/", [["note", "x"]]]',
    '["/findings/x", [["note", 1]]]',
    '["/findings/x", 7]',
    '[7, [["note", "x"]]]',
    "[" * 5000,
]
LEADING_AWAY = [
    "https://evil.invalid/",
    "//evil.invalid",
    "///evil.invalid",
    "/\\evil.invalid",
    "\\\\evil.invalid",
    "/\t/evil.invalid",
    "\t//evil.invalid",
    " //evil.invalid",
    "/\r\nset-cookie: a=b",
    "javascript:alert(1)",
    "evil.invalid",
    "@evil.invalid",
    "/x\\..\\evil",
    "",
]


def test_a_kept_form_that_no_page_of_ours_wrote_is_left_out(nobody: TestClient) -> None:
    for kept in NO_FORMS_OF_OURS:
        browser = staff.another(nobody)
        answer = staff.send(browser, "/login", "/login", name=ANALYST, password=staff.PASSWORD, kept=kept)
        assert (answer.status_code, answer.headers["location"]) == (303, "/"), kept


def test_nobody_is_led_away_from_the_desk(nobody: TestClient) -> None:
    for after in LEADING_AWAY:
        browser = staff.another(nobody)
        page = browser.get("/login", params={"next": after})
        assert staff.hidden(page.text, "/login")["next"] == "/", after
        answer = staff.send(browser, "/login", "/login", name=ANALYST, password=staff.PASSWORD, next=after)
        assert (answer.status_code, answer.headers["location"]) == (303, "/"), after
        assert browser.get("/login", params={"next": after}).headers["location"] == "/", after


def test_a_login_form_of_another_browser_or_another_site_is_refused(nobody: TestClient, desk: Desk) -> None:
    other = staff.another(nobody)
    fields = staff.hidden(other.get("/login").text, "/login") | {"name": ANALYST, "password": staff.PASSWORD}
    stale = nobody.post("/login", data=fields)
    assert stale.status_code == 403
    assert "open for too long" in stale.text
    assert other.post("/login", data=fields, headers={"origin": "https://evil.invalid"}).status_code == 403
    assert other.post("/login", data=fields).status_code == 303


@pytest.mark.parametrize("page", ["/account/password", "/account/sessions", "/logout", "/accounts/links", "/keys"])
def test_every_form_needs_the_token_of_its_own_page_and_session(nobody: TestClient, page: str) -> None:
    admin, other = (staff.logged_in(nobody, staff.NAMES["admin"]) for _ in range(2))
    shown = {"/logout": "/", "/accounts/links": "/accounts"}.get(page, "/account" if "account" in page else page)
    theirs = staff.hidden(other.get(shown).text, page)["token"]
    elsewhere = staff.hidden(admin.get("/account").text, "/logout")["token"]
    wrong = ["", "0" * 64, theirs, *([elsewhere] if page != "/logout" else [])]
    for token in wrong:
        answer = admin.post(page, data={"token": token, "name": "x", "role": "admin"})
        assert answer.status_code == 403, token
        assert "out of date" in answer.text
    assert admin.get("/account").status_code == 200


def test_cookies_are_for_this_site_for_https_where_there_is_and_for_no_script(nobody: TestClient, desk: Desk) -> None:
    plain = staff.log_in(nobody, ANALYST).headers["set-cookie"]
    assert plain.startswith("desk_session=")
    assert "HttpOnly" in plain
    assert "SameSite=lax" in plain
    assert "Secure" not in plain
    safe = staff.another(nobody, base_url="https://127.0.0.1")
    form = safe.get("/login").headers["set-cookie"]
    assert "Secure" in form
    cookie = staff.log_in(safe, ANALYST).headers["set-cookie"]
    assert cookie.startswith("__Host-desk_session=")
    assert all(word in cookie for word in ("HttpOnly", "SameSite=lax", "Secure", "Path=/"))
    assert "Domain" not in cookie
    assert safe.get("/").status_code == 200


def test_over_https_a_session_of_plain_http_counts_nothing(nobody: TestClient) -> None:
    mine = staff.logged_in(nobody, ANALYST)
    over = staff.another(nobody, base_url="https://127.0.0.1", cookies={"desk_session": session_cookie(mine)})
    assert over.get("/").status_code == 303


def test_the_login_is_written_to_the_log_with_its_address(nobody: TestClient, desk: Desk) -> None:
    staff.log_in(nobody, ANALYST)
    with desk.store.read() as unit:
        entry = unit.audit.last()
    assert entry is not None
    assert (entry.by, entry.act, entry.told) == (ANALYST, "login", {"address": "testclient"})
    assert entry.at == invented.NOW


def test_a_stranger_learns_of_the_state_of_the_desk_only_that_it_answers(nobody: TestClient) -> None:
    assert set(nobody.get("/healthz").json()) == {"status", "time"}
    assert "to_review" in staff.logged_in(nobody, ANALYST).get("/healthz").json()
    for address in ("/nowhere", "/login", "/join/x"):
        page = nobody.get(address).text
        assert "/sources" not in page
        assert "/alerts" not in page


def test_a_busy_store_holds_up_no_reader_and_is_told_to_whoever_logs_in(desk: Desk, clock: staff.Clock) -> None:
    staff.hire_all(desk.store)
    impatient = open_store(f"sqlite:///{desk.store.engine.url.database}?timeout=0.05")
    browser = staff.desk_of(impatient, desk.captures, clock)
    staff.log_in(browser, ANALYST)
    clock.at += timedelta(hours=1)
    with desk.store.begin():
        assert browser.get("/").status_code == 200
        answer = staff.log_in(staff.another(browser), ANALYST)
        assert answer.status_code == 503
        assert "locked" in answer.text
    assert staff.PASSWORD not in answer.text
    assert browser.get("/").status_code == 200
    with desk.store.read() as unit:
        account = unit.accounts.named(ANALYST)
        assert account is not None
        assert [session.seen_at for session in unit.sessions.of_account(account, clock())] == [clock.at]
    impatient.close()
