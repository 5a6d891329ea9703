"""A crawl as the product starts it: a Scrapy process of its own, against a portal on loopback."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from notices.run import CrawlRun, Issue
from storage import Store, open_store
from tests.portal.portal import FaultyPortal

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Crawled:
    """What a crawl left: its exit status, its words, its run and the run's issues."""

    status: int
    errors: str
    progress: list[dict[str, Any]]
    run: CrawlRun
    issues: list[Issue]

    @property
    def kinds(self) -> list[str]:
        return sorted(issue.kind for issue in self.issues)


class House:
    """A home folder with an empty store, and crawls into it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.url = f"sqlite:///{home / 'tenderwatch.sqlite'}"
        home.mkdir(parents=True, exist_ok=True)
        self.store: Store = open_store(self.url)
        self.store.migrate()

    def start(self, portal: FaultyPortal | None, source: str, environment: dict[str, str], **arguments: Any) -> Any:
        """The running process of a crawl."""
        if portal is not None:
            arguments["base_url"] = portal.url
        words = [word for name, value in arguments.items() for word in ("-a", f"{name}={value}")]
        return subprocess.Popen(
            [sys.executable, "-m", "scrapy", "crawl", source, *words],
            cwd=ROOT,
            env=self.environment() | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def environment(self) -> dict[str, str]:
        ours = {name: value for name, value in os.environ.items() if not name.startswith("TENDERWATCH_")}
        told = {"TENDERWATCH_HOME": str(self.home), "TENDERWATCH_LOOPBACK_DELAY": "0", "TENDERWATCH_PROGRESS": "1"}
        return ours | told | {"TENDERWATCH_CONTACT": "https://example.org/watch"}

    def crawl(
        self,
        portal: FaultyPortal | None = None,
        source: str = "ccgp-central",
        *,
        environment: dict[str, str] | None = None,
        **arguments: Any,
    ) -> Crawled:
        process = self.start(portal, source, environment or {}, **arguments)
        output, errors = process.communicate(timeout=60)
        progress = [json.loads(line) for line in output.splitlines()]
        with self.store.read() as unit:
            run = unit.runs.last("crawl", source)
            assert run is not None, errors
            issues = [stored.issue for stored in unit.runs.issues(run_id=run.id)]
        return Crawled(process.returncode, errors, progress, run, issues)

    def ids(self) -> set[str]:
        with self.store.read() as unit:
            return {stored.notice.id for stored in unit.notices.all()}

    def fetched_files(self) -> dict[str, bool]:
        """Every linked file's URL, and whether it is kept."""
        with self.store.read() as unit:
            return {each.document.url: each.capture is not None for each in unit.documents.all()}

    @property
    def captures(self) -> Path:
        return self.home / "captures"
