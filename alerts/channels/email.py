"""The e-mail channel: one message to one address over SMTP, the same bytes on every try."""

import asyncio
import re
import ssl
from base64 import encodebytes
from collections.abc import Mapping
from contextlib import suppress
from email.header import Header
from email.utils import format_datetime
from hashlib import sha256

import aiosmtplib

from alerts.channels.settings import EmailChannel
from alerts.message import email_content
from alerts.outcome import DELIVERED, Outcome, permanent, temporary
from alerts.tls import trusted
from alerts.wording import one_line
from notices.alert import Alert, Delivery
from notices.errors import ConfigurationError

# Many servers hang up on whoever sends more.
MOST_PER_CONNECTION = 100


class MailLine:
    """A connection to a mail server, kept from one message to the next until something goes wrong."""

    def __init__(self, channel: EmailChannel, environment: Mapping[str, str]) -> None:
        self._channel = channel
        self._environment = environment
        self._client: aiosmtplib.SMTP | None = None
        self._sent = 0

    async def mail(self, delivery: Delivery, alert: Alert) -> Outcome:
        """One try. What fails before the message is offered (connection, TLS, login) is temporary: it can be mended."""
        channel = self._channel
        password = self._environment.get(channel.password_env or "", "")
        if channel.password_env and not password:
            return temporary(f"the environment variable {channel.password_env} does not hold the mail password; set it")
        try:
            message = compose(delivery, alert, channel)
            client = self._connected or _client(channel, password)
        except ConfigurationError as error:
            return temporary(str(error))
        self._client = client
        self._sent += 1
        outcome = await _offer(message, delivery, channel, client, password)
        if outcome.state != "delivered":
            self.drop()
        elif self._sent >= MOST_PER_CONNECTION:
            await self.close()
        return outcome

    @property
    def _connected(self) -> aiosmtplib.SMTP | None:
        return self._client if self._client is not None and self._client.is_connected else None

    async def close(self) -> None:
        """Says goodbye; what the server answers to that changes nothing."""
        if self._client is not None:
            transport = self._client.transport
            if self._client.is_connected:
                with suppress(aiosmtplib.SMTPException, OSError):
                    await self._client.quit(timeout=5)
            _hang_up(transport)
            self._client = None
        self._sent = 0

    def drop(self) -> None:
        if self._client is not None:
            _hang_up(self._client.transport)
            self._client = None
        self._sent = 0


def compose(delivery: Delivery, alert: Alert, channel: EmailChannel) -> bytes:
    """The message, text and HTML. Its Message-ID is the delivery's; one procedure's messages are one thread."""
    content = email_content(alert, channel.desk_url, channel.templates)
    domain = channel.sender.rpartition("@")[2]
    thread = f"<p.{sha256(alert.procedure.encode()).hexdigest()[:16]}@{domain}>"
    # A boundary of our own, since a retry must be the same message; no base64 line can look like it.
    boundary = f"=_tenderwatch_{delivery.id}"
    headers = {
        "From": f"tenderwatch <{channel.sender}>",
        "To": delivery.target,
        "Subject": _encoded(content.subject),
        "Date": format_datetime(alert.created_at),
        "Message-ID": f"<{delivery.id}@{domain}>",
        "In-Reply-To": thread,
        "References": thread,
        "List-Id": f"<{_label(alert.route)}.tenderwatch.{domain}>",
        "Auto-Submitted": "auto-generated",
        "X-Tenderwatch-Alert": alert.id,
        "MIME-Version": "1.0",
        "Content-Type": f'multipart/alternative; boundary="{boundary}"',
    }
    lines = [f"{name}: {_checked(value)}" for name, value in headers.items()]
    for kind, text in (("plain", content.text), ("html", content.html)):
        lines += ["", f"--{boundary}", f'Content-Type: text/{kind}; charset="utf-8"']
        lines += ["Content-Transfer-Encoding: base64", "", *_base64_lines(text)]
    return "\r\n".join([*lines, f"--{boundary}--", ""]).encode("ascii")


