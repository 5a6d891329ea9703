"""Reads the watchlist's TOML files into a Watchlist."""

import tomllib
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from monitor.watchlist.faults import Faults, usable
from monitor.watchlist.model import Chip, ControlClass, Item, ListedParty, Rule, Step, Watchlist
from notices.errors import ConfigurationError

DEFAULT_FOLDER = Path(__file__).parent
ITEM_KEYS = frozenset(
    [
        "id",
        "label",
        "category",
        "vendor",
        "terms",
        "loose",
        "tier",
        "ambiguity",
        "kind",
        "control",
        "basis",
        "needs",
        "never",
        "not_before",
        "not_after",
        "built_for",
        "replaces",
        "cards",
        "examples",
        "source",
    ]
)
_ITEM_TEXTS = (
    "tier", "ambiguity", "kind", "control", "basis", "needs", "never", "not_before", "not_after"
)  # fmt: skip
_Entry = TypeVar("_Entry", Item, Rule, ControlClass)
_Value = TypeVar("_Value")
_TABLES = frozenset({"item", "rule", "class", "chip", "party", "unlisted", "words", "weights", "defaults"})


def load_watchlist(folder: Path | None = None, *, extra: Path | None = None, skip_bad: bool = False) -> Watchlist:
    """Reads all *.toml of a folder (the product's own by default), then those of `extra`.

    Items of `extra` are further items; its words and weights count in place of those of the same name.
    ConfigurationError names the file and what to change if one cannot be read or says something unknown; with
    `skip_bad` such files and entries are left out instead, and `problems` of the result names each.
    """
    digest, faults = sha256(), Faults(skip_bad=skip_bad)
    tables: dict[str, list[tuple[str, Any]]] = {table: [] for table in _TABLES}
    for path in data_files(folder or DEFAULT_FOLDER, extra):
        data = path.read_bytes()
        digest.update(path.name.encode() + b"\0" + data + b"\0")
        for table, value in _parse(path, data, faults).items():
            tables[table].append((path.name, value))
    return _assemble(digest.hexdigest(), tables, faults)


def data_files(*folders: Path | None) -> list[Path]:
    """The data files in the order in which they are read; ConfigurationError for a folder without one."""
    files: list[Path] = []
    for folder in filter(None, folders):
        found = sorted(folder.glob("*.toml"))
        if not found:
            raise ConfigurationError(
                f"the watchlist folder {folder} holds no .toml file: name a folder with the data files"
            )
        files += found
    return files


def _parse(path: Path, data: bytes, faults: Faults) -> dict[str, Any]:
    try:
        source = data.decode("utf-8")
        content = tomllib.loads(source)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        faults.add(f"{path.name} is not readable TOML: {error}")
        return {}
    unknown = [table for table in content if table not in _TABLES]
    for table in unknown:
        faults.add(f"{path.name}: the table [{table}] is unknown; use one of {', '.join(sorted(_TABLES))}")
    return usable(path.name, source, {table: content[table] for table in content if table not in unknown}, faults)


def _assemble(version: str, tables: Mapping[str, list[tuple[str, Any]]], faults: Faults) -> Watchlist:
    defaults = dict(tables["defaults"])

    def entries(table: str, reader: Callable[[Mapping[str, Any]], _Value]) -> list[_Value]:
        found = []
        for name, listed in tables[table]:
            for entry in listed:
                try:
                    found.append(_read(name, {**defaults.get(name, {}), **entry, "file": name}, reader))
                except ConfigurationError as error:
                    faults.add(str(error))
        return found

    words = _merge(value for _, value in tables["words"])
    faults.demand(words)
    return Watchlist(
        version=version,
        items=_unique("item", entries("item", _item), faults),
        rules=_unique("rule", entries("rule", _rule), faults),
        classes=_unique("class", entries("class", _control_class), faults),
        chips=tuple(entries("chip", _chip)),
        words=words,
        weights=_merge(value for _, value in tables["weights"]),
        parties=tuple(entries("party", _party)),
        unlisted=tuple(entries("unlisted", _unlisted)),
        problems=tuple(faults.found),
    )


