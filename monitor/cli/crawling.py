"""Commands of the four stages: init, crawl, import, extract, detect, alert; each leaves the search index complete."""

from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.application import Application
from monitor.clock import now
from monitor.locks import only_one
from monitor.stages.alert import send_due
from monitor.stages.crawl import CrawlOptions, chosen_sources, crawl_sources
from monitor.stages.detect import detect_due
from monitor.stages.extract import extract_due
from monitor.stages.importing import import_files
from monitor.stages.index import index_due
from notices.dates import read_day
from notices.errors import ConfigurationError, UnreadableValueError
from storage import Store

Retry = Annotated[
    bool,
    typer.Option(
        "--retry", help="Read again what failed, and what stayed unread for want of an extra that is installed now."
    ),
]


def add_to(app: typer.Typer) -> None:
    for command in (init, crawl, extract, detect, alert):
        app.command()(command)
    app.command("import")(import_)


def a_day(written: str) -> str:
    """A command's day, or a usage error."""
    try:
        return read_day(written).isoformat()
    except UnreadableValueError as error:
        raise typer.BadParameter(str(error)) from error


Day = Annotated[str | None, typer.Option(parser=a_day, metavar="YYYY-MM-DD")]


def init(context: typer.Context) -> None:
    """Make the store, or bring it to this version's tables; nothing stored is lost."""
    app: Application = context.obj
    with app.store_made() as store:
        fill_index(app, store)
        typer.echo(f"The store is ready: {_where(app)}")


def fill_index(app: Application, store: Store) -> None:
    """Brings the search index up to what is stored."""
    with store.read() as unit:
        waiting = unit.search.waiting()
    if waiting:
        with app.progress("search index", waiting) as progress:
            index_due(store, progress=progress)


def _where(app: Application) -> str:
    url = app.settings.database_url
    return url.removeprefix("sqlite:///") if url.startswith("sqlite") else url.rsplit("@", 1)[-1]


def crawl(
    context: typer.Context,
    sources: Annotated[list[str] | None, typer.Argument(metavar="[SOURCE]...", help="Default: every source.")] = None,
    since: Day = None,
    until: Day = None,
    limit: Annotated[int | None, typer.Option(min=1, help="At most this many notices per source.")] = None,
    replay: Annotated[
        list[Path] | None,
        typer.Option(exists=True, dir_okay=False, help="Answer every request from this WARC file; repeat for more."),
    ] = None,
    base_url: Annotated[str | None, typer.Option(help="Send one source's requests to this host instead.")] = None,
) -> None:
    """Walk the sources and store their notices, captures and documents."""
    app: Application = context.obj
    options = CrawlOptions(since, until, limit, tuple(replay or ()), base_url)
    try:
        chosen = tuple(chosen_sources(sources or (), options))
    except ConfigurationError as error:
        raise typer.BadParameter(str(error)) from error
    with app.store_made() as store:
        with app.progress("pages", None) as progress:
            report = crawl_sources(store, app.settings, chosen, options, progress)
        fill_index(app, store)
    app.finish(report)


def import_(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, help="JSON Lines, also .gz.")],
) -> None:
    """Store the notices of JSON Lines files; a bad line is named by its number and skipped."""
    app: Application = context.obj
    with app.store_made() as store:
        with app.progress("notices", None) as progress:
            report = import_files(store, files, now, progress=progress)
        fill_index(app, store)
    app.finish(report)


def extract(
    context: typer.Context,
    retry: Retry = False,
) -> None:
    """Read the captured attachments that were not read yet."""
    app: Application = context.obj
    with app.store() as store, only_one(app.settings.home, "extract"):
        with app.progress("documents", None) as progress:
            report = extract_due(store, app.settings.captures, now, retry=retry, progress=progress)
        fill_index(app, store)
    app.finish(report)


def detect(
    context: typer.Context,
    everything: Annotated[bool, typer.Option("--all", help="Judge every stored notice again.")] = False,
) -> None:
    """Judge the notices that the present watchlist has not judged; new findings go to the outbox."""
    app: Application = context.obj
    with app.store() as store, only_one(app.settings.home, "detect"):
        with store.begin() as unit:
            if everything:
                unit.notices.forget_detection()
            total = unit.notices.count_due(app.watchlist.version)
        with app.progress("notices", total) as progress:
            settings = app.settings
            report = detect_due(
                store, app.watchlist, now, routes=settings.routes, channels=settings.channels, progress=progress
            )
        fill_index(app, store)
    app.finish(report)


def alert(context: typer.Context) -> None:
    """Send what the outbox holds and what is due to be tried again."""
    app: Application = context.obj
    with app.store() as store, only_one(app.settings.home, "alert"):
        settings = app.settings
        report = send_due(store, settings.channels, now, routes=settings.routes, operators=settings.operators.to)
    app.finish(report)
