"""Reads labelled notices in the gold form and compares findings with them."""

import json
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from monitor.detection import Subject, detect_all
from monitor.watchlist import Watchlist
from notices.document import Text
from notices.finding import Finding

Row = dict[str, Any]


def read_rows(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def subject_of(row: Row) -> Subject:
    texts = (Text("title", row["title"]), Text("body", row["text"]))
    day = date.fromisoformat(row["published"]) if row["published"] else None
    return Subject(row["id"], row["notice_type"], day, texts, row["buyer"])


@dataclass
class Score:
    """Counts of right and wrong judgements with the wrong ones in words."""

    right: dict[str, int] = field(default_factory=dict)
    all: dict[str, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def note(self, what: str, said: str, *, good: bool) -> None:
        self.all[what] = self.all.get(what, 0) + 1
        self.right[what] = self.right.get(what, 0) + good
        if not good:
            self.wrong.append(f"{what}: {said}")

    def ratio(self, what: str) -> float:
        return self.right.get(what, 0) / self.all[what] if self.all.get(what) else 1.0


def score(rows: list[Row], watchlist: Watchlist) -> Score:
    """Compares item by item: recall and precision by item, then relation, control and quantity of each expectation."""
    result = Score()
    for row, (_, findings) in zip(rows, detect_all(map(subject_of, rows), watchlist), strict=True):
        wanted = row["expect"]
        for finding in findings:
            good = any(_answers(finding, entry) for entry in wanted)
            result.note("precision", f"{row['id']} {finding.item} {finding.relation}", good=good)
        for entry in wanted:
            _score_entry(result, row["id"], entry, [found for found in findings if _answers(found, entry)])
    return result


def _answers(finding: Finding, entry: Row) -> bool:
    if finding.item == entry["item"]:
        return True
    candidates = {entry["item"], *(entry.get("candidates") or [])}
    return finding.basis == entry["basis"] == "specification" and bool(candidates & {finding.item, *finding.candidates})


def _score_entry(result: Score, notice: str, entry: Row, found: list[Finding]) -> None:
    said = f"{notice} {entry['item']} {entry['relation']}"
    result.note("recall", said, good=bool(found))
    if not found:
        return
    bought = {"buys", "buys_or_equivalent"}
    loose = entry["basis"] == "specification" and entry["relation"] in bought
    same = [each for each in found if each.relation == entry["relation"] or (loose and each.relation in bought)]
    result.note("relation", f"{said}, found {[each.relation for each in found]}", good=bool(same))
    best = (same or found)[0]
    if entry["control"] and best.basis == entry["basis"] and best.item == entry["item"]:
        result.note("control", f"{said}: {best.control.status}", good=best.control.status == entry["control"])
    if entry["quantity"]:
        stated = {key: value for key, value in entry["quantity"].items() if value is not None and key != "unit"}
        given = best.quantity
        good = all(given is not None and getattr(given, key) == value for key, value in stated.items())
        result.note("quantity", f"{said}: {given} instead of {entry['quantity']}", good=good)
