"""The confined process: the same readings, limits that end in named states, nothing left behind."""

import os
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import pytest

from monitor.documents import Limits, end_workers, read_document, read_safely, safely
from notices.document import FAILED, READ, UNREAD
from tests.documents.making import docx, paragraph, pdf, shown, zipped


@pytest.fixture(autouse=True)
def _workers() -> Iterator[None]:
    """Each test begins without idle workers and leaves none."""
    end_workers()
    yield
    end_workers()


def worker() -> int:
    """The process id of the one idle worker."""
    (idle,) = safely._pool._idle
    return idle._run.pid


def ends(pid: int) -> bool:
    """Whether a process is gone, or goes within ten seconds."""
    try:
        watch = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        poll = select.poll()
        poll.register(watch, select.POLLIN)
        return bool(poll.poll(10_000))
    finally:
        os.close(watch)


@cache
def slow() -> bytes:
    """A workbook of three million empty rows: seconds of work for any machine."""
    rows = "<row/>" * 3_000_000
    name = 'xmlns:r="r"'
    return zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "xl/workbook.xml": f'<workbook {name}><sheets><sheet name="一" r:id="r1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": '<Relationships><Relationship Id="r1" Target="s.xml"/></Relationships>',
            "xl/s.xml": f"<worksheet><sheetData>{rows}</sheetData></worksheet>",
        }
    )


def test_a_reading_is_the_same_and_one_process_serves_many_documents() -> None:
    data = pdf([shown([(60, 700, "NVIDIA H100 十六块")])])
    assert read_safely(data, "报价.pdf") == read_document(data, "报价.pdf")
    first = worker()
    assert read_safely(docx(paragraph("𠀀 H20")), "x").texts[0].content == "𠀀 H20"
    assert worker() == first


def test_several_threads_read_at_the_same_time() -> None:
    with ThreadPoolExecutor(3) as threads:
        readings = list(threads.map(lambda n: read_safely(docx(paragraph(f"第{n}份")), "x"), range(12)))
    assert [reading.texts[0].content for reading in readings] == [f"第{n}份" for n in range(12)]
    assert len(safely._pool._idle) <= 3


def test_a_document_that_takes_too_long_is_failed_and_its_process_is_killed() -> None:
    read_safely(b"x", "x.txt")
    first = worker()
    reading = read_safely(slow(), "x.xlsx", Limits(wall=1))
    assert (reading.state, reading.reason) == (FAILED, "reading it took longer than 1 s")
    assert ends(first)
    assert read_safely(b"next", "x.txt").state == READ


def test_a_document_that_computes_too_long_is_ended_by_the_kernel() -> None:
    reading = read_safely(slow(), "x.xlsx", Limits(cpu=0))
    assert (reading.state, reading.reason) == (FAILED, "reading it took more than 0 s of computing")
    assert read_safely(b"next", "x.txt").state == READ


def test_a_document_that_needs_too_much_memory_is_failed_and_the_next_is_read() -> None:
    data = docx("<w:p/>" * 2_000_000)
    reading = read_safely(data, "x.docx", Limits(memory=180 << 20))
    assert (reading.state, reading.texts) == (FAILED, ())
    assert "memory" in reading.reason
    assert read_safely(b"next", "x.txt").state == READ


def test_a_crash_is_failed_with_its_signal() -> None:
    data = slow()
    end_workers()
    started = safely._Worker()
    killer = threading.Timer(0.5, os.kill, (started._run.pid, signal.SIGSEGV))
    killer.start()
    safely._pool.give_back(started)
    reading = read_safely(data, "x.xlsx")
    killer.join()
    assert (reading.state, reading.reason) == (FAILED, "its reader crashed (SIGSEGV)")


def test_a_worker_that_died_between_documents_is_replaced_unnoticed() -> None:
    read_safely(b"x", "x.txt")
    os.kill(worker(), signal.SIGKILL)
    assert read_safely(b"next", "x.txt").texts[0].content == "next"


def test_a_file_beyond_the_limit_never_reaches_a_process() -> None:
    reading = read_safely(b"x" * 2000, "x.txt", Limits(size=1000))
    assert (reading.state, safely._pool._idle) == (UNREAD, [])


def test_the_process_knows_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMTP_PASSWORD", "hunter2")
    read_safely(b"x", "x.txt")
    assert b"hunter2" not in Path(f"/proc/{worker()}/environ").read_bytes()


def test_the_process_ends_when_its_parent_is_killed_even_amid_a_document() -> None:
    script = (
        "import sys, threading\n"
        "from monitor.documents import read_safely, safely\n"
        "read_safely(b'x', 'x.txt')\n"
        "print(safely._pool._idle[0]._run.pid, flush=True)\n"
        "read_safely(sys.stdin.buffer.read(), 'x.xlsx')\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert parent.stdin is not None
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    parent.stdin.write(slow())
    parent.stdin.close()
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert ends(pid)


@pytest.mark.parametrize(
    "deed",
    [
        "import socket; socket.create_connection(('127.0.0.1', 9))",
        "import subprocess; subprocess.run(['true'])",
        "import os; os.fork()",
        "import os; os.system('true')",
        "open(sys.argv[1], 'w').write('x' * 10)",
    ],
)
def test_a_confined_process_connects_to_nothing_starts_nothing_and_writes_nothing(deed: str, tmp_path: Path) -> None:
    script = f"import sys\nfrom monitor.documents import worker\nworker._confine()\n{deed}\n"
    parent_lives, held = os.pipe()
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "x")], stdin=parent_lives, capture_output=True, check=False
    )
    os.close(held)
    os.close(parent_lives)
    assert done.returncode != 0
    assert b"PermissionError" in done.stderr
    assert not (tmp_path / "x").exists()
