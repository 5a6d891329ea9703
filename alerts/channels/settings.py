"""The channels of monitor.toml: where alerts go, with secrets only as names of environment variables."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

from alerts.tables import Table, names_of, tables_of
from notices.errors import ConfigurationError

DESK_URL = "http://127.0.0.1:8000"
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")
_PORTS = {"starttls": 587, "tls": 465, "none": 25}


@dataclass(frozen=True, slots=True)
class EmailChannel:
    """A mail server and the addresses that get each alert, each as a message of its own. `timeout` is in seconds."""

    name: str
    host: str
    port: int
    security: str
    sender: str
    to: tuple[str, ...]
    username: str | None = None
    password_env: str | None = None
    ca_file: str | None = None
    timeout: float = 30.0
    desk_url: str = DESK_URL
    templates: str | None = None

    @property
    def receivers(self) -> tuple[str, ...]:
        return self.to

    @property
    def secrets(self) -> tuple[str, ...]:
        """The environment variables that must be set."""
        return (self.password_env,) if self.password_env else ()


@dataclass(frozen=True, slots=True)
class WebhookChannel:
    """An address that gets each alert as a signed POST. Either `url`, or `url_env` if the address itself is a secret.

    `allow_private` names the hosts that may resolve to private, loopback or link-local addresses.
    `timeout` is in seconds, for the whole exchange. While a secret is replaced, `other_secret_env` signs, too.
    """

    name: str
    secret_env: str
    url: str | None = field(default=None, repr=False)
    url_env: str | None = None
    allow_private: tuple[str, ...] = ()
    ca_file: str | None = None
    timeout: float = 15.0
    other_secret_env: str | None = None

    @property
    def secret_envs(self) -> tuple[str, ...]:
        return (self.secret_env, self.other_secret_env) if self.other_secret_env else (self.secret_env,)

    @property
    def receivers(self) -> tuple[str, ...]:
        """One receiver, shown without the path and query, which may hold a token."""
        return (f"${self.url_env}" if self.url is None else bare_url(self.url),)

    @property
    def secrets(self) -> tuple[str, ...]:
        """The environment variables that must be set."""
        return tuple(name for name in (*self.secret_envs, self.url_env) if name)


@dataclass(frozen=True, slots=True)
class ChatChannel:
    """A chat service by its apprise address, which holds a token and so stands in the variable `url_env`.

    `allow_private` names the hosts that may be private; `timeout` is in seconds, for all parts of one alert.
    """

    name: str
    url_env: str
    allow_private: tuple[str, ...] = ()
    timeout: float = 60.0
    desk_url: str = DESK_URL
    templates: str | None = None

    @property
    def receivers(self) -> tuple[str, ...]:
        return (f"${self.url_env}",)

    @property
    def secrets(self) -> tuple[str, ...]:
        """The environment variables that must be set."""
        return (self.url_env,)


Channel = EmailChannel | WebhookChannel | ChatChannel


def bare_url(url: str) -> str:
    """Scheme, host and port of an address: all that may be shown of it."""
    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if parts.hostname and ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}" + (f":{parts.port}" if parts.port else "")


def web_url_fault(url: str) -> str | None:
    """What is wrong with a webhook's address, as the expectation that it fails; None if it is usable."""
    expected = "an address such as https://example.org/hook, without user name and password"
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        return expected
    if not usable or parts.username is not None or parts.password is not None or re.search(r"[\s\x00-\x1f\\]", url):
        return expected
    return None


