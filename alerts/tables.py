"""Reads the tables of monitor.toml strictly: each wrong value becomes one sentence that names its place and key."""

import re
from collections.abc import Collection, Mapping
from difflib import get_close_matches

from notices.errors import ConfigurationError

_ENVIRONMENT_NAME = re.compile(r"[A-Z_][A-Z0-9_]*")
_SECRET_WORDS = ("password", "secret", "token", "url", "key")


class Table:
    """One table being read; `where` names it in errors. Call `finish` last: it refuses keys that nobody asked for."""

    def __init__(self, values: Mapping[str, object], where: str) -> None:
        self._values = values
        self._asked: list[str] = []
        self.where = where

    def error(self, key: str, expected: str) -> ConfigurationError:
        """The error for a wrong or missing value; a value that may hold a secret is not repeated."""
        if key not in self._values:
            return ConfigurationError(f"{self.where}: {key} is missing; expected {expected}")
        secret = any(word in key.lower() for word in _SECRET_WORDS)
        shown = "" if secret else f" {_shortened(self._values[key])}"
        return ConfigurationError(f"{self.where}: {key}{shown} is not valid; expected {expected}")

    def has(self, key: str) -> bool:
        self._asked.append(key)
        return key in self._values

    def text(self, key: str, expected: str, *, default: str | None = None) -> str:
        """A text of one line that is not blank; without a default the key is required."""
        value = self._take(key, default)
        if not isinstance(value, str) or not value.strip() or any(ord(character) < 32 for character in value):
            raise self.error(key, expected)
        return value.strip()

    def choice(self, key: str, choices: Collection[str], *, default: str | None = None) -> str:
        value = self._take(key, default)
        if not isinstance(value, str) or value not in choices:
            raise self.error(key, f"one of {', '.join(choices)}")
        return value

    def texts(self, key: str, expected: str) -> tuple[str, ...]:
        """A text or a list of texts, none of them blank; an absent key is an empty tuple."""
        value = self._take(key, ())
        values = [value] if isinstance(value, str) else value
        if not isinstance(values, list | tuple) or not all(isinstance(one, str) and one.strip() for one in values):
            raise self.error(key, expected)
        if key in self._values and not values:
            raise self.error(key, expected)
        return tuple(str(one).strip() for one in values)

    def choices(self, key: str, choices: Collection[str]) -> tuple[str, ...]:
        expected = f"a list of {', '.join(choices)}"
        values = self.texts(key, expected)
        if any(value not in choices for value in values):
            raise self.error(key, expected)
        return values

    def number(self, key: str, *, least: float, most: float, default: float | None = None) -> float | None:
        value = self._take(key, default)
        if value is None and key not in self._values:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            raise self.error(key, f"a number from {least:,g} to {most:,g}")
        return float(value)

    def flag(self, key: str, *, default: bool) -> bool:
        value = self._take(key, default)
        if not isinstance(value, bool):
            raise self.error(key, "true or false")
        return value

    def environment_name(self, key: str, *, required: bool) -> str | None:
        """The NAME of an environment variable that holds a secret; the secret itself never stands in a file."""
        if key not in self._values and not required:
            self._asked.append(key)
            return None
        name = self._take(key, None)
        if not isinstance(name, str) or not _ENVIRONMENT_NAME.fullmatch(name):
            raise self.error(key, "the name of an environment variable, in capitals, such as TENDERWATCH_SMTP_PASSWORD")
        return name

    def environment_names(self, key: str, *, most: int) -> tuple[str, ...]:
        """One to `most` names of environment variables: a name, or a list of names."""
        value = self._values.get(key)
        if not isinstance(value, list):
            return (self.environment_name(key, required=True) or "",)
        self._asked.append(key)
        if not 1 <= len(value) <= most or not all(
            isinstance(name, str) and _ENVIRONMENT_NAME.fullmatch(name) for name in value
        ):
            raise self.error(key, f"one to {most} names of environment variables, in capitals")
        return tuple(dict.fromkeys(value))

    def table(self, key: str) -> "Table":
        value = self._take(key, {})
        if not isinstance(value, Mapping):
            raise self.error(key, f"a table, such as [route.{key}]")
        return Table(value, f"{self.where}, {key}")

    def finish(self) -> None:
        """ConfigurationError for the first key that is not one of those asked for."""
        for key in self._values:
            if key in self._asked:
                continue
            if f"{key}_env" in self._asked:
                raise ConfigurationError(
                    f"{self.where}: {key} is not accepted, since a secret never stands in a file; "
                    f"set {key}_env to the name of the environment variable that holds it"
                )
            close = get_close_matches(key, self._asked, n=1)
            hint = f"did you mean {close[0]}?" if close else f"expected one of {', '.join(sorted(self._asked))}"
            raise ConfigurationError(f"{self.where}: {key} is not a known key; {hint}")

    def _take(self, key: str, default: object) -> object:
        self._asked.append(key)
        return self._values.get(key, default)


def tables_of(config: Mapping[str, object], name: str, file: str) -> tuple[Table, ...]:
    """The `[[name]]` tables of a configuration, each named in errors by its number and, if it has one, its name."""
    rows = config.get(name, [])
    if not isinstance(rows, list | tuple) or not all(isinstance(row, Mapping) for row in rows):
        raise ConfigurationError(f"{file}: {name} is not valid; expected tables that begin with [[{name}]]")
    found = []
    for number, row in enumerate(rows, start=1):
        title = row.get("name")
        shown = f' "{_one_line(title)}"' if isinstance(title, str) and title.strip() else ""
        found.append(Table(row, f"{file}, [[{name}]] {number}{shown}"))
    return tuple(found)


def names_of(tables: Collection[Table]) -> tuple[str, ...]:
    """The `name` of each table; a missing or repeated name is a ConfigurationError."""
    names: list[str] = []
    for table in tables:
        name = table.text("name", "a short name, unique in its kind")
        if name in names:
            raise table.error("name", "a name that no other table of its kind has")
        names.append(name)
    return tuple(names)


def _one_line(text: str) -> str:
    return " ".join(text.split())[:60]


def _shortened(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= 80 else f"{shown[:77]}..."
