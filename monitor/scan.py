"""Detection on files without a store: JSON Lines rows, or documents of any kind that can be read."""

import json
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from monitor.detection import detect_all
from monitor.detection.subject import Subject
from monitor.documents import Reading, ocr, read_safely
from monitor.journal import Entry, Journal
from monitor.rows import Row, notice_of_row, parse_rows, read_rows
from monitor.trove import STANDARD_INPUT, files_below, read_files
from monitor.watchlist import Watchlist
from notices.dates import SHANGHAI
from notices.document import FAILED, PARTLY_READ, READ, READ_BY_OCR, UNREAD, WHOLE, Text
from notices.errors import TenderwatchError
from notices.finding import finding_row

ROWS = (".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz")
BODIES = ("html", "txt", "text")
# Detection waits until it has this much text or has waited so long: it is quick with much, and late with slow files.
_BATCH_CHARACTERS, _BATCH_SECONDS = 1_000_000, 5.0
_WORDS = {
    READ: "read",
    READ_BY_OCR: "read by OCR",
    PARTLY_READ: "read in part",
    UNREAD: "not read",
    FAILED: "failed",
}
_NUMBERS = re.compile(r"\d+(?:-\d+)?(?:, \d+(?:-\d+)?)*(?: …)?")
_MOST_CAUSES = 12


@dataclass(slots=True)
class Scan:
    """What a scan did: notices or files judged, documents by state, what was not read, one sentence each, and why."""

    judged: int = 0
    findings: int = 0
    flagged: int = 0
    resumed: int = 0
    states: Counter[str] = field(default_factory=Counter)
    causes: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)

    def note(self, name: str, state: str, reason: str) -> None:
        """Counts a document's state; one that was not read whole becomes a problem."""
        self.states[state] += 1
        if state not in WHOLE:
            said = f"{state.replace('_', ' ')}: {reason}"
            self.problems.append(f"{name}: {said}")
            self.causes[_NUMBERS.sub("N", reason.split("; ")[0].rsplit(": ", 1)[-1])] += 1

    def summary(self) -> list[str]:
        """Lines for the end: how many documents are in each state and why, and how much was found."""
        found = f"{self.findings:,} findings, {self.flagged:,} flagged"
        lines = [f"{self.judged:,} notices or files judged: {found}"]
        if self.resumed:
            lines.append(f"{self.resumed:,} of them were judged before, by the journal")
        if self.states:
            counted = (f"{self.states[state]:,} {words}" for state, words in _WORDS.items() if self.states[state])
            lines.append(f"{self.states.total():,} documents: {', '.join(counted)}")
        lines += [f"  {count:,} × {cause}" for cause, count in self.causes.most_common(_MOST_CAUSES)]
        return lines


@dataclass(frozen=True, slots=True)
class _Step:
    """One thing to judge, with the file and the reading of a document; or a file that was judged before."""

    subject: Subject | None
    path: Path | None = None
    reading: Reading | None = None
    entry: Entry | None = None

    @property
    def characters(self) -> int:
        return sum(len(text.content) for text in self.subject.texts) if self.subject else 0


def terms_of(watchlist: Watchlist, day: date | None) -> str:
    """All that the findings in a file depend on beside the file itself."""
    return f"{watchlist.version} {day or ''}" + (" ocr" if ocr.is_installed() else "")


def count_files(paths: Sequence[Path]) -> int | None:
    """How many files a scan will judge; None where files of rows are among them, whose rows are counted instead."""
    files = list(files_below(paths, lambda _: None))
    return None if any(map(_is_rows, files)) else len(files)


