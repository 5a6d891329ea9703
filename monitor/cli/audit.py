"""The audit log from the terminal: read, handed over, and checked."""

import json
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.application import Application, Format
from monitor.cli.listing import print_rows
from monitor.cli.listings import As, Most
from notices.audit import Entry, first_fault
from notices.errors import StoreError

auditing = typer.Typer(no_args_is_help=True, help="The audit log of the desk.")


def add_to(app: typer.Typer) -> None:
    app.add_typer(auditing, name="audit")


@auditing.command("list")
def list_entries(
    context: typer.Context,
    form: As = Format.table,
    by: Annotated[str | None, typer.Option(help="Who did it.")] = None,
    act: Annotated[str | None, typer.Option(help="What was done: verdict, login, …")] = None,
    subject: Annotated[str | None, typer.Option(help="To what: a finding's id, an account's name.")] = None,
    limit: Most = 100,
) -> None:
    """List the entries, newest first."""
    app: Application = context.obj
    with app.store() as store, store.read() as unit:
        rows = [entry.row() for entry in unit.audit.newest(limit, by=by, act=act, subject=subject)]
    print_rows(rows, form, ("number", "at", "by", "act", "subject", "detail"))


@auditing.command("export")
def export_entries(
    context: typer.Context, output: Annotated[Path, typer.Argument(help="The file to write, as JSON Lines.")]
) -> None:
    """Write the whole log with every digest, in its order."""
    app: Application = context.obj
    count = 0
    with app.store() as store, store.read() as unit:
        try:
            with output.open("w", encoding="utf-8", errors="backslashreplace") as file:
                for count, entry in enumerate(unit.audit.all(), start=1):  # noqa: B007
                    file.write(json.dumps(entry.row(), ensure_ascii=False) + "\n")
        except OSError as error:
            raise StoreError(f"{output} cannot be written: {error.strerror}") from error
    typer.echo(f"audit: {count:,} entries written to {output}")


@auditing.command("verify")
def verify(
    context: typer.Context,
    expect: Annotated[
        str | None, typer.Option(help="NUMBER:DIGEST that an earlier check printed: is it still in the log?")
    ] = None,
) -> None:
    """Check the chain from its first entry; what is wrong first is named.

    A log whose last entries were cut off is whole in itself: keep the printed NUMBER:DIGEST elsewhere, and give it
    with --expect the next time.
    """
    app: Application = context.obj
    wanted = _expected(expect)
    met: list[Entry] = []
    with app.store() as store, store.read() as unit:
        noted = (entry for entry in unit.audit.all() if _note(entry, wanted, met))
        count, last, fault = first_fault(noted)
        missing = None if fault else unit.audit.missing()
    if fault:
        raise StoreError(f"the audit log is broken after {count:,} sound entries: {fault}")
    if wanted and [entry.digest for entry in met] != [wanted[1]]:
        raise StoreError(f"the audit log is not the one that had {expect}: entries were cut off or written anew")
    if missing:
        raise StoreError(f"the audit log is whole as far as it goes ({count:,} entries), but {missing}")
    typer.echo(f"audit: {count:,} entries, the chain is whole")
    if last:
        typer.echo(f"{last.number}:{last.digest}")


def _expected(told: str | None) -> tuple[int, str] | None:
    if told is None:
        return None
    number, _, digest = told.partition(":")
    if not number.isdecimal() or len(digest) != 64:
        raise typer.BadParameter("give NUMBER:DIGEST as `tenderwatch audit verify` printed it")
    return int(number), digest


def _note(entry: Entry, wanted: tuple[int, str] | None, met: list[Entry]) -> bool:
    """Keeps the entry that was asked for; every entry is checked."""
    if wanted and entry.number == wanted[0]:
        met.append(entry)
    return True
