"""The work around verdicts by hand and by key: several at once and taking back, saved filters, notes, party lists."""

import re
from urllib.parse import quote_plus

import pytest

from notices.listing import Listing
from storage import open_store
from tests.browser.driving import Running, Window
from tests.browser.test_browser_morning import verdicts

pytestmark = pytest.mark.browser

LIST, BUYER = "Example List (§1)", "东屏理工大学"
NOTE = "与采购人核对：\n型号以合同为准 <b>&amp;"


def count(window: Window, selector: str) -> int:
    """The number beside a link."""
    return int(window.page.locator(f"{selector} .n").first.inner_text().replace(",", ""))


def rows(window: Window) -> int:
    return window.page.locator(".rows .row").count()


def judged(desk: Running) -> dict[str, str]:
    """The findings that have a verdict, beside the one that had one from the beginning."""
    return {key: verdict for key, verdict in verdicts(desk.folder).items() if verdict}


def test_several_are_picked_by_key_judged_at_once_and_all_taken_back(desk: Running, window: Window) -> None:
    before = judged(desk)
    page = window.go("/?severity=critical")
    listed = rows(window)
    assert not page.locator("#bulk").is_visible()
    for key in ("j", "x", "j", "x"):
        page.keyboard.press(key)
    assert page.locator("#bulk").is_visible(), "what was picked opens the form"
    assert page.locator("#picked-count").inner_text() == f"2 / {listed}"
    picked = [box.get_attribute("value") for box in page.locator(".rows input[name=pick]:checked").all()]
    page.click("#pick-all")
    assert page.locator("#picked-count").inner_text() == f"{listed} / {listed}"
    page.click("#pick-none")
    assert page.locator("#picked-count").inner_text() == f"0 / {listed}"
    for value in picked:
        page.check(f".rows input[value='{value}']")
    page.fill("#bulk-note", "同一批次")
    page.click("#bulk .reject summary")
    window.press("#bulk button[value=duplicate]")
    assert "severity=critical" in window.path
    assert "Rejected: 2 findings." in window.text(".flash")
    assert rows(window) == listed - 2
    keys = {str(value).split(":")[0] for value in picked}
    assert judged(desk) == before | dict.fromkeys(keys, "rejected")

    window.type_key("z")
    assert "2 verdicts were taken back" in window.text(".flash")
    assert rows(window) == listed
    assert judged(desk) == before
    for key in keys:
        window.go(f"/findings/{key}")
        assert page.locator(".history .note", has_text="同一批次").count() == 1, "history keeps what was taken back"
    assert window.is_quiet()


def test_one_that_changed_meanwhile_keeps_all_from_being_judged_and_nothing_is_lost(
    desk: Running, window: Window, keys: dict[str, str]
) -> None:
    page = window.go("/?severity=critical&picked=page")
    listed = page.locator(".rows input[name=pick]:checked").count()
    assert listed == rows(window) > 1
    with desk.window() as other:
        other.go(f"/findings/{keys['h100']}")
        other.press("#unsure")
    page.fill("#bulk-note", "整批核对")
    window.press("#bulk button[value=confirmed]")
    assert window.status == 409
    assert "1 of the 4 picked findings changed" in window.text()
    assert page.input_value("#bulk-note") == "整批核对"
    assert page.locator("input[name=pick]:checked").count() == listed
    assert "confirmed" not in judged(desk).values()
    page.uncheck(f"input[value^='{keys['h100']}']")
    window.press("#bulk button[value=confirmed]")
    assert f"Confirmed: {listed - 1} findings." in window.text(".flash")
    given = judged(desk)
    assert given[keys["h100"]] == "unsure"
    assert list(given.values()).count("confirmed") == listed - 1
    assert window.is_quiet()


def test_a_filter_is_saved_under_a_name_renamed_and_removed(desk: Running, window: Window) -> None:
    page = window.go("/?severity=critical&kind=award")
    shown = rows(window)
    page.click("details.keep summary")
    page.fill("#filter-name", "周一先看")
    window.press("details.keep button")
    link = "nav.work a:has-text('周一先看')"
    window.go("/")
    assert rows(window) > shown
    window.press(link)
    assert "severity=critical" in window.path
    assert "kind=award" in window.path
    assert rows(window) == shown
    assert page.get_attribute(link, "aria-current") == "true"
    with desk.window() as other:
        other.go("/?lang=zh")
        other.press(link)
        assert rows(other) == shown

    window.go("/filters")
    page.fill("main td input[name=name]", "每周一")
    window.press("main button[value=rename]")
    window.go("/")
    assert page.locator(link).count() == 0
    assert page.locator("nav.work a:has-text('每周一')").count() == 1
    window.go("/filters")
    window.press("main button[value=remove]")
    window.go("/")
    assert page.locator("nav.work a:has-text('每周一')").count() == 0
    assert window.is_quiet()


def test_a_finding_is_assigned_by_key_and_what_is_due_and_overdue_is_counted(
    desk: Running, window: Window, keys: dict[str, str]
) -> None:
    page = window.go(f"/findings/{keys['h100']}")
    page.keyboard.press("a")
    page.keyboard.type("核查员甲")
    assert page.input_value("#assignee") == "核查员甲"
    page.fill("#due", "2026-03-05")
    page.focus("#assignee")
    window.type_key("Enter")
    assert window.path.endswith("#duty")
    assert "核查员甲 due 2026-03-05 Overdue" in window.text("#duty")
    with desk.window() as other:
        other.go(f"/findings/{keys['nvidia-h20']}")
        other.page.fill("#assignee", "核查员甲")
        other.page.fill("#due", "2026-03-10")
        other.press("#duty form button")

    window.go("/")
    assignee = "details.facets a[href*='assignee=']"
    assert count(window, assignee) == 2
    due = page.locator("details.facets section", has=page.get_by_role("heading", name="Due before"))
    assert [each.split() for each in due.locator("a").all_inner_texts()] == [["2026-03-06", "1"], ["2026-03-14", "2"]]
    assert count(window, "nav.work a:has-text('Overdue')") == 1
    window.press(assignee)
    assert rows(window) == 2
    window.press("details.facets a[href*='due_before=2026-03-06']")
    assert rows(window) == 1
    assert "Overdue" in window.text(".rows .duty")
    window.press(".rows .go")
    window.press("#confirm")
    window.go("/?view=all")
    assert page.locator("nav.work a:has-text('Overdue')").count() == 0
    assert window.is_quiet()


