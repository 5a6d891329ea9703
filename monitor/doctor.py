"""What is missing or wrong on this machine, each with what to do about it."""

import importlib
import importlib.util
import os
import shutil
import sqlite3
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from alerts.send import missing_secrets
from monitor.config import Settings, load_settings
from monitor.documents import ocr
from monitor.documents.packed import NEED_PACKAGE, missing_for_packed
from monitor.watchlist.check import check_watchlist
from monitor.watchlist.load import DEFAULT_FOLDER
from notices.errors import TenderwatchError
from storage import open_store

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("notices", "storage", "spiders", "alerts", "monitor")
LEAST_FREE = 2 * 1024**3


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at. `state` is ok, note (something optional is missing) or wrong."""

    state: str
    what: str
    said: str


def examine(home: Path | None, environment: Mapping[str, str] = os.environ) -> Iterator[Check]:
    """Looks at the interpreter, our packages, the configuration, the folder, the store, the data and the extras."""
    yield _python()
    yield from _packages()
    yield _sqlite()
    try:
        settings = load_settings(environment, home)
    except TenderwatchError as error:
        yield Check("wrong", "configuration", str(error))
        yield _data(None)
        return
    yield _data(settings.watch.folder)
    yield from _configuration(settings, environment)
    yield from _home(settings.home)
    yield _store(settings)
    if importlib.util.find_spec("psycopg") is None:
        yield Check("note", "psycopg", "not installed (extra `postgresql`): stores on PostgreSQL cannot be used")
    yield _recognition()
    yield _archives()


def _recognition() -> Check:
    if not ocr.is_installed():
        said = "not installed: scans and pictures stay unread. `make setup-extras`, or install tenderwatch[ocr]"
        return Check("note", "OCR", said)
    try:
        importlib.import_module("rapidocr")
        importlib.import_module("onnxruntime")
    except ImportError as error:
        missing = f"installed, but it cannot be loaded ({error}): a library of the system is missing. "
        return Check("wrong", "OCR", f"{missing}Install opencv-python-headless instead of opencv-python")
    return Check("ok", "OCR", f"rapidocr {version('rapidocr')}, onnxruntime {version('onnxruntime')}")


def _archives() -> Check:
    lack = missing_for_packed()
    if lack == NEED_PACKAGE:
        said = "not installed: 7z and RAR archives stay unread. `make setup-extras`, or install tenderwatch[archives]"
        return Check("note", "libarchive-c", said)
    if lack:
        return Check("wrong", "libarchive", "libarchive-c lacks the system's library: apt-get install libarchive13")
    return Check("ok", "libarchive", "7z and RAR archives are read")


def _python() -> Check:
    number = ".".join(map(str, sys.version_info[:3]))
    enough = sys.version_info >= (3, 11)
    return Check("ok" if enough else "wrong", "python", number if enough else f"{number}: 3.11 or later is needed")


def _packages() -> Iterator[Check]:
    """Packages of the same names exist on the package index; ours must be the ones that are imported."""
    for name in PACKAGES:
        spec = importlib.util.find_spec(name)
        origin = Path(spec.origin or "") if spec else Path()
        if not origin.is_relative_to(ROOT):
            yield Check("wrong", f"package {name}", f"found at {origin}, not in {ROOT}: uninstall the other {name!r}")
    yield Check("ok", "packages", f"imported from {ROOT}")


def _sqlite() -> Check:
    return Check("ok", "sqlite", sqlite3.sqlite_version)


def _data(extra: Path | None) -> Check:
    problems = check_watchlist(DEFAULT_FOLDER, extra=extra)
    if problems:
        return Check("wrong", "watchlist", f"{problems[0]} ({len(problems)} in all: `tenderwatch watchlist check`)")
    return Check("ok", "watchlist", "in order")


def _configuration(settings: Settings, environment: Mapping[str, str]) -> Iterator[Check]:
    yield Check("ok", "configuration", f"{len(settings.routes)} routes, {len(settings.channels)} channels")
    if not settings.crawling.contact:
        yield Check("wrong", "contact", "none: set [crawling] contact to an address at which sites can reach you")
    for name in missing_secrets(settings.channels, environment):
        yield Check("wrong", "secret", f"the environment variable {name} is not set, and a channel needs it")
    if settings.desk.is_shared_without_accounts:
        said = f"readers come by {settings.desk.address} and are asked for no password: set [desk] accounts = true"
        yield Check("note", "desk", said)
    if not settings.routes:
        yield Check("note", "alerts", "no [[route]] in monitor.toml: findings wait on the desk and nobody is told")


def _home(home: Path) -> Iterator[Check]:
    place = next(folder for folder in (home, *home.parents) if folder.exists())
    if not os.access(place, os.W_OK):
        yield Check("wrong", "home", f"{home} cannot be written: choose another with --home")
        return
    free = shutil.disk_usage(place).free
    said = f"{home}, {free / 1024**3:.1f} GiB free"
    yield Check("ok" if free >= LEAST_FREE else "wrong", "home", said if free >= LEAST_FREE else f"{said}: too little")


def _store(settings: Settings) -> Check:
    try:
        store = open_store(settings.database_url)
        current = store.is_current()
        store.close()
    except TenderwatchError as error:
        return Check("note" if not settings.home.exists() else "wrong", "store", str(error))
    return Check("ok", "store", "at this version") if current else Check("note", "store", "run `tenderwatch init`")
