"""The health of each receiver: one that keeps failing is warned of over another channel, and at last switched off."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256

from alerts.channels.settings import Channel
from alerts.deliveries import deliveries_of
from alerts.outcome import Outcome
from alerts.routes import Route
from notices.alert import STATUS, Alert
from storage import Unit
from storage.health import Receiver

OFF = "this receiver is switched off; `tenderwatch alerts resend` switches it on again"
# A hiccup is no news: several tries in a row, over some minutes, are.
FAILURES, FAILING = 3, timedelta(minutes=5)
OPERATORS = "operators"


def worked(receiver: Receiver) -> Receiver:
    """The receiver after a delivery that arrived."""
    return Receiver(receiver.channel, receiver.target, 0)


def failed(receiver: Receiver, outcome: Outcome, now: datetime, *, retried: bool) -> Receiver:
    """The receiver after a try that failed: switched off after a last try in vain, or if it is gone for good.

    What it refuses for good is a matter of that one alert, and so is no reason to switch it off.
    """
    off = outcome.gone or (outcome.state == "temporary" and not retried)
    return replace(
        receiver,
        failures=receiver.failures + 1,
        failing_since=receiver.failing_since or now,
        off_at=now if off else None,
        error=outcome.error,
    )


def warn(
    unit: Unit,
    before: Receiver,
    after: Receiver,
    over: Sequence[str],
    channels: Mapping[str, Channel],
    now: datetime,
) -> Receiver:
    """Puts a warning into the outbox where a receiver's state has changed; returns the state with the warning's time.

    It goes over the first channel of `over` that is not the receiver's own; without one, nobody can be told.
    """
    sentence = _sentence(before, after, now)
    others = [name for name in over if name != after.channel and name in channels]
    if sentence is None or not others:
        return after
    since = before.failing_since or after.failing_since or now
    id_ = _hash("receiver", after.channel, after.target, since.isoformat(), sentence[0])
    alert = Alert(id_, OPERATORS, _hash("receiver", after.channel)[:16], now, (), kind=STATUS, lines=(sentence[1],))
    unit.alerts.add(alert, deliveries_of(alert, Route(OPERATORS, (others[0],)), channels))
    return replace(after, warned_at=now if after.failures else None)


def _sentence(before: Receiver, after: Receiver, now: datetime) -> tuple[str, str] | None:
    """What has changed, as a word and a sentence; None if it is not worth a warning."""
    about = f"The channel {after.channel!r} to {after.target}"
    if after.failures == 0:
        return ("works", f"{about} works again.") if before.warned_at else None
    since = after.failing_since or now
    if after.off_at is not None and before.off_at is None:
        return "off", (
            f"{about} is switched off after its last try, failing since {since:%Y-%m-%d %H:%M} UTC: {after.error}. "
            f"Its alerts are kept; when it is mended, run: tenderwatch alerts resend --channel {after.channel!r}"
        )
    lasting = after.failures >= FAILURES and now - since >= FAILING
    if after.warned_at is None and lasting:
        return "fails", (
            f"{about} has failed {after.failures} times since {since:%Y-%m-%d %H:%M} UTC: {after.error}. "
            "It is tried again."
        )
    return None


def _hash(*parts: str) -> str:
    return sha256("\x1f".join(parts).encode()).hexdigest()[:24]
