"""The proof that captures are what was served."""

import sys

import typer

from monitor.cli.application import NOT_DONE, Application
from storage import archive

proving = typer.Typer(no_args_is_help=True, help="The captures as evidence.")


def add_to(app: typer.Typer) -> None:
    app.add_typer(proving, name="evidence")


@proving.command("verify")
def verify(context: typer.Context) -> None:
    """Check every capture against its hash and its record."""
    app: Application = context.obj
    sound, broken = 0, []
    with app.store() as store, store.read() as unit:
        total = unit.captures.count()
        with app.progress("captures", total) as progress:
            for stored in unit.captures.all():
                problem = archive.verify(app.settings.captures, stored.capture)
                if problem is None:
                    sound += 1
                else:
                    broken.append(f"{stored.capture.url}: {problem}")
                progress(1)
    typer.echo(f"evidence: {sound:,} of {total:,} captures are what was served")
    for problem in broken:
        print(f"tenderwatch: {problem}", file=sys.stderr)
    if broken:
        raise typer.Exit(NOT_DONE)
