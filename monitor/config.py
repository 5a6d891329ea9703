"""Configuration: `monitor.toml`, the home folder and the environment; secrets only by environment name."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from apscheduler.triggers.cron import CronTrigger
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from alerts.channels.settings import Channel, parse_channels
from alerts.routes import Route, parse_routes
from notices.errors import ConfigurationError

DATABASE = "tenderwatch.sqlite"


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Crawling(_Section):
    """`[crawling]`: who we say we are, and how much we ask of one host per day."""

    contact: str = ""
    daily_budget: int = Field(3000, ge=1, le=20_000)


class Schedule(_Section):
    """`[schedule]`: a cron line per source in the sites' time, and how often the stages look for work."""

    stages_every_minutes: int = Field(5, ge=1, le=1440)
    default: str = "20 */6 * * *"
    sources: dict[str, str] = Field(default_factory=dict)

    @field_validator("default")
    @classmethod
    def _is_cron(cls, line: str) -> str:
        CronTrigger.from_crontab(line)
        return line

    @field_validator("sources")
    @classmethod
    def _are_cron(cls, lines: dict[str, str]) -> dict[str, str]:
        for line in lines.values():
            CronTrigger.from_crontab(line)
        return lines

    def cron(self, source: str) -> str:
        return self.sources.get(source, self.default)


class Desk(_Section):
    """`[desk]`: where the review desk listens; `address` is how readers reach it, for links in alerts."""

    host: str = "127.0.0.1"
    port: int = Field(8000, ge=1, le=65_535)
    address: str = ""
    reviewer: str = "analyst"

    @property
    def url(self) -> str:
        return self.address.rstrip("/") or f"http://{self.host}:{self.port}"

    @property
    def hosts(self) -> tuple[str, ...]:
        """The names under which the desk answers; any other is a page that pretends to be it."""
        return tuple(dict.fromkeys(("127.0.0.1", "localhost", "[::1]", self.host, urlsplit(self.url).hostname or "")))


class _File(_Section):
    crawling: Crawling = Crawling()
    schedule: Schedule = Schedule()
    desk: Desk = Desk()
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

    @property
    def captures(self) -> Path:
        return self.home / "captures"


def load_settings(environment: Mapping[str, str] = os.environ, home: Path | None = None) -> Settings:
    """Reads the configuration; a wrong value is a ConfigurationError naming file, key and what is expected."""
    path = environment.get("TENDERWATCH_CONFIG")
    file = _read(Path(path)) if path else _read_default(Path("monitor.toml"))
    home = (home or Path(environment.get("TENDERWATCH_HOME") or "data")).absolute()
    crawling = file.crawling
    if contact := environment.get("TENDERWATCH_CONTACT"):
        crawling = crawling.model_copy(update={"contact": contact})
    told = {"alerts": {"desk_url": file.desk.url}, "channel": file.channel, "route": file.route}
    return Settings(
        home=home,
        database_url=environment.get("TENDERWATCH_DATABASE_URL") or f"sqlite:///{home / DATABASE}",
        crawling=crawling,
        schedule=file.schedule,
        desk=file.desk,
        channels=parse_channels(told),
        routes=parse_routes(told),
    )


def _read_default(path: Path) -> _File:
    return _read(path) if path.exists() else _File()


def _read(path: Path) -> _File:
    try:
        return _File.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path} cannot be read: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{path} is not TOML: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise ConfigurationError(f"{path}: {key}: {first['msg']}") from error
