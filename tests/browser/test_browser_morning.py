"""A morning's work at the desk, from what is new to the export; and how long a finding takes by the keys."""

import csv
import json
import re
import subprocess
import sys
from pathlib import Path
from statistics import median
from time import perf_counter

import pytest

from tests.browser.driving import Running, Window

pytestmark = pytest.mark.browser

# What the stated reader needs beside the desk's own time, in seconds: a Chinese character at 300 a minute, a Latin word
# or number at 240 a minute, one decision, and a key (the last two: M and K of the keystroke-level model).
A_CHARACTER, A_WORD, A_DECISION, A_KEY = 60 / 300, 60 / 240, 1.35, 0.28
PROMISED = 15
READ = ("h1", ".finding .sub", ".finding blockquote [lang=zh-Hans]")


def reading(text: str) -> float:
    """Seconds that the stated reader reads."""
    return len(re.findall(r"[\u4e00-\u9fff]", text)) * A_CHARACTER + len(re.findall(r"[A-Za-z0-9]+", text)) * A_WORD


def verdicts(folder: Path) -> dict[str, str]:
    """Each finding's verdict as `tenderwatch export` has it."""
    command = [sys.executable, "-m", "monitor", "--home", str(folder), "export", "findings", "--format", "jsonl"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=True, cwd=folder)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    return {row["finding"]: row["verdict"] or "" for row in rows}


def test_a_morning_from_the_overview_to_the_export(desk: Running, window: Window, keys: dict[str, str]) -> None:
    page = window.go("/overview")
    waiting = page.locator("main .counts a[href*='severity=critical']")
    assert waiting.inner_text().split()[-1] == "4"
    window.press("main .counts a[href*='severity=critical']")
    assert "severity=critical" in window.path
    assert page.locator(".rows .row").count() == 4

    window.press("details.facets a[href*='relation=buys']:not([href*='equivalent'])")
    assert "relation=buys" in window.path
    assert page.locator(".rows .row").count() == 2
    window.press(".rows .go")
    first = re.findall(r"/findings/([^?]+)", window.path)[0]
    assert first == keys["h100"]
    assert "NVIDIA H100" in window.text("h1")
    assert page.locator("#hit").is_visible()

    page.fill("#note", "核对过标的清单。")
    window.press("#confirm")
    second = re.findall(r"/findings/([^?]+)", window.path)[0]
    assert second == keys["nvidia-a800"]
    assert "Confirmed: NVIDIA H100" in window.text(".flash")
    page.click("#reject")
    window.press(".reject button[value=duplicate]")
    assert page.locator(".rows .row").count() == 0
    assert "Rejected: NVIDIA A800" in window.text(".flash")

    kept = verdicts(desk.folder)
    assert {kept[first], kept[second]} == {"confirmed", "rejected"}
    assert len(kept) == len(keys)

    window.go("/?view=confirmed")
    page.click("details.export summary")
    with page.expect_download() as started:
        page.click("details.export a[href*='/export/findings.csv'] >> nth=0")
    started.value.save_as(desk.folder / "confirmed.csv")
    table = list(csv.DictReader((desk.folder / "confirmed.csv").read_text(encoding="utf-8").splitlines()))
    assert [first in row.values() for row in table] == [True], "what was confirmed, and nothing else"
    assert window.is_quiet()


def test_triage_by_keys_takes_fifteen_seconds_at_most(desk: Running, window: Window) -> None:
    """Measures the flow's length: the desk's time from a key to the next page, and a stated reader; no real people.

    The stated reader reads the label, the title and the quote, and nothing of the notice beside them.
    """
    page = window.go("/")
    seconds = []
    page.keyboard.press("j")
    window.type_key("Enter")
    for number in range(10):
        read = "\n".join(page.locator(part).first.inner_text() for part in READ)
        strokes = ["c"] if number % 3 == 0 else ["u"] if number % 3 == 1 else ["r", "1"]
        started = perf_counter()
        for key in strokes[:-1]:
            page.keyboard.press(key)
        window.type_key(strokes[-1])
        waited = perf_counter() - started
        seconds.append(reading(read) + A_DECISION + len(strokes) * A_KEY + waited)
    given = [verdict for verdict in verdicts(desk.folder).values() if verdict]
    assert len(given) == 10 + 1, "each press is one verdict, beside the one that was there"
    assert {"confirmed", "unsure", "rejected"} == set(given)
    print(f"a finding takes the stated reader {median(seconds):.1f} s at the median, {max(seconds):.1f} s at most")
    assert median(seconds) <= PROMISED


def test_every_key_does_what_the_help_says(window: Window, keys: dict[str, str]) -> None:
    page = window.go("/")
    page.keyboard.press("?")
    assert page.locator("dialog#keys").is_visible()
    told = page.locator("dialog#keys dt kbd").all_inner_texts()
    assert {"j", "k", "Enter", "c", "r", "u", "n", "o", "/", "?"} <= set(told)
    page.keyboard.press("Escape")
    assert not page.locator("dialog#keys").is_visible()

    focused = "document.activeElement.getAttribute('href') || document.activeElement.id"
    rows = [link.get_attribute("href") for link in page.locator(".rows .go").all()]
    for key, expected in (("j", rows[0]), ("j", rows[1]), ("k", rows[0]), ("k", rows[0])):
        page.keyboard.press(key)
        assert page.evaluate(focused) == expected
    page.keyboard.press("/")
    assert page.evaluate(focused) == "words"
    page.keyboard.type("jcr")
    assert page.input_value("#words") == "jcr", "in a field a key is a letter"
    page.keyboard.press("Escape")

    window.go(f"/findings/{keys['h100']}")
    page.keyboard.press("n")
    page.keyboard.type("c不是结论")
    assert page.input_value("#note") == "c不是结论"
    page.keyboard.press("Escape")
    before = window.path
    window.type_key("j")
    assert window.path != before
    window.type_key("k")
    assert window.path.split("?")[0] == before.split("?")[0]
    assert window.is_quiet()
