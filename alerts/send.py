"""Sends deliveries and says when to try again; the outbox that they come from is the caller's."""

import asyncio
import os
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Self

from alerts.channels.chat import chat_alert
from alerts.channels.email import MailLine
from alerts.channels.settings import Channel, ChatChannel, WebhookChannel
from alerts.channels.webhook import post_alert
from alerts.http import Lines
from alerts.outcome import Outcome
from notices.alert import Alert, Delivery

MOST_TRIES = 8
# After the first try, the second … : with the jitter the eighth try comes 45 to 51 hours after the first.
GAPS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 720, 1500))
LONGEST_WAIT = timedelta(days=2)


class Sender:
    """Sends deliveries over connections that it keeps; to be used in one event loop, and closed there.

    `environment` holds the secrets that the channels name. Several tries may be made at the same time.
    """

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        self._environment = os.environ if environment is None else environment
        self._lines = Lines()
        self._mail: dict[str, list[MailLine]] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for line in (line for lines in self._mail.values() for line in lines):
            await line.close()
        await self._lines.close()

    async def send(self, delivery: Delivery, alert: Alert, channel: Channel, now: datetime) -> Outcome:
        """Makes one try and waits for its outcome; every failure of the receiver or the network is an Outcome."""
        if isinstance(channel, WebhookChannel):
            return await post_alert(delivery, alert, channel, self._environment, now, self._lines)
        if isinstance(channel, ChatChannel):
            return await chat_alert(alert, channel, self._environment)
        free = self._mail.setdefault(channel.name, [])
        line = free.pop() if free else MailLine(channel, self._environment)
        try:
            return await line.mail(delivery, alert)
        except BaseException:
            line.drop()
            raise
        finally:
            free.append(line)


def send(
    delivery: Delivery,
    alert: Alert,
    channel: Channel,
    *,
    environment: Mapping[str, str] | None = None,
    now: datetime | None = None,
) -> Outcome:
    """Makes one try over a connection of its own and waits for its outcome.

    `environment` (the process's own by default) holds the secrets that the channel names; `now` is aware and stands
    in the webhook's signature. Not to be called from a running event loop.
    """

    async def once() -> Outcome:
        async with Sender(environment) as sender:
            return await sender.send(delivery, alert, channel, now or datetime.now(UTC))

    return asyncio.run(once())


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
