"""Commands about what changed: a notice's revisions, and what the present parsers read otherwise."""

from itertools import pairwise
from typing import Annotated

import typer

from monitor.cli.application import Application, Format
from monitor.cli.listing import print_rows
from monitor.cli.listings import As
from monitor.stages.reread import reread as read_again
from notices.dates import SHANGHAI
from notices.diff import diff


def add_to(app: typer.Typer) -> None:
    for command in (revisions, reread):
        app.command()(command)


def revisions(
    context: typer.Context,
    source: Annotated[str, typer.Argument(help="The notice's source.")],
    notice: Annotated[str, typer.Argument(help="The notice's id, as `tenderwatch notices` prints it.")],
    form: As = Format.table,
) -> None:
    """List what changed from one revision of a notice to the next: field by field, then the lines of its text."""
    app: Application = context.obj
    with app.store() as store, store.read() as unit:
        stored = unit.notices.get(source, notice)
        if stored is None:
            raise typer.BadParameter(f"there is no notice {notice!r} of {source!r}: see `tenderwatch notices`")
        kept = unit.notices.revisions(stored.id)
    rows: list[dict[str, object]] = []
    for (_, _, before), (number, seen_at, after) in pairwise(kept):
        changes = diff(before, after)
        seen = seen_at.astimezone(SHANGHAI).isoformat(timespec="seconds")
        told = [(each.field, each.before, each.after) for each in changes.fields]
        told += [(f"line {each.number}", *_sides(each.sign, each.line)) for each in changes.lines]
        rows += [
            {"revision": number, "seen": seen, "field": field, "before": was, "after": is_} for field, was, is_ in told
        ]
    print_rows(rows, form, ("revision", "seen", "field", "before", "after"))


def _sides(sign: str, line: str) -> tuple[str | None, str | None]:
    return (line, None) if sign == "-" else (None, line)


def reread(
    context: typer.Context,
    sources: Annotated[list[str] | None, typer.Option("--source", help="One source's id; repeat for more.")] = None,
    store: Annotated[bool, typer.Option("--store", help="Keep what differs as new revisions.")] = False,
) -> None:
    """Run the present parsers over the kept pages and say what they read otherwise; nothing is fetched."""
    app: Application = context.obj
    with app.store(), app.progress("notices", None) as progress:
        report = read_again(app.settings, tuple(sources or ()), store=store, progress=progress)
    app.finish(report)
