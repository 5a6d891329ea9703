"""The webhook channel: signed as in Standard Webhooks 1.0.0 (https://www.standardwebhooks.com)."""

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from standardwebhooks import Webhook

from alerts.channels.settings import WebhookChannel, bare_url, web_url_fault
from alerts.http import Answer, Lines, TargetRefusedError, UnreachableError, post
from alerts.message import webhook_body
from alerts.outcome import DELIVERED, Outcome, permanent, temporary
from alerts.tls import trusted
from notices.alert import Alert, Delivery
from notices.errors import ConfigurationError

_TRY_AGAIN = (408, 425, 429)


async def post_alert(
    delivery: Delivery,
    alert: Alert,
    channel: WebhookChannel,
    environment: Mapping[str, str],
    now: datetime,
    lines: Lines | None = None,
) -> Outcome:
    """One try. A mistake in the configuration is temporary: the alert waits until it is mended."""
    url = channel.url or environment.get(channel.url_env or "", "")
    if web_url_fault(url):
        return temporary(f"the environment variable {channel.url_env} does not hold a webhook's address; set it")
    keys = [_key(environment[name]) for name in channel.secret_envs if environment.get(name)]
    if not keys or not all(keys):
        named = " or ".join(channel.secret_envs)
        return temporary(f"the environment variable {named} does not hold a base64 secret; set it")
    body = webhook_body(alert)
    try:
        answer = await post(
            url,
            body,
            signed_headers(delivery.id, body, [key for key in keys if key], now),
            allow_private=channel.allow_private,
            timeout=channel.timeout,
            trust=trusted(channel.ca_file),
            lines=lines,
        )
    except TargetRefusedError as error:
        return permanent(f"{bare_url(url)} is refused: {error}")
    except UnreachableError as error:
        return temporary(f"{bare_url(url)} cannot be reached: {error}")
    except ConfigurationError as error:
        return temporary(str(error))
    return _outcome(answer, bare_url(url), now)


def signed_headers(id_: str, body: bytes, keys: Sequence[bytes], now: datetime) -> dict[str, str]:
    """The headers of one try: the id is the delivery's, the time and so the signatures, one per key, are the try's."""
    moment = now.astimezone(UTC)
    return {
        "content-type": "application/json",
        "user-agent": "tenderwatch",
        "webhook-id": id_,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": " ".join(Webhook(key).sign(id_, moment, body.decode("ascii")) for key in keys),
    }


def _outcome(answer: Answer, shown: str, now: datetime) -> Outcome:
    status = answer.status
    if 200 <= status < 300:
        return DELIVERED
    if 300 <= status < 400:
        return permanent(f"{shown} answered {status}, a redirect, which is not followed; configure the final address")
    if status == 410:
        return permanent(
            f"{shown} answered 410: this receiver is gone for good; remove the channel or change its url", gone=True
        )
    if 400 <= status < 500 and status not in _TRY_AGAIN:
        return permanent(f"{shown} answered {status}: it does not accept this alert")
    return temporary(f"{shown} answered {status}", retry_after(answer.retry_after, now))


def retry_after(value: str | None, now: datetime) -> timedelta | None:
    """Retry-After as a wait from now: seconds or an HTTP date (RFC 9110, 10.2.3); None if absent or unreadable."""
    if value is None:
        return None
    if re.fullmatch(r"\s*\d{1,9}\s*", value):
        return timedelta(seconds=int(value))
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(aware - now, timedelta(0))


def _key(secret: str) -> bytes | None:
    """The signing key that a secret "whsec_…" or plain base64 stands for; None if it is not base64."""
    encoded = secret.strip().removeprefix("whsec_").rstrip("=")
    try:
        return base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None
