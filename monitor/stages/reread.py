"""Reading again: the present parsers over the kept pages, as a process of its own; nothing is fetched."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Sequence

from monitor.config import Settings
from monitor.health import declared_sources
from monitor.stages.crawl import ROOT, spider_environment
from monitor.stages.report import Report
from notices.errors import ConfigurationError

Progress = Callable[[int], None]
SAMPLE = 10
_SHOWN = 120


def reread(
    settings: Settings, names: Sequence[str] = (), *, store: bool = False, progress: Progress = lambda _: None
) -> Report:
    """Reports how many notices read otherwise now, by field, with a sample of them; `store` keeps these as revisions.

    An unknown source is a ConfigurationError. A notice whose kept page no longer reads is a problem of the report.
    """
    known = [source.id for source in declared_sources()]
    for name in names:
        if name not in known:
            raise ConfigurationError(f"there is no source {name!r}: the sources are {', '.join(known)}")
    command = [sys.executable, "-m", "scrapy", "reread", *(["--store"] if store else []), *names]
    report = Report("reread")
    report.counts = dict.fromkeys(("same", "differ", "unread"), 0)
    fields: Counter[str] = Counter()
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=spider_environment(settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        for event in map(json.loads, process.stdout or ()):
            _take(event, report, fields)
            progress(int(event["event"] != "end"))
        words = (process.stderr.read() if process.stderr else "").strip()
    report.notes[:0] = [f"{field}: {number:,} notices read otherwise" for field, number in fields.most_common()]
    if process.returncode:
        report.failed = True
        report.problems.append(words.splitlines()[-1] if words else f"the process ended with {process.returncode}")
    return report


def _take(event: dict[str, object], report: Report, fields: Counter[str]) -> None:
    name = f"{event.get('source')}/{event.get('id')} {str(event.get('title'))[:60]}"
    if event["event"] == "same":
        report.count("same")
    elif event["event"] == "unread":
        report.count("unread")
        if report.counts["unread"] <= SAMPLE:
            report.problems.append(f"{name}: {event['reason']}")
    elif event["event"] == "differs":
        report.count("differ")
        changes = [*_changes(event)]
        fields.update({field for field, _ in changes})
        if report.counts["differ"] <= SAMPLE:
            report.notes += [f"{name}: {change}" for _, change in changes]


def _changes(event: dict[str, object]) -> list[tuple[str, str]]:
    """(field, what became of it) of one notice; what differs in nothing that is shown is named as such."""
    given, lines = event["fields"], event["lines"]
    assert isinstance(given, list)
    assert isinstance(lines, list)
    found = [
        (str(each["field"]), f"{each['field']}: {_shown(each['before'])} → {_shown(each['after'])}") for each in given
    ]
    if lines:
        first = lines[0]
        found.append(("text", f"text: {len(lines)} lines, the first {first['sign']} {_shown(first['line'])}"))
    return found or [("details", "details: labels or places that no field shows")]


def _shown(value: object) -> str:
    return "nothing" if value is None else str(value)[:_SHOWN]
