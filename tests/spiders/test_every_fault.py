"""Every family under every fault: each fault is named by its class within one run, and no refusal is ever read."""

import pytest

from notices.run import FAILURE_CLASSES, SUCCEEDED
from spiders.windows import WindowSpider
from tests.portal.families import FAMILIES, Family
from tests.portal.faults import FAULTS, Fault
from tests.spiders.fault_table import Cell, crawl_table, is_told

Table = dict[tuple[str, str], Cell]
CELLS = [(family, fault) for family in FAMILIES for fault in FAULTS if is_told(family, fault)]
NAMES = [f"{family.name}-{fault.name}" for family, fault in CELLS]


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Table:
    return crawl_table(tmp_path_factory.mktemp("faults"))


@pytest.mark.parametrize(("family", "fault"), CELLS, ids=NAMES)
def test_a_fault_is_named_by_its_class_and_does_no_other_harm(table: Table, family: Family, fault: Fault) -> None:
    cell = table[family.name, fault.name]
    assert list(cell.failures) == ([fault.failure] if fault.failure else [])
    if fault.failure:
        assert cell.outcome != SUCCEEDED
        assert cell.kinds
    if fault.issue:
        assert_one_is_gone(family, fault, cell)
    else:
        assert cell.titles == (cell.expected if fault.stores else ())


def assert_one_is_gone(family: Family, fault: Fault, cell: Cell) -> None:
    """A list that states all but the body gives the notice by its title; where that is ordinary, it is no issue."""
    assert set(cell.kinds) == (set() if getattr(family.spider(), "bodies_missing", False) else {fault.issue})
    stated = 0 if issubclass(family.spider(), WindowSpider) else 1
    assert len(cell.titles) == len(cell.expected) - stated


def test_the_portal_can_do_to_every_family_what_real_sites_have_done() -> None:
    assert {fault.failure for fault in FAULTS} >= set(FAILURE_CLASSES) - {"dns"}
    assert {family.name for family in FAMILIES} == {family.spider().family.replace("-", "_") for family in FAMILIES}
