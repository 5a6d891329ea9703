"""A procedure as a record of the Open Contracting Data Standard 1.1: its releases, and their latest state in one.

Source: https://standard.open-contracting.org/1.1/en/schema/records_reference/ (record, compiledRelease,
relatedProcess).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from notices.corrections import corrections_of
from notices.money import Money
from notices.notice import Item, Notice

PREFIX = "tenderwatch"


@dataclass(frozen=True, slots=True)
class Place:
    """One place where a notice was published; `revision` counts from 1."""

    source: str
    id: str
    url: str
    published: str | None
    revision: int


@dataclass(frozen=True, slots=True)
class Release:
    """One notice of a procedure, with every place that published it, the earliest first."""

    notice: Notice
    places: tuple[Place, ...]


def ocid_of(procedure: str) -> str:
    """The open contracting id of a procedure."""
    return f"{PREFIX}-{procedure}"


def record_of(procedure: str, releases: Sequence[Release], again: Iterable[tuple[str, bool]] = ()) -> dict[str, object]:
    """The record of a procedure, its releases in stage order.

    `again`: (another procedure's id, whether that came before): the same purchase, tendered again. What no release
    states is left out.
    """
    rows = [_release(procedure, each) for each in releases]
    compiled: dict[str, object] = {"ocid": ocid_of(procedure), "tag": ["compiled"]}
    for row in rows:
        compiled = _merged(compiled, {name: value for name, value in row.items() if name not in _OF_A_RELEASE})
    compiled["id"] = f"{ocid_of(procedure)}-compiled"
    compiled["date"] = rows[-1].get("date") if rows else None
    related = [
        {
            "id": str(number),
            "relationship": ["unsuccessfulProcess" if before else "replacementProcess"],
            "scheme": "ocid",
            "identifier": ocid_of(other),
        }
        for number, (other, before) in enumerate(again, start=1)
    ]
    if related:
        compiled["relatedProcesses"] = related
    return {"ocid": ocid_of(procedure), "releases": rows, "compiledRelease": compiled}


_OF_A_RELEASE = frozenset({"id", "date", "tag", "places", "label", "kind"})


def _release(procedure: str, release: Release) -> dict[str, object]:
    notice = release.notice
    first = release.places[0]
    row: dict[str, object] = {
        "ocid": ocid_of(procedure),
        "id": f"{first.source}/{first.id}/{first.revision}",
        "date": first.published,
        "tag": [notice.tag],
        "kind": notice.kind,
        "label": notice.label or None,
        "initiationType": "tender",
        "parties": _parties(notice),
        "buyer": {"name": notice.buyer} if notice.buyer else None,
        "places": [
            {"source": each.source, "id": each.id, "url": each.url, "date": each.published} for each in release.places
        ],
    }
    return _stated(row | _sections(notice, row["id"]))


def _sections(notice: Notice, id_: object) -> dict[str, object]:
    """The part of the process that a notice of its kind is about."""
    items = [_item(number, item) for number, item in enumerate(notice.items, start=1)]
    tender: dict[str, object] = {
        "id": notice.project_code,
        "procurementMethodDetails": notice.method_label,
        "value": _value(notice.budget),
    }
    if notice.agency:
        tender["procuringEntity"] = {"name": notice.agency}
    documents = [
        {"id": str(number), "title": each.title, "url": each.url} for number, each in enumerate(notice.documents, 1)
    ]
    suppliers = [{"name": name} for name in notice.suppliers]
    awarded = {"id": id_, "title": notice.title, "value": _value(notice.award), "items": items}
    if notice.kind in {"intention", "consultation"}:
        planned = {"budget": {"amount": _value(notice.budget)} if notice.budget else None, "documents": documents}
        return {"planning": _stated(planned | {"rationale": notice.title})}
    if notice.kind == "award":
        awards = [_stated(awarded | {"suppliers": suppliers, "documents": documents, "status": "active"})]
        return {"tender": _stated(tender | {"status": "complete"}), "awards": awards}
    if notice.kind in {"contract", "acceptance"}:
        status = "active" if notice.kind == "contract" else "terminated"
        return {
            "tender": _stated(tender),
            "contracts": [_stated(awarded | {"status": status, "documents": documents})],
        }
    told: dict[str, object] = {"status": _STATUS.get(notice.kind, "active"), "documents": documents}
    if notice.kind == "correction":
        told["amendments"] = [_amendment(notice, id_)]
    else:
        told["title"] = notice.title
    return {"tender": _stated(tender | told | {"items": items})}


def _amendment(notice: Notice, id_: object) -> dict[str, object]:
    changes = [
        _stated({"property": change.item, "former_value": change.before, "value": change.after})
        for change in corrections_of(notice)
    ]
    return _stated({"id": id_, "date": notice.published_on, "rationale": notice.title, "changes": changes})


_STATUS = {"termination": "cancelled", "prequalification": "planned", "correction": None}


def _merged(before: dict[str, object], after: dict[str, object]) -> dict[str, object]:
    """The later value of each field; lists of parties, awards and contracts grow, items and the like are replaced."""
    merged = dict(before)
    for name, value in after.items():
        present = merged.get(name)
        if isinstance(present, dict) and isinstance(value, dict):
            merged[name] = _merged(present, value)
        elif name in {"parties", "awards", "contracts", "documents", "amendments"} and isinstance(present, list):
            assert isinstance(value, list)
            merged[name] = present + [each for each in value if each not in present]
        else:
            merged[name] = value
    return merged


def _parties(notice: Notice) -> list[dict[str, object]]:
    roles: dict[str, list[str]] = {}
    for party in notice.parties:
        held = roles.setdefault(party.name, [])
        if party.role not in held:
            held.append(party.role)
    return [{"name": name, "roles": held} for name, held in roles.items()]


def _item(number: int, item: Item) -> dict[str, object]:
    words = " ".join(filter(None, (item.name, item.brand, item.model)))
    unit = {"name": item.unit, "value": _value(item.unit_value)}
    quantity = float(item.quantity) if item.quantity is not None else None
    return _stated({"id": str(number), "description": words, "quantity": quantity, "unit": _stated(unit)})


def _value(money: Money | None) -> dict[str, object] | None:
    return {"amount": float(money.amount), "currency": money.currency} if money else None


def _stated(row: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in row.items() if value not in (None, [], {})}
