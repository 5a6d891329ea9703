"""Lints the watchlist: every problem is a sentence that names the file, the entry and what to change."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from monitor.detection import Subject, detect
from monitor.detection.match import with_boundaries
from monitor.watchlist.faults import line_in
from monitor.watchlist.load import DEFAULT_FOLDER, data_files, load_watchlist
from monitor.watchlist.model import DOMESTIC, LIKELY, LOW, ORDINARY, RISKY, SURE, WATCHED, Item, Watchlist
from notices.document import Text
from notices.errors import ConfigurationError
from notices.finding import SEVERITIES

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_TIERS = frozenset({WATCHED, LOW, DOMESTIC, ORDINARY})
_AMBIGUITIES = frozenset({SURE, LIKELY, RISKY})
_STATUSES = frozenset({"restricted", "licensable", "unrestricted", "not_controlled", "service"})
# A term that finds something in any of these finds everything.
_PLAIN_TEXTS = (
    "本项目采购办公桌椅一批，预算20万元。",
    "供应商应具有独立承担民事责任的能力，提供营业执照副本复印件。",
    "Tel: 0000-0000000 2024-03-05",
)
_NEEDED_WORDS = ("gate", "context", "masks", "masks_always", "specification")


def check_watchlist(folder: Path | None = None, *, extra: Path | None = None) -> list[str]:
    """The problems of the data files, and of those in `extra`, in plain sentences; an empty list if there is none."""
    try:
        files = {path.name: path for path in data_files(folder or DEFAULT_FOLDER, extra)}
        watchlist = load_watchlist(folder, extra=extra, skip_bad=True)
    except ConfigurationError as error:
        return [str(error)]
    broad = list(_broad_terms(watchlist, files))
    if watchlist.problems or broad:
        return [*watchlist.problems, *broad]
    problems = [*_ids(watchlist), *_duplicates(watchlist), *_references(watchlist), *_steps(watchlist)]
    if not any(name not in watchlist.words for name in _NEEDED_WORDS):
        problems += _examples(watchlist)
    return problems


def _broad_terms(watchlist: Watchlist, files: Mapping[str, Path]) -> Iterator[str]:
    for item in watchlist.items.values():
        for term in item.aliases:
            pattern = re.compile(with_boundaries(term))
            if any(pattern.search(text.upper()) for text in _PLAIN_TEXTS):
                where = line_in(item.file, files[item.file].read_text(encoding="utf-8"), term)
                yield f"{where}: the term {term!r} of {item.id} matches ordinary text: make it longer or more exact"


def _ids(watchlist: Watchlist) -> Iterator[str]:
    for item in watchlist.items.values():
        if not _ID.fullmatch(item.id):
            yield f"{item.file}: the id {item.id!r} must be lower-case letters and digits joined by hyphens: rename it"
        if item.tier not in _TIERS:
            yield f"{item.file}: {item.id} has the tier {item.tier!r}; use one of {', '.join(sorted(_TIERS))}"
        if item.ambiguity not in _AMBIGUITIES:
            allowed = ", ".join(sorted(_AMBIGUITIES))
            yield f"{item.file}: {item.id} has the ambiguity {item.ambiguity!r}; use one of {allowed}"
        if not item.aliases and item.kind != "implied":
            yield f"{item.file}: {item.id} has no terms: add at least one"


def _duplicates(watchlist: Watchlist) -> Iterator[str]:
    seen: dict[str, Item] = {}
    for item in watchlist.items.values():
        for term in item.aliases:
            spelling = with_boundaries(term)
            other = seen.setdefault(spelling, item)
            if other is not item:
                yield f"{item.file}: the term {term!r} of {item.id} stands under {other.id} too ({other.file})"


def _references(watchlist: Watchlist) -> Iterator[str]:
    for item in watchlist.items.values():
        if item.control not in watchlist.classes:
            yield f"{item.file}: {item.id} names the control class {item.control!r}, which controls.toml does not have"
        for other in (*item.built_for, *item.replaces):
            if other not in watchlist.items:
                yield f"{item.file}: {item.id} refers to {other!r}, which is no item: correct the id"
    for chip in watchlist.chips:
        if chip.item not in watchlist.items:
            yield f"specifications.toml: the chip {chip.item!r} {chip.variant} is no item: correct the id"


def _steps(watchlist: Watchlist) -> Iterator[str]:
    for history in watchlist.classes.values():
        for step in history.steps:
            if step.status not in _STATUSES:
                allowed = ", ".join(sorted(_STATUSES))
                yield f"controls.toml: the class {history.id} has the status {step.status!r}; use one of {allowed}"
            if step.rule is not None and step.rule not in watchlist.rules:
                yield f"controls.toml: the class {history.id} names the rule {step.rule!r}, which is not there: add it"
        days = [step.since for step in history.steps]
        if days != sorted(days):
            yield f"controls.toml: the steps of the class {history.id} are not in the order of their days: sort them"
    for level in watchlist.weights.get("severity_level", {}):
        if level not in SEVERITIES:
            yield f"severity.toml: {level!r} is no severity; use one of {', '.join(SEVERITIES)}"


def _examples(watchlist: Watchlist) -> Iterator[str]:
    for item in watchlist.items.values():
        if item.tier == ORDINARY or item.kind == "implied":
            continue
        if not item.match or not item.miss:
            yield f"{item.file}: {item.id} needs an example that must be found and one that must not: add both"
        for sentence in item.match:
            if item.id not in found_items(sentence, watchlist):
                yield f"{item.file}: the terms of {item.id} miss their own example {sentence!r}: correct one of them"
        for sentence in item.miss:
            if item.id in found_items(sentence, watchlist):
                yield f"{item.file}: {item.id} is found in {sentence!r}, where it must not be: add to `never` or a mask"


def found_items(sentence: str, watchlist: Watchlist) -> set[str]:
    """The ids that detection finds in a sentence standing alone as a notice's body."""
    subject = Subject("example", "tender", None, (Text("body", sentence),))
    return {finding.item for finding in detect(subject, watchlist)}
