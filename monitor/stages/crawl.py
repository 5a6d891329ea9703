"""Crawling: each source's spider runs as its own process, and the store says what became of it."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from signal import Signals

from monitor.clock import now
from monitor.config import Settings
from monitor.expecting import hold_to_expectations
from monitor.health import declared_sources
from monitor.locks import BusyError, only_one
from monitor.reconcile import plain_counts
from monitor.stages.report import Report
from notices.dates import SHANGHAI
from notices.errors import ConfigurationError
from notices.run import FAILED, INTERRUPTED, OF_NOTICES, SUCCEEDED
from storage import Store

ROOT = Path(__file__).resolve().parents[2]
Progress = Callable[[int], None]
Spider = subprocess.Popen[str]
SHOWN_ISSUES = 20
STOP_SECONDS = 20


@dataclass(frozen=True, slots=True)
class CrawlOptions:
    """`since` and `until` are days (YYYY-MM-DD) in the sites' zone; `replay` are WARC files that answer instead."""

    since: str | None = None
    until: str | None = None
    limit: int | None = None
    replay: tuple[Path, ...] = ()
    base_url: str | None = None


def crawl_sources(
    store: Store,
    settings: Settings,
    names: Sequence[str] = (),
    options: CrawlOptions = CrawlOptions(),
    progress: Progress = lambda _: None,
) -> Report:
    """Crawls sources one after the other; an unknown name is a ConfigurationError before anything is fetched."""
    chosen = chosen_sources(names, options)
    check_contact(settings, options)
    report = Report("crawl")
    done = [crawl_source(store, settings, name, options, report, progress=progress) for name in chosen]
    report.failed = not any(done)
    if not options.replay:
        sources = [source for source in declared_sources() if source.id in chosen]
        report.problems += hold_to_expectations(store, settings, sources, now())
    return report


def chosen_sources(names: Sequence[str], options: CrawlOptions) -> Sequence[str]:
    """The sources to crawl, all if none is named; ConfigurationError if a name or --base-url cannot be meant."""
    known = [source.id for source in declared_sources()]
    for name in names:
        if name not in known:
            raise ConfigurationError(f"there is no source {name!r}: the sources are {', '.join(known)}")
    if options.base_url:
        if len(names or known) != 1:
            raise ConfigurationError("--base-url sends one source elsewhere: name exactly one source")
        if not options.base_url.startswith(("http://", "https://")):
            raise ConfigurationError(f"--base-url {options.base_url!r} is no address: write http://HOST:PORT")
    return names or known


def check_contact(settings: Settings, options: CrawlOptions) -> None:
    """No real site is asked anything by somebody whom it cannot reach: ConfigurationError without a contact."""
    if not (settings.crawling.contact or options.replay or options.base_url):
        raise ConfigurationError(
            "no contact is set, so no site is asked: set [crawling] contact in monitor.toml, or TENDERWATCH_CONTACT, "
            "to an address at which a site's operator can reach you"
        )


def crawl_source(
    store: Store,
    settings: Settings,
    name: str,
    options: CrawlOptions,
    report: Report,
    *,
    progress: Progress = lambda _: None,
    started: Callable[[Spider], None] = lambda _: None,
) -> bool:
    """Runs one source's spider and adds what it did to `report`; returns whether the crawl did its work.

    `started` is handed the process, so that a caller that stops can end it.
    """
    until = quiet_until(settings, name, options, now())
    if until is not None:
        report.notes.append(_quiet(name, until))
        return True
    with store.read() as unit:
        before = unit.runs.last("crawl", name)
    try:
        with only_one(settings.home, f"crawl-{name}"):
            status, last_words, absent = _run_spider(settings, name, options, progress, started)
    except BusyError as busy:
        report.problems.append(f"{name}: {busy}")
        return False
    with store.begin() as unit:
        # The process is over and nobody else held the lock: what still runs in the store has died.
        unit.runs.bury("crawl", name, now(), f"its process ended with {_ending(status)}")
        run = unit.runs.last("crawl", name)
        if run is None or (before is not None and run.id == before.id):
            report.problems.append(f"{name}: the spider did not start (status {status}): {last_words}")
            return False
        met = unit.runs.issues(run_id=run.id)
    issues = [each for each in met if each.issue.kind not in OF_NOTICES]
    report.notes += [f"{name}: {each.issue.message}" for each in met if each.issue.kind in OF_NOTICES][:SHOWN_ISSUES]
    report.notes += [f"{name}: not in the archive: {url}" for url in absent]
    for counted, number in plain_counts(run.counts).items():
        report.count(counted, number)
    report.problems += [f"{name}: {each.issue.kind}: {each.issue.message}" for each in issues[:SHOWN_ISSUES]]
    if len(issues) > SHOWN_ISSUES:
        report.problems.append(f"{name}: and {len(issues) - SHOWN_ISSUES} more: see `tenderwatch issues`")
    until = quiet_until(settings, name, options, now()) if run.counts.get("quiet_hours") else None
    if until is not None:
        report.notes.append(_quiet(name, until))
    elif run.outcome != SUCCEEDED and not issues:
        report.problems.append(f"{name}: the run ended as {run.outcome}: see {settings.home / 'logs'}")
    return run.outcome not in (FAILED, INTERRUPTED) and run.finished_at is not None


