"""Commands about alerts: list, check, preview, test, resend, silence."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated

import typer

from alerts.check import Known, remarks_on, volumes
from alerts.deliveries import deliveries_of
from alerts.message import email_content, webhook_body
from alerts.routes import Route
from alerts.sample import KINDS, sample_alert
from alerts.send import send
from monitor.cli.application import NOT_DONE, Application, Format
from monitor.cli.listing import print_rows
from monitor.cli.listings import As, Most
from monitor.clock import now
from monitor.health import declared_sources
from monitor.stages.labels import labelled
from notices.alert import DEAD, DIGEST, FINDINGS, PENDING
from notices.dates import read_moment
from notices.watch import Silence
from storage import Unit
from storage.findings import FindingFilter
from storage.news import MUTED, WAITING

MONTH = timedelta(days=30)

alerting = typer.Typer(invoke_without_command=True, help="Alerts: list, check, preview, test, resend, silence.")
silencing = typer.Typer(no_args_is_help=True, help="Silences: what is not sent for a while, and why.")
alerting.add_typer(silencing, name="silence")


class Form(StrEnum):
    """How a message is shown."""

    text = "text"
    html = "html"
    json = "json"


def add_to(app: typer.Typer) -> None:
    app.add_typer(alerting, name="alerts")


@alerting.callback()
def alerts(context: typer.Context, form: As = Format.table, limit: Most = None) -> None:
    """Alerts: list (the default), check, preview, test, resend, silence."""
    if context.invoked_subcommand is None:
        list_deliveries(context, form, None, limit)


@alerting.command("list")
def list_deliveries(
    context: typer.Context,
    form: As = Format.table,
    state: Annotated[str | None, typer.Option(help=f"{PENDING}, sent or {DEAD}.")] = None,
    limit: Most = None,
) -> None:
    """List the deliveries of alerts: to whom, in which state, after how many tries."""
    app: Application = context.obj
    with app.store() as store, store.read() as unit:
        routes = {alert.id: alert for alert in unit.alerts.recent(limit=None)}
        rows = [
            {
                "alert": each.alert,
                "route": routes[each.alert].route,
                "kind": routes[each.alert].kind,
                "delivery": each.id,
                "channel": each.channel,
                "target": each.target,
                "state": each.state,
                "tries": each.tries,
                "due_at": each.due_at.isoformat(timespec="seconds"),
                "sent_at": each.sent_at.isoformat(timespec="seconds") if each.sent_at else None,
                "last_error": each.last_error,
            }
            for each in unit.alerts.deliveries(state, limit=limit)
        ]
    print_rows(rows, form, ("delivery", "route", "kind", "channel", "target", "state", "tries", "last_error"))


@alerting.command("waiting")
def list_news(
    context: typer.Context,
    form: As = Format.table,
    muted: Annotated[bool, typer.Option("--muted", help="What was left out instead, and why.")] = False,
    limit: Most = None,
) -> None:
    """List what waits for a digest or its group, or what was left out."""
    app: Application = context.obj
    with app.store() as store, store.read() as unit:
        rows = [
            {
                "route": each.route,
                "key": each.key,
                "kind": each.kind,
                "group": each.gathering,
                "due_at": each.due_at.isoformat(timespec="seconds"),
                "reason": each.reason,
            }
            for each in unit.news.all(MUTED if muted else WAITING, limit=limit)
        ]
    print_rows(rows, form, ("route", "kind", "group", "due_at", "reason", "key"))


@alerting.command("check")
def check(context: typer.Context, form: As = Format.table) -> None:
    """Say which routes can never match or match everything, and what the last 30 days would have sent."""
    app: Application = context.obj
    routes, items = app.settings.routes, app.watchlist.items
    with app.store() as store, store.read() as unit:
        reports = labelled(unit.findings.reports(FindingFilter(found_since=now() - MONTH)), app.watchlist)
        sources = {source.id for source in declared_sources()} | set(unit.notices.sources())
        waiting = unit.news.count_waiting()
    flagged = [item.id for item in items.values() if item.tier == "watched"]
    known = Known({item.id: item.category for item in items.values()}, flagged, sources)
    said: dict[str, list[str]] = {}
    for remark in remarks_on(routes, known):
        said.setdefault(remark.route, []).append(f"{remark.what}: {remark.sentence}")
    for name in waiting.keys() - {route.name for route in routes}:
        said[name] = [f"not configured any more, and {waiting[name]} pieces of news wait for it"]
    counted = {volume.route: volume for volume in volumes(routes, reports)}
    rows = [
        {
            "route": name,
            "findings_30d": counted[name].findings if name in counted else None,
            "notices_30d": counted[name].notices if name in counted else None,
            "alerts_30d": counted[name].alerts if name in counted else None,
            "waiting": waiting.get(name, 0),
            "remarks": "; ".join(said.get(name, [])) or None,
        }
        for name in dict.fromkeys((*(route.name for route in routes), *said))
    ]
    print_rows(rows, form, ("route", "findings_30d", "notices_30d", "alerts_30d", "waiting"))
    if form is Format.table:
        for name, sentences in said.items():
            for sentence in sentences:
                typer.echo(f"{name}: {sentence}")


@alerting.command("preview")
def preview(
    context: typer.Context,
    route: Annotated[str, typer.Argument(help="A route's name.")],
    kind: Annotated[str | None, typer.Option(help=f"{', '.join(KINDS)}; default: what the route sends.")] = None,
    form: Annotated[Form, typer.Option("--as", help="text, html or json.")] = Form.text,
) -> None:
    """Show a sample of what a route sends, with the templates in force."""
    app: Application = context.obj
    chosen = _route(app, route)
    settings = app.settings
    alert = sample_alert(chosen, _kind(chosen, kind), now(), settings.desk.url)
    if form is Form.json:
        typer.echo(webhook_body(alert).decode())
        return
    content = email_content(alert, settings.desk.url, settings.templates)
    typer.echo(content.html if form is Form.html else content.text)


@alerting.command("test")
def send_sample(
    context: typer.Context,
    route: Annotated[str, typer.Argument(help="A route's name.")],
    kind: Annotated[str | None, typer.Option(help=f"{', '.join(KINDS)}; default: what the route sends.")] = None,
) -> None:
    """Send a sample, marked as one, to every receiver of a route; nothing is stored and nothing is tried again."""
    app: Application = context.obj
    chosen, channels = _route(app, route), app.settings.channels
    alert = sample_alert(chosen, _kind(chosen, kind), now(), app.settings.desk.url)
    failed = False
    for delivery in deliveries_of(alert, chosen, channels):
        outcome = send(delivery, alert, channels[delivery.channel])
        failed |= outcome.state != "delivered"
        typer.echo(f"{delivery.channel} to {delivery.target}: {outcome.error or 'delivered'}", err=bool(outcome.error))
    if failed:
        raise typer.Exit(NOT_DONE)


@alerting.command("resend")
def resend(
    context: typer.Context,
    ids: Annotated[list[str] | None, typer.Argument(help="Deliveries or alerts; their first characters do.")] = None,
    channel: Annotated[str | None, typer.Option(help="Every dead delivery of this channel.")] = None,
) -> None:
    """Make deliveries due again under their ids, and switch their receivers on; `tenderwatch alert` sends them."""
    app: Application = context.obj
    if bool(ids) == bool(channel):
        raise typer.BadParameter("name deliveries or alerts, or a --channel")
    with app.store() as store, store.begin() as unit:
        if channel is not None:
            chosen = [each for each in unit.alerts.deliveries(DEAD) if each.channel == channel]
        else:
            chosen = [each for start in ids or () for each in unit.alerts.delivery(start)]
        for each in chosen:
            unit.alerts.resend(each.id, now())
        receivers = {(each.channel, each.target) for each in chosen}
        switched = [_switch_on(unit, *receiver) for receiver in sorted(receivers)]
    if not chosen:
        raise typer.BadParameter("there is no such delivery: list them with `tenderwatch alerts`")
    typer.echo(f"{len(chosen)} deliveries are due again; {sum(switched)} receivers were switched on.")


@silencing.command("add")
def add_silence(
    context: typer.Context,
    reason: Annotated[str, typer.Option(help="Why.")],
    until: Annotated[str | None, typer.Option(help="A day or moment, in the sites' time.")] = None,
    days: Annotated[float | None, typer.Option(min=0.01, max=366, help="Instead of --until.")] = None,
    route: Annotated[str | None, typer.Option(help="Only for this route.")] = None,
    procedure: Annotated[str | None, typer.Option(help="A procedure's id.")] = None,
    buyer: Annotated[str | None, typer.Option(help="A part of a buyer's name.")] = None,
    supplier: Annotated[str | None, typer.Option(help="A part of a supplier's name.")] = None,
    item: Annotated[str | None, typer.Option(help="An item's id.")] = None,
    source: Annotated[str | None, typer.Option(help="A source's id.")] = None,
) -> None:
    """Send nothing that meets every option given, until a time; the desk lists it all the same."""
    app: Application = context.obj
    if (until is None) == (days is None):
        raise typer.BadParameter("a silence ends: give --until or --days")
    end = read_moment(until) if until is not None else now() + timedelta(days=days or 0)
    by = app.settings.desk.reviewer
    new = Silence(reason, by, now(), end.astimezone(UTC), route, procedure, buyer, supplier, item, source)
    if not new.matchers or not reason.strip():
        raise typer.BadParameter("say what is silenced (--route, --buyer, --item …) and give a --reason")
    if new.until <= now():
        raise typer.BadParameter("that time is past")
    with app.store() as store, store.begin() as unit:
        number = unit.silences.add(new)
    typer.echo(f"silence {number} until {_shown(new.until)}")


@silencing.command("list")
def list_silences(context: typer.Context, form: As = Format.table) -> None:
    """List the silences, also those that have ended."""
    app: Application = context.obj
    with app.store() as store, store.read() as unit:
        rows = [
            {
                "id": each.id,
                "in_force": each.until > now(),
                "what": ", ".join(f"{name} {value}" for name, value in each.matchers.items()),
                "reason": each.reason,
                "by": each.by,
                "added_at": _shown(each.added_at),
                "until": _shown(each.until),
            }
            for each in unit.silences.all()
        ]
    print_rows(rows, form, ("id", "in_force", "what", "reason", "by", "until"))


@silencing.command("end")
def end_silence(context: typer.Context, number: Annotated[int, typer.Argument(help="A silence's id.")]) -> None:
    """End a silence now."""
    app: Application = context.obj
    with app.store() as store, store.begin() as unit:
        ended = unit.silences.end(number, now())
    if not ended:
        raise typer.BadParameter(f"no silence {number} is in force")
    typer.echo(f"silence {number} has ended")


def _switch_on(unit: Unit, channel: str, target: str) -> bool:
    receiver = unit.health.receiver(channel, target)
    if receiver is None or receiver.off_at is None:
        return False
    unit.health.set_receiver(type(receiver)(channel, target, 0))
    return True


def _route(app: Application, name: str) -> Route:
    for route in app.settings.routes:
        if route.name == name:
            return route
    names = ", ".join(route.name for route in app.settings.routes) or "none is configured"
    raise typer.BadParameter(f"there is no route {name!r}; the routes are: {names}")


def _kind(route: Route, kind: str | None) -> str:
    if kind is not None and kind not in KINDS:
        raise typer.BadParameter(f"{kind!r} is no kind of alert: give one of {', '.join(KINDS)}")
    return kind or (DIGEST if route.telling.digest else FINDINGS)


def _shown(moment: datetime) -> str:
    return moment.isoformat(timespec="minutes")