def _unique(what: str, entries: list[_Entry], faults: Faults) -> dict[str, _Entry]:
    found: dict[str, _Entry] = {}
    for entry in entries:
        if entry.id in found:
            faults.add(f"the {what} id {entry.id!r} stands twice in the watchlist: remove or rename one")
        found.setdefault(entry.id, entry)
    return found


def _merge(tables: Iterable[Mapping[str, Mapping[str, Any]]]) -> dict[str, dict[str, Any]]:
    merged: dict[str, dict[str, Any]] = {}
    for table in tables:
        for name, values in table.items():
            merged.setdefault(name, {}).update({key: _joined(value) for key, value in values.items()})
    return merged


def _joined(value: object) -> object:
    """A list of alternatives as one pattern."""
    return "|".join(map(str, value)) if isinstance(value, list) else value


def _read(name: str, entry: Mapping[str, Any], reader: Callable[[Mapping[str, Any]], _Value]) -> _Value:
    try:
        return reader(entry)
    except KeyError as error:
        label = entry.get("id") or entry.get("item") or entry.get("name") or "an entry"
        raise ConfigurationError(f"{name}: {label!r} lacks the key {error}: add it") from None
    except (TypeError, ValueError) as error:
        raise ConfigurationError(f"{name}: {entry.get('id') or entry.get('item')!r} is wrong: {error}") from None


def _item(entry: Mapping[str, Any]) -> Item:
    unknown = set(entry) - ITEM_KEYS - {"file"}
    if unknown:
        raise ConfigurationError(
            f"{entry['file']}: the item {entry.get('id')!r} has the unknown key {min(unknown)!r};"
            f" use one of {', '.join(sorted(ITEM_KEYS))}"
        )
    return _item_values(entry)


def _item_values(entry: Mapping[str, Any]) -> Item:
    examples = entry.get("examples", {})
    texts = {key: str(entry[key]) for key in _ITEM_TEXTS if key in entry}
    lists = {key: tuple(entry.get(key, ())) for key in ("built_for", "replaces")}
    return Item(
        id=entry["id"],
        label=entry["label"],
        category=entry["category"],
        vendor=entry["vendor"],
        terms=tuple(entry.get("terms", ())),
        loose=tuple(entry.get("loose", ())),
        cards=entry.get("cards"),
        match=tuple(examples.get("match", ())),
        miss=tuple(examples.get("miss", ())),
        file=entry["file"],
        built_for=lists["built_for"],
        replaces=lists["replaces"],
        **texts,
    )


def _rule(entry: Mapping[str, Any]) -> Rule:
    return Rule(
        entry["id"], _day(entry["effective"]), entry["title"], entry["citation"], entry["source"], entry.get("until")
    )


def _control_class(entry: Mapping[str, Any]) -> ControlClass:
    steps = tuple(Step(_day(step["since"]), step["status"], step.get("rule")) for step in entry.get("steps", ()))
    return ControlClass(entry["id"], entry["base"], steps, entry.get("note", ""))


def _chip(entry: Mapping[str, Any]) -> Chip:
    figures = {
        key: (float(value[0]), float(value[-1])) if isinstance(value, list) else (float(value), float(value))
        for key, value in entry["figures"].items()
    }
    return Chip(
        entry["item"],
        entry.get("variant", ""),
        _day(entry["launched"]),
        figures,
        frozenset(entry.get("features", ())),
        frozenset(entry.get("memory", ())),
    )


def _party(entry: Mapping[str, Any]) -> ListedParty:
    return ListedParty(entry["name"], entry["list"], entry.get("since"), entry.get("citation", ""))


def _unlisted(entry: Mapping[str, Any]) -> str:
    _day(entry["as_of"])
    return str(entry["name"])


def _day(value: object) -> date:
    if not isinstance(value, date):
        raise TypeError(f"{value!r} is not a date: write it as 2023-11-17 without quotation marks")
    return value
