"""Commands of the search: find notices by words, and bring the index up to what is stored."""

from typing import Annotated

import typer

from monitor.cli.application import Application, Format
from monitor.cli.crawling import fill_index
from monitor.cli.listing import print_rows
from monitor.cli.listings import As
from notices.record import notice_row
from storage.search import NEWEST, ORDERS
from storage.search_words import read_search


def add_to(app: typer.Typer) -> None:
    # A word with a hyphen before it is an exclusion, no option.
    app.command(context_settings={"ignore_unknown_options": True})(search)
    app.command()(index)


def search(
    context: typer.Context,
    words: Annotated[list[str], typer.Argument(help="A100 服务器, '\"a phrase\"', -without, A100 OR H100.")],
    form: As = Format.table,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="At most this many rows.")] = 20,
    order: Annotated[str, typer.Option(help="date (newest first), or title (words in the title first).")] = NEWEST,
) -> None:
    """Search the titles, texts, parties and attachments of every stored notice."""
    app: Application = context.obj
    if order not in ORDERS:
        raise typer.BadParameter(f"--order is one of {', '.join(ORDERS)}")
    query = read_search(" ".join(words))
    with app.store() as store, store.read() as unit:
        page = unit.search.find(query, order=order, limit=limit)
        waiting = unit.search.waiting()
        found = unit.search.read(page.notices)
        rows = [notice_row(each.notice, each.revision, each.capture_sha256, each.procedure) for each in found]
    print_rows(rows, form, ("published", "kind", "title", "buyer", "source", "id"))
    said = f"more than {page.total:,}" if page.more else f"{page.total:,}"
    app.errors.print(f"{said} found, {len(rows):,} shown" if len(rows) < page.total or page.more else f"{said} found")
    if waiting:
        app.errors.print(f"tenderwatch: {waiting:,} changes are not in the search yet: run `tenderwatch index`")


def index(context: typer.Context) -> None:
    """Bring the search up to what is stored; every stage does so at its end."""
    app: Application = context.obj
    with app.store() as store:
        fill_index(app, store)
        with store.read() as unit:
            waiting = unit.search.waiting()
    typer.echo("The search is up to what is stored." if not waiting else f"{waiting:,} changes came in since.")
