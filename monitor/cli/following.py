"""Commands to follow a procedure, a buyer or a supplier: what is corrected, stopped, awarded or signed is news."""

from typing import Annotated

import typer

from monitor.cli.application import Application, Format
from monitor.cli.listing import print_rows
from monitor.cli.listings import As
from monitor.clock import now
from notices.watch import WATCH_KINDS, Watch
from storage import Unit
from storage.findings import FindingFilter

following = typer.Typer(no_args_is_help=True, help="Follow a procedure, a buyer or a supplier.")


def add_to(app: typer.Typer) -> None:
    app.add_typer(following, name="watch")


@following.command("add")
def add(
    context: typer.Context,
    kind: Annotated[str, typer.Argument(help=", ".join(WATCH_KINDS))],
    value: Annotated[str, typer.Argument(help="A procedure's or a finding's id, or a part of a name.")],
    note: Annotated[str, typer.Option(help="Why; it stands in the alerts.")] = "",
) -> None:
    """Follow: later corrections, terminations, awards and contracts are news, even if they name no chip."""
    app: Application = context.obj
    if kind not in WATCH_KINDS:
        raise typer.BadParameter(f"{kind!r} cannot be followed: give one of {', '.join(WATCH_KINDS)}")
    if len(value.strip()) < 2:
        raise typer.BadParameter("a name to follow has at least two characters")
    with app.store() as store, store.begin() as unit:
        wanted = _procedure(unit, value) if kind == "procedure" else value.strip()
        number = unit.watches.add(Watch(kind, wanted, note, now()))
    typer.echo(f"watch {number}: {kind} {wanted}")


@following.command("list")
def list_watches(context: typer.Context, form: As = Format.table) -> None:
    """List what is followed."""
    app: Application = context.obj
    with app.store() as store, store.read() as unit:
        rows = [
            {
                "id": each.id,
                "kind": each.kind,
                "value": each.value,
                "note": each.note or None,
                "since": each.added_at.isoformat(timespec="minutes"),
            }
            for each in unit.watches.present()
        ]
    print_rows(rows, form, ("id", "kind", "value", "note", "since"))


@following.command("remove")
def remove(context: typer.Context, number: Annotated[int, typer.Argument(help="A watch's id.")]) -> None:
    """Stop following."""
    app: Application = context.obj
    with app.store() as store, store.begin() as unit:
        removed = unit.watches.remove(number, now())
    if not removed:
        raise typer.BadParameter(f"nothing is followed under {number}: list it with `tenderwatch watch list`")
    typer.echo(f"watch {number} has ended")


def _procedure(unit: Unit, start: str) -> str:
    """A procedure's id from itself, or from the first characters of one of its findings' ids."""
    if unit.notices.procedure(start):
        return start
    known = unit.findings.keys()
    keys = [key for key in known if key.startswith(start)]
    if len(keys) != 1:
        raise typer.BadParameter(f"no procedure is called {start!r}: see `procedure` in `tenderwatch notices`")
    (report,) = unit.findings.reports(FindingFilter(keys=(keys[0],)))
    return report.procedure
