"""A desk that runs, over an invented store on disk, and a browser."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from storage import open_store
from tests.browser.driving import Running, Window, chromium, desk_at
from tests.review import invented


@dataclass(frozen=True)
class Filled:
    """A folder with the invented store and its captures; the keys of its findings by a short name."""

    folder: Path
    keys: dict[str, str]

    def copied(self, to: Path) -> Path:
        return Path(shutil.copytree(self.folder, to))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright, chromium(playwright) as started:
        yield started


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Filled:
    folder = tmp_path_factory.mktemp("browser")
    store = open_store(f"sqlite:///{folder / 'tenderwatch.sqlite'}")
    store.migrate()
    keys = invented.fill(store, folder / "captures")
    store.close()
    return Filled(folder, keys)


@pytest.fixture
def keys(filled: Filled) -> dict[str, str]:
    return filled.keys


@pytest.fixture
def desk(filled: Filled, browser: Browser, tmp_path: Path) -> Iterator[Running]:
    """A desk over a copy of the store, to be changed as one likes."""
    with desk_at(filled.copied(tmp_path / "home"), browser) as running:
        yield running


@pytest.fixture(scope="session")
def reading_desk(filled: Filled, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A desk that all tests share which only read."""
    with desk_at(filled.copied(tmp_path_factory.mktemp("shared") / "home"), browser) as running:
        yield running


@pytest.fixture
def window(desk: Running) -> Iterator[Window]:
    with desk.window() as opened:
        yield opened


@pytest.fixture
def reader(reading_desk: Running) -> Iterator[Window]:
    with reading_desk.window() as opened:
        yield opened
