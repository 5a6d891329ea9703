"""Commands of judgement without a store: scan, and the watchlist."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.application import PARTLY_DONE, Application, Format
from monitor.cli.crawling import a_day
from monitor.cli.listing import print_rows
from monitor.cli.listings import As
from monitor.detection import try_term
from monitor.scan import Scan, scan
from monitor.watchlist.check import check_watchlist
from monitor.watchlist.load import DEFAULT_FOLDER
from notices.document import Text
from notices.finding import Place, finding_row
from notices.notice import Notice

SAMPLES = 10

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
    form: As = Format.table,
) -> None:
    """Judge files or folders without a store: JSON Lines rows, pages, texts and documents."""
    app: Application = context.obj
    done = Scan()
    with app.progress("files", None) as progress:
        found = scan(paths, app.watchlist, date.fromisoformat(day) if day else None, done=done, progress=progress)
        shown = ("notice", "severity", "item", "relation", "flagged", "quote", "origin")
        print_rows((finding_row(finding) for finding in found), form, shown)
    for problem in done.problems:
        app.errors.print(f"tenderwatch: {problem}", markup=False)
    if done.problems:
        raise typer.Exit(PARTLY_DONE if done.judged else 1)


@watching.command("check")
def check() -> None:
    """Lint the watchlist's data: ids, duplicates, patterns, and each term against its own examples."""
    problems = check_watchlist(DEFAULT_FOLDER)
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
