"""The queue's findings as files over HTTP, and the same from the terminal."""

import csv
import json
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from monitor.cli import main
from monitor.export.reading import choose
from notices.finding import Place
from notices.review import Review
from storage import Store
from storage.findings import FindingFilter
from storage.paging import AT_ONCE
from tests.review import invented, staff
from tests.review.conftest import Desk
from tests.review.many import fill_findings


def lines(desk: Desk, query: str = "") -> list[dict[str, object]]:
    return [json.loads(line) for line in desk.get(f"/export/findings.jsonl{query}").splitlines()]


def keys_of(desk: Desk, **chosen: object) -> list[str]:
    with desk.store.read() as unit:
        return unit.findings.keys(FindingFilter(**chosen))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("query", "chosen"),
    [
        ("", {"flagged": True, "verdict": "none"}),
        ("?view=all", {"flagged": True}),
        ("?view=all&item=nvidia-h100", {"flagged": True, "item": "nvidia-h100"}),
        ("?view=unflagged", {"flagged": False}),
        ("?view=all&page=3", {"flagged": True}),
    ],
)
def test_an_export_holds_exactly_the_rows_of_the_queues_query(
    desk: Desk, query: str, chosen: dict[str, object]
) -> None:
    expected = keys_of(desk, **chosen)
    assert expected
    assert [row["finding"] for row in lines(desk, query)] == expected
    table = list(csv.DictReader(StringIO(desk.get(f"/export/findings.csv{query}"), newline="")))
    assert [row["finding"] for row in table] == expected
    answer = desk.client.get(f"/export/findings.xlsx{query}")
    assert answer.headers["tenderwatch-rows"] == str(len(expected))
    sheet = load_workbook(BytesIO(answer.content)).worksheets[0]
    assert answer.headers["tenderwatch-filter"] == f"view=todo{query.replace('?', '&')}" or "view=" in query
    head = [cell.value for cell in sheet[1]]
    assert [row[head.index("finding")].value for row in list(sheet.rows)[1:]] == expected


def test_a_byte_order_mark_is_given_to_who_asks(desk: Desk) -> None:
    assert desk.client.get("/export/findings.csv?bom=yes").content.startswith(b"\xef\xbb\xbfnotice,item,")
    answer = desk.client.get("/export/findings.csv")
    assert answer.content.startswith(b"notice,item,")
    assert answer.headers["content-disposition"] == 'attachment; filename="findings-20260306T0130Z.csv"'
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("address", ["?item=no-such", "?colour=red", "?bom=perhaps", "?since=yesterday"])
def test_a_filter_that_means_nothing_is_told_and_nothing_is_exported(desk: Desk, address: str) -> None:
    page = desk.get(f"/export/findings.csv{address}", 400)
    assert "<!doctype html>" in page


def test_whoever_takes_rows_away_stands_in_the_log_with_what_they_took(desk: Desk) -> None:
    for name in ("findings.csv", "findings.jsonl", "findings.xlsx", "dossiers.zip"):
        desk.client.get(f"/export/{name}?view=all&item=nvidia-h100")
    desk.client.get(f"/findings/{desk.keys['h100']}/dossier")
    desk.client.get("/audit/export")
    desk.client.get("/export/findings.csv?view=nothing")
    with desk.store.read() as unit:
        told = [(entry.by, entry.subject, entry.told["rows"]) for entry in unit.audit.newest(act="export")]
        assert unit.audit.newest(act="export")[-1].told["query"] == "view=all&item=nvidia-h100"
    expected = ["audit.jsonl", desk.keys["h100"], "dossiers.zip", "findings.xlsx", "findings.jsonl", "findings.csv"]
    assert told == [("analyst", name, {"audit.jsonl": None, desk.keys["h100"]: 1}.get(name, 2)) for name in expected]


def test_an_empty_export_has_its_heading(desk: Desk) -> None:
    page = desk.get("/export/findings.csv?view=all&words=nothing-like-it")
    assert page.startswith("notice,item,")
    assert page.count("\n") == 1
    assert desk.get("/export/findings.jsonl?words=nothing-like-it") == ""
    answer = desk.client.get("/export/findings.xlsx?words=nothing-like-it")
    assert load_workbook(BytesIO(answer.content)).worksheets[0].max_row == 1