def parse_channels(config: Mapping[str, object], *, file: str = "monitor.toml") -> dict[str, Channel]:
    """The `[[channel]]` tables by name (docs/howto/alerts.md); ConfigurationError names the wrong key."""
    alerts = config.get("alerts", {})
    if not isinstance(alerts, Mapping):
        raise ConfigurationError(f"{file}: alerts is not valid; expected a table that begins with [alerts]")
    general = Table(alerts, f"{file}, [alerts]")
    desk_url = general.text("desk_url", "the desk's address", default=DESK_URL).rstrip("/")
    if web_url_fault(desk_url):
        raise ConfigurationError(
            f"{file}: the desk's address is not valid; expected one such as https://desk.example.org"
        )
    templates = _read_optional(general, "templates", "a folder with templates")
    if templates is not None and not Path(templates).is_dir():
        raise general.error("templates", "a folder that exists, with files such as alert.html or digest.txt")
    general.finish()
    tables = tables_of(config, "channel", file)
    channels = {name: _read_channel(table, name) for table, name in zip(tables, names_of(tables), strict=True)}
    return {
        name: channel
        if isinstance(channel, WebhookChannel)
        else replace(channel, desk_url=desk_url, templates=templates)
        for name, channel in channels.items()
    }


def _read_channel(table: Table, name: str) -> Channel:
    readers: dict[str, Callable[[Table, str], Channel]] = {
        "email": _read_email,
        "webhook": _read_webhook,
        "chat": _read_chat,
    }
    channel = readers[table.choice("kind", tuple(readers))](table, name)
    table.finish()
    return channel


def _read_email(table: Table, name: str) -> EmailChannel:
    security = table.choice("security", tuple(_PORTS), default="starttls")
    username = table.text("username", "the mail account's name", default=None) if table.has("username") else None
    password_env = table.environment_name("password_env", required=username is not None)
    if password_env and username is None:
        raise table.error("username", "the account that password_env belongs to")
    host = table.text("host", "the mail server's name")
    if password_env and security == "none" and host not in ("localhost", "127.0.0.1", "::1"):
        raise table.error("security", "starttls or tls, since a password must not travel in the clear")
    return EmailChannel(
        name=name,
        host=host,
        port=int(table.number("port", least=1, most=65535, default=_PORTS[security]) or _PORTS[security]),
        security=security,
        sender=_read_address(table, "from"),
        to=_read_addresses(table, "to"),
        username=username,
        password_env=password_env,
        ca_file=_read_optional(table, "ca_file", "the path of a file of PEM certificates"),
        timeout=table.number("timeout", least=1, most=300, default=30.0) or 30.0,
    )


def _read_webhook(table: Table, name: str) -> WebhookChannel:
    url = _read_optional(table, "url", "an address such as https://example.org/hook")
    url_env = table.environment_name("url_env", required=False)
    if (url is None) == (url_env is None):
        raise ConfigurationError(f"{table.where}: exactly one of url and url_env must be given")
    if url is not None and (expected := web_url_fault(url)):
        raise table.error("url", expected)
    secrets = table.environment_names("secret_env", most=2)
    return WebhookChannel(
        name=name,
        secret_env=secrets[0],
        other_secret_env=secrets[1] if len(secrets) > 1 else None,
        url=url,
        url_env=url_env,
        allow_private=_read_hosts(table),
        ca_file=_read_optional(table, "ca_file", "the path of a file of PEM certificates"),
        timeout=table.number("timeout", least=1, most=300, default=15.0) or 15.0,
    )


def _read_chat(table: Table, name: str) -> ChatChannel:
    return ChatChannel(
        name=name,
        url_env=table.environment_name("url_env", required=True) or "",
        allow_private=_read_hosts(table),
        timeout=table.number("timeout", least=1, most=300, default=60.0) or 60.0,
    )


def _read_hosts(table: Table) -> tuple[str, ...]:
    return tuple(host.lower().strip("[]") for host in table.texts("allow_private", "a list of host names"))


def _read_optional(table: Table, key: str, expected: str) -> str | None:
    return table.text(key, expected) if table.has(key) else None


def _read_address(table: Table, key: str) -> str:
    expected = "an e-mail address such as desk@example.org"
    address = table.text(key, expected)
    if not _ADDRESS.fullmatch(address):
        raise table.error(key, expected)
    return address


def _read_addresses(table: Table, key: str) -> tuple[str, ...]:
    expected = 'a list of e-mail addresses such as ["desk@example.org"]'
    addresses = table.texts(key, expected)
    if not addresses or not all(_ADDRESS.fullmatch(address) for address in addresses):
        raise table.error(key, expected)
    return tuple(dict.fromkeys(addresses))
