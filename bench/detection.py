"""Detection's speed on real notices beside the bare gate, one Python alternation and (where installed) hyperscan.

Run: python bench/detection.py; reads ../shared/corpus/notices.jsonl.gz. All figures are of this one
run, in processor time on one core.
"""

import gzip
import importlib.util
import json
import re
import resource
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from time import process_time

from monitor.detection import Subject, detect_all
from monitor.detection.fold import fold
from monitor.detection.gate import gate_of, gate_pattern
from monitor.detection.match import matcher_of
from monitor.watchlist import Watchlist, load_watchlist
from notices.document import Text

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus" / "notices.jsonl.gz"
BATCH, REPEATS, SAMPLE = 1000, 5, 150_000


def main() -> int:
    if not CORPUS.is_file():
        print(f"{CORPUS} is not there: put the reference corpus beside the project and run again", file=sys.stderr)
        return 1
    watchlist = load_watchlist()
    subjects = _read()
    texts = [text.content for subject in subjects for text in subject.texts]
    size = sum(len(text.encode("utf-8", "surrogatepass")) for text in texts) / 1e6
    gate_of(watchlist), matcher_of(watchlist)
    before = _peak()
    gate, whole = _best_in_turn(lambda: _gate(texts, watchlist), lambda: _whole(subjects, watchlist))
    flagged = sum(any(each.flagged for each in found) for _, found in detect_all(subjects, watchlist))
    print(f"{len(subjects)} notices, {size:.1f} MB, {flagged} of them flagged")
    print(f"whole detection: {len(subjects) / whole:,.0f} notices/s, {size / whole:.0f} MB/s")
    print(
        f"bare gate (fold and one re2 scan): {size / gate:.0f} MB/s; whole detection runs at {gate / whole:.2f} of it"
    )
    rate = _alternation(texts, watchlist)
    print(
        f"one Python alternation: {rate:.2f} MB/s on a sample; whole detection: {size / whole / rate:,.0f} times that"
    )
    print(_hyperscan(texts, watchlist, size, whole))
    print(f"peak memory: {_peak():.0f} MB, of which {before:.0f} MB before the first scan (corpus and compiled terms)")
    once, twice, large = (_one_notice(texts, megabytes, watchlist) for megabytes in (5, 10, 50))
    print(f"one notice of 10 MB takes {twice / once:.2f} times as long as one of 5 MB")
    print(f"one notice of 50 MB: {large:.1f} s ({50 / large:.0f} MB/s), peak memory then {_peak():.0f} MB")
    return 0


def _read() -> list[Subject]:
    subjects = []
    with gzip.open(CORPUS, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            texts = (Text("title", row.get("title") or ""), Text("body", row.get("text") or ""))
            subjects.append(Subject(str(row["id"]), "tender", None, texts))
    return subjects


def _one_notice(texts: Sequence[str], megabytes: int, watchlist: Watchlist) -> float:
    """The best time for all texts as the body of one notice, cut or repeated to so many MB of UTF-8."""
    body = "\n".join(texts)
    data = body.encode("utf-8", "surrogatepass")
    data = (data * (megabytes * 1_000_000 // len(data) + 1))[: megabytes * 1_000_000]
    subject = Subject("one", "tender", None, (Text("title", ""), Text("body", data.decode("utf-8", "replace"))))
    times = []
    for _ in range(3):
        start = process_time()
        list(detect_all([subject], watchlist))
        times.append(process_time() - start)
    return min(times)


def _best_in_turn(first: Callable[[], object], second: Callable[[], object]) -> tuple[float, float]:
    """The best time of each, measured in turn so that both meet the same machine."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(REPEATS):
        for work, kept in zip((first, second), times, strict=True):
            start = process_time()
            work()
            kept.append(process_time() - start)
    return min(times[0]), min(times[1])


def _gate(texts: Sequence[str], watchlist: Watchlist) -> None:
    gate = gate_of(watchlist)
    for start in range(0, len(texts), BATCH):
        gate.spans_of(texts[start : start + BATCH])


def _whole(subjects: Sequence[Subject], watchlist: Watchlist) -> None:
    for _ in detect_all(subjects, watchlist):
        pass


def _alternation(texts: Sequence[str], watchlist: Watchlist) -> float:
    terms = sorted(
        {gate_pattern(term) for item in watchlist.items.values() for term in item.aliases}, key=len, reverse=True
    )
    pattern = re.compile("|".join(terms), re.ASCII)
    sample = fold("\n".join(texts)[:SAMPLE])
    start = process_time()
    sum(1 for _ in pattern.finditer(sample))
    return len(sample.encode("utf-8", "surrogatepass")) / 1e6 / (process_time() - start)


def _hyperscan(texts: Sequence[str], watchlist: Watchlist, size: float, whole: float) -> str:
    if importlib.util.find_spec("hyperscan") is None:
        return "hyperscan: not installed, not compared"
    import hyperscan

    gate = gate_of(watchlist)
    patterns = _alternatives(gate.pattern.pattern)
    database = hyperscan.Database()
    database.compile(expressions=patterns, ids=range(len(patterns)), flags=[0] * len(patterns))
    times = []
    for _ in range(REPEATS):
        start = process_time()
        for first in range(0, len(texts), BATCH):
            database.scan(gate.encode("\x00".join(texts[first : first + BATCH])), match_event_handler=lambda *_: None)
        times.append(process_time() - start)
    took = min(times)
    return (
        f"hyperscan (fold and one scan for {len(patterns)} patterns, ends only): "
        f"{size / took:.0f} MB/s; whole detection runs at {took / whole:.2f} of it"
    )


def _alternatives(pattern: bytes) -> list[bytes]:
    """The gate's patterns one by one: hyperscan takes many, but no single one of their length."""
    found, depth, start = [], 0, 0
    escaped = False
    for at, sign in enumerate(pattern):
        if escaped:
            escaped = False
            continue
        escaped = sign == ord("\\")
        depth += (sign == ord("(")) - (sign == ord(")"))
        if sign == ord("|") and depth == 0:
            found.append(pattern[start:at])
            start = at + 1
    return [*found, pattern[start:]]


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    sys.exit(main())
