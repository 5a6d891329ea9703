"""Commands that stay: the daemon with its desk; and the doctor."""

from typing import Annotated

import structlog
import typer

from monitor.cli.application import Application, Format
from monitor.cli.listing import print_rows
from monitor.cli.listings import As
from monitor.clock import now
from monitor.doctor import examine
from monitor.health import source_lines
from monitor.locks import only_one
from monitor.review.app import make_app
from monitor.review.links import LASTS, first_link
from monitor.review.people import People
from monitor.scheduler import Daemon
from monitor.serving import bind, serve
from notices.account import FIRST
from storage import Store
from storage.overview import Counted


def add_to(app: typer.Typer) -> None:
    app.command()(run)
    app.command()(doctor)


def run(
    context: typer.Context,
    schedule: Annotated[bool, typer.Option(help="Without it, only the review desk is served.")] = True,
) -> None:
    """The daemon: crawls on schedule, extracts, detects, alerts, and serves the review desk until Ctrl-C."""
    app: Application = context.obj
    structlog.configure(processors=[structlog.processors.add_log_level, structlog.dev.ConsoleRenderer(colors=False)])
    with app.store_made() as store, only_one(app.settings.home, "run"):
        desk = app.settings.desk
        counted = Counted()
        served = make_app(
            store,
            app.settings.captures,
            clock=now,
            sources=lambda: source_lines(store, now(), counted),
            reviewer=desk.reviewer,
            hosts=desk.hosts,
            people=People(desk.reviewer, accounts=desk.with_accounts, address=desk.address),
            watchlist=app.watchlist,
        )
        daemon = Daemon(store, app.settings, app.watchlist, now)
        with bind(desk) as listening:
            if schedule:
                daemon.start()
            typer.echo(f"The review desk is at http://{desk.host}:{desk.port} — stop with Ctrl-C.")
            _offer_first_account(app, store)
            try:
                serve(served, listening, desk.proxies)
            finally:
                if schedule:
                    daemon.stop()
    typer.echo("Stopped; what was stored stays.")


def _offer_first_account(app: Application, store: Store) -> None:
    desk = app.settings.desk
    path = first_link(store, now()) if desk.with_accounts else None
    if path is not None:
        hours = int(LASTS[FIRST].total_seconds() // 3600)
        typer.echo(f"Nobody can log in yet. Make the first admin here, once and within {hours} hours: {desk.url}{path}")


def doctor(context: typer.Context, form: As = Format.table) -> None:
    """Say what is missing or wrong on this machine."""
    app: Application = context.obj
    checks = list(examine(app.home))
    print_rows(({"state": c.state, "what": c.what, "said": c.said} for c in checks), form, ("state", "what", "said"))
    if any(check.state == "wrong" for check in checks):
        raise typer.Exit(1)
