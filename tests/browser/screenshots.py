"""Pictures of each page of the desk over the invented store: light and dark, English and Chinese, narrow to a wall.

Run: python -m tests.browser.screenshots FOLDER [--docs]. With --docs only those that the README and the howto show.
"""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import sync_playwright

from storage import open_store
from tests.browser import plenty
from tests.browser.driving import Running, Window, chromium, desk_at
from tests.browser.test_browser_people import invite, join
from tests.review import invented

PAGES = {
    "queue": "/",
    "queue-filtered": "/?view=all&category=gpu&kind=award&control=restricted",
    "queue-none": "/?view=all&words=%E6%97%A0",
    "queue-export": "/",
    "queue-keys": "/",
    "queue-bulk": "/?picked=page",
    "finding-reject": "/findings/{h100}",
    "finding": "/findings/{h100}",
    "finding-specification": "/findings/{specification}",
    "finding-procedure": "/findings/{award}",
    "finding-page": "/findings/{page}",
    "finding-long": "/findings/{long}",
    "finding-hostile": "/findings/{hostile}",
    "finding-text": "/findings/{long}/text?origin=body&part=2",
    "notice": "/notices/{notice}?q=H100",
    "search": "/search?q=H100",
    "search-help": "/search",
    "search-none": "/search?q=%E6%B2%A1%E6%9C%89",
    "search-wrong": "/search?q=%22",
    "overview": "/overview",
    "precision": "/precision",
    "buyers": "/buyers",
    "buyer": "/buyers/青楠海洋观测研究所",
    "sellers": "/sellers",
    "seller": "/sellers/北泽恒远科技有限公司",
    "items": "/items",
    "item": "/items/nvidia-h20",
    "item-many": "/items/nvidia-a800",
    "sources": "/sources",
    "alerts": "/alerts",
    "runs": "/runs",
    "audit": "/audit?check=whole",
    "filters": "/filters",
    "keys": "/keys",
    "capture": "/captures/{capture}",
    "unknown": "/?severity=dreadful",
    "nowhere": "/nowhere",
    "no-finding": "/findings/none",
    "no-buyer": "/buyers/无此单位",
}
STAFFED = {"accounts": "/accounts", "account": "/account", "keys-staffed": "/keys"}
# What is pressed before the picture is taken: what is folded up is looked at too.
PRESSED = {"queue-export": ".export summary", "queue-keys": "#keys-open", "finding-reject": "#reject"}
NORMAL, NARROW, WALL = {"width": 1280, "height": 860}, {"width": 360, "height": 780}, {"width": 3840, "height": 2160}
LOOKS = {
    "light-en": (NORMAL, "light", "en"), "dark-zh": (NORMAL, "dark", "zh"),
    "narrow-light-zh": (NARROW, "light", "zh"), "narrow-dark-en": (NARROW, "dark", "en"),
    "wall-light-en": (WALL, "light", "en"), "wall-dark-zh": (WALL, "dark", "zh"),
}  # fmt: skip
DARK = {"dark-en": (NORMAL, "dark", "en")}
DOCS = {
    "desk-queue": ("queue", "light-en"), "desk-finding": ("finding", "light-en"),
    "desk-finding-dark": ("finding-specification", "dark-en"), "desk-narrow": ("queue-filtered", "narrow-light-zh"),
}  # fmt: skip


def main(folder: Path, *, docs: bool) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as home, sync_playwright() as playwright, chromium(playwright) as browser:
        names = fill(Path(home))
        with desk_at(Path(home), browser) as desk:
            if docs:
                for name, (page, look) in DOCS.items():
                    take(
                        desk,
                        look,
                        {name: PAGES[page].format_map(names)},
                        lambda name: folder / f"{name}.png",
                        whole=False,
                    )
                return
            pages = {name: path.format_map(names) for name, path in PAGES.items()}
            for look in LOOKS:
                take(desk, look, pages, lambda page, look=look: folder / f"{page}-{look}.png")
        with desk_at(Path(home), browser, accounts=True) as desk:
            staff(desk, folder)


def fill(home: Path) -> Mapping[str, str]:
    """Fills the store of a desk; what the addresses of the pages name."""
    store = open_store(f"sqlite:///{home}/tenderwatch.sqlite")
    store.migrate()
    keys = plenty.add(store, home / "captures", invented.fill(store, home / "captures"))
    with store.read() as unit:
        capture = next(iter(unit.captures.all())).capture.sha256
        notice = unit.findings.notice_id(keys["h100"])
    store.close()
    return keys | {"capture": capture, "notice": str(notice)}


def take(
    desk: Running, look: str, pages: Mapping[str, str], name: Callable[[str], Path], *, whole: bool = True
) -> None:
    """One picture of each page in one look; a page may name what is pressed first."""
    size, scheme, language = (LOOKS | DARK)[look]
    with desk.window(viewport=size, color_scheme=scheme) as window:
        window.go(f"/?lang={language}")
        for page, path in pages.items():
            window.go(path)
            if page in PRESSED and window.page.is_visible(PRESSED[page]):
                window.page.click(PRESSED[page])
            shoot(window, name(page), whole=whole)


def shoot(window: Window, path: Path, *, whole: bool = True) -> None:
    # A picture further down is loaded when it is near: for the whole page it must be there.
    window.page.evaluate("""() => Promise.all([...document.images].map((image) => {
        image.loading = "eager";
        return image.complete || new Promise((done) => (image.onload = image.onerror = done));
    }))""")
    window.page.screenshot(path=path, full_page=whole)
    print(path)


def staff(desk: Running, folder: Path) -> None:
    """The pages of a desk with accounts, and those before its door."""
    with desk.window(viewport=NORMAL) as admin:
        admin.go(desk.link)
        for look, (size, scheme, language) in LOOKS.items():
            admin.page.set_viewport_size(size)
            admin.page.emulate_media(color_scheme=scheme)
            for name, path in {"first-start": desk.link, "login": "/login?after=/overview"}.items():
                admin.go(f"{path}{'&' if '?' in path else '?'}lang={language}")
                shoot(admin, folder / f"{name}-{look}.png")
        admin.go("/login?lang=en")
        join(admin, desk.link, "管理员丁")
        for name, role in (("分析员甲", "analyst"), ("reader two", "reader"), ("编辑乙", "editor")):
            link = invite(admin, name, role)
            if role != "editor":
                with desk.window() as guest:
                    join(guest, link)
        for look, (size, scheme, language) in LOOKS.items():
            admin.page.set_viewport_size(size)
            admin.page.emulate_media(color_scheme=scheme)
            admin.go(f"/?lang={language}")
            for name, path in STAFFED.items():
                admin.go(path)
                shoot(admin, folder / f"{name}-{look}.png")


if __name__ == "__main__":
    main(Path(sys.argv[1]), docs="--docs" in sys.argv[2:])
