"""What every command shares: the settings, the store, where to print, and how progress is shown."""

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from monitor.config import Settings, load_settings
from monitor.stages.report import Report
from monitor.watchlist import Watchlist, load_watchlist
from notices.errors import StoreError
from storage import Store, open_store

NOT_DONE, PARTLY_DONE = 1, 3


class Format(StrEnum):
    """How a listing is printed."""

    table = "table"
    jsonl = "jsonl"
    csv = "csv"


@dataclass
class Application:
    """One command's surroundings; nothing is opened before it is asked for."""

    home: Path | None = None

    @cached_property
    def settings(self) -> Settings:
        return load_settings(home=self.home)

    @cached_property
    def watchlist(self) -> Watchlist:
        watch = self.settings.watch
        watchlist = load_watchlist(extra=watch.folder, skip_bad=watch.skip_bad_entries)
        for problem in watchlist.problems:
            self.errors.print(f"tenderwatch: left out: {problem}", markup=False)
        return watchlist

    @cached_property
    def errors(self) -> Console:
        return Console(stderr=True, highlight=False, soft_wrap=True)

    @contextmanager
    def store(self) -> Iterator[Store]:
        """The store, which must have been made: a missing one is a StoreError that says so."""
        store = open_store(self.settings.database_url)
        try:
            if not store.is_current():
                raise StoreError("there is no store here, or it is older than this version: run `tenderwatch init`")
            yield store
        finally:
            store.close()

    @contextmanager
    def store_made(self) -> Iterator[Store]:
        """The store, made or migrated if need be: for the commands that fill it."""
        self.make_home()
        store = open_store(self.settings.database_url)
        try:
            if not store.is_current():
                store.migrate()
            yield store
        finally:
            store.close()

    def make_home(self) -> None:
        for folder in (self.settings.home, self.settings.captures, self.settings.home / "logs"):
            try:
                folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise StoreError(f"the folder {folder} cannot be made: {error.strerror}") from error

    def finish(self, *reports: Report) -> None:
        """Prints what was done, each problem on stderr, and ends the command with the right status."""
        for report in reports:
            typer.echo(report.line())
            for note in report.notes:
                typer.echo(note)
            for problem, times in Counter(report.problems).items():
                again = f" ({times:,} times)" if times > 1 else ""
                self.errors.print(f"tenderwatch: {problem}{again}", markup=False)
        status = max((report.exit_status for report in reports), default=0)
        if any(report.failed for report in reports):
            status = NOT_DONE
        if status:
            raise typer.Exit(status)

    @contextmanager
    def progress(self, words: str, total: int | None) -> Iterator[Callable[[int], None]]:
        """A bar on a terminal, a plain line at every tenth elsewhere; yields the function to call with each step."""
        if self.errors.is_terminal:
            columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
            with Progress(*columns, TimeElapsedColumn(), console=self.errors, transient=True) as bar:
                task = bar.add_task(words, total=total)
                yield lambda steps: bar.advance(task, steps)
            return
        yield _plain_progress(words, total)


def _plain_progress(words: str, total: int | None) -> Callable[[int], None]:
    done = 0
    told = 0
    step = max(1, (total or 10_000) // 10)

    def advance(steps: int) -> None:
        nonlocal done, told
        done += steps
        if done - told >= step:
            told = done
            print(f"{words}: {done:,}" + (f" of {total:,}" if total else ""), file=sys.stderr, flush=True)

    return advance
