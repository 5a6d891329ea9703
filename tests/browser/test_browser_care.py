"""Every page is light, fits from a telephone to a wall, and can be read by eye, keyboard and screen reader."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from monitor.review.routes import PAGES
from notices.listing import Listing
from notices.review import Note
from storage import open_store
from tests.browser import plenty
from tests.browser.conftest import Filled
from tests.browser.driving import Running, Window, desk_at
from tests.browser.test_browser_people import join
from tests.review import invented
from tests.review.test_finding_context import SPECIFIED, published, store_judged

pytestmark = pytest.mark.browser

LONG_LIST = "A List of Parties of a Rather Long Name (Part 744, Supplement No. 4, Entity-List-As-Of-2026-03-30)"
CARE = (Path(__file__).parent / "care.js").read_text(encoding="utf-8")
LARGEST = 100_000
WIDTHS = (360, 1280, 3840)
MORE = (
    "/?view=all", "/?view=unflagged", "/?view=confirmed", "/?severity=none", "/search?q=H100", "/search?q=%22",
    "/findings/{hostile}", "/findings/{long}", "/findings/{specification}", "/findings/{award}", "/findings/{page}",
    "/?picked=page", "/search?q=%E6%97%A0%E6%AD%A4", "/buyers/%E6%97%A0%E6%AD%A4", "/alerts?state=pending", "/nowhere",
    "/audit?check=whole", "/?listed=any", "/?listed=Unknown", "/findings/{h100}?noted=late",
)  # fmt: skip
# What a script in the page can say of it: rules of its own, no judgement of whether the words are the right ones.
RULES = ("names", "order", "tongues")


@pytest.fixture(scope="module")
def plentiful(filled: Filled, tmp_path_factory: pytest.TempPathFactory) -> Filled:
    """A store in which each page has much to show."""
    home = filled.copied(tmp_path_factory.mktemp("plentiful") / "home")
    store = open_store(f"sqlite:///{home / 'tenderwatch.sqlite'}")
    keys = plenty.add(store, home / "captures", filled.keys)
    with store.begin() as unit:
        notice_id = unit.findings.notice_id(keys["h100"])
        assert notice_id is not None
        entries = [
            Listing("buyer", "东屏理工大学", name, "东屏理工大学", None, "00 FR 1") for name in ("甲", LONG_LIST)
        ]
        unit.listings.note(notice_id, "v1", entries)
        unit.notes.add(Note(keys["h100"], "与采购人核对。" * 20, "核查员甲", invented.NOW))
    store.close()
    return Filled(home, keys)


@pytest.fixture(scope="module")
def staffed(plentiful: Filled, browser: Browser) -> Iterator[Running]:
    """A desk with accounts; its first link is not used yet."""
    with desk_at(plentiful.folder, browser, accounts=True) as running:
        yield running


@pytest.fixture
def keys(plentiful: Filled) -> dict[str, str]:
    return plentiful.keys


@pytest.fixture(scope="module")
def admin(staffed: Running) -> Iterator[Window]:
    with staffed.window() as window:
        join(window, staffed.link, "管理员丁")
        yield window


def addresses(staffed: Running, keys: dict[str, str]) -> list[str]:
    """An address of each page that is asked for, by the table of pages; KeyError where a new part of one is unknown."""
    store = open_store(f"sqlite:///{staffed.folder / 'tenderwatch.sqlite'}")
    with store.read() as unit:
        capture = next(iter(unit.captures.all())).capture.sha256
        report = unit.findings.report(keys["h100"])
        notice = unit.findings.notice_id(keys["h100"])
    store.close()
    assert report
    names = {"/buyers": report.buyer, "/sellers": report.suppliers[0], "/items": report.finding.item}
    made = []
    for page in PAGES:
        if page.method == "GET" and not page.path.startswith(("/feeds", "/join", "/api/")):
            name = names.get("/" + page.path.split("/")[1], "")
            known = {"key": keys["h100"], "sha256": capture, "id:int": notice, "name": name, "name:path": name}
            made.append(re.sub(r"\{([^}]+)\}", lambda part, known=known: str(known[part[1]]), page.path))
    return made + [each.format_map(keys) for each in MORE]


def filled_in(window: Window, staffed: Running, keys: dict[str, str]) -> list[str]:
    """The addresses whose answer is a page, not a file or data."""
    found = []
    for address in dict.fromkeys(addresses(staffed, keys)):
        answer = window.context.request.get(window.base + address, max_redirects=0)
        is_page = answer.headers.get("content-type", "").startswith("text/html")
        if is_page and "attachment" not in answer.headers.get("content-disposition", ""):
            found.append(address)
            assert len(answer.body()) < LARGEST, address
    return found


def looked_at(window: Window, address: str, *rules: str) -> list[str]:
    """What is wrong with the page that stands, by rule."""
    return [f"{address}: {each}" for rule in rules for each in window.page.evaluate(f"care.{rule}()")]


def test_every_page_is_light_fits_and_can_be_read(staffed: Running, admin: Window, keys: dict[str, str]) -> None:
    wrong = []
    pages = filled_in(admin, staffed, keys)
    assert len(pages) > 25
    for address in pages:
        page = admin.go(address)
        page.evaluate(CARE)
        wrong += looked_at(admin, address, *RULES)
        page.evaluate("care.openAll()")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            wrong += looked_at(admin, f"{address} at {width} px", "sideways")
        page.set_viewport_size({"width": 1280, "height": 900})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme="light" if scheme == "light" else "dark")
            wrong += looked_at(admin, f"{address} {scheme}", "contrast")
    assert not wrong, "\n".join(wrong)
    assert admin.is_quiet(), (admin.outside, admin.dialogs, admin.said)


def test_every_page_fits_a_telephone_in_chinese(staffed: Running, admin: Window, keys: dict[str, str]) -> None:
    wrong = []
    admin.page.set_viewport_size({"width": 360, "height": 740})
    for address in filled_in(admin, staffed, keys):
        page = admin.go(f"{address}{'&' if '?' in address else '?'}lang=zh")
        page.evaluate(CARE)
        wrong += looked_at(admin, address, "sideways", *RULES)
    admin.go("/?lang=en")
    admin.page.set_viewport_size({"width": 1280, "height": 900})
    assert not wrong, "\n".join(wrong)


def test_the_rules_find_what_is_planted(reader: Window) -> None:
    page = reader.go("/")
    page.evaluate(CARE)
    assert looked_at(reader, "/", *RULES, "contrast", "sideways") == []
    page.evaluate("document.querySelector('.rows .title').style.color = '#8a8a8a'")
    page.evaluate("document.querySelector('.rows .who').style.width = '2000px'")
    page.evaluate("document.querySelector('label[for=words]').remove()")
    page.evaluate("document.querySelector('.facets h2').outerHTML = '<h4>x</h4>'")
    found = [looked_at(reader, "/", rule) for rule in ("contrast", "sideways", "names", "order")]
    assert "3.45:1 <p title>" in found[0][0]
    assert any("cut off: <ol rows>" in each for each in found[1])
    assert "no label: <input#words" in found[2][0]
    assert "h4 after h1" in found[3][0]


@pytest.mark.parametrize("path", ["/login", "/join/{}"])
def test_the_pages_before_the_door_can_be_read(filled: Filled, browser: Browser, tmp_path: Path, path: str) -> None:
    with desk_at(filled.copied(tmp_path / "home"), browser, accounts=True) as running, running.window() as window:
        address = path.format(running.link.removeprefix("/join/"))
        page = window.go(address)
        page.evaluate(CARE)
        wrong = looked_at(window, path, *RULES)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            wrong += looked_at(window, f"{path} at {width} px", "sideways")
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme="light" if scheme == "light" else "dark")
            wrong += looked_at(window, f"{path} {scheme}", "contrast")
    assert not wrong, "\n".join(wrong)


def test_who_moves_by_tab_sees_where_and_goes_down_the_page(admin: Window, keys: dict[str, str]) -> None:
    for address in ("/", f"/findings/{keys['h100']}", "/overview", "/search?q=H100", "/accounts"):
        page = admin.go(address)
        page.evaluate(CARE)
        places = []
        for _ in range(45):
            page.keyboard.press("Tab")
            at = page.evaluate("care.focus()")
            if at is None or (places and at["place"] < places[0]):
                break
            assert at["visible"], (address, at["name"])
            assert at["inside"], (address, at["name"])
            places.append(at["place"])
        assert len(places) > 8, address
        assert places == sorted(places), address
    page.goto(admin.base + "/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content", "the first stop leads past the head"


def test_a_page_weighs_little_with_all_that_it_loads(reader: Window, keys: dict[str, str]) -> None:
    reader.go(f"/findings/{keys['h100']}")
    sizes = reader.page.evaluate(
        "Object.fromEntries(['navigation', 'resource'].flatMap(kind => performance.getEntriesByType(kind))"
        ".map(each => [each.name, each.decodedBodySize]))"
    )
    assert len(sizes) >= 4, "the page, its styles and its script"
    assert all(sizes.values()), sizes
    assert sum(sizes.values()) < LARGEST, sizes


def test_what_is_said_beside_a_products_name_fits_a_telephone(desk: Running) -> None:
    store = open_store(f"sqlite:///{desk.folder / 'tenderwatch.sqlite'}")
    made = invented.notice(95, "远山大学训练节点成交公告", "award", SPECIFIED, published=published("2026-03-01"))
    (key,) = store_judged(store, made)
    store.close()
    with desk.window(viewport={"width": 360, "height": 740}) as narrow:
        for path in (f"/findings/{key}", f"/findings/{key}?lang=zh", "/?view=all&words=训练节点成交&lang=en"):
            page = narrow.go(path)
            assert page.evaluate("document.documentElement.scrollWidth") == 360, path
