"""Accounts over HTTP: links used once, roles changed, people switched off, programs' keys, the log of it all."""

import base64
import json
import re
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from monitor.review.links import LASTS, first_link, invite
from monitor.review.passwords import digest_of
from notices.account import FIRST, INVITATION, RESET, AccountError
from notices.audit import first_fault
from storage import Store
from tests.review import invented, staff
from tests.review.conftest import Desk, browse

NEW = "another long 密码 altogether"
NAMES = staff.NAMES


@pytest.fixture
def clock() -> staff.Clock:
    return staff.Clock()


@pytest.fixture
def ids(desk: Desk) -> dict[str, int]:
    return staff.hire_all(desk.store)


@pytest.fixture
def nobody(desk: Desk, clock: staff.Clock, ids: dict[str, int]) -> TestClient:
    return staff.desk_of(desk.store, desk.captures, clock)


@pytest.fixture
def admin(nobody: TestClient) -> TestClient:
    return staff.logged_in(nobody, NAMES["admin"])


def path_of(page: str) -> str:
    """The one-time link that a page shows, as a path."""
    (shown,) = re.findall(r'<code class="secret">http://127\.0\.0\.1(/join/[\w-]{43})</code>', page)
    return str(shown)


def invited(admin: TestClient, name: str = "", role: str = "analyst") -> str:
    return path_of(staff.send(admin, "/accounts", "/accounts/links", name=name, role=role).text)


def change(admin: TestClient, account: int, act: str, **fields: str) -> tuple[int, str]:
    answer = staff.send(admin, "/accounts", f"/accounts/{account}", act=act, **fields)
    return answer.status_code, answer.text


def basic(password: str) -> str:
    return base64.b64encode(f"feeds:{password}".encode()).decode()


def acts(store: Store) -> list[tuple[str, str, str]]:
    with store.read() as unit:
        assert first_fault(unit.audit.all())[2] is None
        return [(entry.by, entry.act, entry.subject) for entry in unit.audit.all()]


def test_the_first_start_makes_an_admin_by_a_link_that_works_once(store: Store, tmp_path: Path) -> None:
    clock = staff.Clock()
    first, second = first_link(store, clock()), first_link(store, clock())
    assert first
    assert second
    nobody = staff.desk_of(store, tmp_path, clock)
    assert nobody.get(first).status_code == 410
    page = nobody.get(second)
    assert "Make the first admin" in page.text
    assert nobody.get(second).status_code == 200
    answer = staff.send(nobody, second, second, name="管理员 Ω", password=NEW, repeated=NEW)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "管理员 Ω" in nobody.get("/accounts").text
    assert nobody.get(second).status_code == 410
    assert first_link(store, clock()) is None
    assert acts(store)[-2:] == [("管理员 Ω", "account_made", "管理员 Ω"), ("管理员 Ω", "login", "管理员 Ω")]


def test_an_invitation_is_shown_once_and_makes_one_account(admin: TestClient, nobody: TestClient, desk: Desk) -> None:
    path = invited(admin, "新人 😀", "editor")
    assert path not in admin.get("/accounts").text
    assert "新人 😀" in admin.get("/accounts").text
    new, late = staff.another(nobody), staff.another(nobody)
    forms = [staff.hidden(browser.get(path).text, path) for browser in (new, late)]
    fields = {"name": "somebody else", "password": NEW, "repeated": NEW}
    assert new.post(path, data=forms[0] | fields).status_code == 303
    assert late.post(path, data=forms[1] | fields).status_code == 410
    assert "editor" in new.get("/account").text
    assert new.get("/audit").status_code == 200
    with desk.store.read() as unit:
        assert unit.accounts.named("somebody else") is None
        made = unit.accounts.named("新人 😀")
    assert made is not None
    assert made.role == "editor"


def test_a_form_cannot_choose_its_role_or_a_name_that_the_link_keeps(
    admin: TestClient, nobody: TestClient, desk: Desk
) -> None:
    path = invited(admin, "名字已定", "reader")
    answer = staff.send(
        staff.another(nobody), path, path, name=NAMES["admin"], role="admin", kind="first", password=NEW, repeated=NEW
    )
    assert answer.status_code == 303
    with desk.store.read() as unit:
        assert [each.role for each in unit.accounts.all() if each.name == "名字已定"] == ["reader"]


