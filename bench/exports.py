"""Exports of many findings: how long each format takes and the most memory that it needs; prints what was seen.

Run: python bench/exports.py [--findings 20000].
"""

import argparse
import os
import sys
import tempfile
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from monitor.export.columns import FINDINGS, sheet_columns
from monitor.export.delimited import csv_lines, json_lines
from monitor.export.reading import choose
from monitor.export.workbook import write_workbook
from notices.finding import Place, Quantity
from notices.notice import Notice
from notices.party import Party
from storage import Store, open_store
from storage.findings import FindingFilter
from tests.sample_finding import FINDING

AT = datetime(2026, 3, 6, 1, 30, tzinfo=UTC)
TEXT = "一、项目名称：智能计算平台建设项目\n序号 | 货物名称 | 规格型号 | 数量\n1 | 服务器 | 配置8张H100 | 2台\n" * 20
FOUND = replace(
    FINDING,
    place=Place("body", 46, 53, "配置8张H100"),
    quantity=Quantity(16, 2),
    reasons=("It is named.",),
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--findings", type=int, default=20_000)
    given = parser.parse_args()
    print(f"{given.findings:,} findings; load of this machine {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{folder}/exports.sqlite")
        store.migrate()
        fill(store, given.findings)
        wrong = 0
        for name, write in formats(store, Path(folder)).items():
            wrong += measured(name, write, given.findings)
        store.close()
    return int(bool(wrong))


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


def formats(store: Store, folder: Path) -> dict[str, Callable[[], int]]:
    found = choose(store, FindingFilter(flagged=True))

    def lines(csv: str) -> int:
        path = folder / f"out.{csv}"
        rows = found.rows()
        with path.open("w", encoding="utf-8", newline="") as file:
            file.writelines(csv_lines(rows, FINDINGS) if csv == "csv" else json_lines(rows))
        with path.open(encoding="utf-8") as file:
            return sum(1 for _ in file) - (csv == "csv")

    def workbook() -> int:
        rows = found.rows()
        return write_workbook(folder / "out.xlsx", "findings", rows, sheet_columns(FINDINGS), AT)

    return {"JSON Lines": lambda: lines("jsonl"), "CSV": lambda: lines("csv"), "XLSX": workbook}


def measured(name: str, write: Callable[[], int], expected: int) -> int:
    """Runs an export once for its time, once for its memory; 1 if rows are missing."""
    started = perf_counter()
    count = write()
    took = perf_counter() - started
    tracemalloc.start()
    write()
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    print(f"{name:<11} {count:,} rows in {took:6.1f} s ({count / took:,.0f} a second), at most {most / 1e6:,.1f} MB")
    return int(count != expected)


if __name__ == "__main__":
    raise SystemExit(main())
