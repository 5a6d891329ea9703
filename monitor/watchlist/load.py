"""Reads the watchlist's TOML files into a Watchlist."""

import tomllib
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

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
_TABLES = frozenset({"item", "rule", "class", "chip", "party", "words", "weights", "defaults"})


def load_watchlist(folder: Path | None = None) -> Watchlist:
    """Reads all *.toml of a folder (the product's own by default).

    ConfigurationError names the file and what to change if one cannot be read or says something unknown.
    """
    folder = folder or DEFAULT_FOLDER
    files = sorted(folder.glob("*.toml"))
    if not files:
        raise ConfigurationError(
            f"the watchlist folder {folder} holds no .toml file: name a folder with the data files"
        )
    digest = sha256()
    tables: dict[str, list[tuple[str, Any]]] = {table: [] for table in _TABLES}
    for path in files:
        data = path.read_bytes()
        digest.update(path.name.encode() + b"\0" + data + b"\0")
        for table, value in _parse(path, data).items():
            tables[table].append((path.name, value))
    return _assemble(digest.hexdigest(), tables)


def _parse(path: Path, data: bytes) -> dict[str, Any]:
    try:
        content = tomllib.loads(data.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigurationError(f"{path.name} is not readable TOML: {error}") from None
    for table in content:
        if table not in _TABLES:
            raise ConfigurationError(
                f"{path.name}: the table [{table}] is unknown; use one of {', '.join(sorted(_TABLES))}"
            )
    return content


def _assemble(version: str, tables: Mapping[str, list[tuple[str, Any]]]) -> Watchlist:
    defaults = dict(tables["defaults"])
    items = [_item(name, {**defaults.get(name, {}), **entry}) for name, entries in tables["item"] for entry in entries]
    rules = [_read(name, entry, _rule) for name, entries in tables["rule"] for entry in entries]
    classes = [_read(name, entry, _control_class) for name, entries in tables["class"] for entry in entries]
    return Watchlist(
        version=version,
        items=_unique("item", items),
        rules=_unique("rule", rules),
        classes=_unique("class", classes),
        chips=tuple(_read(name, entry, _chip) for name, entries in tables["chip"] for entry in entries),
        words=_merge(value for _, value in tables["words"]),
        weights=_merge(value for _, value in tables["weights"]),
        parties=tuple(_read(name, entry, _party) for name, entries in tables["party"] for entry in entries),
    )


def _unique(what: str, entries: list[_Entry]) -> dict[str, _Entry]:
    found: dict[str, _Entry] = {}
    for entry in entries:
        if entry.id in found:
            raise ConfigurationError(f"the {what} id {entry.id!r} stands twice in the watchlist: remove or rename one")
        found[entry.id] = entry
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


def _item(name: str, entry: Mapping[str, Any]) -> Item:
    unknown = set(entry) - ITEM_KEYS
    if unknown:
        raise ConfigurationError(
            f"{name}: the item {entry.get('id')!r} has the unknown key {min(unknown)!r};"
            f" use one of {', '.join(sorted(ITEM_KEYS))}"
        )
    return _read(name, {**entry, "file": name}, _item_values)


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


def _day(value: object) -> date:
    if not isinstance(value, date):
        raise TypeError(f"{value!r} is not a date: write it as 2023-11-17 without quotation marks")
    return value