@pytest.mark.parametrize("kind", [INVITATION, RESET])
def test_a_link_expires(
    admin: TestClient, nobody: TestClient, clock: staff.Clock, ids: dict[str, int], kind: str
) -> None:
    path = invited(admin) if kind == INVITATION else path_of(change(admin, ids["analyst"], "reset")[1])
    check_expiry(staff.another(nobody), path, clock, LASTS[kind])


def test_the_link_of_the_first_start_expires_and_another_start_makes_another(
    sqlite_store: Store, tmp_path: Path
) -> None:
    clock = staff.Clock()
    path = first_link(sqlite_store, clock())
    assert path
    check_expiry(staff.desk_of(sqlite_store, tmp_path, clock), path, clock, LASTS[FIRST])
    assert first_link(sqlite_store, clock()) not in {None, path}


def check_expiry(browser: TestClient, path: str, clock: staff.Clock, lasts: timedelta) -> None:
    clock.at += lasts - timedelta(seconds=1)
    form = staff.hidden(browser.get(path).text, path)
    clock.at += timedelta(seconds=1)
    answer = browser.post(path, data=form | {"name": "late", "password": NEW, "repeated": NEW})
    assert answer.status_code == 410
    assert "has expired" in answer.text
    assert browser.get(path).status_code == 410


def test_an_invitation_that_was_withdrawn_lets_nobody_in(admin: TestClient, nobody: TestClient, desk: Desk) -> None:
    path = invited(admin, "未到者")
    action = re.findall(r'action="(/accounts/links/\w+)"', admin.get("/accounts").text)[0]
    assert staff.send(admin, "/accounts", action).headers["location"] == "/accounts?done=withdrawn"
    assert nobody.get(path).status_code == 410
    assert acts(desk.store)[-1] == (NAMES["admin"], "link_withdrawn", "未到者")
    assert invited(admin, "未到者")


def test_a_new_password_ends_the_sessions_and_the_link_before_it(
    admin: TestClient, nobody: TestClient, ids: dict[str, int]
) -> None:
    old = staff.logged_in(nobody, NAMES["analyst"])
    first, second = (path_of(change(admin, ids["analyst"], "reset")[1]) for _ in range(2))
    browser = staff.another(nobody)
    assert browser.get(first).status_code == 410
    assert staff.send(browser, second, second, password=NEW, repeated=NEW).status_code == 303
    assert old.get("/").status_code == 303
    assert browser.get("/").status_code == 200
    assert staff.log_in(staff.another(nobody), NAMES["analyst"]).status_code == 401
    assert staff.log_in(staff.another(nobody), NAMES["analyst"], NEW).status_code == 303


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"password": "short", "repeated": "short"}, "12 to 1,024 characters"),
        ({"password": "x" * 1025, "repeated": "x" * 1025}, "12 to 1,024 characters"),
        ({"password": NEW, "repeated": NEW + "x"}, "The two passwords differ"),
        ({"name": "A Name of its own", "password": "a name OF its own", "repeated": "a name OF its own"}, "is not the"),
        ({"name": ""}, "1 to 64 characters"),
        ({"name": "x" * 65}, "1 to 64 characters"),
        ({"name": "a\u202eb"}, "1 to 64 characters"),
        ({"name": "a\x00b"}, "1 to 64 characters"),
        ({"name": "\u200b"}, "1 to 64 characters"),
        ({"name": "管理员丁"}, "This name is taken"),
        ({"name": "ÉDITRICE Ω"}, "This name is taken"),
        ({"name": "key:feed"}, "This name is taken"),
        ({"name": "Ｔerminal"}, "This name is taken"),
        ({"name": "预留者"}, "This name is taken"),
    ],
)
def test_a_name_or_password_that_cannot_be_is_told_and_the_link_stays(
    admin: TestClient, nobody: TestClient, fields: dict[str, str], sentence: str
) -> None:
    invited(admin, "预留者")
    path = invited(admin)
    good = {"name": "新来的人", "password": NEW, "repeated": NEW}
    refused = staff.send(nobody, path, path, **(good | fields))
    assert refused.status_code == 400
    assert sentence in refused.text
    assert NEW not in refused.text
    assert staff.send(nobody, path, path, **good).status_code == 303


