"""The changes that a correction states are read from its table, else from its lines."""

from datetime import UTC, datetime

import pytest

from monitor.detection import detect
from monitor.detection.subject import Subject
from monitor.watchlist import load_watchlist
from notices.corrections import Correction, corrections_of
from notices.document import Text
from notices.html_text import read_text
from notices.notice import Notice
from notices.ocds import Place, Release, record_of


def correction(text: str, kind: str = "correction") -> Notice:
    return Notice("a", "c", "https://a.invalid/c", "更正公告", kind, datetime(2026, 5, 9, tzinfo=UTC), text)


TABLE = """二、更正信息
序号 | 更正项 | 更正前内容 | 更正后内容
1 | 设备型号 | H100 80GB | H20 96GB
2 | 开标时间 | 2026年5月10日 9:00 | 2026年5月20日 9:00
3 | 数量 | 2台 | 2 台
三、其他补充事宜"""


def test_the_rows_of_a_table_are_changes_and_what_stays_is_none() -> None:
    assert corrections_of(correction(TABLE)) == (
        Correction("设备型号", "H100 80GB", "H20 96GB"),
        Correction("开标时间", "2026年5月10日 9:00", "2026年5月20日 9:00"),
    )
    assert corrections_of(correction(TABLE, "tender")) == ()


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        (
            "原公告内容 | 变更后内容\n预算金额：80万元 | 预算金额：90万元",
            (Correction(None, "预算金额：80万元", "预算金额：90万元"),),
        ),
        (
            "更正前 | A100 | 40GB\n更正后 | A800 | 80GB",
            (Correction(None, "A100", "A800"), Correction(None, "40GB", "80GB")),
        ),
        ("更正项 | 更正前 | 更正后\n附件清单 | / | 新增清单.xlsx", (Correction("附件清单", "", "新增清单.xlsx"),)),
        ("1.设备型号\n更正前：H100 80GB；\n更正后：H20 96GB。", (Correction("设备型号", "H100 80GB", "H20 96GB"),)),
        ("更正前：2台，更正后：3台", (Correction(None, "2台", "3台"),)),
        ("将“配置8块H100”修改为“配置8块H20”。", (Correction(None, "配置8块H100", "配置8块H20"),)),
        (
            "原开标时间：2026年5月10日，现更正为：2026年5月20日",
            (Correction("开标时间", "2026年5月10日", "2026年5月20日"),),
        ),
        ("采购人因故更正，其他内容不变。", ()),
        ("", ()),
    ],
)
def test_every_way_of_writing_a_change_is_read(text: str, changes: tuple[Correction, ...]) -> None:
    assert corrections_of(correction(text)) == changes


def test_spanned_cells_and_markup_change_nothing() -> None:
    html = (
        "<p>二、更正信息</p><table><tr><th>序号</th><th>更正项</th><th>更正前内容</th><th>更正后内容</th></tr>"
        "<tr><td>1</td><td rowspan=2>技术参数</td><td>显存40GB</td><td>显存80GB</td></tr>"
        "<tr><td>2</td><td>2块</td><td>4块</td></tr></table>"
    )
    assert corrections_of(correction(read_text(html))) == (
        Correction("技术参数", "显存40GB", "显存80GB"),
        Correction("技术参数", "2块", "4块"),
    )


def test_a_correction_is_an_amendment_of_its_procedure() -> None:
    place = Place("a", "c", "https://a.invalid/c", "2026-05-09", 1)
    record = record_of("p", [Release(correction(TABLE), (place,))])
    compiled = record["compiledRelease"]
    assert isinstance(compiled, dict)
    (amendment,) = compiled["tender"]["amendments"]
    assert amendment["changes"][0] == {"property": "设备型号", "former_value": "H100 80GB", "value": "H20 96GB"}


def test_a_model_that_a_correction_brings_or_takes_is_a_finding_of_its_own() -> None:
    subject = Subject(
        "c", "correction", datetime(2026, 5, 9, tzinfo=UTC).date(), (Text("body", TABLE),), "东屏理工大学"
    )
    found = {finding.item for finding in detect(subject, load_watchlist())}
    assert {"nvidia-h100", "nvidia-h20"} <= found
