"""What the desk and the listings say of a notice whose page is no longer there."""

import json
from pathlib import Path

import pytest

from monitor.cli import main
from monitor.health import source_lines
from storage.revisits import GONE, Revisit
from tests.review import invented
from tests.review.conftest import Desk, browse, visible


def take_down(desk: Desk, finding: str) -> str:
    """Notes that a finding's notice was not there any more; the site's id of the notice."""
    with desk.store.begin() as unit:
        notice_id = unit.findings.notice_id(finding)
        assert notice_id is not None
        unit.revisits.record(notice_id, Revisit(7, invented.NOW, GONE), "the site answered 404")
        stored = unit.notices.by_id(notice_id)
        assert stored
        return stored.notice.id


def test_a_finding_says_that_its_page_is_gone_and_since_when(desk: Desk) -> None:
    key = desk.keys["h100"]
    assert "no longer there" not in visible(desk.get(f"/findings/{key}"))
    take_down(desk, key)
    page = visible(desk.get(f"/findings/{key}"))
    day = f"{invented.NOW:%Y-%m-%d}"
    assert f"This notice's page was no longer there on {day}" in page
    assert "the site answered 404. What was read here is the kept capture." in page


def test_the_list_of_sources_counts_what_is_gone(desk: Desk) -> None:
    take_down(desk, desk.keys["h100"])
    with desk.store.read() as unit:
        source = next(each.notice.source for each in unit.notices.all() if each.gone_at)
    (line,) = [each for each in source_lines(desk.store, invented.NOW) if each.id == source]
    assert line.gone == 1
    client = browse(desk.store, desk.captures, sources=[line])
    assert "1 notice whose page is no longer there" in visible(client.get("/sources").text)


def test_notices_are_listed_with_the_day_on_which_they_were_gone(
    desk: Desk, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = take_down(desk, desk.keys["h100"])
    monkeypatch.chdir(Path(desk.captures).parent)
    with pytest.raises(SystemExit, match="0"):
        main(["--home", str(desk.captures.parent), "notices", "--format", "jsonl"])
    rows = {row["id"]: row for row in map(json.loads, capsys.readouterr().out.splitlines())}
    assert (rows[gone]["gone"], rows[gone]["gone_reason"]) == (f"{invented.NOW:%Y-%m-%d}", "the site answered 404")
    assert {row["gone"] for name, row in rows.items() if name != gone} == {None}
