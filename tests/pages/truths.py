"""Saved pages whose facts were written down by hand (truth.json) before any parser read them."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from notices.dates import SHANGHAI
from notices.money import Money
from notices.notice import Item, Notice
from tests.pages import families, test_ccgp_golden, test_json_golden

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
Reader = Callable[[], Notice]


def cases() -> Iterator[tuple[Path, Reader]]:
    """Each folder with a truth.json, and what reads its page as a crawl would."""
    for truth in sorted(FIXTURES.glob("*/*/truth.json")):
        yield truth.parent, _reader(truth.parent)


def _reader(folder: Path) -> Reader:
    source = folder.parent.name
    if source.startswith("ccgp-"):
        return lambda: test_ccgp_golden.read_case(folder)
    if source in families.READERS:
        return lambda: families.Case(folder).read()  # type: ignore[return-value]
    return lambda: test_json_golden.read_case(folder)


def stated(folder: Path) -> dict[str, Any]:
    """The facts of a page as a person reads them. An item is [name, brand, model, quantity with unit, price in yuan],
    a lot [name, winner, yuan], a candidate [rank, name], a document [address without scheme, title].
    """
    read: dict[str, Any] = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    return read


def seen(notice: Notice) -> dict[str, Any]:
    """What was read, in the terms of `stated`."""
    terms = notice.terms
    # Where only a ceiling is stated it stands for the budget.
    budget = None if notice.budget == terms.ceiling else notice.budget
    return {
        "title": notice.title,
        "date": notice.published_on,
        "kind": notice.kind,
        "buyer": notice.buyer,
        "agency": notice.agency,
        "suppliers": list(notice.suppliers),
        "project_code": notice.project_code,
        "plan_code": terms.plan_code,
        "region": notice.region,
        "amount": _yuan(notice.value),
        "budget": _yuan(budget),
        "ceiling": _yuan(terms.ceiling),
        "bids_until": _moment(terms.bids_until),
        "opening": _moment(terms.opens_at),
        "period": terms.period,
        "candidates": [[party.rank, party.name] for party in notice.parties if party.role == "tenderer"],
        "consortium": [party.name for party in notice.parties if party.consortium],
        "lots": [[lot.label, name, _yuan(lot.award)] for lot in terms.lots for name in lot.suppliers],
        "documents": [[document.url.split("://")[-1], document.title] for document in notice.documents],
        "items": [_item(item) for item in notice.items],
    }


def _item(item: Item) -> list[object]:
    quantity = None if item.quantity is None else f"{item.quantity}{item.unit or ''}"
    return [item.name, item.brand, item.model, quantity, _yuan(item.unit_value)]


def _yuan(money: Money | None) -> float | None:
    return float(money.amount) if money else None


def _moment(moment: datetime | None) -> str | None:
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M") if moment else None