def _encoded(subject: str) -> str:
    """A subject as RFC 2047 has it, folded; words that look encoded already must not be decoded by the reader."""
    plain = subject.replace("=?", "= ?")
    return Header(plain, "ascii" if plain.isascii() else "utf-8", header_name="Subject").encode(linesep="\r\n")


def _checked(value: str) -> str:
    """A header's value that cannot become a second header: a line goes on with a space, and nothing else breaks it."""
    if re.search(r"\r(?!\n)|(?<!\r)\n|\r\n(?![ \t])|[^\r\n\t\x20-\x7e]", value):
        raise ConfigurationError("a mail header would hold a line break: check the channel's addresses")
    return value


def _base64_lines(text: str) -> list[str]:
    return encodebytes(text.replace("\n", "\r\n").encode()).decode("ascii").splitlines()


async def _offer(
    message: bytes, delivery: Delivery, channel: EmailChannel, client: aiosmtplib.SMTP, password: str
) -> Outcome:
    if not client.is_connected:
        try:
            async with asyncio.timeout(channel.timeout):
                await client.connect()
        except (aiosmtplib.SMTPException, OSError) as error:
            return temporary(f"the mail server {_server(channel)} cannot be used: {_reason(error, password)}")
    try:
        async with asyncio.timeout(channel.timeout * 2):
            await client.sendmail(channel.sender, [delivery.target], message)
    except (aiosmtplib.SMTPException, OSError) as error:
        return _refusal(error, channel, password)
    return DELIVERED


def _hang_up(transport: asyncio.BaseTransport | None) -> None:
    # Closing a TLS connection waits for the other side's goodbye; what matters has been answered by now.
    if isinstance(transport, asyncio.WriteTransport):
        transport.abort()


def _client(channel: EmailChannel, password: str) -> aiosmtplib.SMTP:
    context = None if channel.security == "none" else trusted(channel.ca_file)
    return aiosmtplib.SMTP(
        hostname=channel.host,
        port=channel.port,
        username=channel.username.encode() if channel.username else None,
        password=password.encode() or None,
        local_hostname=channel.sender.rpartition("@")[2],
        timeout=channel.timeout,
        use_tls=channel.security == "tls",
        start_tls=channel.security == "starttls",
        tls_context=context,
    )


def _refusal(error: Exception, channel: EmailChannel, password: str) -> Outcome:
    """SMTP replies 5yz are permanent, 4yz and a lost connection temporary (RFC 5321, 4.2.1)."""
    first: Exception = error
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused) and error.recipients:
        first = error.recipients[0]
    sentence = f"the mail server {_server(channel)} did not take the message: {_reason(first, password)}"
    if isinstance(first, aiosmtplib.SMTPResponseException) and 500 <= first.code < 600:
        return permanent(sentence)
    return temporary(sentence)


def _reason(error: Exception, password: str) -> str:
    if isinstance(error, aiosmtplib.SMTPAuthenticationError):
        return f"it refused the login ({error.code})"
    if isinstance(error, aiosmtplib.SMTPResponseException):
        reply = f"{error.code} {one_line(error.message, 200)}"
        return reply.replace(password, "***") if password else reply
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not accepted: {error.verify_message}"
    if isinstance(error, TimeoutError):
        return "it did not answer in time"
    if isinstance(error, aiosmtplib.SMTPException) and not isinstance(error, ConnectionError):
        return "it does not offer the security or the login that the channel asks for"
    return "the connection was refused, failed or broke"


def _server(channel: EmailChannel) -> str:
    return f"{channel.host}:{channel.port}"


def _label(route: str) -> str:
    """A route's name as a label of List-Id (RFC 2919): ASCII letters, digits and hyphens; a hash if none are left."""
    slug = re.sub(r"[^a-z0-9]+", "-", route.lower()).strip("-")
    return slug if slug and route.isascii() else f"route-{sha256(route.encode()).hexdigest()[:12]}"
