"""Detection on files without a store: JSON Lines rows, or documents of any kind that can be read."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from monitor.detection import detect_all
from monitor.detection.subject import Subject
from monitor.documents import Reading, read_safely
from monitor.rows import Row, notice_of_row, parse_rows, read_rows
from monitor.watchlist import Watchlist
from notices.dates import SHANGHAI
from notices.document import READ, Text
from notices.errors import TenderwatchError
from notices.finding import Finding

ROWS = (".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz")
BODIES = ("html", "txt", "text")
STANDARD_INPUT = "-"


@dataclass(slots=True)
class Scan:
    """What a scan did: how many notices or files were judged, and what was not read, one sentence each."""

    judged: int = 0
    problems: list[str] = field(default_factory=list)


def scan(
    paths: Sequence[Path],
    watchlist: Watchlist,
    day: date | None,
    *,
    done: Scan,
    progress: Callable[[int], None] = lambda _: None,
) -> Iterator[Finding]:
    """Yields the findings of all files below `paths`; `-` is standard input. `day` stands in for a missing date."""
    for _, findings in detect_all(_subjects(paths, day, done), watchlist):
        done.judged += 1
        progress(1)
        yield from findings


def _subjects(paths: Sequence[Path], day: date | None, done: Scan) -> Iterator[Subject]:
    for path in _files(paths, done):
        if str(path) == STANDARD_INPUT:
            yield from _from_standard_input(day, done)
        elif path.name.lower().endswith(ROWS):
            problem = _problem(done, str(path))
            yield from _from_rows(read_rows(path, problem), problem, day)
        else:
            yield from _from_file(path, day, done)


def _files(paths: Iterable[Path], done: Scan) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(each for each in path.rglob("*") if each.is_file())
        elif str(path) == STANDARD_INPUT or path.is_file():
            yield path
        else:
            done.problems.append(f"{path}: there is no such file or folder")


def _problem(done: Scan, name: str) -> Callable[[str], None]:
    return lambda sentence: done.problems.append(f"{name}: {sentence}")


def _from_rows(rows: Iterable[tuple[int, Row]], problem: Callable[[str], None], day: date | None) -> Iterator[Subject]:
    for number, row in rows:
        try:
            notice = notice_of_row(row)
        except TenderwatchError as error:
            problem(f"line {number}: {error}")
            continue
        published = notice.published.astimezone(SHANGHAI).date() if notice.published else day
        texts = (Text("title", notice.title), Text("body", notice.text))
        yield Subject(notice.id, notice.kind, published, texts, notice.buyer)


def _from_standard_input(day: date | None, done: Scan) -> Iterator[Subject]:
    data = sys.stdin.buffer.read()
    first = data.lstrip().split(b"\n", 1)[0]
    if _is_object(first):
        problem = _problem(done, "standard input")
        yield from _from_rows(parse_rows(data.split(b"\n"), problem), problem, day)
    else:
        yield from _from_reading(STANDARD_INPUT, read_safely(data, "standard input.txt"), day, done)


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False


def _from_file(path: Path, day: date | None, done: Scan) -> Iterator[Subject]:
    try:
        data = path.read_bytes()
    except OSError as error:
        done.problems.append(f"{path}: {error.strerror}")
        return
    yield from _from_reading(str(path), read_safely(data, path.name), day, done)


def _from_reading(name: str, reading: Reading, day: date | None, done: Scan) -> Iterator[Subject]:
    if reading.state != READ:
        done.problems.append(f"{name}: {reading.state.replace('_', ' ')}: {reading.reason}")
    start = "body" if reading.kind in BODIES else "document:1"
    texts = tuple(Text(f"{start}{text.origin}", text.content) for text in reading.texts)
    yield Subject(name, "other", day, texts)
