"""What goes wrong behind the desk is a clear page before the reader, and nothing is lost."""

import sqlite3
from threading import Timer
from time import perf_counter

import pytest

from storage import open_store
from tests.browser.driving import Running, Window
from tests.review import invented

pytestmark = pytest.mark.browser

LIMIT = 100_000


def test_an_unknown_filter_is_named_and_can_be_dropped(reader: Window) -> None:
    page = reader.go("/?view=all&severity=dreadful&category=gpu&since=2026-13-01&colour=red")
    assert reader.status == 400
    for words in ("severity=dreadful", "critical", "since=2026-13-01", "YYYY-MM-DD", "colour=red"):
        assert words in reader.text()
    reader.press("main .links a.button")
    assert reader.status == 200
    assert "view=all" in reader.path
    assert "category=gpu" in reader.path
    assert page.locator(".rows .row").count() > 0
    for path in ("/findings/none", "/notices/999999", "/captures/" + "0" * 64, "/items/none", "/nowhere"):
        reader.go(path)
        assert reader.status == 404
        assert page.locator("h1").inner_text()
        assert page.locator("main a[href='/']").is_visible()
    assert reader.is_quiet()


def test_a_capture_whose_file_is_gone_says_so_and_the_finding_stands(
    desk: Running, window: Window, keys: dict[str, str]
) -> None:
    page = window.go(f"/findings/{keys['h100']}")
    capture = page.locator("main a[href^='/captures/']").first.get_attribute("href")
    assert capture
    for file in (desk.folder / "captures").iterdir():
        file.unlink()
    window.go(capture.removesuffix("/download").removesuffix("/text"))
    assert window.status == 503
    assert "invented.warc.gz" in window.text("[role=alert]")
    assert page.locator("main a[href$='/download']").count() == 0
    window.go(f"/findings/{keys['h100']}")
    window.press("#confirm")
    assert "Confirmed" in window.text(".flash")


def test_ten_megabytes_of_text_are_a_light_page_with_the_quote(desk: Running, window: Window) -> None:
    line = "第{:06}条 投标人须按要求逐项响应，本条仅为占位。\n"
    text = "".join(line.format(number) for number in range(142_000))
    text = text.replace("第070000条", "第070000条 加速卡为NVIDIA H800 80G。")
    assert len(text.encode()) > 10_000_000
    made = invented.notice(78, "十兆字节的公告", "tender", text)
    found = invented.finding(made, "nvidia-h800", "NVIDIA H800", invented.place(text, "NVIDIA H800 80G"))
    store = open_store(f"sqlite:///{desk.folder / 'tenderwatch.sqlite'}")
    with store.begin() as unit:
        saved = unit.notices.save(made, invented.NOW)
        (key,) = unit.findings.replace(saved.notice_id, made.source, [found], invented.NOW)
    store.close()
    page = window.go(f"/findings/{key}")
    assert page.locator("#hit").inner_text() == "NVIDIA H800 80G"
    assert len(page.content().encode()) < LIMIT
    window.press(".gap a >> nth=0")
    assert window.status == 200
    assert len(page.content().encode()) < LIMIT
    window.go(f"/notices/{saved.notice_id}")
    assert window.status == 200
    assert len(page.content().encode()) < LIMIT
    window.go(f"/findings/{key}")
    window.press("#unsure")
    assert "Unsure: NVIDIA H800" in window.text(".flash")


def test_a_verdict_waits_for_a_store_that_is_busy_for_five_seconds(
    desk: Running, window: Window, keys: dict[str, str]
) -> None:
    window.go(f"/findings/{keys['h100']}")
    window.page.fill("#note", "不会丢")
    busy = sqlite3.connect(desk.folder / "tenderwatch.sqlite", check_same_thread=False, isolation_level=None)
    busy.execute("BEGIN IMMEDIATE")
    with desk.window() as other:
        started = perf_counter()
        release = Timer(5, lambda: busy.execute("ROLLBACK"))
        release.start()
        other.go("/")
        assert other.status == 200, "who only reads does not wait"
        window.press("#confirm")
        assert perf_counter() - started >= 5
    release.join()
    busy.close()
    assert "Confirmed" in window.text(".flash")
    window.go(f"/findings/{keys['h100']}")
    assert "不会丢" in window.text(".history")


def test_a_store_that_fails_gives_the_note_back(desk: Running, window: Window, keys: dict[str, str]) -> None:
    window.go(f"/findings/{keys['h100']}")
    window.page.fill("#note", "可以复制")
    with sqlite3.connect(desk.folder / "tenderwatch.sqlite") as broken:
        broken.execute("ALTER TABLE finding RENAME TO finding_away")
    broken.close()
    window.press("#confirm")
    assert window.status == 503
    assert window.page.locator("main textarea").input_value() == "可以复制"
