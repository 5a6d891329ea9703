"""Accounts in a real browser: the first admin's link, an invitation, roles that are refused, a session that ended."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from storage import open_store
from tests.browser.conftest import Filled
from tests.browser.driving import Running, Window, desk_at
from tests.review import invented

pytestmark = pytest.mark.browser

PASSWORD = "a long enough 密码 of mine"


@pytest.fixture
def shared_desk(filled: Filled, browser: Browser, tmp_path: Path) -> Iterator[Running]:
    """A desk with accounts, of which there are none yet."""
    with desk_at(filled.copied(tmp_path / "home"), browser, accounts=True) as running:
        yield running


def join(window: Window, link: str, name: str = "") -> None:
    window.go(link)
    if name:
        window.page.fill("#name", name)
    window.page.fill("#password", PASSWORD)
    window.page.fill("#repeated", PASSWORD)
    window.press("main form button.main")


def log_in(window: Window, name: str) -> None:
    window.page.fill("#name", name)
    window.page.fill("#password", PASSWORD)
    window.press("main form button.main")


def invite(admin: Window, name: str, role: str) -> str:
    admin.go("/accounts")
    admin.page.fill("main form[action='/accounts/links'] #name", name)
    admin.page.select_option("#role", role)
    admin.press("main form[action='/accounts/links'] button.main")
    return admin.text(".secret")


def test_from_the_first_link_to_a_reader_who_may_only_read(shared_desk: Running, keys: dict[str, str]) -> None:
    path = f"/findings/{keys['h100']}"
    with shared_desk.window() as admin, shared_desk.window() as guest:
        guest.go(path)
        assert guest.path.startswith("/login"), "nobody unknown reads"
        assert guest.page.locator(".top nav").count() == 0
        join(admin, shared_desk.link, "管理员丁")
        assert admin.path == "/"
        guest.go(shared_desk.link)
        assert guest.status == 410, "the link makes one admin"

        link = invite(admin, "阅读员甲", "reader")
        join(guest, link)
        guest.go(path)
        assert "NVIDIA H100" in guest.text("h1")
        before = guest.page.locator("#confirm").count()
        if before:
            guest.press("#confirm")
            assert guest.status == 403
        for closed in ("/accounts", "/keys", "/audit"):
            guest.go(closed)
            assert guest.status == 403
            assert "Your role does not allow this" in guest.text("h1")

        admin.go("/accounts")
        row = "main tr:has-text('阅读员甲')"
        admin.page.select_option(f"{row} select", "analyst")
        admin.press(f"{row} button[value=role]")
        guest.go(path)
        assert guest.page.locator(".history li").count() == 0, "what was refused was not saved"
        guest.press("#confirm")
        assert "Confirmed" in guest.text(".flash")
        guest.go(path)
        assert "阅读员甲" in guest.text(".history")

        admin.go("/audit?check=whole")
        assert "阅读员甲" in admin.text()
        admin.go("/accounts")
        admin.press(f"{row} button[value=disabled]")
        guest.go("/")
        assert guest.path.startswith("/login")
        assert admin.is_quiet()
        assert guest.is_quiet()


def test_a_session_that_ended_over_a_verdict_loses_nothing(shared_desk: Running, keys: dict[str, str]) -> None:
    path = f"/findings/{keys['h100']}"
    note = "核对过：\n第二行 <b>&amp;"
    with shared_desk.window() as window:
        join(window, shared_desk.link, "管理员丁")
        window.go(path)
        window.page.fill("#note", note)
        store = open_store(f"sqlite:///{shared_desk.folder / 'tenderwatch.sqlite'}")
        with store.begin() as unit:
            account = unit.accounts.named("管理员丁")
            assert account
            assert unit.sessions.end_all(account, account.name, invented.NOW) == 1
        store.close()
        window.press("#confirm")
        assert window.status == 401
        assert window.page.locator("main textarea").input_value() == note
        log_in(window, "管理员丁")
        assert window.page.locator("main textarea").input_value() == note
        assert "Confirmed" in window.text()
        window.press("main form button.main")
        assert "Confirmed: NVIDIA H100" in window.text(".flash")
        window.go(path)
        assert window.page.locator(".history .note").inner_text() == note
        assert window.page.locator(".history li").count() == 1
        assert window.is_quiet()


def test_a_finding_is_published_after_a_second_person_read_it(shared_desk: Running, keys: dict[str, str]) -> None:
    path = f"/findings/{keys['h100']}"
    publish = "#duty button[value=yes]"
    with shared_desk.window() as admin, shared_desk.window() as analyst, shared_desk.window() as editor:
        join(admin, shared_desk.link, "管理员丁")
        join(analyst, invite(admin, "分析员乙", "analyst"))
        join(editor, invite(admin, "编辑丙", "editor"))
        editor.go(path)
        assert editor.page.locator("#duty .publish").count() == 0, "nobody confirmed it"
        editor.press("#confirm")
        editor.go(path)
        assert editor.page.locator(publish).count() == 0, "who confirmed it is no second reader"
        assert "marked as published after a second person confirmed it" in editor.text("#duty")

        analyst.go("/?view=all&reading=once")
        analyst.press(".rows .go")
        assert "编辑丙" in analyst.text("#duty")
        analyst.press("#confirm")
        analyst.go(path)
        assert analyst.page.locator(publish).count() == 0, "an editor publishes"
        editor.go("/?view=all&reading=twice")
        editor.press(".rows .go")
        editor.press(publish)
        assert "Published" in editor.text("#duty")
        assert "分析员乙, 编辑丙" in editor.text("#duty")
        analyst.go("/?view=all&reading=published")
        assert analyst.page.locator(".rows .row").count() == 1
        reading = "details.facets a[href*='reading='], details.facets a[aria-current=true]"
        assert analyst.page.locator(reading).count() >= 1
        admin.go("/audit?act=publication")
        assert "编辑丙" in admin.text()
        assert admin.page.locator("main tbody tr").count() == 1
        for each in (admin, analyst, editor):
            assert each.is_quiet()


def test_a_session_that_ended_over_a_note_loses_nothing(shared_desk: Running, keys: dict[str, str]) -> None:
    path = f"/findings/{keys['h100']}"
    note = "只是备注：\n第二行 <b>&amp;"
    with shared_desk.window() as window:
        join(window, shared_desk.link, "管理员丁")
        window.go(path)
        window.page.fill("#note", note)
        window.context.clear_cookies()
        window.press("#note-only")
        assert window.status == 401
        log_in(window, "管理员丁")
        assert window.page.locator("main textarea").input_value() == note
        window.press("main form button.main")
        assert "The note was kept" in window.text(".flash")
        assert window.page.locator("#notes + .history .note").inner_text() == note
        assert "Not reviewed yet." in window.text(".judge")
        assert window.is_quiet()


def test_a_saved_filter_is_its_owners_until_an_editor_shares_theirs(shared_desk: Running) -> None:
    with shared_desk.window() as admin, shared_desk.window() as reader:
        join(admin, shared_desk.link, "管理员丁")
        join(reader, invite(admin, "阅读员甲", "reader"))
        for window, name in ((admin, "主编的"), (reader, "读者的")):
            window.go("/?severity=critical")
            window.page.click("details.keep summary")
            window.page.fill("#filter-name", name)
            window.press("details.keep button")
        for window, own, other in ((admin, "主编的", "读者的"), (reader, "读者的", "主编的")):
            window.go("/")
            assert window.page.locator(f"nav.work a:has-text('{own}')").count() == 1
            assert window.page.locator(f"nav.work a:has-text('{other}')").count() == 0
        reader.go("/filters")
        assert reader.page.locator("main button[value=share]").count() == 0
        admin.go("/filters")
        admin.press("main button[value=share]")
        reader.go("/")
        reader.press("nav.work a:has-text('主编的')")
        assert "severity=critical" in reader.path
        reader.go("/filters")
        assert reader.page.locator("main button[value=remove]").count() == 1, "the other's stays the other's"
        assert admin.is_quiet()
        assert reader.is_quiet()
