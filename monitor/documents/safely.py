"""Reading documents in a confined process of its own, which is used again and is replaced when it breaks a limit."""

import atexit
import importlib.util
import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import IO, Any

from monitor.documents import packed
from monitor.documents.reading import MIB, Limits, NotReadError, Reading, too_large
from monitor.documents.worker import LENGTH, RECOGNIZING
from notices.document import FAILED, READ, UNREAD, Text

_ROOT = Path(__file__).resolve().parents[2]
_MOST_DOCUMENTS = 300
_STEP = 1024 * 1024
# What one picture may cost; a reader waits for it.
DRAWING = Limits(size=64 * MIB, cpu=15, wall=20, memory=768 * MIB)
_Drawing = dict[str, Any]
# Threads count as processes, of which the worker may have no more; several workers share the cores.
_FRUGAL = {"MALLOC_ARENA_MAX": "1", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


class _BreachError(Exception):
    """The worker died or went silent; the message is the reading's reason."""


class _SlowError(_BreachError):
    """The worker took longer than it may."""


@cache
def _surroundings() -> dict[str, str]:
    """What the libraries need to be told: few threads, and where libarchive is, as the worker runs no programs."""
    is_packing = importlib.util.find_spec("libarchive") is not None
    return _FRUGAL | ({"LIBARCHIVE": packed.library()} if is_packing else {})


class _Worker:
    """One confined process. Not for two threads at a time."""

    def __init__(self) -> None:
        # -P: the folder that the command was started in may be a trove of hostile files, some named like modules.
        # The environment is made anew so that the worker knows no secrets.
        self._run = subprocess.Popen(
            [sys.executable, "-P", "-B", "-m", "monitor.documents.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PYTHONPATH": str(_ROOT), "PATH": os.defpath, "LC_ALL": "C.UTF-8", **_surroundings()},
        )
        self.documents = 0
        self.is_stopped = False

    def read(self, data: bytes, name: str, limits: Limits, drawing: _Drawing | None) -> Reading:
        """Sends one document and waits for its reading, or the drawing of one page; _BreachError if none comes."""
        self.documents += 1
        deadline = time.monotonic() + limits.wall
        told = {"name": name, "size": len(data), "limits": asdict(limits), "drawing": drawing}
        task = json.dumps(told).encode()
        self._send(LENGTH.pack(len(task)) + task, deadline, limits)
        self._send(data, deadline, limits)
        length = LENGTH.unpack(self._receive(LENGTH.size, deadline, limits))[0]
        if length == RECOGNIZING:
            deadline += limits.ocr
            length = LENGTH.unpack(self._receive(LENGTH.size, deadline, limits))[0]
        if length > limits.characters * 8 + MIB:
            raise _BreachError("its text is longer than the limit of characters")
        return _reading(json.loads(self._receive(length, deadline, limits)))

    def _send(self, data: bytes, deadline: float, limits: Limits) -> None:
        pipe = _pipe(self._run.stdin)
        view = memoryview(data)
        while view:
            self._wait(pipe.fileno(), select.POLLOUT, deadline, limits)
            try:
                # A pipe that polls as writable takes this much without blocking (POSIX: PIPE_BUF).
                view = view[os.write(pipe.fileno(), view[: select.PIPE_BUF]) :]
            except BrokenPipeError as error:
                raise self._breach(limits) from error

    def _receive(self, count: int, deadline: float, limits: Limits) -> bytes:
        pipe = _pipe(self._run.stdout)
        pieces = bytearray()
        while len(pieces) < count:
            self._wait(pipe.fileno(), select.POLLIN, deadline, limits)
            piece = os.read(pipe.fileno(), min(_STEP, count - len(pieces)))
            if not piece:
                raise self._breach(limits)
            pieces += piece
        return bytes(pieces)

    def _wait(self, descriptor: int, event: int, deadline: float, limits: Limits) -> None:
        poll = select.poll()
        poll.register(descriptor, event)
        if not poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
            raise _SlowError(f"reading it took longer than {limits.wall} s")

    def _breach(self, limits: Limits) -> _BreachError:
        """Why the process ended by itself."""
        code = self._run.wait()
        if code == -signal.SIGXCPU:
            return _SlowError(f"reading it took more than {limits.cpu} s of computing")
        if code == -signal.SIGALRM:
            return _SlowError(f"reading it took longer than {limits.wall} s")
        word = signal.Signals(-code).name if code < 0 else f"exit status {code}"
        return _BreachError(f"its reader crashed ({word})")

    def stop(self) -> None:
        """Kills the process amid a document, from another thread than the one that waits for it."""
        self.is_stopped = True
        self._run.kill()

    def end(self) -> None:
        self._run.kill()
        for pipe in (self._run.stdin, self._run.stdout):
            _pipe(pipe).close()
        self._run.wait()


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise ValueError("the worker was started without pipes")
    return pipe


def _reading(answer: dict[str, object]) -> Reading:
    texts = answer["texts"]
    if not isinstance(texts, list):
        raise _BreachError("its reader gave an answer that is not a reading")
    return Reading(
        str(answer["kind"]), str(answer["state"]), str(answer["reason"]), tuple(Text(**text) for text in texts)
    )


class _Pool:
    """Idle workers. As many are made as threads read at the same time; each is taken by one thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: list[_Worker] = []
        self._busy: set[_Worker] = set()

    def take(self) -> _Worker:
        with self._lock:
            worker = self._idle.pop() if self._idle else None
        worker = worker or _Worker()
        with self._lock:
            self._busy.add(worker)
        return worker

    def drop(self, worker: _Worker) -> None:
        """Ends a worker that failed."""
        with self._lock:
            self._busy.discard(worker)
        worker.end()

    def stop(self) -> None:
        """Kills the workers that are reading; those who wait for them are told that they were stopped."""
        with self._lock:
            for worker in self._busy:
                worker.stop()

    def give_back(self, worker: _Worker) -> None:
        with self._lock:
            self._busy.discard(worker)
        if worker.documents >= _MOST_DOCUMENTS:
            worker.end()
            return
        with self._lock:
            self._idle.append(worker)

    def forget(self) -> None:
        """After a fork the workers belong to the parent."""
        self._lock = threading.Lock()
        self._idle = []
        self._busy = set()

    def end(self) -> None:
        with self._lock:
            idle, self._idle = self._idle, []
        for worker in idle:
            worker.end()


_pool = _Pool()
atexit.register(_pool.end)
os.register_at_fork(after_in_child=_pool.forget)


def read_safely(data: bytes, name: str, limits: Limits = Limits()) -> Reading:  # noqa: B008
    """`read_document` in a confined process: memory, CPU, wall time and files limited, no network, no programs.

    A crash, an endless loop or a bomb ends as a Reading with state failed and its reason, within `limits.wall` seconds;
    the process is killed and the next document gets a new one. May be called from several threads.
    """
    return _in_worker(data, name, limits, None)


def draw_safely(data: bytes, number: int, words: Sequence[str], limits: Limits = DRAWING) -> bytes:
    """A page of a PDF, from 1, as a PNG file drawn in such a process, with the first of `words` found there marked.

    NotReadError with the reason where it cannot be drawn, or breaks a limit.
    """
    reading = _in_worker(data, "", limits, {"number": number, "words": list(words)})
    if reading.state != READ or not reading.texts:
        raise NotReadError(f"the page cannot be shown as a picture: {reading.reason}")
    return b64decode(reading.texts[0].content)


def _in_worker(data: bytes, name: str, limits: Limits, drawing: _Drawing | None) -> Reading:
    if len(data) > limits.size:
        return Reading("unknown", UNREAD, too_large(limits))
    while True:
        worker = _pool.take()
        used = worker.documents > 0
        try:
            reading = worker.read(data, name, limits, drawing)
        except _BreachError as breach:
            _pool.drop(worker)
            if worker.is_stopped:
                return Reading("unknown", FAILED, "reading was stopped")
            # A worker that served others may have died of them: the document gets a new one before it is blamed.
            if used and not isinstance(breach, _SlowError):
                continue
            return Reading("unknown", FAILED, str(breach))
        except BaseException:
            _pool.drop(worker)
            raise
        _pool.give_back(worker)
        return reading


def end_workers() -> None:
    """Ends the idle worker processes now instead of at exit."""
    _pool.end()


def stop_readings() -> None:
    """Ends the readings that other threads wait for: they get a Reading with state failed at once."""
    _pool.stop()
