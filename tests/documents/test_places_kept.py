"""A finding's place in an attachment: page, sheet and row, and whether text recognition read it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from monitor.cli.entry import app
from monitor.documents import read_document
from monitor.scan import Scan, scan
from monitor.stages.detect import detect_due
from monitor.watchlist import load_watchlist
from notices.document import READ_BY_OCR, Document, Text, runs_of
from notices.finding import FindingReport, report_row
from notices.notice import Notice
from storage import open_store
from tests.documents.making import xls
from tests.documents.test_figures import xlsx_of
from tests.review.conftest import browse, visible

NOW = datetime(2026, 3, 2, tzinfo=UTC)
SHEET = [["序号", "名称", "数量"], ["", "", ""], ["1", "NVIDIA H100 加速卡", "16"], ["2", "机柜", "2"]]


def judged(tmp_path: Path, *texts: Text) -> list[FindingReport]:
    """The findings in a notice whose one attachment was read as these texts."""
    store = open_store(f"sqlite:///{tmp_path / 'x.sqlite'}")
    store.migrate()
    listed = Notice(
        "a", "1", "https://a.example/1", "服务器采购", "tender", NOW, documents=(Document("d", "附件.pdf"),)
    )
    with store.begin() as unit:
        unit.notices.save(listed, NOW)
        unit.documents.set_read(unit.documents.missing("a")[0].id, READ_BY_OCR, "", "pdf", texts, NOW)
    detect_due(store, load_watchlist(), lambda: NOW)
    with store.read() as unit:
        found = unit.findings.reports()
    store.close()
    return found


def test_a_finding_in_a_scan_carries_the_confidence_through_the_store(tmp_path: Path) -> None:
    scanned = Text("#page=2", "1 | NVIDIA H100 加速卡 | 16块", 0.91)
    plain = Text("#page=3", "1 | NVIDIA A800 加速卡 | 8块")
    rows = {row["item"]: row for row in map(report_row, judged(tmp_path, scanned, plain))}
    assert (rows["nvidia-h100"]["origin"], rows["nvidia-h100"]["ocr_confidence"]) == ("document:1#page=2", 0.91)
    assert rows["nvidia-a800"]["ocr_confidence"] is None


def test_the_desk_says_of_a_finding_that_it_was_read_by_ocr(tmp_path: Path) -> None:
    (found,) = judged(tmp_path, Text("#page=2", "1 | NVIDIA H100 加速卡 | 16块", 0.91))
    store = open_store(f"sqlite:///{tmp_path / 'x.sqlite'}")
    desk = browse(store, tmp_path)
    for address in ("/", f"/findings/{found.key}"):
        assert "read by OCR, confidence 0.91: compare it with the scan" in visible(desk.get(address).text), address
    store.close()


def test_one_product_on_a_page_and_in_two_scans_is_one_finding_with_each_place_marked(tmp_path: Path) -> None:
    texts = [Text("#page=1", "采购 NVIDIA H100 加速卡 16块"), Text("#page=2", "NVIDIA H100 加速卡 16块", 0.88)]
    (row,) = map(report_row, judged(tmp_path, *texts))
    (other,) = row["also"]  # type: ignore[misc]
    assert {(place["origin"], place["ocr_confidence"]) for place in (row, other)} == {
        ("document:1#page=1", None),
        ("document:1#page=2", 0.88),
    }


def test_the_row_of_a_sheet_is_that_which_the_sheet_shows() -> None:
    (text,) = read_document(xls({"报价": SHEET}), "x.xls").texts
    assert text.rows == "1:1 2:3"
    assert text.row_at(text.content.index("H100")) == 3
    (text,) = read_document(xls({"报价": SHEET}, places={(3, 1): (65_000, 200)}), "x.xls").texts
    assert text.row_at(text.content.index("机柜")) is None
    assert Text("body", "H100").row_at(0) is None


def test_runs_of_rows_begin_where_the_count_jumps() -> None:
    assert runs_of([1, 2, 3, 7, 8, 1_048_576]) == "1:1 4:7 6:1048576"
    text = Text("", "a\nb\nc\nd\ne\nf", rows="1:1 4:7 6:1048576")
    assert [text.row_at(offset) for offset in range(0, 11, 2)] == [1, 2, 3, 7, 8, 1_048_576]


def test_a_scan_of_files_names_sheet_and_row(tmp_path: Path) -> None:
    (tmp_path / "报价.xls").write_bytes(xls({"报价": SHEET}))
    (row,) = scan([tmp_path], load_watchlist(), NOW.date(), done=Scan())
    assert (row["origin"], row["row"], row["ocr_confidence"]) == ("document:1#sheet=报价", 3, None)


def test_rows_that_claim_one_number_all_stay() -> None:
    row = '<row r="4"><c t="inlineStr"><is><t>{}</t></is></c></row>'
    (text,) = read_document(xlsx_of(b"", row.format("H100") + row.format("A800")), "x.xlsx").texts
    assert (text.content, text.rows) == ("H100\nA800", "1:4 2:4")


def test_a_state_that_is_none_is_a_wrong_use(tmp_path: Path) -> None:
    answer = CliRunner().invoke(app, ["--home", str(tmp_path), "documents", "--state", "lost"])
    assert answer.exit_code == 2
    assert "partly_read" in answer.output


@pytest.mark.parametrize("place", range(3))
def test_offsets_at_line_ends_belong_to_their_line(place: int) -> None:
    text = Text("", "aa\nbb", rows="1:4")
    assert text.row_at(place) == 4
