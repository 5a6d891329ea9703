"""What two readers share and what each has alone: filters as an address, languages, verdicts on one finding."""

import pytest

from tests.browser.driving import Running, Window

pytestmark = pytest.mark.browser

CHOSEN = ".chips:has(.k)"


def rows(window: Window) -> list[str]:
    return [str(link.get_attribute("href")) for link in window.page.locator(".rows .go").all()]


def test_filters_are_an_address_that_another_browser_opens_alike(desk: Running, window: Window) -> None:
    page = window.go("/?view=all")
    everything = rows(window)
    window.press("details.facets a[href*='category=gpu']:not([href*='gpu_server'])")
    page.fill("#words", "公告")
    page.fill("#until", "2026-03-02")
    window.press("#search button")
    chosen = rows(window)
    assert 0 < len(chosen) < len(everything)
    with desk.window() as other:
        other.go(window.path)
        assert rows(other) == chosen
        assert other.page.locator(CHOSEN).inner_text() == page.locator(CHOSEN).inner_text()
        other.press(f"{CHOSEN} .plain")
        assert len(rows(other)) == len(everything)
    page.reload()
    assert rows(window) == chosen


def test_each_reader_keeps_a_language(desk: Running, window: Window, keys: dict[str, str]) -> None:
    page = window.go("/")
    assert page.get_attribute("html", "lang") == "en"
    window.press(".tools a[hreflang=zh]")
    assert page.get_attribute("html", "lang") == "zh-Hans"
    for path in ("/", "/overview", f"/findings/{keys['h100']}", "/sources", "/search?q=H100"):
        window.go(path)
        assert page.get_attribute("html", "lang") == "zh-Hans"
        assert page.locator(".top nav a").first.inner_text() == "待复核"
    with desk.window() as other:
        other.go("/")
        assert other.page.locator(".top nav a").first.inner_text() == "Queue"
    window.press(".tools a[hreflang=en]")
    assert page.locator(".top nav a").first.inner_text() == "Queue"
    assert window.is_quiet()


def test_the_second_of_two_analysts_is_told_and_keeps_what_was_written(
    desk: Running, window: Window, keys: dict[str, str]
) -> None:
    path = f"/findings/{keys['nvidia-h20']}"
    with desk.window() as first:
        window.go(path)
        first.go(path)
        first.page.fill("#note", "第一位的备注")
        first.press("#confirm")
    window.page.fill("#note", "第二位的备注 <b>")
    window.press("#unsure")
    assert window.status == 409
    assert "Somebody else reviewed this finding" in window.text("[role=alert]")
    assert window.page.input_value("#note") == "第二位的备注 <b>"
    assert "第一位的备注" in window.text(".history")
    assert window.page.locator(".history li").count() == 1
    window.press("#unsure")
    window.go(path)
    assert window.page.locator(".history li").count() == 2
    assert "第二位的备注 <b>" in window.text(".history")


def test_a_page_whose_desk_was_started_anew_keeps_the_note(window: Window, keys: dict[str, str]) -> None:
    """A form's token is of the process that made the page; after a restart the page is stale."""
    window.go(f"/findings/{keys['nvidia-h20']}")
    window.page.fill("#note", "写到一半")
    window.page.evaluate("document.querySelector('#verdict [name=token]').value = 'of another process'")
    window.press("#confirm")
    assert window.status == 403
    assert "This form is out of date" in window.text("[role=alert]")
    assert window.page.input_value("#note") == "写到一半"
    window.press("#confirm")
    window.go(f"/findings/{keys['nvidia-h20']}")
    assert "写到一半" in window.text(".history")


def test_without_a_script_all_can_be_read_and_judged(desk: Running, keys: dict[str, str]) -> None:
    with desk.window(java_script_enabled=False) as plain:
        page = plain.go("/")
        found = len(rows(plain))
        assert found > 10
        assert not page.locator("#keys-open").is_visible(), "what only a script can do is not offered"
        page.click("details.facets summary")
        plain.press("details.facets a[href*='severity=critical']")
        plain.press(".rows .go")
        assert page.locator("#hit").is_visible()
        key = plain.path.split("/")[2].split("?")[0]
        page.fill("#note", "无脚本")
        plain.press("#confirm")
        assert "Confirmed" in plain.text(".flash")
        page.click("#reject")
        plain.press(".reject button[value=compatibility]")
        assert "Rejected" in plain.text(".flash")
        plain.go(f"/findings/{key}")
        assert "无脚本" in plain.text(".history")
        for path in ("/overview", "/search?q=H100", "/sources", "/alerts", "/runs", "/buyers", "/items"):
            plain.go(path)
            assert plain.status == 200
            assert plain.page.locator("h1").count() == 1
        assert plain.is_quiet()
