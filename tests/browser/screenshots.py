"""Pictures of each page of the desk over the invented store: light and dark, English and Chinese, narrow and wide.

Run: python -m tests.browser.screenshots FOLDER [--readme]. With --readme only the two pictures that the README shows.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import sync_playwright

from storage import open_store
from tests.browser.driving import Running, chromium, desk_at
from tests.review import invented

PAGES = {
    "queue": "/", "finding": "/findings/{h100}", "specification": "/findings/{spec-implied-gpu}",
    "overview": "/overview", "search": "/search?q=H100", "buyers": "/buyers", "buyer": "/buyers/东屏理工大学",
    "item": "/items/nvidia-h100", "precision": "/precision", "sources": "/sources", "alerts": "/alerts",
    "runs": "/runs", "audit": "/audit", "unknown": "/?severity=dreadful",
}  # fmt: skip
README = ("queue", "finding")
WIDE, NARROW = {"width": 1280, "height": 860}, {"width": 360, "height": 780}
LOOKS = {
    "light-en": (WIDE, "light", "en"), "dark-zh": (WIDE, "dark", "zh"),
    "narrow-light-zh": (NARROW, "light", "zh"), "narrow-dark-en": (NARROW, "dark", "en"),
}  # fmt: skip


def main(folder: Path, *, readme: bool) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as home, sync_playwright() as playwright, chromium(playwright) as browser:
        store = open_store(f"sqlite:///{home}/tenderwatch.sqlite")
        store.migrate()
        keys = invented.fill(store, Path(home) / "captures")
        store.close()
        with desk_at(Path(home), browser) as desk:
            for look in ["light-en"] if readme else LOOKS:
                picture(desk, keys, folder, look, readme=readme)


def picture(desk: Running, keys: dict[str, str], folder: Path, look: str, *, readme: bool) -> None:
    """One picture of each page in one look."""
    size, scheme, language = LOOKS[look]
    with desk.window(viewport=size, color_scheme=scheme) as window:
        window.go(f"/?lang={language}")
        for name in README if readme else PAGES:
            window.go(PAGES[name].format_map(keys))
            path = folder / (f"desk-{name}.png" if readme else f"{name}-{look}.png")
            window.page.screenshot(path=path, full_page=not readme)
            print(path)


if __name__ == "__main__":
    main(Path(sys.argv[1]), readme="--readme" in sys.argv[2:])
