"""The confined side of `read_safely`: reads one document after another from standard input until it is closed."""

import contextlib
import json
import os
import resource
import select
import signal
import struct
import sys
import threading
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from typing import BinaryIO

from monitor.documents.dispatch import read_document
from monitor.documents.page_image import read_page_image
from monitor.documents.reading import MIB, Limits, NotReadError, Reading
from notices.document import FAILED

_STARTING = ("socket.", "subprocess.", "os.system", "os.exec", "os.fork", "os.posix_spawn", "os.spawn")
_CHANGING = ("os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.truncate", "os.chmod")
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
LENGTH = struct.Struct(">Q")
# In place of an answer's length: pictures are being recognized, the document may take its longer time.
RECOGNIZING = 0


def main() -> None:
    requests, answers = _take_streams()
    _confine()
    while head := requests.read(LENGTH.size):
        task = json.loads(requests.read(LENGTH.unpack(head)[0]))
        data = requests.read(task["size"])
        limits = Limits(**task["limits"])
        _limit(limits)

        def on_recognition(limits: Limits = limits) -> None:
            _limit_recognition(limits)
            answers.write(LENGTH.pack(RECOGNIZING))
            answers.flush()

        if drawing := task["drawing"]:
            reading, is_spent = _caught(partial(read_page_image, data, drawing["number"], drawing["words"]), limits)
        else:
            reading, is_spent = _caught(partial(read_document, data, task["name"], limits, on_recognition), limits)
        del data
        answer = json.dumps(asdict(reading)).encode()
        signal.setitimer(signal.ITIMER_REAL, 0)
        answers.write(LENGTH.pack(len(answer)) + answer)
        answers.flush()
        if is_spent:
            return


def _caught(read: Callable[[], Reading], limits: Limits) -> tuple[Reading, bool]:
    """The reading, and whether the process should end after it because its memory was used up."""
    try:
        return read(), False
    except NotReadError as error:
        return Reading("unknown", error.state, str(error)), False
    except MemoryError:
        reason = f"reading it needs more than {limits.memory // MIB} MiB of memory"
        return Reading("unknown", FAILED, reason), True
    except Exception as error:  # noqa: BLE001 - a process boundary: the caller goes on with the next document
        return Reading("unknown", FAILED, f"reading it stopped with {type(error).__name__}: {error}"), False


def _take_streams() -> tuple[BinaryIO, BinaryIO]:
    """The pipes to the parent; what a library prints goes to standard error instead of between the answers."""
    requests = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return requests, answers


def _confine() -> None:
    """No files written, no programs, no sockets, no core dumps; ends with its parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    sys.addaudithook(_refuse)


def _end_with_parent() -> None:
    """Waits for the parent's end of the pipe to close, which happens however the parent dies."""
    poll = select.poll()
    poll.register(0, 0)
    poll.poll()
    os._exit(1)


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    """An audit hook (PEP 578). Native code is not heard by it; the limits of the kernel hold that."""
    writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & _WRITING
    if writes or event.startswith(_STARTING + _CHANGING):
        raise PermissionError(f"reading a document may not do {event}")


def _limit(limits: Limits) -> None:
    """Sets the limits of the document to come; the kernel ends the process at the CPU and wall limits."""
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory, resource.RLIM_INFINITY))
    usage = resource.getrusage(resource.RUSAGE_SELF)
    spent = int(usage.ru_utime + usage.ru_stime)
    resource.setrlimit(resource.RLIMIT_CPU, (spent + limits.cpu + 1, resource.RLIM_INFINITY))
    signal.setitimer(signal.ITIMER_REAL, limits.wall + 5)


def _limit_recognition(limits: Limits) -> None:
    """Gives a document whose pictures are recognized its further memory and time."""
    resource.setrlimit(resource.RLIMIT_AS, (max(limits.memory, limits.ocr_memory), resource.RLIM_INFINITY))
    soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (soft + limits.ocr, hard))
    signal.setitimer(signal.ITIMER_REAL, limits.wall + limits.ocr + 5)


if __name__ == "__main__":
    main()
