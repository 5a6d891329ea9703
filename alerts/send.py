"""Sends one delivery and says when to try again; the outbox that it comes from is the caller's."""

import asyncio
import os
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from alerts.channels.email import mail_alert
from alerts.channels.settings import Channel, EmailChannel
from alerts.channels.webhook import post_alert
from alerts.outcome import Outcome
from notices.alert import Alert, Delivery

MOST_TRIES = 8
# After the first try, the second … : with the jitter the eighth try comes 45 to 51 hours after the first.
GAPS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 720, 1500))
LONGEST_WAIT = timedelta(days=2)


def send(
    delivery: Delivery,
    alert: Alert,
    channel: Channel,
    *,
    environment: Mapping[str, str] | None = None,
    now: datetime | None = None,
) -> Outcome:
    """Makes one try and waits for its outcome; every failure of the receiver or the network is an Outcome.

    `environment` (the process's own by default) holds the secrets that the channel names; `now` is aware and stands
    in the webhook's signature. Not to be called from a running event loop.
    """
    secrets = os.environ if environment is None else environment
    moment = now or datetime.now(UTC)
    if isinstance(channel, EmailChannel):
        return asyncio.run(mail_alert(delivery, alert, channel, secrets))
    return asyncio.run(post_alert(delivery, alert, channel, secrets, moment))


def next_try(
    tries: int, now: datetime, retry_after: timedelta | None = None, *, jitter_key: str = ""
) -> datetime | None:
    """When to try again after `tries` failed tries, or None after the last: 8 tries over two days, at growing gaps.

    A receiver's Retry-After is honoured where it is longer than the gap, up to two days. `jitter_key` (the delivery's
    id) lengthens the gap by up to a tenth, always the same for one key, so that what failed together is not retried
    together.
    """
    if tries < 1:
        raise ValueError("tries counts the tries already made, so it is at least 1")
    if tries >= MOST_TRIES:
        return None
    share = int.from_bytes(sha256(f"{jitter_key}\x1f{tries}".encode()).digest()[:4], "big") / 2**32
    gap = GAPS[tries - 1] * (1 + share / 10)
    return now + max(gap, min(retry_after or timedelta(0), LONGEST_WAIT))


def missing_secrets(channels: Mapping[str, Channel], environment: Mapping[str, str]) -> tuple[str, ...]:
    """The names of the environment variables that channels need and that are not set, each once."""
    names = dict.fromkeys(name for channel in channels.values() for name in channel.secrets)
    return tuple(name for name in names if not environment.get(name))
