"""The files below paths, and their readings: several at a time, in order, no more held than are being read."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from threading import Event

from monitor.documents import Limits, Reading, read_safely, stop_readings
from monitor.documents.reading import too_large
from notices.document import FAILED, UNREAD

STANDARD_INPUT = "-"
# How many files are read ahead of the one that is due, for each that is read at the same time.
_AHEAD = 3
_LIMITS = Limits()
_Waiting = tuple[Path, Future[Reading] | None]


def files_below(paths: Iterable[Path], problem: Callable[[str], None]) -> Iterator[Path]:
    """The files of folders in the order of their names, and the files named; what is not there goes to `problem`."""
    for path in paths:
        if path.is_dir():
            yield from _in_folder(path, problem)
        elif str(path) == STANDARD_INPUT or path.is_file():
            yield path
        else:
            problem(f"{path}: there is no such file or folder")


def _in_folder(folder: Path, problem: Callable[[str], None]) -> Iterator[Path]:
    """Linked folders are not entered, so that no loop of links is endless."""

    def refused(error: OSError) -> None:
        problem(f"{error.filename}: {error.strerror}")

    for place, folders, files in os.walk(folder, onerror=refused):
        folders.sort()
        yield from (path for path in (Path(place, name) for name in sorted(files)) if path.is_file())


def read_files(
    files: Iterable[Path], jobs: int, is_passed: Callable[[Path], bool]
) -> Iterator[tuple[Path, Reading | None]]:
    """Each file with its reading, in their order, `jobs` read at the same time, each in a confined process.

    Files that are passed have none. What is being read is stopped when the caller stops asking, as by an interrupt.
    """
    stopping = Event()
    waiting: deque[_Waiting] = deque()
    with ThreadPoolExecutor(jobs, thread_name_prefix="reading") as pool:
        try:
            for path in files:
                waiting.append((path, None if is_passed(path) else pool.submit(_read, path, stopping)))
                if len(waiting) > jobs * _AHEAD:
                    yield _taken(waiting)
            while waiting:
                yield _taken(waiting)
        finally:
            stopping.set()
            for _, future in waiting:
                if future:
                    future.cancel()
            if waiting:
                stop_readings()


def _taken(waiting: deque[_Waiting]) -> tuple[Path, Reading | None]:
    """The reading that is due; it stays among those waited for until it is there."""
    path, future = waiting[0]
    reading = future.result() if future else None
    waiting.popleft()
    return path, reading


def _read(path: Path, stopping: Event) -> Reading:
    if stopping.is_set():
        return Reading("unknown", FAILED, "reading was stopped")
    try:
        if path.stat().st_size > _LIMITS.size:
            return Reading("unknown", UNREAD, too_large(_LIMITS))
        data = path.read_bytes()
    except OSError as error:
        return Reading("unknown", FAILED, error.strerror or str(error))
    return read_safely(data, path.name)
