"""A desk in a process of its own, and readers before it, each with a browser window that notes what it asked for."""

import multiprocessing
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, Playwright, Request, Response

from tests.browser.desk_process import run

# A busy machine is slow; a test that hangs still ends.
PATIENCE_MS = 60_000
# Each desk is a fork of a process that has loaded it once, and knows nothing of this one's browser.
FORKING = multiprocessing.get_context("forkserver")
FORKING.set_forkserver_preload(["tests.browser.desk_process"])


@dataclass
class Window:
    """One reader's browser: what it asked for outside of the desk, what spoke up, and what answered."""

    context: BrowserContext
    page: Page
    base: str
    outside: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    statuses: dict[str, int] = field(default_factory=dict)

    def go(self, path: str) -> Page:
        """Opens a page of the desk and waits until it stands."""
        self.page.goto(path if path.startswith("http") else self.base + path, wait_until="load")
        return self.page

    def press(self, selector: str) -> Page:
        """Presses what leads to another page, and waits until that stands."""
        with self.page.expect_navigation(wait_until="load"):
            self.page.click(selector)
        return self.page

    def type_key(self, key: str) -> Page:
        """Presses a key that leads to another page, and waits until that stands."""
        with self.page.expect_navigation(wait_until="load"):
            self.page.keyboard.press(key)
        return self.page

    @property
    def path(self) -> str:
        return self.page.url.removeprefix(self.base)

    @property
    def status(self) -> int:
        """The status of the page that stands."""
        return self.statuses[self.page.url]

    def text(self, selector: str = "main") -> str:
        return " ".join(self.page.locator(selector).first.inner_text().split())

    def is_quiet(self) -> bool:
        """Whether nothing was asked for outside of the desk, and nothing of a page spoke up."""
        return not (self.outside or self.dialogs or self.said)


@dataclass(frozen=True)
class Running:
    """A desk that answers at `base` over the store in `folder`; `link` makes the first admin, if there is none."""

    browser: Browser
    base: str
    folder: Path
    link: str = ""

    @contextmanager
    def window(self, **options: Any) -> Iterator[Window]:
        """Another browser before the desk, with cookies of its own."""
        context = self.browser.new_context(**({"viewport": {"width": 1280, "height": 900}} | options))
        context.set_default_timeout(PATIENCE_MS)
        context.set_default_navigation_timeout(PATIENCE_MS)
        window = Window(context, context.new_page(), self.base)
        _watch(window)
        try:
            yield window
        finally:
            context.close()


def _watch(window: Window) -> None:
    def asked(request: Request) -> None:
        if not request.url.startswith((window.base + "/", "data:image/svg+xml")):
            window.outside.append(request.url)

    def answered(response: Response) -> None:
        if response.request.is_navigation_request():
            window.statuses[response.url] = response.status

    def spoke(dialog: Any) -> None:
        window.dialogs.append(dialog.message)
        dialog.dismiss()

    def told(message: Any) -> None:
        # The browser notes each answer of 400 and above; what such a page is, the tests look at themselves.
        if message.type in {"error", "warning"} and "Failed to load resource" not in message.text:
            window.said.append(message.text)

    window.context.on("request", asked)
    window.context.on("response", answered)
    window.context.on("dialog", spoke)
    window.context.on("console", told)
    window.context.on("weberror", lambda error: window.said.append(str(error.error)))


@contextmanager
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """Debian's Chromium, which can reach this machine and nothing else."""
    found = shutil.which("chromium")
    assert found, "these tests drive Debian's chromium, and it is not installed: apt-get install chromium"
    alone = ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", "--disable-gpu", "--disable-dev-shm-usage"]
    if os.geteuid() == 0:
        alone.append("--no-sandbox")
    browser = playwright.chromium.launch(executable_path=found, args=alone, timeout=PATIENCE_MS)
    yield browser
    browser.close()


@contextmanager
def desk_at(folder: Path, browser: Browser, *, accounts: bool = False) -> Iterator[Running]:
    """The desk over a folder's store, in a process of its own, until it is no longer needed."""
    ours, theirs = FORKING.Pipe()
    process = FORKING.Process(target=run, args=(folder, accounts, theirs), daemon=True)
    process.start()
    theirs.close()
    base, link = ours.recv()
    try:
        yield Running(browser, base, folder, link)
    finally:
        ours.close()
        process.terminate()
        process.join(20)
        assert process.exitcode == 0, "the desk ends when it is told to"
