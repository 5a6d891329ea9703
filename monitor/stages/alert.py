"""Sends what the outbox holds: each delivery is tried until it arrives or its last try is used up."""

from collections.abc import Callable, Mapping
from datetime import datetime

from alerts.channels.settings import Channel
from alerts.outcome import Outcome, permanent
from alerts.send import next_try, send
from monitor.stages.report import Report
from notices.alert import Delivery
from storage import Store


def send_due(store: Store, channels: Mapping[str, Channel], clock: Callable[[], datetime]) -> Report:
    """Makes one try for every delivery that is due. A crash between a try and its record repeats it under its id."""
    report = Report("alert")
    with store.read() as unit:
        due = unit.alerts.due(clock())
    for delivery in due:
        outcome = _try(store, delivery, channels, clock())
        _record(store, delivery, outcome, clock(), report)
    return report


def _try(store: Store, delivery: Delivery, channels: Mapping[str, Channel], now: datetime) -> Outcome:
    with store.read() as unit:
        alert = unit.alerts.get(delivery.alert)
    channel = channels.get(delivery.channel)
    if alert is None or channel is None:
        return permanent(f"the channel {delivery.channel!r} is no longer configured")
    return send(delivery, alert, channel, now=now)


def _record(store: Store, delivery: Delivery, outcome: Outcome, now: datetime, report: Report) -> None:
    error = outcome.error or ""
    again = next_try(delivery.tries + 1, now, outcome.retry_after, jitter_key=delivery.id)
    with store.begin() as unit:
        if outcome.state == "delivered":
            unit.alerts.delivered(delivery.id, now)
            report.count("sent")
            return
        if outcome.state == "temporary" and again is not None:
            unit.alerts.postponed(delivery.id, error, again, now)
            report.count("postponed")
        else:
            unit.alerts.given_up(delivery.id, error, now)
            report.count("given_up")
    report.problems.append(f"{delivery.channel} to {delivery.target}: {error}")
