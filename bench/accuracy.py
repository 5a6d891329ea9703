"""Detection's accuracy on a labelled file, by tag and by relation, beside three plain ways of searching.

Run: python bench/accuracy.py [GOLD.jsonl]; without a file it reads ../shared/gold/dev.jsonl.
"""

import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

from monitor.detection import Subject, detect_all
from monitor.detection.fold import fold
from monitor.watchlist import Watchlist, load_watchlist
from notices.document import Text
from notices.finding import Finding

DEFAULT = Path(__file__).resolve().parents[2] / "shared" / "gold" / "dev.jsonl"
Row = dict[str, Any]
Search = Callable[[str], set[str]]


def main() -> int:
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT
    if not path.is_file():
        print(
            f"{path} is not there: give a labelled file (JSON Lines in the gold form) as the argument", file=sys.stderr
        )
        return 1
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    watchlist = load_watchlist()
    found = [findings for _, findings in detect_all(map(_subject, rows), watchlist)]
    whole = _counted(rows, [{finding.item for finding in findings} for findings in found], found)
    print(f"{len(rows)} notices, watchlist {watchlist.version[:12]}")
    _print("detection", whole)
    _print_parts(rows, found)
    for name, search in _baselines(watchlist):
        items = [search(row["title"] + "\n" + row["text"]) for row in rows]
        score = _counted(rows, items, None)
        ratio = _f1(whole) / _f1(score) if _f1(score) else float("inf")
        _print(name, score)
        print(f"    detection's F1 is {ratio:.2f} times this")
    return 0


def _subject(row: Row) -> Subject:
    day = date.fromisoformat(row["published"]) if row.get("published") else None
    texts = (Text("title", row["title"]), Text("body", row["text"]))
    return Subject(str(row["id"]), row.get("notice_type", "other"), day, texts, row.get("buyer"))


def _counted(rows: list[Row], items: list[set[str]], found: list[list[Finding]] | None) -> Counter[str]:
    count: Counter[str] = Counter()
    for index, (row, mine) in enumerate(zip(rows, items, strict=True)):
        wanted = {entry["item"]: entry for entry in row["expect"]}
        right = {item for item in wanted if item in mine or (found and _by_rows(wanted[item], found[index]))}
        extra = {item for item in mine if item not in wanted and not (found and _answered(item, wanted, found[index]))}
        count.update(tp=len(right), fn=len(wanted) - len(right), fp=len(extra))
    return count


def _by_rows(entry: Row, found: list[Finding]) -> bool:
    wanted = {entry["item"], *(entry.get("candidates") or [])}
    return entry["basis"] == "specification" and any(
        each.basis == "specification" and wanted & {each.item, *each.candidates} for each in found
    )


def _answered(item: str, wanted: dict[str, Row], found: list[Finding]) -> bool:
    mine = [each for each in found if each.item == item and each.basis == "specification"]
    return any(_by_rows(entry, mine) for entry in wanted.values())


def _print_parts(rows: list[Row], found: list[list[Finding]]) -> None:
    tags: dict[str, Counter[str]] = defaultdict(Counter)
    relations: dict[str, Counter[str]] = defaultdict(Counter)
    for row, findings in zip(rows, found, strict=True):
        count = _counted([row], [{each.item for each in findings}], [findings])
        for tag in row["tags"]:
            tags[tag].update(count)
        pairs = {(each.item, each.relation) for each in findings}
        for entry in row["expect"]:
            said = (entry["item"], entry["relation"]) in pairs or _by_rows(entry, findings)
            relations[entry["relation"]].update(right=int(said), all=1)
    print("  by relation: " + ", ".join(f"{name} {c['right']}/{c['all']}" for name, c in sorted(relations.items())))
    for tag, count in sorted(tags.items()):
        print(f"  {tag:28} right {count['tp']:3}  missed {count['fn']:3}  false {count['fp']:3}")


def _baselines(watchlist: Watchlist) -> Iterable[tuple[str, Search]]:
    terms = {
        item.id: [term for term in item.aliases if not term.startswith("re:")]
        for item in watchlist.items.values()
        if item.tier != "ordinary"
    }
    words = {
        item: re.compile("|".join(rf"\b{re.escape(term)}\b" for term in aliases) or "(?!)")
        for item, aliases in terms.items()
    }
    bounded = {
        item: re.compile("|".join(rf"(?<![A-Z0-9]){re.escape(fold(term))}(?![A-Z0-9])" for term in aliases) or "(?!)")
        for item, aliases in terms.items()
    }
    yield (
        "substring search",
        lambda text: {item for item, aliases in terms.items() if any(term in text for term in aliases)},
    )
    yield r"regular expressions with \b", lambda text: {item for item, pattern in words.items() if pattern.search(text)}
    yield "folded text, ASCII boundaries", lambda text: _search(bounded, fold(text))


def _search(patterns: dict[str, re.Pattern[str]], text: str) -> set[str]:
    return {item for item, pattern in patterns.items() if pattern.search(text)}


def _f1(count: Counter[str]) -> float:
    both = 2 * count["tp"] + count["fp"] + count["fn"]
    return 2 * count["tp"] / both if both else 1.0


def _print(name: str, count: Counter[str]) -> None:
    precision = count["tp"] / ((count["tp"] + count["fp"]) or 1)
    recall = count["tp"] / ((count["tp"] + count["fn"]) or 1)
    print(f"{name}: precision {precision:.4f}, recall {recall:.4f}, F1 {_f1(count):.4f}")


if __name__ == "__main__":
    sys.exit(main())
