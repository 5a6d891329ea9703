"""Every family under every fault: each fault is named by its class within one run, and no refusal is ever read."""

import socket
from collections.abc import Iterator

import pytest

from notices.run import DNS, FAILED, FAILURE_CLASSES, REFUSED, SUCCEEDED
from spiders.windows import WindowSpider
from tests.portal.families import FAMILIES, Family
from tests.portal.faults import FAULTS, Fault
from tests.spiders.crawling import House, Started
from tests.spiders.fault_table import Cell, crawl_table, is_told

Table = dict[tuple[str, str], Cell]
CELLS = [(family, fault) for family in FAMILIES for fault in FAULTS if is_told(family, fault)]
NAMES = [f"{family.name}-{fault.name}" for family, fault in CELLS]


@pytest.fixture(scope="module")
def nowhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, tuple[House, Started]]]:
    """Crawls of hosts that cannot be reached, by the class of that; they take their time while the table is made."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        closed = server.getsockname()[1]
    hosts = {DNS: "http://portal.invalid", REFUSED: f"http://127.0.0.1:{closed}"}
    houses = {failure: House(tmp_path_factory.mktemp("nowhere") / "home") for failure in hosts}
    # Whatever resolver this machine has, or none: it is asked once, for a second.
    quick = {"RES_OPTIONS": "timeout:1 attempts:1"}
    yield {
        failure: (house, house.start(None, "nbygcg", quick, base_url=hosts[failure]))
        for failure, house in houses.items()
    }
    for house in houses.values():
        house.store.close()


@pytest.fixture(scope="module")
def table(nowhere: object, tmp_path_factory: pytest.TempPathFactory) -> Table:
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


@pytest.mark.parametrize("failure", [DNS, REFUSED])
def test_a_host_without_a_name_or_a_server_is_named_by_its_class(
    table: Table, nowhere: dict[str, tuple[House, Started]], failure: str
) -> None:
    house, started = nowhere[failure]
    done = house.ended(started, "nbygcg")
    assert (done.run.outcome, done.run.failures, done.kinds) == (FAILED, {failure: 1}, ["failed"])
    assert (done.status, house.ids()) == (1, set())


def test_the_portal_can_do_to_every_family_what_real_sites_have_done() -> None:
    assert {fault.failure for fault in FAULTS} >= set(FAILURE_CLASSES) - {DNS}
    assert {family.name for family in FAMILIES} == {family.spider().family.replace("-", "_") for family in FAMILIES}
