"""Configuration: `monitor.toml`, the home folder and the environment; secrets only by environment name."""

import os
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from alerts.channels.settings import Channel, parse_channels
from alerts.routes import Route, parse_routes
from alerts.schedule import cron_fault
from notices.errors import ConfigurationError
from notices.quiet import read_quiet_hosts, read_quiet_hours

DATABASE = "tenderwatch.sqlite"
WORDS = {
    "string_pattern_mismatch": "it must be one line of ASCII: a web address or a mail address",
    "extra_forbidden": "there is no such key; monitor.example.toml has them all",
}
SITES_ZONE = "Asia/Shanghai"


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Crawling(_Section):
    """`[crawling]`: who we say we are, how much we ask of one host per day, and at which hours nothing at all."""

    contact: str = Field("", pattern=r"^[\x20-\x7e]*$")
    daily_budget: int = Field(6000, ge=1, le=20_000)
    quiet_hours: dict[str, tuple[str, ...]] = Field(default_factory=dict)

    @field_validator("quiet_hours")
    @classmethod
    def _are_windows(cls, written: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        try:
            read_quiet_hosts(written)
        except ConfigurationError as error:
            raise ValueError(str(error)) from error
        return written

    def quiet_until(self, url: str, declared: Sequence[str], now: datetime) -> datetime | None:
        """When the host of an address may be asked again; None if it may be now. `declared` are a source's own."""
        hours = read_quiet_hosts(self.quiet_hours).of(urlsplit(url).hostname or "")
        return (hours | read_quiet_hours(declared)).until(now)


class Schedule(_Section):
    """`[schedule]`: cron lines of the sources in the sites' time, and how often the stages look for work.

    A source is walked by its own line in `sources`; else by `few`, if the middle of what it declares for a day is at
    most `few_per_day` notices; else by `default`.
    """

    stages_every_minutes: int = Field(5, ge=1, le=1440)
    default: str = "20 */6 * * *"
    few: str = "20 18 * * *"
    few_per_day: int = Field(40, ge=0)
    sources: dict[str, str] = Field(default_factory=dict)

    @field_validator("default", "few")
    @classmethod
    def _is_cron(cls, line: str) -> str:
        if fault := cron_fault(line, SITES_ZONE):
            raise ValueError(fault)
        return line

    @field_validator("sources")
    @classmethod
    def _are_cron(cls, lines: dict[str, str]) -> dict[str, str]:
        for source, line in lines.items():
            if fault := cron_fault(line, SITES_ZONE):
                raise ValueError(f"{source}: {fault}")
        return lines

    def cron(self, source: str, expected_per_day: tuple[int, int]) -> str:
        """The line by which a source is walked that declares so many notices a day, the least and the most."""
        usual = self.few if sum(expected_per_day) <= 2 * self.few_per_day else self.default
        return self.sources.get(source, usual)


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


class Desk(_Section):
    """`[desk]`: where the review desk listens; `address` is how readers reach it, for links in alerts.

    `accounts` says whether readers log in; unsaid, they do wherever others than this machine can reach the desk.
    `proxies` are the addresses whose word on who asked, and whether by https, is taken (X-Forwarded-For, -Proto).
    """

    host: str = "127.0.0.1"
    port: int = Field(8000, ge=1, le=65_535)
    address: str = ""
    reviewer: str = "analyst"
    accounts: bool | None = None
    proxies: tuple[str, ...] = ("127.0.0.1", "::1")

    @model_validator(mode="after")
    def _is_not_open_to_others(self) -> Self:
        if self.accounts is False and not self.is_loopback:
            raise ValueError(
                f"accounts = false would let everybody who reaches {self.host}:{self.port} judge: "
                "set accounts = true, or host = '127.0.0.1'"
            )
        return self

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine reaches the desk's own port."""
        return _is_loopback(self.host)

    @property
    def with_accounts(self) -> bool:
        return not self.is_loopback if self.accounts is None else self.accounts

    @property
    def is_shared_without_accounts(self) -> bool:
        """Whether readers come by a name beyond this machine, and only what stands before the desk may ask who."""
        return not self.with_accounts and not _is_loopback(urlsplit(self.address).hostname or "localhost")

    @property
    def url(self) -> str:
        # Nobody can go to "every address of this machine".
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104
        return self.address.rstrip("/") or f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    @property
    def hosts(self) -> tuple[str, ...]:
        """The names under which the desk answers; any other is a page that pretends to be it."""
        return tuple(dict.fromkeys(("127.0.0.1", "localhost", "[::1]", self.host, urlsplit(self.url).hostname or "")))


class Watch(_Section):
    """`[watchlist]`: a folder with further data files, and whether what cannot be read in them is left out."""

    folder: Path | None = None
    skip_bad_entries: bool = False


class Operators(_Section):
    """`[operators]`: the channels that are told how the watch itself is, and from when on it is not well."""

    to: tuple[str, ...] = ()
    disk_free_gib: float = Field(2.0, ge=0)
    backlog: int = Field(2000, ge=1)
    heartbeat: str | None = None
    time_zone: str = "Asia/Shanghai"

    @model_validator(mode="after")
    def _has_a_cron_line(self) -> Self:
        fault = cron_fault(self.heartbeat or "0 0 * * *", self.time_zone)
        if fault:
            raise ValueError(fault)
        return self


class _File(_Section):
    crawling: Crawling = Crawling()
    schedule: Schedule = Schedule()
    desk: Desk = Desk()
    operators: Operators = Operators()
    watchlist: Watch = Watch()
    alerts: dict[str, Any] = Field(default_factory=dict)
    channel: list[dict[str, Any]] = Field(default_factory=list)
    route: list[dict[str, Any]] = Field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that a run needs to know; made by `load_settings`."""

    home: Path
    database_url: str
    crawling: Crawling
    schedule: Schedule
    desk: Desk
    channels: Mapping[str, Channel]
    routes: tuple[Route, ...]
    operators: Operators = field(default_factory=Operators)
    watch: Watch = field(default_factory=Watch)
    templates: str | None = None

    @property
    def captures(self) -> Path:
        return self.home / "captures"


def load_settings(environment: Mapping[str, str] = os.environ, home: Path | None = None) -> Settings:
    """Reads the configuration; a wrong value is a ConfigurationError naming file, key and what is expected."""
    path = environment.get("TENDERWATCH_CONFIG")
    place = path or "monitor.toml"
    file = _read(Path(path)) if path else _read_default(Path(place))
    home = (home or Path(environment.get("TENDERWATCH_HOME") or "data")).absolute()
    crawling = file.crawling
    if contact := environment.get("TENDERWATCH_CONTACT"):
        if not contact.isascii() or not contact.isprintable():
            raise ConfigurationError("TENDERWATCH_CONTACT must be one line of ASCII: a web address or a mail address")
        crawling = crawling.model_copy(update={"contact": contact})
    told = {"alerts": {"desk_url": file.desk.url} | file.alerts, "channel": file.channel, "route": file.route}
    channels = parse_channels(told, file=place)
    unknown = [name for name in file.operators.to if name not in channels]
    if unknown:
        raise ConfigurationError(f"{place}: operators.to names the channel {unknown[0]!r}, which is not configured")
    return Settings(
        home=home,
        database_url=environment.get("TENDERWATCH_DATABASE_URL") or f"sqlite:///{home / DATABASE}",
        crawling=crawling,
        schedule=file.schedule,
        desk=file.desk,
        channels=channels,
        routes=parse_routes(told, file=place),
        operators=file.operators,
        watch=file.watchlist,
        templates=file.alerts.get("templates"),
    )


def _read_default(path: Path) -> _File:
    return _read(path) if path.exists() else _File()


def _read(path: Path) -> _File:
    try:
        return _File.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{path} is not UTF-8: save it as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{path} is not TOML: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        said = WORDS.get(first["type"], first["msg"].removeprefix("Value error, "))
        raise ConfigurationError(f"{path}: {key}: {said}") from error
