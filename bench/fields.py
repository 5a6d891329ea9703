"""How many fields of notice pages are read exactly as the truth says, and how many pages a second one core reads.

Prints one line per field: name, exact, stated, ratio. The golden pages of tests/fixtures, of every family, are always
read: their golden files were read against the pages, so a ratio below 1 is a step back. The published cases beside the
project (../shared/press/dev), whose truth others wrote, and the corpus (../shared/corpus) are read too where they are
present; of the published cases also the pairs of notices of one procurement, with and without their project codes.
"""

import gzip
import json
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from monitor.rows import notice_of_row  # noqa: E402
from monitor.stages.importing import with_fields  # noqa: E402
from notices.notice import Item, Notice  # noqa: E402
from notices.procedures import Traits, threads, traits_of  # noqa: E402
from spiders.pages.ccgp import read_notice  # noqa: E402
from tests.pages import families, test_ccgp_golden, test_json_golden, truths  # noqa: E402

CHANNELS = {
    "gkzb": "公开招标公告", "yqzbgg": "邀请招标公告", "jzxcs": "竞争性磋商公告", "jzxtpgg": "竞争性谈判公告",
    "xjgg": "询价公告", "zgysgg": "资格预审公告", "dylygg": "单一来源公告", "zbgg": "中标公告", "cjgg": "成交公告",
    "gzgg": "更正公告", "fblbgg": "终止公告", "qtgg": "其他公告",
}  # fmt: skip
TARGETS = dict.fromkeys(("buyer", "supplier", "project_code", "date", "kind"), 0.98) | {
    "amount": 0.97,
    "item rows": 0.95,
}
TERMS = ("plan_code", "ceiling", "bids_until", "opening", "period", "candidates", "consortium", "lots")
LEAST_SPEED = 150
LEAST_PAIRS = 0.98
LEAST_BUYERS = 0.95
_BUYER_STATED = re.compile(
    r"(?:^|[\n|。；\s])(?:采购人|招标人|采购单位|招标单位)(?:名称)?\s*[:：]\s*[\u4e00-\u9fff（）()]{4,40}?(?:公司|大学|学院|医院|局|中心|厅|院|学校|委员会)"
)


@dataclass(frozen=True, slots=True)
class Truth:
    """One page with what a person reads on it: field → value, rows of goods, and the procurement ("" if unknown)."""

    name: str
    read: Callable[[], Notice]
    fields: dict[str, object]
    items: tuple[tuple[object, ...], ...]
    procedure: str = ""


def press_truths(folder: Path) -> Iterator[Truth]:
    """The published cases: what `truth.jsonl` says of every page, without the rows that only an attachment has."""
    for line in (folder / "truth.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        fields = {
            "title": row["title"], "kind": row["notice_type"], "date": row["published"], "buyer": row["buyer"],
            "agency": row["agency"], "supplier": row["supplier"], "project_code": row["project_code"],
            "region": row["region"], "amount": row["amount_cny"],
            "attachments": sorted((_plain(found["url"]), found["name"]) for found in row["attachments"]),
        }  # fmt: skip
        items = tuple(
            (item["name"], item["brand"], item["model"], item["quantity"] and str(item["quantity"]), item["unit_price"])
            for item in row["items"]
            if item.get("where") != "attachment"
        )
        page, label = folder / row["file"], CHANNELS[row["channel"].split("/")[1]]
        yield Truth(row["file"], _reader(page, row["url"], label), fields, items, row["procedure"])


def _reader(page: Path, url: str, label: str) -> Callable[[], Notice]:
    body = page.read_bytes()
    return lambda: read_notice(body, url, label, "ccgp")


def golden_readers() -> Iterator[tuple[Path, Callable[[], Notice]]]:
    """Every saved page of the tests that is a notice's, with the reader of its family."""
    for case in test_ccgp_golden.CASES:
        yield case, lambda case=case: test_ccgp_golden.read_case(case)  # type: ignore[misc]
    for each in families.CASES:
        if not each.is_list:
            yield each.folder, each.read  # type: ignore[misc]
    for case in test_json_golden.CASES:
        yield case, lambda case=case: test_json_golden.read_case(case)  # type: ignore[misc]


def golden_truths() -> Iterator[Truth]:
    """The saved pages of the tests, whose golden files were read against the page."""
    for folder, read in golden_readers():
        row = json.loads((folder / "notice.json").read_text(encoding="utf-8"))
        parties = {role: [party["name"] for party in row["parties"] if party["role"] == role] for role in
                   ("buyer", "procuringEntity", "supplier")}  # fmt: skip
        money = row["award"] or row["budget"]
        fields = {
            "title": row["title"], "kind": row["kind"], "date": row["published"] and row["published"][:10],
            "buyer": next(iter(parties["buyer"]), None), "agency": next(iter(parties["procuringEntity"]), None),
            "supplier": "、".join(dict.fromkeys(parties["supplier"])) or None, "project_code": row["project_code"],
            "region": row["region"], "amount": money and float(money["amount"]),
            "attachments": sorted((_plain(found["url"]), found["title"]) for found in row["documents"]),
        }  # fmt: skip
        items = tuple(
            (item["name"], item["brand"], item["model"], _quantity(item["quantity"], item["unit"]),
             item["unit_value"] and float(item["unit_value"]["amount"]))
            for item in row["items"]
        )  # fmt: skip
        yield Truth(f"{folder.parent.name}/{folder.name}", read, fields, items)


