"""What cannot be used of a data file: each fault is a sentence with the file, the line and the reason."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from monitor.watchlist.pattern import pattern_fault, term_fault
from notices.errors import ConfigurationError

PATTERN_FIELDS = ("needs", "never", "not_before", "not_after")


@dataclass(slots=True)
class Faults:
    """Collects faults while the files are read: the first one ends it, unless bad entries are to be left out.

    `words` are the tables and keys of the words left out.
    """

    skip_bad: bool = False
    found: list[str] = field(default_factory=list)
    words: list[tuple[str, str]] = field(default_factory=list)

    def add(self, sentence: str) -> None:
        """ConfigurationError unless bad entries are to be left out."""
        if not self.skip_bad:
            raise ConfigurationError(sentence)
        self.found.append(sentence)

    def demand(self, words: Mapping[str, Mapping[str, Any]]) -> None:
        """ConfigurationError if words were left out that no other file says: nothing could be judged without them."""
        missing = [f"{table}.{key}" for table, key in self.words if key not in words.get(table, {})]
        if missing:
            raise ConfigurationError(f"{self.found[0]} ({missing[0]} cannot be left out)")


def usable(name: str, source: str, content: Mapping[str, Any], faults: Faults) -> dict[str, Any]:
    """The file's tables without the entries and words whose patterns cannot be read."""
    kept = dict(content)
    if "item" in content:
        kept["item"] = [entry for entry in content["item"] if not _told(_item_faults(name, source, entry), faults)]
    for table, words in content.get("words", {}).items():
        bad = {key for key, value in words.items() if _told(_word_faults(name, source, table, key, value), faults)}
        faults.words += [(table, key) for key in sorted(bad)]
        kept["words"] = kept.get("words", {}) | {table: {key: words[key] for key in words if key not in bad}}
    return kept


def _told(sentences: Iterable[str], faults: Faults) -> bool:
    told = list(sentences)
    for sentence in told:
        faults.add(sentence)
    return bool(told)


def _item_faults(name: str, source: str, entry: Mapping[str, Any]) -> Iterator[str]:
    terms = [*entry.get("terms", ()), *entry.get("loose", ())]
    checks: list[tuple[str, str, Callable[[str], str | None]]] = [("the term", str(term), term_fault) for term in terms]
    checks += [(f"`{key}`", str(entry[key]), pattern_fault) for key in PATTERN_FIELDS if key in entry]
    for what, text, fault_of in checks:
        if reason := fault_of(text):
            where = line_in(name, source, text)
            yield f"{where}: {what} {text!r} of {entry.get('id')} is no readable pattern ({reason}): correct it"


def _word_faults(name: str, source: str, table: str, key: str, value: str | Sequence[str]) -> Iterator[str]:
    for alternative in [value] if isinstance(value, str) else value:
        if reason := pattern_fault(alternative):
            where = line_in(name, source, alternative)
            yield f"{where}: {alternative!r} in {table}.{key} is no readable pattern ({reason}): correct it"


def line_in(name: str, source: str, text: str) -> str:
    """ "accelerators.toml, line 12" for the first line of a file's source that holds a text, else the file alone."""
    needle = text.split("\n")[0]
    escaped = needle.replace("\\", "\\\\")
    lines = enumerate(source.splitlines(), 1)
    number = next((n for n, line in lines if needle and (needle in line or escaped in line)), None)
    return f"{name}, line {number}" if number else name
