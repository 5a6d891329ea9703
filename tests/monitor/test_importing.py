"""Imported rows become notices; what is wrong is named by its line and nothing else is lost."""

import gzip
import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from monitor.cli.entry import main
from monitor.rows import notice_of_row, parse_rows
from monitor.stages.importing import import_files, with_fields
from notices.errors import UnreadableValueError
from storage import Store

NOW = datetime(2026, 11, 2, tzinfo=UTC)
ROW = {
    "site": "portal.invalid",
    "id": "n-1",
    "url": "https://portal.invalid/n-1",
    "title": "智算服务器采购项目中标公告",
    "published": "2026-10-30",
    "text": "采购人：东屏理工大学\n中标供应商：南汀数恒科技有限公司\n中标金额：128.5万元",
}


def lines(*rows: object) -> bytes:
    return b"".join(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows)


def test_a_row_becomes_a_notice_with_the_facts_of_its_text() -> None:
    notice = with_fields(notice_of_row(ROW))
    assert (notice.source, notice.id, notice.kind, notice.published_on) == (
        "portal.invalid",
        "n-1",
        "award",
        "2026-10-30",
    )
    assert (notice.buyer, notice.suppliers) == ("东屏理工大学", ("南汀数恒科技有限公司",))
    assert notice.award is not None
    assert notice.award.amount == Decimal(1285000)


def test_html_is_read_with_its_tables_as_rows() -> None:
    row = {"id": "h", "title": "t", "html": "<p>甲</p><table><tr><td>品牌</td><td>型号</td></tr></table>"}
    assert notice_of_row(row).text.splitlines() == ["甲", "品牌 | 型号"]


@pytest.mark.parametrize("written", ["", "2021", "0001-01-01", "soon"])
def test_a_date_that_is_not_whole_is_never_guessed(written: str) -> None:
    assert notice_of_row(ROW | {"published": written}).published is None


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ({"title": "x"}, "`id` is missing"),
        ({"id": "1"}, "neither a title nor a text"),
        ({"id": "1", "title": 5}, "`title` must be a text"),
    ],
)
def test_a_row_that_is_no_notice_says_what_is_missing(row: dict[str, object], sentence: str) -> None:
    with pytest.raises(UnreadableValueError, match=sentence):
        notice_of_row(row)


def test_characters_that_a_database_cannot_keep_are_replaced() -> None:
    assert notice_of_row({"id": "1", "title": "a\ud800b", "text": "c\x00d"}).text == "c d"


def test_bad_lines_are_named_by_number_and_the_good_ones_are_read() -> None:
    problems: list[str] = []
    data = b'{"id": 1}\nnot json\n\n[1]\n{"id": 2}\n\xff\xfe\n'
    assert [number for number, _ in parse_rows(data.splitlines(), problems.append)] == [1, 5]
    assert [problem.split(":")[0] for problem in problems] == ["line 2", "line 4", "line 6"]


def test_importing_twice_adds_nothing(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl.gz"
    path.write_bytes(gzip.compress(lines(ROW, ROW | {"id": "n-2"})))
    assert import_files(store, [path], lambda: NOW).counts == {"notices": 2, "new": 2}
    assert import_files(store, [path], lambda: NOW).counts == {"notices": 2, "same": 2}
    with store.read() as unit:
        assert unit.notices.count() == 2


def test_a_bad_line_is_skipped_and_reported(sqlite_store: Store, tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_bytes(lines(ROW) + b"{broken\n" + lines({"title": "no id"}, ROW | {"id": "n-2"}))
    report = import_files(sqlite_store, [path], lambda: NOW)
    assert report.counts["new"] == 2
    assert [problem.split(": ")[1] for problem in report.problems] == ["line 2", "line 3"]
    assert report.exit_status == 3


def test_a_gzip_file_that_breaks_off_gives_its_whole_lines(sqlite_store: Store, tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl.gz"
    rows = [ROW | {"id": f"n-{number}", "text": f"{number} " * 2000} for number in range(200)]
    path.write_bytes(gzip.compress(lines(*rows))[:-2000])
    report = import_files(sqlite_store, [path], lambda: NOW)
    assert 0 < report.counts["new"] < 200
    assert "cannot be read" in report.problems[-1]


def test_a_row_whose_title_names_no_stage_is_told_by_its_headings() -> None:
    text = "一、项目编号：DP-7\n二、更正信息：\n更正内容：开标时间改为2026年11月9日"
    assert notice_of_row(ROW | {"title": "关于智算服务器采购项目的说明", "text": text}).kind == "correction"


def test_a_single_source_row_that_lists_nothing_buys_its_project() -> None:
    row = ROW | {
        "title": "单一来源采购公示",
        "text": "一、项目信息\n采购人：东屏理工大学\n项目名称：图形渲染服务器\n二、拟定供应商信息\n名称：南汀数恒公司",
    }
    assert [item.name for item in with_fields(notice_of_row(row)).items] == ["图形渲染服务器"]


def test_a_row_that_contradicts_itself_is_kept_and_named_once(store: Store, tmp_path: Path) -> None:
    text = str(ROW["text"]).replace("128.5万元", "128.5万元（壹佰贰拾捌万元整）")
    path = tmp_path / "rows.jsonl"
    path.write_bytes(lines(ROW | {"text": text}))
    report = import_files(store, [path], lambda: NOW)
    assert (report.counts["new"], report.counts["conflicts"], report.problems) == (1, 1, [])
    import_files(store, [path], lambda: NOW)
    with store.read() as unit:
        (met,) = unit.runs.issues("portal.invalid")
    assert met.issue.kind == "conflict"
    assert "壹佰贰拾捌万元整" in met.issue.message
    assert "128.5万元" in met.issue.message


def test_procedures_are_listed_as_records(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tender = {
        "id": "n-0",
        "title": "智算服务器采购项目招标公告",
        "published": "2026-09-30",
        "text": "采购人：东屏理工大学",
    }
    path = tmp_path / "rows.jsonl"
    path.write_bytes(lines(ROW, ROW | tender, ROW | {"id": "n-2", "title": "食堂保洁招标公告"}))
    home = ["--home", str(tmp_path / "home")]
    for arguments in (["import", str(path)], ["procedures", "--format", "jsonl"]):
        with pytest.raises(SystemExit) as ended:
            main([*arguments, *home])
        assert ended.value.code == 0
    _, *records = capsys.readouterr().out.splitlines()
    both, alone = sorted(map(json.loads, records), key=lambda record: -len(record["releases"]))
    assert [release["tag"] for release in both["releases"]] == [["tender"], ["award"]]
    assert both["compiledRelease"]["awards"][0]["value"] == {"amount": 1285000.0, "currency": "CNY"}
    assert len(alone["releases"]) == 1