def test_changing_the_password_needs_the_present_one_and_ends_other_sessions(nobody: TestClient, desk: Desk) -> None:
    mine, other = (staff.logged_in(nobody, NAMES["reader"]) for _ in range(2))
    new = {"password": NEW, "repeated": NEW}
    wrong = staff.send(mine, "/account", "/account/password", present="not this one", **new)
    assert wrong.status_code == 400
    assert "The present password is another" in wrong.text
    assert other.get("/").status_code == 200
    before = mine.cookies.get("desk_session")
    assert staff.send(mine, "/account", "/account/password", present=staff.PASSWORD, **new).status_code == 303
    assert mine.cookies.get("desk_session") != before
    assert "The new password is in force" in mine.get("/account?done=password").text
    assert other.get("/").status_code == 303
    assert ("阅读员甲", "password_changed", "阅读员甲") in acts(desk.store)


def test_the_present_password_cannot_be_guessed_at_from_an_open_session(nobody: TestClient) -> None:
    mine = staff.logged_in(nobody, NAMES["reader"])
    answers = [
        staff.send(mine, "/account", "/account/password", present=f"guess {n}", password=NEW, repeated=NEW).text
        for n in range(11)
    ]
    assert "The present password is another" in answers[9]
    assert "Too many tries" in answers[10]


def test_logging_out_everywhere_ends_every_session(nobody: TestClient) -> None:
    mine, other = (staff.logged_in(nobody, NAMES["reader"]) for _ in range(2))
    assert len(re.findall(r'scope="row">testclient', mine.get("/account").text)) == 2
    assert staff.send(mine, "/account", "/account/sessions").headers["location"] == "/login"
    assert (mine.get("/").status_code, other.get("/").status_code) == (303, 303)


def test_an_account_that_is_disabled_is_out_at_its_next_step_and_its_note_is_kept(
    admin: TestClient, nobody: TestClient, desk: Desk, ids: dict[str, int]
) -> None:
    path = f"/findings/{desk.keys['h100']}"
    browser = staff.logged_in(nobody, NAMES["analyst"])
    fields = staff.hidden(browser.get(path).text, path) | {
        "verdict": "rejected",
        "reason": "existing",
        "note": "写了一半",
    }
    assert change(admin, ids["analyst"], "disabled")[0] == 303
    answer = browser.post(path, data=fields)
    assert answer.status_code == 401
    assert "写了一半" in answer.text
    assert staff.log_in(browser, NAMES["analyst"]).status_code == 401
    assert change(admin, ids["analyst"], "reset")[0] == 400
    assert change(admin, ids["analyst"], "enabled")[0] == 303
    assert browser.get("/").status_code == 303
    assert staff.log_in(staff.another(nobody), NAMES["analyst"]).status_code == 303
    with desk.store.read() as unit:
        assert unit.reviews.history(desk.keys["h100"]) == []


def test_another_role_counts_from_the_next_request_on(
    admin: TestClient, nobody: TestClient, desk: Desk, ids: dict[str, int]
) -> None:
    path = f"/findings/{desk.keys['h100']}"
    browser = staff.logged_in(nobody, NAMES["analyst"])
    fields = staff.hidden(browser.get(path).text, path) | {"verdict": "rejected", "reason": "existing", "note": ""}
    assert change(admin, ids["analyst"], "role", role="reader")[0] == 303
    assert browser.post(path, data=fields).status_code == 403
    assert change(admin, ids["analyst"], "role", role="owner")[0] == 400
    with desk.store.read() as unit:
        entry = unit.audit.last()
    assert entry is not None
    assert (entry.by, entry.act, entry.subject) == (NAMES["admin"], "account_role", NAMES["analyst"])
    assert entry.told == {"old": "analyst", "new": "reader"}


def test_nobody_raises_their_own_role_by_address(nobody: TestClient, desk: Desk, ids: dict[str, int]) -> None:
    for role in ("reader", "analyst", "editor"):
        browser = staff.logged_in(nobody, NAMES[role])
        token = {"token": staff.hidden(browser.get("/account").text, "/logout")["token"]}
        for path in (f"/accounts/{ids[role]}", f"/accounts/{ids['admin']}", "/accounts/links", "/keys", "/keys/1"):
            answer = browser.post(path, data=token | {"act": "role", "role": "admin", "name": "x"})
            assert answer.status_code == 403, path
    with desk.store.read() as unit:
        assert [each.role for each in unit.accounts.all() if each.role == "admin"] == ["admin"]
        assert unit.keys.all() == []


def test_the_last_admin_cannot_be_lost(admin: TestClient, nobody: TestClient, ids: dict[str, int]) -> None:
    for act, fields in (("disabled", {}), ("role", {"role": "reader"})):
        status, page = change(admin, ids["admin"], act, **fields)
        assert status == 400
        assert "This is the last admin" in page
    assert change(admin, ids["editor"], "role", role="admin")[0] == 303
    assert change(admin, ids["admin"], "disabled")[0] == 303
    assert admin.get("/accounts").status_code == 303