def test_the_queue_links_its_own_filter_and_no_row_names_a_contact(desk: Desk) -> None:
    page = desk.get("/?view=all&item=nvidia-h100")
    assert 'href="/export/findings.xlsx?view=all&amp;item=nvidia-h100"' in page
    assert not any("contact" in name for row in lines(desk) for name in row)


def test_who_is_not_logged_in_exports_nothing(desk: Desk) -> None:
    staff.hire_all(desk.store)
    nobody = staff.desk_of(desk.store, desk.captures, staff.Clock())
    assert nobody.get("/export/findings.csv").status_code in {303, 401}
    assert staff.logged_in(nobody, staff.NAMES["reader"]).get("/export/findings.csv").status_code == 200


def test_more_rows_than_are_read_at_once_come_in_the_queues_order_and_each_once(desk: Desk) -> None:
    many = invented.notice(900, "批量采购公告", "tender", "\n".join(f"A100 第{n}台" for n in range(2 * AT_ONCE + 7)))
    found = [
        invented.finding(many, "nvidia-a100", "NVIDIA A100", Place("body", 0, 4, f"A100 第{n}台"))
        for n in range(2 * AT_ONCE + 7)
    ]
    with desk.store.begin() as unit:
        saved = unit.notices.save(many, invented.NOW)
        unit.findings.replace(saved.notice_id, many.source, found, invented.NOW)
    expected = keys_of(desk, flagged=True, item="nvidia-a100")
    assert len(expected) >= 2 * AT_ONCE + 7
    assert [row["finding"] for row in lines(desk, "?view=all&item=nvidia-a100")] == expected


def test_an_export_is_of_one_moment_whatever_is_written_meanwhile(store: Store) -> None:
    fill_findings(store, 3 * AT_ONCE)
    with choose(store, FindingFilter(flagged=True)) as found:
        rows = iter(found)
        read = [next(rows)]
        with store.begin() as unit:
            for report in unit.findings.reports(FindingFilter(flagged=True)):
                unit.reviews.add(Review(report.key, "confirmed", "", "甲", invented.NOW))
                notice_id = unit.findings.notice_id(report.key)
                assert notice_id is not None
                unit.findings.replace(notice_id, invented.SOURCE, [], invented.NOW)
        fill_findings(store, AT_ONCE, first=5_000)
        read += rows
        about = found.about("view=all", invented.NOW)
    assert len({report.key for report in read}) == len(read) == found.count == about.rows == 3 * AT_ONCE
    assert {report.verdict for report in read} == {None}
    with choose(store, FindingFilter(flagged=True)) as later:
        assert len(list(later)) == later.count == AT_ONCE


def test_the_terminal_exports_by_the_same_query(desk: Desk, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    home = str(desk.captures.parent)
    judged = keys_of(desk, item="nvidia-h100")[0]
    with desk.store.begin() as unit:
        unit.reviews.add(Review(judged, "confirmed", "", "甲", invented.NOW))

    def told(*words: str) -> str:
        with pytest.raises(SystemExit) as ended:
            main(["--home", home, "export", *words])
        assert ended.value.code == 0
        return capsys.readouterr().out

    rows = [json.loads(line) for line in told("findings", "--filter", "/?view=confirmed").splitlines()]
    assert rows == lines(desk, "?view=confirmed")
    told("findings", "--format", "xlsx", "--out", str(tmp_path / "f.xlsx"), "--filter", "view=all")
    assert load_workbook(tmp_path / "f.xlsx").worksheets[0].max_row == 1 + len(keys_of(desk, flagged=True))
    told("notices", "--format", "xlsx", "--out", str(tmp_path / "n.xlsx"))
    with desk.store.read() as unit:
        assert load_workbook(tmp_path / "n.xlsx").worksheets[0].max_row == 1 + unit.notices.count()
    told("findings", "--format", "csv", "--bom", "--out", str(tmp_path / "f.csv"))
    assert (tmp_path / "f.csv").read_bytes().startswith(b"\xef\xbb\xbfnotice,")


@pytest.mark.parametrize(
    "words",
    [
        ["findings", "--filter", "item=no-such"],
        ["findings", "--format", "xlsx"],
        ["notices", "--filter", "view=all"],
    ],
)
def test_a_wrong_use_of_the_terminals_export_is_told(
    desk: Desk, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--home", str(desk.captures.parent), "export", *words])
    assert ended.value.code == 2
    assert capsys.readouterr().out == ""
