"""A crawl as the product starts it: a Scrapy process of its own, against a portal on loopback."""

import json
import multiprocessing
import os
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select, update

from notices.run import CrawlRun, Issue
from storage import Store, open_store
from storage.revisit_tables import revisit
from storage.tables import notice
from tests.portal.portal import FaultyPortal
from tests.sample_finding import FINDING

ROOT = Path(__file__).resolve().parents[2]
# A crawl that has not ended by then hangs; one on a machine with much else to do has.
HANGS_AFTER = 900


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


# Python and Scrapy are loaded once; each crawl is a process of its own, forked from there.
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(
    [f"scrapy.commands.{name}" for name in ("bench", "crawl", "fetch", "genspider", "shell", "startproject", "view")]
    + [f"spiders.{name}" for name in ("families.ccgp", "middlewares", "handlers", "pipelines", "commands.crawl")]
    + ["scrapy.cmdline", "scrapy.core.downloader.handlers.http11", "scrapy.pipelines", "scrapy.utils.log", "storage"]
)


def run_scrapy(words: list[str], environment: dict[str, str], output: str, errors: str) -> None:
    """What the forked process does: the command line of `python -m scrapy`, in its own surroundings."""
    from scrapy.cmdline import execute

    os.environ.clear()
    os.environ.update(environment)
    os.chdir(ROOT)
    for path, stream in ((output, 1), (errors, 2)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), stream)
    execute(["scrapy", *words])


class Started:
    """A Scrapy process; its words go to files."""

    def __init__(self, words: list[str], environment: dict[str, str], base: Path) -> None:
        self._output, self._errors = base.with_suffix(".out"), base.with_suffix(".err")
        arguments = (words, environment, str(self._output), str(self._errors))
        self.process = FORKS.Process(target=run_scrapy, args=arguments)
        self.process.start()

    @property
    def status(self) -> int:
        assert self.process.exitcode is not None
        return self.process.exitcode

    def finish(self) -> tuple[str, str]:
        """Waits for the end; what was printed."""
        self.process.join(HANGS_AFTER)
        assert self.process.exitcode is not None, "the crawl does not end"
        return self._output.read_text(encoding="utf-8"), self._errors.read_text(encoding="utf-8")


class House:
    """A home folder with an empty store, and crawls into it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._started = 0
        self.url = f"sqlite:///{home / 'tenderwatch.sqlite'}"
        home.mkdir(parents=True, exist_ok=True)
        self.store: Store = open_store(self.url)
        self.store.migrate()

    def start(self, portal: FaultyPortal | None, source: str, environment: dict[str, str], **arguments: Any) -> Started:
        """The running process of a crawl."""
        if portal is not None:
            arguments["base_url"] = portal.url
        words = [word for name, value in arguments.items() for word in ("-a", f"{name}={value}")]
        self._started += 1
        return Started(["crawl", source, *words], self.environment() | environment, self.home / f"run-{self._started}")

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
        return self.ended(self.start(portal, source, environment or {}, **arguments), source)

    def ended(self, started: Started, source: str) -> Crawled:
        """What a crawl left that was started; waits for its end."""
        output, errors = started.finish()
        progress = [json.loads(line) for line in output.splitlines()]
        with self.store.read() as unit:
            run = unit.runs.last("crawl", source)
            assert run is not None, errors
            issues = [stored.issue for stored in unit.runs.issues(run_id=run.id)]
        return Crawled(started.status, errors, progress, run, issues)

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


def run_in_turn(jobs: list[tuple[str, dict[str, str]]], environment: dict[str, str], output: str, errors: str) -> None:
    """What a forked process does with several crawls: one after the other, in one reactor."""
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(ROOT)
    for path, stream in ((output, 1), (errors, 2)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), stream)
    from scrapy.crawler import CrawlerProcess
    from scrapy.utils.project import get_project_settings

    process = CrawlerProcess(get_project_settings())
    waiting = list(jobs)

    def start_next(_: object = None) -> None:
        if waiting:
            source, arguments = waiting.pop(0)
            process.crawl(source, **arguments).addBoth(start_next)

    start_next()
    process.start()


class Procession:
    """Crawls of several sources into one house, in one process."""

    def __init__(self, house: "House") -> None:
        self._house = house
        self._rounds = 0

    def crawl(self, jobs: list[tuple[str, dict[str, str]]]) -> dict[str, Crawled]:
        """What became of each source."""
        self._rounds += 1
        paths = [str(self._house.home / f"round-{self._rounds}.{ending}") for ending in ("out", "err")]
        process = FORKS.Process(target=run_in_turn, args=(jobs, self._house.environment(), *paths))
        process.start()
        process.join(HANGS_AFTER)
        assert process.exitcode is not None, "the crawls do not end"
        errors = Path(paths[1]).read_text(encoding="utf-8")
        done = {}
        with self._house.store.read() as unit:
            for source, _ in jobs:
                run = unit.runs.last("crawl", source)
                assert run is not None, errors
                issues = [stored.issue for stored in unit.runs.issues(run_id=run.id)]
                done[source] = Crawled(process.exitcode, errors, [], run, issues)
        return done


def flag_all(house: House, days_ago: float) -> None:
    """Makes every stored notice a flagged one that was first seen so many days ago."""
    with house.store.begin() as unit:
        for stored in list(unit.notices.all()):
            finding = replace(FINDING, notice=stored.notice.id)
            unit.findings.replace(stored.id, stored.notice.source, [finding], stored.first_seen_at)
    move_back(house, days_ago)


def move_back(house: House, days: float) -> None:
    """Puts everything that the house remembers of seeing its notices into the past."""
    past = timedelta(days=days)
    with house.store.engine.begin() as connection:
        for table, column in ((notice, notice.c.first_seen_at), (notice, notice.c.published), (revisit, revisit.c.at)):
            for row in connection.execute(select(table.c.id, column.label("moment"))).all():
                if row.moment:
                    moved = update(table).where(table.c.id == row.id).values({column.name: row.moment - past})
                    connection.execute(moved)