def scan(
    paths: Sequence[Path],
    watchlist: Watchlist,
    day: date | None,
    *,
    done: Scan,
    progress: Callable[[int], None] = lambda _: None,
    jobs: int = 1,
    journal: Journal | None = None,
) -> Generator[Row, None, None]:
    """Yields the findings below `paths` as rows, in the order of the files; `-` is standard input.

    `day` stands in for a missing date. `jobs` documents are read at a time; those in `journal` are not read again.
    """
    for batch in _batches(_steps(paths, day, done, jobs, journal)):
        found = iter(detect_all([step.subject for step in batch if step.subject], watchlist))
        for step in batch:
            rows = step.entry.findings if step.entry else tuple(map(finding_row, next(found)[1]))
            _record(step, rows, done, journal)
            progress(1)
            yield from rows


def _record(step: _Step, rows: Sequence[Row], done: Scan, journal: Journal | None) -> None:
    done.judged += 1
    done.findings += len(rows)
    done.flagged += sum(bool(row["flagged"]) for row in rows)
    if step.path and step.entry:
        done.resumed += 1
        done.note(str(step.path), step.entry.state, step.entry.reason)
    elif step.path and step.reading:
        done.note(str(step.path), step.reading.state, step.reading.reason)
        if journal:
            journal.add(step.path, step.reading.state, step.reading.reason, rows)


def _batches(steps: Iterable[_Step]) -> Iterator[list[_Step]]:
    batch: list[_Step] = []
    size, began = 0, time.monotonic()
    for step in steps:
        batch.append(step)
        size += step.characters
        if size >= _BATCH_CHARACTERS or time.monotonic() - began > _BATCH_SECONDS:
            yield batch
            batch, size, began = [], 0, time.monotonic()
    yield batch


def _steps(paths: Sequence[Path], day: date | None, done: Scan, jobs: int, journal: Journal | None) -> Iterator[_Step]:
    known: dict[Path, Entry] = {}

    def is_passed(path: Path) -> bool:
        entry = journal.entry(path) if journal else None
        if entry:
            known[path] = entry
        return bool(entry) or _is_rows(path)

    files = files_below(paths, done.problems.append)
    if journal:
        files = (path for path in files if path.absolute() != journal.path.absolute())
    for path, reading in read_files(files, jobs, is_passed):
        if reading:
            yield _Step(_subject_of(str(path), reading, day), path, reading)
        elif path in known:
            yield _Step(None, path, entry=known.pop(path))
        elif str(path) == STANDARD_INPUT:
            yield from _from_standard_input(day, done)
        else:
            problem = _problem(done, str(path))
            yield from _from_rows(read_rows(path, problem), problem, day)


def _is_rows(path: Path) -> bool:
    return str(path) == STANDARD_INPUT or path.name.lower().endswith(ROWS)


def _problem(done: Scan, name: str) -> Callable[[str], None]:
    return lambda sentence: done.problems.append(f"{name}: {sentence}")


def _from_rows(rows: Iterable[tuple[int, Row]], problem: Callable[[str], None], day: date | None) -> Iterator[_Step]:
    for number, row in rows:
        try:
            notice = notice_of_row(row)
        except TenderwatchError as error:
            problem(f"line {number}: {error}")
            continue
        published = notice.published.astimezone(SHANGHAI).date() if notice.published else day
        texts = (Text("title", notice.title), Text("body", notice.text))
        yield _Step(Subject(notice.id, notice.kind, published, texts, notice.buyer))


def _from_standard_input(day: date | None, done: Scan) -> Iterator[_Step]:
    data = sys.stdin.buffer.read()
    first = data.lstrip().split(b"\n", 1)[0]
    if _is_object(first):
        problem = _problem(done, "standard input")
        yield from _from_rows(parse_rows(data.split(b"\n"), problem), problem, day)
    else:
        reading = read_safely(data, "standard input.txt")
        done.note("standard input", reading.state, reading.reason)
        yield _Step(_subject_of(STANDARD_INPUT, reading, day))


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False


def _subject_of(name: str, reading: Reading, day: date | None) -> Subject:
    start = "body" if reading.kind in BODIES else "document:1"
    texts = tuple(replace(text, origin=f"{start}{text.origin}") for text in reading.texts)
    return Subject(name, "other", day, texts)
