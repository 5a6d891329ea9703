"""Folders of files judged without a store: in order, several at a time, resumable, and stopped cleanly."""

import os
import signal
import subprocess
import sys
import tracemalloc
from datetime import date
from pathlib import Path

import pytest

from monitor.documents import end_workers
from monitor.journal import Journal, JournalError
from monitor.scan import Scan, scan, terms_of
from monitor.watchlist import Watchlist, load_watchlist
from tests.documents.making import docx, paragraph, zipped

DAY = date(2024, 5, 1)


@pytest.fixture(scope="module")
def watchlist() -> Watchlist:
    return load_watchlist()


def trove(folder: Path, count: int = 12) -> Path:
    """A folder of files in folders, every third naming a chip, one damaged and one without text."""
    for number in range(count):
        place = folder / f"批次{number % 3}" / f"{number:03}.docx"
        place.parent.mkdir(parents=True, exist_ok=True)
        chip = "采购英伟达H100计算卡8块" if number % 3 == 0 else "采购办公桌椅一批"
        place.write_bytes(docx(paragraph(chip)))
    (folder / "z.docx").write_bytes(b"PK\x03\x04word/")
    (folder / "空.pdf").write_bytes(b"")
    return folder


def judge(folder: Path, watchlist: Watchlist, journal: Path | None = None, jobs: int = 2) -> tuple[list[str], Scan]:
    done = Scan()
    if journal is None:
        found = list(scan([folder], watchlist, DAY, done=done, jobs=jobs))
    else:
        with Journal(journal, terms_of(watchlist, DAY)) as kept:
            found = list(scan([folder], watchlist, DAY, done=done, jobs=jobs, journal=kept))
    end_workers()
    return [str(row["notice"]) for row in found if row["item"] == "nvidia-h100"], done


def test_files_are_judged_in_their_order_however_many_at_a_time(tmp_path: Path, watchlist: Watchlist) -> None:
    folder = trove(tmp_path / "t")
    one, done = judge(folder, watchlist, jobs=1)
    many, _ = judge(folder, watchlist, jobs=4)
    assert one == many == [str(folder / "批次0" / f"{number:03}.docx") for number in (0, 3, 6, 9)]
    assert (done.judged, done.states["read"], done.states["failed"], done.states["unread"]) == (14, 12, 1, 1)


def test_the_summary_counts_states_and_causes(tmp_path: Path, watchlist: Watchlist) -> None:
    _, done = judge(trove(tmp_path / "t"), watchlist)
    lines = done.summary()
    assert lines[0].startswith("14 notices or files judged: 4 findings, 4 flagged")
    assert "14 documents: 12 read, 1 not read, 1 failed" in lines
    assert "  1 × the file is empty" in lines
    assert len(done.problems) == 2


def test_a_scan_goes_on_by_its_journal_and_lists_everything_again(tmp_path: Path, watchlist: Watchlist) -> None:
    folder, journal = trove(tmp_path / "t"), tmp_path / "journal"
    first, _ = judge(folder, watchlist, journal)
    lines = journal.read_text(encoding="utf-8").splitlines()
    journal.write_text("\n".join(lines[:5]) + '\n{"file": "cut of', encoding="utf-8")
    (folder / "批次0" / "000.docx").write_bytes(docx(paragraph("没有芯片的内容，改过了")))
    again, done = judge(folder, watchlist, journal)
    assert again == first[1:]
    assert done.resumed == 3
    last, done = judge(folder, watchlist, journal)
    assert (last, done.resumed) == (again, 13)
    assert len(done.problems) == 2


def test_a_journal_of_another_date_is_begun_anew_and_a_strange_file_is_left_alone(
    tmp_path: Path, watchlist: Watchlist
) -> None:
    folder, journal = trove(tmp_path / "t", 3), tmp_path / "journal"
    judge(folder, watchlist, journal)
    with Journal(journal, terms_of(watchlist, None)) as kept:
        done = Scan()
        list(scan([folder], watchlist, None, done=done, journal=kept))
    assert done.resumed == 0
    strange = tmp_path / "notes.txt"
    strange.write_text("my own notes", encoding="utf-8")
    with pytest.raises(JournalError, match="no journal of a scan"):
        Journal(strange, "")
    assert strange.read_text(encoding="utf-8") == "my own notes"


def test_a_folder_that_links_to_itself_ends(tmp_path: Path, watchlist: Watchlist) -> None:
    folder = trove(tmp_path / "t", 3)
    (folder / "loop").symlink_to(folder)
    (folder / "gone.pdf").symlink_to(tmp_path / "nowhere")
    _, done = judge(folder, watchlist)
    assert done.judged == 5


def test_an_interrupt_ends_a_scan_at_once_names_the_journal_and_leaves_no_process(tmp_path: Path) -> None:
    """The slow file takes far longer than the test may: it is killed with its process."""
    folder = tmp_path / "t"
    folder.mkdir()
    rows = "<row/>" * 5_000_000
    sheets = '<workbook xmlns:r="r"><sheets><sheet name="一" r:id="r1"/></sheets></workbook>'
    links = '<Relationships><Relationship Id="r1" Target="s.xml"/></Relationships>'
    slow = zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "xl/workbook.xml": sheets,
            "xl/_rels/workbook.xml.rels": links,
            "xl/s.xml": f"<worksheet><sheetData>{rows}</sheetData></worksheet>",
            "noise": os.urandom(1 << 20),
        }
    )
    (folder / "a.docx").write_bytes(docx(paragraph("采购英伟达H100计算卡8块")))
    (folder / "b.xlsx").write_bytes(slow)
    journal = tmp_path / "journal"
    command = [sys.executable, "-m", "monitor", "scan", folder, "--format", "jsonl", "--jobs", "2", "--resume", journal]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        # A shell that runs the tests in the background has told its children to ignore interrupts.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as run:
        watch = _WorkerWatch(run.pid)
        watch.wait_for_reading()
        run.send_signal(signal.SIGINT)
        _, errors = run.communicate(timeout=60)
    assert run.returncode == 130, errors.decode()
    assert f"--resume {journal}" in errors.decode()
    assert "Traceback" not in errors.decode()
    assert watch.is_over()


class _WorkerWatch:
    """The processes of a session, by what the kernel tells."""

    def __init__(self, session: int) -> None:
        self._session = session

    def members(self) -> list[int]:
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdecimal():
                try:
                    fields = (entry / "stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
                except OSError:
                    continue
                if int(fields[3]) == self._session and fields[0] != "Z":
                    found.append(int(entry.name))
        return found

    def wait_for_reading(self) -> None:
        """Until a worker has computed for a second; a worker starts in half of one."""
        ticks = os.sysconf("SC_CLK_TCK")
        while True:
            os.sched_yield()
            for pid in self.members():
                if pid != self._session:
                    try:
                        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
                    except OSError:
                        continue
                    if int(fields[11]) > ticks:
                        return

    def is_over(self) -> bool:
        return not self.members()


def test_a_file_beyond_the_limit_is_named_and_never_taken_into_memory(tmp_path: Path, watchlist: Watchlist) -> None:
    with (tmp_path / "虚.pdf").open("wb") as file:
        file.truncate(1 << 30)
    tracemalloc.start()
    try:
        _, done = judge(tmp_path, watchlist)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert done.problems == [f"{tmp_path / '虚.pdf'}: unread: the file is larger than 256 MiB"]
    assert peak < 200 << 20
