"""The entry point: reads `--home` wherever it stands, and turns every known error into one sentence and a status."""

import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from typer.main import get_command

from monitor.cli import (
    alerting,
    audit,
    changes,
    crawling,
    data,
    desk,
    exporting,
    following,
    listings,
    reviewing,
    searching,
    staff,
    watch,
)
from monitor.cli.application import NOT_DONE, Application
from notices.errors import TenderwatchError

STOPPED = 128 + signal.SIGINT

app = typer.Typer(
    name="tenderwatch",
    help="Watches public Chinese procurement notices for restricted accelerators and US cloud services.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for part in (
    crawling, data, exporting, listings, reviewing, searching, changes, alerting, following, watch, desk, staff, audit,
):  # fmt: skip
    part.add_to(app)


@app.callback()
def surroundings(
    context: typer.Context,
    home: Annotated[
        Path | None, typer.Option(help="Where everything lives (default: TENDERWATCH_HOME, else ./data).")
    ] = None,
) -> None:
    context.obj = Application(home)


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs one command. Exit status: 0 done, 1 failed, 2 wrong usage, 3 done in part, 130 stopped by Ctrl-C."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        get_command(app).main(_home_first(words), prog_name="tenderwatch")
    except TenderwatchError as error:
        _say(str(error))
        sys.exit(NOT_DONE)
    except SystemExit as stop:
        if stop.code == STOPPED:
            _say("stopped; what was stored stays, run the command again to go on")
        raise


def _say(sentence: str) -> None:
    print(f"tenderwatch: {sentence}", file=sys.stderr)


def _home_first(words: list[str]) -> list[str]:
    """Moves `--home DIR` to the front, so that it may stand anywhere in the command."""
    for place, word in enumerate(words):
        if word == "--":
            break
        if word == "--home" and place + 1 < len(words):
            return [*words[place : place + 2], *words[:place], *words[place + 2 :]]
        if word.startswith("--home="):
            return [word, *words[:place], *words[place + 1 :]]
    return words
