"""The deliveries that an alert needs: one for each receiver of each channel of its route."""

from collections.abc import Mapping
from hashlib import sha256

from alerts.channels.settings import Channel
from alerts.routes import Route
from notices.alert import PENDING, Alert, Delivery
from notices.errors import ConfigurationError


def deliveries_of(alert: Alert, route: Route, channels: Mapping[str, Channel]) -> tuple[Delivery, ...]:
    """Pending deliveries, due at once. A delivery's id depends only on the alert, the channel's name and the receiver.

    `channel` is the channel's name, `target` the receiver as it may be shown. ConfigurationError if the route names
    a channel that does not exist.
    """
    return tuple(
        Delivery(_delivery_id(alert, channel, receiver), alert.id, channel.name, receiver, PENDING, 0, alert.created_at)
        for channel in (_channel_of(name, route, channels) for name in route.targets)
        for receiver in channel.receivers
    )


def _channel_of(name: str, route: Route, channels: Mapping[str, Channel]) -> Channel:
    if name not in channels:
        raise ConfigurationError(f"the route {route.name!r} names the channel {name!r}, which is not configured")
    return channels[name]


def _delivery_id(alert: Alert, channel: Channel, receiver: str) -> str:
    return sha256("\x1f".join((alert.id, channel.name, receiver)).encode()).hexdigest()[:24]
