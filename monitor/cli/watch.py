"""Commands of judgement without a store: scan, and the watchlist."""

import os
from contextlib import ExitStack, closing
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.application import PARTLY_DONE, Application, Format
from monitor.cli.crawling import a_day
from monitor.cli.listing import print_rows
from monitor.cli.listings import As
from monitor.detection import try_term
from monitor.journal import Journal
from monitor.scan import Scan, count_files, scan, terms_of
from monitor.watchlist.check import check_watchlist
from monitor.watchlist.load import DEFAULT_FOLDER
from notices.document import Text
from notices.finding import Place
from notices.notice import Notice

SAMPLES = 10
# What a shell gives for a command that was interrupted.
INTERRUPTED = 130

watching = typer.Typer(no_args_is_help=True, help="The watchlist: check its data, show it, try a term.")


def add_to(app: typer.Typer) -> None:
    app.command("scan")(scan_files)
    app.add_typer(watching, name="watchlist")


def scan_files(
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(help="Files or folders; - reads standard input.")],
    day: Annotated[
        str | None, typer.Option("--date", parser=a_day, metavar="YYYY-MM-DD", help="The date of texts without one.")
    ] = None,
    jobs: Annotated[
        int, typer.Option(min=1, max=64, help="Documents read at a time; each may take 1 GiB, with OCR 1.5 GiB.")
    ] = os.cpu_count() or 1,
    resume: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="A journal of what was judged, made if it is not there. Started again with it, an interrupted scan "
            "goes on where it stopped: files that have not changed are not read again, and their findings are listed "
            "with the others. Files that failed are tried again; another watchlist or date begins anew.",
        ),
    ] = None,
    form: As = Format.table,
) -> None:
    """Judge files or folders without a store: JSON Lines rows, pages, texts and documents.

    Ends with a summary on standard error, and with status 3 if something could not be read wholly.
    """
    app: Application = context.obj
    done = Scan()
    on = date.fromisoformat(day) if day else None
    shown = ("notice", "severity", "item", "relation", "flagged", "quote", "origin")
    total = count_files(paths)
    try:
        with ExitStack() as stack:
            journal = stack.enter_context(Journal(resume, terms_of(app.watchlist, on))) if resume else None
            progress = stack.enter_context(app.progress("files", total))
            found = stack.enter_context(
                closing(scan(paths, app.watchlist, on, done=done, progress=progress, jobs=jobs, journal=journal))
            )
            print_rows(found, form, shown)
    except KeyboardInterrupt:
        done.problems.append("interrupted" + (f": start it again with --resume {resume} to go on" if resume else ""))
        _report(app, done, is_long=True)
        raise typer.Exit(INTERRUPTED) from None
    _report(app, done, is_long=total != 1)
    if done.problems:
        raise typer.Exit(PARTLY_DONE if done.judged else 1)


def _report(app: Application, done: Scan, *, is_long: bool) -> None:
    for problem in done.problems:
        app.errors.print(f"tenderwatch: {problem}", markup=False)
    for line in done.summary() if is_long else ():
        app.errors.print(line, markup=False)


@watching.command("check")
def check(context: typer.Context) -> None:
    """Lint the watchlist's data: ids, duplicates, patterns, and each term against its own examples."""
    app: Application = context.obj
    problems = check_watchlist(DEFAULT_FOLDER, extra=app.settings.watch.folder)
    for problem in problems:
        typer.echo(problem, err=True)
    if problems:
        raise typer.Exit(1)
    typer.echo("The watchlist is in order.")


@watching.command("show")
def show(context: typer.Context, form: As = Format.table) -> None:
    """List what is watched."""
    app: Application = context.obj
    rows = [
        {
            "item": item.id,
            "label": item.label,
            "category": item.category,
            "vendor": item.vendor,
            "aliases": list(item.aliases),
        }
        for item in app.watchlist.items.values()
    ]
    print_rows(rows, form, ("item", "label", "category", "vendor"))
    if form is Format.table:
        typer.echo(f"watchlist version {app.watchlist.version}")


@watching.command("try")
def try_(
    context: typer.Context, term: Annotated[str, typer.Argument(help="A word, as it would stand in a notice.")]
) -> None:
    """Try a term over the stored notices before it goes live: how many name it, and samples."""
    app: Application = context.obj
    notices, places = 0, 0
    samples: list[tuple[Notice, Place, tuple[Text, ...]]] = []
    with app.store() as store, store.read() as unit:
        for stored in unit.notices.all():
            texts = (
                Text("title", stored.notice.title),
                Text("body", stored.notice.text),
                *unit.notices.texts(stored.id),
            )
            hits = list(try_term(term, texts))
            notices += bool(hits)
            places += len(hits)
            if hits and len(samples) < SAMPLES:
                samples.append((stored.notice, hits[0], texts))
    typer.echo(f"{term!r}: {places:,} places in {notices:,} notices")
    for notice, place, texts in samples:
        content = next(text.content for text in texts if text.origin == place.origin)
        around = content[max(0, place.start - 30) : place.end + 30].replace("\n", " ")
        typer.echo(f"  {notice.published_on or '–'}  {notice.title[:40]}  …{around}…")
