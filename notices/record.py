"""The JSON objects of one notice and of one procurement, as commands print them and the API gives them."""

from collections.abc import Sequence
from decimal import Decimal

from notices.document import PARTLY_READ, READ, READ_BY_OCR, UNREAD
from notices.money import Money
from notices.notice import Item, Notice
from notices.ocds import Release

# Whoever reads these rows knows three states; `reason` says that a document was read in part, or by OCR.
_PLAIN = {READ_BY_OCR: READ, PARTLY_READ: UNREAD}


def notice_row(
    notice: Notice, revision: int, capture_sha256: str | None, procedure: str | None = None
) -> dict[str, object]:
    """One notice as a JSON object; what the notice does not give is None. Contacts are never part of it.

    `procedure` is the id that the store knows its procurement by.
    """
    return {
        "source": notice.source,
        "id": notice.id,
        "url": notice.url,
        "title": notice.title,
        "kind": notice.kind,
        "tag": notice.tag,
        "label": notice.label or None,
        "published": notice.published_on,
        "buyer": notice.buyer,
        "agency": notice.agency,
        "suppliers": list(notice.suppliers),
        "project_code": notice.project_code,
        "method": notice.method,
        "region": notice.region,
        "amount_cny": _yuan(notice.value),
        "budget_cny": _yuan(notice.budget),
        "items": [_item(item) for item in notice.items],
        "documents": [
            {
                "title": document.title,
                "url": document.url,
                "state": _PLAIN.get(document.state, document.state),
                "reason": document.reason or None,
                "kind": document.kind,
            }
            for document in notice.documents
        ],
        "procedure": procedure or notice.procedure,
        "revision": revision,
        "capture_sha256": capture_sha256,
    }


def procedure_row(id_: str, releases: Sequence[Release], again: Sequence[tuple[str, bool]]) -> dict[str, object]:
    """One procurement as a JSON object, of its notices in stage order; what none of them gives is None.

    `again`: (procedure, whether it came before): the same purchase, tendered another time.
    """
    notices = [release.notice for release in releases]
    return {
        "procedure": id_,
        "published": notices[-1].published_on,
        "stages": [notice.kind for notice in notices],
        "title": notices[0].title,
        "buyer": next((notice.buyer for notice in notices if notice.buyer), None),
        "project_code": next((notice.project_code for notice in reversed(notices) if notice.project_code), None),
        "suppliers": list(dict.fromkeys(name for notice in notices for name in notice.suppliers)),
        "tendered_again": [other for other, _ in again],
    }


def _item(item: Item) -> dict[str, object]:
    return {
        "name": item.name,
        "brand": item.brand,
        "model": item.model,
        "quantity": _number(item.quantity),
        "unit": item.unit,
        "unit_price_cny": _yuan(item.unit_value),
    }


def _yuan(money: Money | None) -> int | float | None:
    return _number(money.amount) if money and money.currency == "CNY" else None


def _number(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)
