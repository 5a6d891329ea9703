"""Filters with a name, and the filters that ask for what stands with the notice."""

from pathlib import Path

import pytest

from storage import Store, Unit
from storage.findings import FindingFilter
from tests.review import invented, staff
from tests.review.conftest import Desk, visible


def names(unit: Unit, person: str) -> list[tuple[str, str, bool]]:
    return [(each.name, each.query, each.shared) for each in unit.saved_filters.seen_by(person)]


def test_a_selection_is_saved_under_a_name_and_stands_beside_the_queue(desk: Desk) -> None:
    page = desk.get("/?severity=critical&item=nvidia-h100")
    fields = staff.hidden(page, "/filters")
    answer = desk.client.post("/filters", data=fields | {"name": "  H100  最高 "})
    assert answer.headers["location"] == "/?severity=critical&item=nvidia-h100"
    named = '<span>H100 <span lang="zh-Hans">最高</span></span>'
    assert f'<a href="/?severity=critical&amp;item=nvidia-h100">{named}</a>' in desk.get("/")
    taken = desk.client.post("/filters", data=fields | {"name": "H100 最高"})
    assert taken.status_code == 400
    assert "There is a filter of that name already" in taken.text
    assert 'value="H100 最高"' in taken.text
    assert desk.client.post("/filters", data=fields | {"name": "长" * 81}).status_code == 400
    with desk.store.read() as unit:
        assert names(unit, "analyst") == [("H100 最高", "severity=critical&item=nvidia-h100", False)]
        number = unit.saved_filters.seen_by("analyst")[0].id
    path = f"/filters/{number}"
    renamed = desk.client.post(path, data=staff.hidden(desk.get("/filters"), path) | {"act": "rename", "name": "甲"})
    assert renamed.status_code == 303
    assert "甲" in visible(desk.get("/filters"))
    removed = desk.client.post(path, data=staff.hidden(desk.get("/filters"), path) | {"act": "remove", "name": ""})
    assert removed.status_code == 303
    assert "No filter has a name yet" in desk.get("/filters")
    with desk.store.read() as unit:
        acts = [entry.act for entry in unit.audit.newest(3)]
    assert acts == ["filter_removed", "filter_changed", "filter_saved"]


def test_a_filter_is_ones_own_until_an_editor_shares_it(store: Store, tmp_path: Path) -> None:
    invented.fill(store, tmp_path / "captures")
    staff.hire_all(store)
    browser = staff.desk_of(store, tmp_path / "captures", staff.Clock())
    reader, editor = (staff.logged_in(browser, staff.NAMES[role]) for role in ("reader", "editor"))
    for client, name in ((reader, "读者的"), (editor, "编辑的")):
        fields = staff.hidden(client.get("/?control=restricted").text, "/filters")
        assert client.post("/filters", data=fields | {"name": name}).status_code == 303
    with store.read() as unit:
        (hers,) = unit.saved_filters.seen_by(staff.NAMES["editor"])
    assert "编辑的" not in reader.get("/").text
    path = f"/filters/{hers.id}"
    shared = editor.post(path, data=staff.hidden(editor.get("/filters").text, path) | {"act": "share"})
    assert shared.status_code == 303
    assert "编辑的" in reader.get("/").text
    page = reader.get("/filters").text
    assert path not in page
    with store.read() as unit:
        (own,) = [each for each in unit.saved_filters.seen_by(staff.NAMES["reader"]) if each.name == "读者的"]
    mine = f"/filters/{own.id}"
    refused = reader.post(mine, data=staff.hidden(page, mine) | {"act": "share"})
    assert refused.status_code == 403


def test_what_stands_with_the_notice_narrows_the_queue(desk: Desk) -> None:
    with desk.store.read() as unit:
        everything = unit.findings.reports()
        chosen = next(each for each in everything if each.suppliers and each.amount_cny and each.region)
        supplier, amount = chosen.suppliers[0], chosen.amount_cny
        assert amount is not None
        expected = {
            FindingFilter(supplier=f" {supplier} "): {each.key for each in everything if supplier in each.suppliers},
            FindingFilter(region=chosen.region): {each.key for each in everything if each.region == chosen.region},
            FindingFilter(unread=True): {each.key for each in everything if each.unread_documents},
            FindingFilter(unread=False): {each.key for each in everything if not each.unread_documents},
            FindingFilter(least=amount, most=amount): {e.key for e in everything if e.amount_cny == amount},
            FindingFilter(least=amount + 1): {e.key for e in everything if e.amount_cny and e.amount_cny > amount},
            FindingFilter(change="appeared"): {e.key for e in everything if e.finding.change == "appeared"},
        }
        for asked, keys in expected.items():
            assert set(unit.findings.keys(asked)) == keys
        narrowed = [asked for asked, keys in expected.items() if len(keys) < len(everything)]
        assert len(narrowed) >= len(expected) - 1, "the invented notices may share one region"
    page = desk.get(f"/?view=all&supplier={supplier}&least=1&most=99999999999&unread=no")
    assert f'name="supplier" maxlength="200" value="{supplier}"' in page
    assert '<input type="hidden" name="unread" value="no">' in page
    assert 'aria-current="true"><span>no</span> <span class="n">0</span>' in page


@pytest.mark.parametrize(
    "address", ["/?least=many", "/?most=-1", "/?most=1e9", "/?unread=maybe", "/?change=moved", "/?reading=thrice"]
)
def test_what_these_filters_cannot_be_is_refused_with_what_they_can(desk: Desk, address: str) -> None:
    _, _, value = address.removeprefix("/?").partition("=")
    page = visible(desk.get(address, 400))
    assert value in page