def written_truths() -> Iterator[Truth]:
    """The saved pages whose facts a person wrote down before any parser read them."""
    for folder, read in truths.cases():
        row = truths.stated(folder)
        fields = {name: row[name] for name in ("title", "kind", "date", "buyer", "agency", "project_code", "region")}
        fields |= {name: row[name] for name in TERMS}
        fields |= {
            "supplier": "、".join(row["suppliers"]) or None,
            "amount": row["amount"],
            "attachments": sorted(map(tuple, row["documents"])),
            "number of items": len(row["items"]),
        }
        yield Truth(f"{folder.parent.name}/{folder.name}", read, fields, tuple(map(tuple, row["items"])))


def seen_fields(notice: Notice) -> dict[str, object]:
    """What was read, in the terms of the truth."""
    value = notice.value
    return {
        "title": notice.title, "kind": notice.kind, "date": notice.published_on, "buyer": notice.buyer,
        "agency": notice.agency, "supplier": "、".join(notice.suppliers) or None, "project_code": notice.project_code,
        "region": notice.region, "amount": float(value.amount) if value else None,
        "attachments": sorted((_plain(document.url), document.title) for document in notice.documents),
        "number of items": len(notice.items),
    } | {name: truths.seen(notice)[name] for name in TERMS}  # fmt: skip


def seen_item(item: Item) -> tuple[object, ...]:
    price = float(item.unit_value.amount) if item.unit_value else None
    return (item.name, item.brand, item.model, _quantity(item.quantity, item.unit), price)


def _quantity(number: object, unit: str | None) -> str | None:
    return None if number is None else f"{number}{unit or ''}"


def _plain(url: str) -> str:
    return url.split("://", 1)[-1]


def measure(truths: list[Truth]) -> tuple[Counter[str], Counter[str], float, list[str]]:
    """(exact, stated, pages per second, what differs)."""
    exact: Counter[str] = Counter()
    stated: Counter[str] = Counter()
    differing: list[str] = []
    spent = 0.0
    for truth in truths:
        start = time.process_time()
        notice = truth.read()
        spent += time.process_time() - start
        seen = seen_fields(notice)
        rows = [seen_item(item) for item in notice.items]
        found = [(name, seen[name], value) for name, value in truth.fields.items()]
        found += [("item rows", row if row in rows else rows, row) for row in truth.items]
        for name, got, wanted in found:
            stated[name] += 1
            exact[name] += got == wanted
            if got != wanted:
                differing.append(f"{truth.name}: {name} is {got!r}, should be {wanted!r}")
    return exact, stated, len(truths) / spent, differing


def pairs_of(groups: Iterable[Iterable[Hashable]]) -> set[frozenset[Hashable]]:
    """Every two that stand in one group."""
    return {frozenset(pair) for group in groups for pair in combinations(group, 2)}


def measure_procedures(truths: list[Truth]) -> dict[str, float]:
    """F1 of the pairs of notices of one procurement: as read, and as if no notice stated its project's code."""
    wanted: dict[str, list[int]] = defaultdict(list)
    for number, truth in enumerate(truths):
        wanted[truth.procedure].append(number)
    truth_pairs = pairs_of(wanted.values())
    read = [traits_of(truth.read(), number) for number, truth in enumerate(truths)]
    return {
        "procedure pairs": _f1(read, truth_pairs),
        "procedure pairs without codes": _f1([replace(each, code=None) for each in read], truth_pairs),
    }


def _f1(read: list[Traits], wanted: set[frozenset[Hashable]]) -> float:
    found = pairs_of([each.number for each in thread] for thread in threads(read))
    return 2 * len(found & wanted) / (len(found) + len(wanted))


def measure_corpus(path: Path) -> tuple[int, int, int, float]:
    """(notices with their HTML, of these that state a buyer behind a label, of these read with one, notices/s)."""
    total = stated = found = 0
    spent = 0.0
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            if not row.get("html"):
                continue
            start = time.process_time()
            notice = with_fields(notice_of_row(row))
            spent += time.process_time() - start
            total += 1
            if _BUYER_STATED.search(notice.text):
                stated += 1
                found += notice.buyer is not None
    return total, stated, found, total / spent


def main() -> int:
    missed = False
    press, corpus = (ROOT.parent / "shared" / name for name in ("press/dev", "corpus/notices.jsonl.gz"))
    published = list(press_truths(press)) if press.exists() else []
    for title, pages in (("golden pages", [*golden_truths(), *written_truths()]), ("published cases", published)):
        missed |= bool(pages) and _tell(title, pages)
    for name, ratio in (measure_procedures(published) if published else {}).items():
        missed |= ratio < LEAST_PAIRS
        print(f"  {name}: F1 {ratio:.4f} (target {LEAST_PAIRS})")
    if corpus.exists():
        total, stated, found, speed = measure_corpus(corpus)
        missed |= found < LEAST_BUYERS * stated
        print(f"corpus: {total} notices with HTML read without an error, {speed:.0f} notices/s")
        print(
            f"  buyer found   {found:4}/{stated:<4} {found / stated:.3f} of those that state it (target {LEAST_BUYERS})"
        )
    return int(missed)


def _tell(title: str, truths: list[Truth]) -> bool:
    """Prints a measurement; whether it misses a target."""
    exact, stated, speed, differing = measure(truths)
    sources = len({truth.name.partition("/")[0] for truth in truths})
    print(f"{title}: {len(truths)} pages, {sources} folders, {speed:.0f} pages/s (target {LEAST_SPEED})")
    missed = False
    for name, count in stated.items():
        ratio = exact[name] / count
        target = TARGETS.get(name)
        missed |= target is not None and ratio < target
        print(f"  {name:13} {exact[name]:4}/{count:<4} {ratio:.3f}" + (f" (target {target})" if target else ""))
    print("".join(f"    {line}\n" for line in differing), end="")
    return missed


if __name__ == "__main__":
    raise SystemExit(main())
