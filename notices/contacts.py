"""Whom a notice names to be asked about it; read for the analyst's own use and kept out of every export."""

from collections import defaultdict

from notices.labels import ADDRESS, AGENCY, BUYER, PERSON, PHONE, SUPPLIER, squeeze
from notices.pairs import Pair
from notices.terms import Contact

_ROLES = {BUYER: "buyer", AGENCY: "procuringEntity", SUPPLIER: "supplier"}
# The longest label decides: 采购代理机构地址 has 采购 in it too.
_NAMED = (
    ("代理", AGENCY),
    ("供应商", SUPPLIER),
    ("中标", SUPPLIER),
    ("成交", SUPPLIER),
    ("采购", BUYER),
    ("招标人", BUYER),
)
_LONGEST = 120


def read_contacts(pairs: tuple[Pair, ...]) -> tuple[Contact, ...]:
    """One contact per party that has one, with the first person, telephone and address stated of it."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for pair in pairs:
        if pair.role in {PERSON, PHONE, ADDRESS} and 1 < len(pair.value) <= _LONGEST:
            found[_role_of(pair)].setdefault(pair.role, pair.value)
    return tuple(
        Contact(role, said.get(PERSON), said.get(PHONE), said.get(ADDRESS)) for role, said in found.items() if said
    )


def _role_of(pair: Pair) -> str:
    label = squeeze(pair.label)
    named = next((role for word, role in _NAMED if word in label), None)
    if named is None and not label.startswith("项目"):
        named = pair.party
    return _ROLES.get(named or "", "")