def test_the_key_o_asks_for_the_original_and_nothing_else_leaves_the_desk(window: Window, keys: dict[str, str]) -> None:
    page = window.go(f"/findings/{keys['h100']}")
    address = page.get_attribute("#original", "href")
    assert address
    assert address.startswith("https://portal.invalid/")
    assert window.is_quiet()
    with page.expect_request(address) as asked:
        page.keyboard.press("o")
    assert asked.value.headers.get("referer") is None, "the portal is not told who looks at what"
    assert set(window.outside) == {address}


def test_a_note_by_key_is_kept_alone_and_the_finding_stays_where_it_is(
    desk: Running, window: Window, keys: dict[str, str]
) -> None:
    before = verdicts(desk.folder)
    page = window.go(f"/findings/{keys['h100']}?severity=critical")
    page.keyboard.press("n")
    page.keyboard.insert_text(NOTE)
    for _ in range(4):
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "note-only", "the keyboard alone reaches it"
    window.type_key("Enter")
    assert "The note was kept; the finding stays as it is." in window.text(".flash")
    assert window.path.startswith(f"/findings/{keys['h100']}?severity=critical")
    kept = page.locator("#notes + .history li")
    assert kept.count() == 1
    assert kept.locator(".note").inner_text() == NOTE
    assert "analyst" in kept.inner_text()
    assert page.input_value("#note") == ""
    assert "Not reviewed yet." in window.text(".judge")
    assert verdicts(desk.folder) == before
    with desk.window(java_script_enabled=False) as other:
        other.go(f"/findings/{keys['h100']}?lang=zh")
        assert NOTE.splitlines()[0] in other.text("#notes + .history")
        other.page.fill("#note", "第二位的备注")
        other.press("#note-only")
        assert "备注已保存，线索状态不变。" in other.text(".flash")
    window.go("/?severity=critical")
    assert "2 notes" in window.text(".rows .row:has-text('NVIDIA H100')")
    window.go("/audit?act=note")
    assert page.locator("main tbody tr").count() == 2
    assert window.is_quiet()


def test_a_note_stays_though_another_judged_and_though_the_form_is_stale(
    desk: Running, window: Window, keys: dict[str, str]
) -> None:
    path = f"/findings/{keys['h100']}"
    page = window.go(path)
    page.fill("#note", NOTE)
    with desk.window() as other:
        other.go(path)
        other.press("#unsure")
    window.press("#note-only")
    assert "Somebody judged this finding while you had it open" in window.text(".flash")
    assert page.locator(".ver-unsure").count() >= 1
    assert page.locator("#notes + .history .note").inner_text() == NOTE

    page.fill("#note", "第二条")
    page.evaluate("document.querySelector('#verdict [name=token]').value = 'stale'")
    window.press("#note-only")
    assert window.status == 403
    assert page.input_value("#note") == "第二条"
    window.press("#note-only")
    assert page.locator("#notes + .history li").count() == 2
    page.fill("#note", "  ")
    window.press("#note-only")
    assert window.status == 400
    assert "nothing was saved" in window.text(".warn")
    assert judged(desk)[keys["h100"]] == "unsure"


@pytest.mark.parametrize(
    ("language", "heading", "any_list", "none"),
    [("en", "On a party list", "any list", "no list"), ("zh", "列入机构清单", "任一清单", "未列入任何清单")],
)
def test_findings_are_asked_for_by_party_list_by_address(
    desk: Running, window: Window, keys: dict[str, str], language: str, heading: str, any_list: str, none: str
) -> None:
    store = open_store(f"sqlite:///{desk.folder / 'tenderwatch.sqlite'}")
    with store.begin() as unit:
        for name in ("h100", "tender"):
            notice_id = unit.findings.notice_id(keys[name])
            assert notice_id is not None
            unit.listings.note(notice_id, "v1", [Listing("buyer", BUYER, LIST, BUYER, "2020-01-02", "00 FR 1")])
    store.close()

    page = window.go(f"/?lang={language}")
    everything = rows(window)
    section = page.locator("details.facets section", has_text=heading)
    assert section.locator("a span:first-child").all_inner_texts() == [any_list, LIST, none]
    counted = [int(number) for number in section.locator("a .n").all_inner_texts()]
    assert counted == [3, 3, everything - 3]
    for address, number in zip(("any", quote_plus(LIST), "none"), counted, strict=True):
        window.go(f"/?listed={address}")
        assert rows(window) == number
        assert heading in window.text(".chips")
    window.go(f"/?listed={quote_plus(LIST)}&severity=critical")
    assert rows(window) == 2
    assert page.locator(".rows .listed").count() == 2
    window.press(".chips a:has(.k)")
    assert "listed" in window.path or "severity" in window.path
    window.go(f"/findings/{keys['h100']}?listed=any")
    assert re.search(rf"{re.escape(LIST)}.*{BUYER}.*2020-01-02.*00 FR 1", window.text("section:has(#h-facts)"))
    window.go("/?listed=Unknown")
    assert window.status == 400
    assert LIST in window.text()
    assert window.is_quiet()