@pytest.mark.parametrize("account", ["0", "999999", str(2**63), "9" * 60])
def test_a_form_for_what_there_is_not_was_never_signed(admin: TestClient, account: str) -> None:
    own = staff.hidden(admin.get("/accounts").text, "/accounts/links")
    assert admin.post(f"/accounts/{account}", data=own | {"act": "disabled"}).status_code == 403


def test_a_key_is_shown_once_asks_with_its_role_and_can_be_revoked(
    admin: TestClient, nobody: TestClient, desk: Desk, clock: staff.Clock
) -> None:
    made = staff.send(admin, "/keys", "/keys", name="看板 sync", role="reader")
    (secret,) = re.findall(r'<code class="secret">(tw_[\w-]{43})</code>', made.text)
    assert made.headers["cache-control"] == "no-store"
    listed = admin.get("/keys").text
    assert secret not in listed
    assert secret[:10] in listed
    program = staff.another(nobody)
    asking = {"authorization": f"Bearer {secret}"}
    assert program.get("/healthz", headers=asking).json()["to_review"] == 14
    assert program.get("/", headers=asking).status_code == 200
    assert program.get("/audit", headers=asking).status_code == 403
    path = f"/findings/{desk.keys['h100']}"
    assert program.post(path, data={"verdict": "confirmed"}, headers=asking).status_code == 403
    assert "2026-03-06 09:30" in admin.get("/keys").text
    with desk.store.engine.connect() as connection:
        assert secret not in str(connection.exec_driver_sql("SELECT * FROM api_key").all())
    assert staff.send(admin, "/keys", "/keys/1").headers["location"] == "/keys?done=revoked"
    refused = program.get("/", headers=asking)
    assert refused.status_code == 401
    assert refused.headers["www-authenticate"].startswith("Bearer")
    assert [act for _, act, _ in acts(desk.store)][-2:] == ["key_made", "key_revoked"]


def test_a_feed_reader_may_send_its_key_as_a_password_but_change_nothing(admin: TestClient, nobody: TestClient) -> None:
    made = staff.send(admin, "/keys", "/keys", name="feeds", role="admin")
    (secret,) = re.findall(r'<code class="secret">(tw_[\w-]{43})</code>', made.text)
    sent = {"authorization": f"Basic {basic(secret)}"}
    assert nobody.get("/feeds/restricted.atom").status_code == 401
    assert nobody.get("/feeds/restricted.atom", headers=sent).status_code == 200
    assert nobody.post("/keys", data={"name": "x"}, headers=sent).status_code == 401


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer tw_wrong", "bearer x", "Bearer \x80", f"Basic {basic('tw_wrong')}"]
)
def test_a_key_that_is_none_is_refused_also_beside_a_session(admin: TestClient, header: str) -> None:
    answer = admin.get("/", headers={"authorization": header.encode("latin-1")})
    assert answer.status_code == 401
    assert answer.json()["error"] == "unauthorized"


@pytest.mark.parametrize(
    "header", ["", "Basic", "Basic %%%", "Basic /w==", "Digest x", f"Basic {basic('of the proxy')}"]
)
def test_a_password_for_a_proxy_is_nothing_to_the_desk(
    desk: Desk, admin: TestClient, nobody: TestClient, header: str
) -> None:
    sent = {"authorization": header}
    assert admin.get("/", headers=sent).status_code == 200
    assert desk.client.get("/", headers=sent).status_code == 200
    assert nobody.get("/", headers=sent).headers["location"] == "/login"


def test_a_desk_without_accounts_has_keys_and_the_log_but_no_accounts(desk: Desk) -> None:
    made = staff.send(desk.client, "/keys", "/keys", name="local", role="analyst")
    (secret,) = re.findall(r'<code class="secret">(tw_[\w-]{43})</code>', made.text)
    stranger = browse(desk.store, desk.captures)
    assert stranger.get("/", headers={"authorization": f"Bearer {secret}"}).status_code == 200
    assert stranger.get("/keys", headers={"authorization": f"Bearer {secret}"}).status_code == 403
    assert stranger.get("/", headers={"authorization": "Bearer tw_x"}).status_code == 401
    assert "key made" in desk.get("/audit")
    for address in ("/accounts", "/account", "/join/x", "/login"):
        assert "This desk has no accounts" in desk.get(address, 404), address


