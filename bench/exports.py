"""Exports of many findings over a served desk and from the terminal: time, first byte, memory, and the desk meanwhile.

Run: python bench/exports.py [--findings 20000] [--database URL] [--formats jsonl,csv,xlsx,zip] [--home FOLDER].
`--home` keeps the store, and uses the one that stands there. Linux only: memory is read from /proc.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread
from time import perf_counter, sleep
from urllib.error import URLError
from urllib.request import urlopen

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from notices.finding import Place, Quantity
from notices.notice import Notice
from notices.party import Party
from storage import Store, open_store
from tests.sample_finding import FINDING

ROOT = Path(__file__).resolve().parents[1]
AT = datetime(2026, 3, 6, 1, 30, tzinfo=UTC)
TEXT = "一、项目名称：智能计算平台建设项目\n序号 | 货物名称 | 规格型号 | 数量\n1 | 服务器 | 配置8张H100 | 2台\n" * 20
FOUND = replace(
    FINDING,
    place=Place("body", 46, 53, "配置8张H100"),
    quantity=Quantity(16, 2),
    reasons=("It is named.",),
)
ADDRESSES = {
    "jsonl": "/export/findings.jsonl?view=all",
    "csv": "/export/findings.csv?view=all&bom=yes",
    "xlsx": "/export/findings.xlsx?view=all",
    "zip": "/export/dossiers.zip?view=all",
}
PAGES = ("/?view=all", "/overview", "/healthz")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--findings", type=int, default=20_000)
    parser.add_argument("--database", default="")
    parser.add_argument("--formats", default="jsonl,csv,xlsx")
    parser.add_argument("--port", type=int, default=8391)
    parser.add_argument("--home", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = given.home or Path(folder)
        environment = surroundings(home, given.database, given.port)
        count = filled(given.database or f"sqlite:///{home}/tenderwatch.sqlite", given.findings)
        print(f"{count:,} findings; load of this machine {os.getloadavg()[0]:.1f}")
        wrong = 0
        formats = given.formats.split(",")
        with served(environment, given.port) as (address, pid):
            for name in formats:
                wrong += downloaded(name, address, pid, count)
        for name in formats:
            wrong += written(name, home, environment, count)
    return int(bool(wrong))


def surroundings(home: Path, database: str, port: int) -> dict[str, str]:
    home.mkdir(exist_ok=True)
    config = home / "monitor.toml"
    config.write_text(f"[desk]\nport = {port}\n", encoding="utf-8")
    named = {"TENDERWATCH_HOME": str(home), "TENDERWATCH_CONFIG": str(config)}
    return os.environ | named | ({"TENDERWATCH_DATABASE_URL": database} if database else {})


def filled(url: str, findings: int) -> int:
    store = open_store(url)
    if not store.is_current():
        store.migrate()
    with store.read() as unit:
        present = unit.findings.count()
    if not present:
        fill(store, findings)
        present = findings
    store.close()
    return present


def fill(store: Store, count: int) -> None:
    for start in range(0, count, 2_000):
        with store.begin() as unit:
            for number in range(start, min(start + 2_000, count)):
                notice = Notice(
                    "portal", f"n{number}", f"https://portal.invalid/n{number}.htm", f"智能计算平台采购公告{number}",
                    "award", AT, TEXT, parties=(Party(f"东屏第{number % 900}研究所", "buyer"),),
                )  # fmt: skip
                saved = unit.notices.save(notice, AT)
                unit.findings.replace(saved.notice_id, "portal", [replace(FOUND, notice=notice.id)], AT)


@contextmanager
def served(environment: dict[str, str], port: int) -> Iterator[tuple[str, int]]:
    """The desk as a process of its own: its address and its id."""
    process = subprocess.Popen([sys.executable, "-m", "monitor", "run", "--no-schedule"], cwd=ROOT, env=environment)
    address = f"http://127.0.0.1:{port}"
    try:
        while not asked(f"{address}/healthz"):
            sleep(0.2)
        yield address, process.pid
    finally:
        process.terminate()
        process.wait()


def asked(address: str) -> float:
    """Seconds until the whole page was there; 0 if nobody answered."""
    started = perf_counter()
    try:
        with urlopen(address, timeout=60) as answer:
            answer.read()
    except (URLError, ConnectionError):
        return 0.0
    return perf_counter() - started


def downloaded(name: str, address: str, pid: int, expected: int) -> int:
    """Takes an export while other pages are asked for; 1 if rows are missing."""
    for page in PAGES:
        asked(address + page)
    alone = [asked(address + page) for page in PAGES * 5]
    before, meanwhile, over = memory(pid), [0.0], Event()
    held = [before]
    asking = Thread(target=ask_on, args=(address, pid, meanwhile, held, over))
    asking.start()
    started = perf_counter()
    with urlopen(address + ADDRESSES[name], timeout=36_000) as answer:
        rows, size = int(answer.headers["tenderwatch-rows"]), len(answer.read(1))
        first = perf_counter() - started
        while part := answer.read(1 << 20):
            size += len(part)
    took = perf_counter() - started
    over.set()
    asking.join()
    grown = (max(held) - before) / 1e6
    print(
        f"desk {name:<6} {rows:,} rows, {size / 1e6:,.0f} MB in {took:,.1f} s, first byte after {first:.2f} s; "
        f"the process grew by {grown:,.0f} MB at most; {len(meanwhile) - 1} other pages "
        f"took at most {max(meanwhile):.2f} s ({max(alone):.2f} s alone)",
        flush=True,
    )
    return int(rows != expected)


def ask_on(address: str, pid: int, took: list[float], held: list[int], over: Event) -> None:
    while not over.wait(0.2):
        took.extend(asked(address + page) for page in PAGES)
        held.append(memory(pid))


def memory(pid: int) -> int:
    """Bytes of memory of a process's own; what it mapped of the database's file the system may take back."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("RssAnon"):
            return int(line.split()[1]) * 1024
    return 0


def written(name: str, home: Path, environment: dict[str, str], expected: int) -> int:
    path = home / f"out.{name}"
    what = ["dossiers"] if name == "zip" else ["findings", "--format", name]
    command = [sys.executable, "-m", "monitor", "export", *what, "--filter", "view=all", "--out", str(path)]
    started = perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    took = perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    print(
        f"terminal {name:<6} {path.stat().st_size / 1e6:,.0f} MB in {took:,.1f} s; "
        f"the process held {used.ru_maxrss / 1e3:,.0f} MB at most, what it mapped of the database among it",
        flush=True,
    )
    missing = name == "jsonl" and lines_of(path) != expected
    path.unlink()
    return int(bool(process.returncode) or missing)


def lines_of(path: Path) -> int:
    with path.open(encoding="utf-8") as file:
        return sum(1 for line in file if json.loads(line)["finding"])


if __name__ == "__main__":
    raise SystemExit(main())
