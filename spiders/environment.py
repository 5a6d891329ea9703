"""What a crawl is told by its environment: where to keep things, whom to name, how much to ask."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from notices.errors import ConfigurationError
from notices.quiet import QuietHosts, read_quiet_hosts

# Seconds between two requests to a host, whichever sources they are for; Scrapy's own delay is longer on average.
LEAST_PAUSE = 3.0
LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Environment:
    """`daily_budget` is requests per host and day; `loopback_delay` seconds, for hosts on this machine only."""

    home: Path
    database_url: str
    contact: str
    daily_budget: int
    loopback_delay: float
    progress: bool
    quiet_hosts: QuietHosts = field(default_factory=QuietHosts)

    @property
    def captures(self) -> Path:
        return self.home / "captures"

    @property
    def logs(self) -> Path:
        return self.home / "logs"

    @property
    def user_agent(self) -> str:
        """The product's own name and version, with the contact that a site may write to."""
        try:
            name = f"tenderwatch/{version('tenderwatch')}"
        except PackageNotFoundError:
            name = "tenderwatch"
        return f"{name} (+{self.contact})" if self.contact else name


def read_environment(variables: Mapping[str, str] = os.environ) -> Environment:
    """Reads the TENDERWATCH_* variables; a value that cannot be used is a ConfigurationError that names it."""
    home = Path(variables.get("TENDERWATCH_HOME") or "data").absolute()
    contact = variables.get("TENDERWATCH_CONTACT", "").strip()
    if not contact.isascii() or not contact.isprintable():
        raise ConfigurationError("TENDERWATCH_CONTACT must be one line of ASCII: a web address or a mail address")
    return Environment(
        home=home,
        database_url=variables.get("TENDERWATCH_DATABASE_URL") or f"sqlite:///{home / 'tenderwatch.sqlite'}",
        contact=contact,
        daily_budget=_whole_number(variables, "TENDERWATCH_DAILY_BUDGET", 6000),
        loopback_delay=_seconds(variables, "TENDERWATCH_LOOPBACK_DELAY", 3.2),
        progress=variables.get("TENDERWATCH_PROGRESS") == "1",
        quiet_hosts=_quiet_hosts(variables),
    )


def _quiet_hosts(variables: Mapping[str, str]) -> QuietHosts:
    try:
        written = json.loads(variables.get("TENDERWATCH_QUIET_HOURS") or "{}")
        return read_quiet_hosts(written)
    except (ValueError, AttributeError, TypeError) as error:
        raise ConfigurationError("TENDERWATCH_QUIET_HOURS must be JSON: host names with lists of windows") from error


def _whole_number(variables: Mapping[str, str], name: str, default: int) -> int:
    text = variables.get(name) or str(default)
    if not text.isdecimal() or int(text) == 0:
        raise ConfigurationError(f"{name} is {text!r}: it must be a whole number above zero")
    return int(text)


def _seconds(variables: Mapping[str, str], name: str, default: float) -> float:
    text = variables.get(name) or str(default)
    try:
        seconds = float(text)
    except ValueError as error:
        raise ConfigurationError(f"{name} is {text!r}: it must be a number of seconds") from error
    if not 0 <= seconds < 3600:
        raise ConfigurationError(f"{name} is {text!r}: it must be between 0 and 3600 seconds")
    return seconds
