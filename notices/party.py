"""An organisation that takes part in a procurement, with its OCDS roles."""

from dataclasses import dataclass

ROLES = ("buyer", "procuringEntity", "tenderer", "supplier")


@dataclass(frozen=True, slots=True)
class Party:
    """One organisation as named in a notice; `role` is one of ROLES (the agency is the procuringEntity).

    `label` is the site's own word for it ("采购单位", "中标供应商"); `lot` names the lot where the notice says so.
    `rank` counts from 1 where the notice ranks its candidates (tenderers); `consortium`: one of several that bid
    together.
    """

    name: str
    role: str
    label: str = ""
    lot: str | None = None
    rank: int | None = None
    consortium: bool = False