def test_the_log_is_shown_filtered_checked_and_handed_over(admin: TestClient, nobody: TestClient, desk: Desk) -> None:
    path = f"/findings/{desk.keys['h100']}"
    analyst = staff.logged_in(nobody, NAMES["analyst"])
    for verdict in ("confirmed", "unsure"):
        staff.send(analyst, path, path, verdict=verdict, note="<b>型号</b>不明")
    page = unescape(re.sub(r"<[^>]+>", "", admin.get("/audit?act=verdict&by=" + NAMES["analyst"]).text))
    assert " ".join(page.split()).count("<b>型号</b>不明") == 2
    assert "before Confirmed" in " ".join(page.split())
    assert "login" in admin.get("/audit?act=login").text
    assert "Nothing is in the log that matches" in admin.get("/audit?subject=%00%E6%97%A0").text
    assert admin.get("/audit?act=nothing").status_code == 400
    assert admin.get("/audit?page=0").status_code == 400
    lines = admin.get("/audit/export").text.splitlines()
    rows = [json.loads(line) for line in lines]
    assert [row["number"] for row in rows] == list(range(1, len(rows) + 1))
    whole = admin.get("/audit?check=whole").text
    assert f"The chain is whole: {len(rows)} entries" in whole
    assert rows[-1]["digest"] in whole


def test_a_log_that_was_changed_says_so(admin: TestClient, desk: Desk) -> None:
    with desk.store.engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER audit_update")
        connection.exec_driver_sql("UPDATE audit SET by = 'nobody' WHERE number = 3")
    page = admin.get("/audit?check=whole").text
    assert "broken after 2 sound entries" in page
    assert "entry 3 is not what was written" in page
    assert "not as it was written" in page


def test_a_program_of_any_role_lets_nobody_in(admin: TestClient, nobody: TestClient, desk: Desk) -> None:
    made = staff.send(admin, "/keys", "/keys", name="all", role="admin")
    (secret,) = re.findall(r'<code class="secret">(tw_[\w-]{43})</code>', made.text)
    program = staff.another(nobody)
    program.headers["authorization"] = f"Bearer {secret}"
    assert program.get("/audit").status_code == 200
    for path in ("/keys", "/accounts"):
        assert program.get(path).status_code == 403, path
    assert program.post("/keys", data={"name": "mine", "role": "admin"}).status_code == 403
    with desk.store.read() as unit:
        assert [each.name for each in unit.keys.all()] == ["all"]


def test_a_log_of_which_a_moment_cannot_be_read_is_shown_all_the_same(admin: TestClient, desk: Desk) -> None:
    with desk.store.engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER audit_update")
        connection.exec_driver_sql("UPDATE audit SET at = 'never', detail = x'ff' WHERE number = 3")
    page = admin.get("/audit?check=whole")
    assert page.status_code == 200
    assert "entry 3 is not what was written" in page.text
    assert len(admin.get("/audit/export").text.splitlines()) > 3


def test_a_log_that_was_cut_off_says_what_it_misses(admin: TestClient, nobody: TestClient, desk: Desk) -> None:
    path = f"/findings/{desk.keys['h100']}"
    staff.send(staff.logged_in(nobody, NAMES["analyst"]), path, path, verdict="confirmed", note="")
    assert "The chain is whole:" in admin.get("/audit?check=whole").text
    with desk.store.engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER audit_delete")
        connection.exec_driver_sql("DELETE FROM audit WHERE number = (SELECT max(number) FROM audit)")
    page = admin.get("/audit?check=whole").text
    assert "1 acts that are kept have no entry" in page
    assert desk.keys["h100"] in page


def test_links_race_for_one_name_and_one_wins(store: Store) -> None:
    now = invented.NOW
    with store.begin() as unit:
        paths = [invite(unit, "", "reader", "terminal", now) for _ in range(2)]
    digests = [digest_of(path.removeprefix("/join/")) for path in paths]
    encoded = staff.PASSWORDS.encoded(NEW, "同名")
    with store.begin() as unit:
        unit.accounts.use(digests[0], "同名", encoded, now)
    with pytest.raises(AccountError, match="is taken"), store.begin() as unit:
        unit.accounts.use(digests[1], "同 名".replace(" ", ""), encoded, now)
    with store.begin() as unit:
        assert unit.accounts.use(digests[1], "异名", encoded, now).name == "异名"