def quiet_until(settings: Settings, name: str, options: CrawlOptions, moment: datetime) -> datetime | None:
    """When a source's host may be asked again; None if it may be now. A replay asks nobody."""
    source = next((each for each in declared_sources() if each.id == name), None)
    if source is None or options.replay:
        return None
    return settings.crawling.quiet_until(options.base_url or source.url, source.quiet_hours, moment)


def _quiet(name: str, until: datetime) -> str:
    return f"{name}: its host has quiet hours: it is asked again from {until.astimezone(SHANGHAI):%Y-%m-%d %H:%M} on"


def _ending(status: int) -> str:
    """The end of a process in words: "status 1", or the signal that killed it ("signal 9, SIGKILL")."""
    if status >= 0:
        return f"status {status}"
    try:
        return f"signal {-status}, {Signals(-status).name}"
    except ValueError:
        return f"signal {-status}"


def _run_spider(
    settings: Settings, name: str, options: CrawlOptions, progress: Progress, started: Callable[[Spider], None]
) -> tuple[int, str, list[str]]:
    command = [sys.executable, "-m", "scrapy", "crawl", name, *_arguments(options)]
    words = settings.home / "logs" / f"{name}.stderr"
    words.parent.mkdir(parents=True, exist_ok=True)
    with words.open("w+", encoding="utf-8") as errors:
        environment = spider_environment(settings)
        with Spider(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=errors, encoding="utf-8"
        ) as spider:
            started(spider)
            absent: list[str] = []
            try:
                for event in map(json.loads, spider.stdout or ()):
                    progress(int(event["event"] == "page"))
                    absent = event.get("absent", absent)
                status = spider.wait()
            except BaseException:
                end(spider)
                raise
        errors.seek(0)
        return status, "".join(errors.read().strip().splitlines()[-1:]), absent


def end(spider: Spider) -> None:
    """Ends a spider's process: it is asked first, so that it can close what it writes."""
    spider.terminate()
    try:
        spider.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        spider.kill()
        spider.wait()


def _arguments(options: CrawlOptions) -> list[str]:
    given = {
        "since": options.since,
        "until": options.until,
        "limit": options.limit,
        "base_url": options.base_url,
        "replay": ",".join(str(path.absolute()) for path in options.replay) or None,
    }
    return [word for key, value in given.items() if value is not None for word in ("-a", f"{key}={value}")]


def spider_environment(settings: Settings) -> dict[str, str]:
    """What a process that reads or asks for pages is told: where things are kept, whom to name."""
    return os.environ | {
        "TENDERWATCH_HOME": str(settings.home),
        "TENDERWATCH_DATABASE_URL": settings.database_url,
        "TENDERWATCH_CONTACT": settings.crawling.contact,
        "TENDERWATCH_DAILY_BUDGET": str(settings.crawling.daily_budget),
        "TENDERWATCH_QUIET_HOURS": json.dumps(settings.crawling.quiet_hours),
        "TENDERWATCH_PROGRESS": "1",
    }
