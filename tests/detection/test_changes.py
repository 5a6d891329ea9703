"""A model that a correction notice brings in or takes out is marked so; one that stands on both sides is not."""

from datetime import date

import pytest

from monitor.detection import detect
from monitor.detection.subject import Subject
from monitor.watchlist import load_watchlist
from notices.document import Text
from notices.finding import APPEARED, DISAPPEARED, finding_row


def changes(body: str, kind: str = "correction") -> dict[str, str]:
    texts = (Text("title", "图形服务器采购项目更正公告"), Text("body", body))
    found = detect(Subject("1", kind, date(2026, 3, 1), texts), load_watchlist())
    return {each.item: each.change for each in found}


TABLE = """二、更正信息
更正内容：
序号 | 更正项 | 更正前内容 | 更正后内容
1 | 采购需求 | 服务器2台，每台配置8张{before} | 服务器2台，每台配置8张{after}"""


def test_a_model_that_is_replaced_disappears_and_its_successor_appears() -> None:
    found = changes(TABLE.format(before="NVIDIA H800 80GB", after="NVIDIA H20 96GB"))
    assert found == {"nvidia-h800": DISAPPEARED, "nvidia-h20": APPEARED}


@pytest.mark.parametrize(
    "body",
    [
        TABLE.format(before="NVIDIA A800 80GB", after="国产加速卡"),
        "二、更正信息\n更正前：服务器配置4块NVIDIA A800\n更正后：服务器配置4块国产推理卡",
        "原招标文件“配置NVIDIA A800显卡”，现更正为“配置独立显卡，显存不低于24GB”。",
    ],
)
def test_a_model_that_is_taken_out_disappears(body: str) -> None:
    assert changes(body) == {"nvidia-a800": DISAPPEARED}


def test_a_model_that_stands_on_both_sides_does_neither() -> None:
    body = TABLE.format(before="NVIDIA A800 80GB，质保3年", after="NVIDIA A800 80GB，质保5年")
    assert changes(body) == {"nvidia-a800": ""}


def test_a_model_outside_the_corrected_wording_does_neither() -> None:
    body = "采购内容：配置8张NVIDIA A800的服务器2台\n" + TABLE.format(before="质保3年", after="质保5年")
    assert changes(body) == {"nvidia-a800": ""}


def test_a_tender_that_has_such_a_table_is_no_correction() -> None:
    assert set(changes(TABLE.format(before="NVIDIA A800 80GB", after="国产加速卡"), kind="tender").values()) == {""}


def test_the_row_of_a_finding_says_what_changed_and_why() -> None:
    texts = (Text("body", TABLE.format(before="NVIDIA A800 80GB", after="国产加速卡")),)
    (found,) = detect(Subject("1", "correction", date(2026, 3, 1), texts), load_watchlist())
    assert finding_row(found)["change"] == "disappeared"
    assert any("before the correction only" in reason for reason in found.reasons)
