"""How many fields of notice pages are read exactly as the truth says, and how many pages a second one core reads.

Prints one line per field: name, exact, stated, ratio. The golden pages of tests/fixtures are always read; the published
cases beside the project (../shared/press/dev) are read too where they are present.
"""

import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from notices.notice import Item, Notice  # noqa: E402
from spiders.pages.ccgp import read_notice  # noqa: E402

CHANNELS = {
    "gkzb": "公开招标公告", "yqzbgg": "邀请招标公告", "jzxcs": "竞争性磋商公告", "jzxtpgg": "竞争性谈判公告",
    "xjgg": "询价公告", "zgysgg": "资格预审公告", "dylygg": "单一来源公告", "zbgg": "中标公告", "cjgg": "成交公告",
    "gzgg": "更正公告", "fblbgg": "终止公告", "qtgg": "其他公告",
}  # fmt: skip
TARGETS = dict.fromkeys(("buyer", "supplier", "project_code", "date", "kind"), 0.98) | {
    "amount": 0.97,
    "item rows": 0.95,
}
LEAST_SPEED = 150


@dataclass(frozen=True, slots=True)
class Truth:
    """One page with what a person reads on it: field → value, and its rows of goods."""

    page: Path
    url: str
    label: str
    fields: dict[str, object]
    items: tuple[tuple[object, ...], ...]


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
        yield Truth(folder / row["file"], row["url"], CHANNELS[row["channel"].split("/")[1]], fields, items)


def golden_truths(folder: Path) -> Iterator[Truth]:
    """The saved pages of the tests, whose golden files were read against the page."""
    for page in sorted(folder.glob("ccgp-*/*/page.html")):
        meta = json.loads((page.parent / "meta.json").read_text(encoding="utf-8"))
        row = json.loads((page.parent / "notice.json").read_text(encoding="utf-8"))
        parties = {role: [party["name"] for party in row["parties"] if party["role"] == role] for role in
                   ("buyer", "procuringEntity", "supplier")}  # fmt: skip
        money = row["award"] or row["budget"]
        fields = {
            "title": row["title"], "kind": row["kind"], "date": row["published"][:10],
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
        yield Truth(page, meta["url"], meta["label"], fields, items)


def seen_fields(notice: Notice) -> dict[str, object]:
    """What was read, in the terms of the truth."""
    value = notice.value
    return {
        "title": notice.title, "kind": notice.kind, "date": notice.published_on, "buyer": notice.buyer,
        "agency": notice.agency, "supplier": "、".join(notice.suppliers) or None, "project_code": notice.project_code,
        "region": notice.region, "amount": float(value.amount) if value else None,
        "attachments": sorted((_plain(document.url), document.title) for document in notice.documents),
    }  # fmt: skip


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
        body = truth.page.read_bytes()
        start = time.process_time()
        notice = read_notice(body, truth.url, truth.label, "ccgp")
        spent += time.process_time() - start
        seen = seen_fields(notice)
        rows = [seen_item(item) for item in notice.items]
        found = [(name, seen[name], value) for name, value in truth.fields.items()]
        found += [("item rows", row if row in rows else rows, row) for row in truth.items]
        for name, got, wanted in found:
            stated[name] += 1
            exact[name] += got == wanted
            if got != wanted:
                differing.append(f"{truth.page.parent.name}/{truth.page.name}: {name} is {got!r}, should be {wanted!r}")
    return exact, stated, len(truths) / spent, differing


def main() -> int:
    folders = [("golden pages", list(golden_truths(ROOT / "tests" / "fixtures")))]
    press = ROOT.parent / "shared" / "press" / "dev"
    if press.exists():
        folders.append(("published cases", list(press_truths(press))))
    missed = False
    for title, truths in folders:
        exact, stated, speed, differing = measure(truths)
        print(f"{title}: {len(truths)} pages, {speed:.0f} pages/s (target {LEAST_SPEED})")
        for name, count in stated.items():
            ratio = exact[name] / count
            target = TARGETS.get(name)
            missed |= target is not None and ratio < target
            print(f"  {name:13} {exact[name]:4}/{count:<4} {ratio:.3f}" + (f" (target {target})" if target else ""))
        print("".join(f"    {line}\n" for line in differing), end="")
    return int(missed)


if __name__ == "__main__":
    raise SystemExit(main())
