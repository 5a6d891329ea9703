"""Where page and annex name one product, it is one finding with two places, and the annex's row says how many."""

from datetime import date

import pytest

from monitor.detection import Subject, detect
from monitor.watchlist import load_watchlist
from notices.document import Text
from notices.finding import Finding, Quantity

WATCHLIST = load_watchlist()
ROW = "序号 | 名称 | 品牌 | 规格型号 | 数量 | 单位\n1 | GPU加速卡 | NVIDIA | H100 80GB PCIe | {count} | 块"


def found(page: str, annex: str) -> Finding:
    texts = (Text("title", "算力设备采购公告"), Text("body", page), Text("document:1#sheet=清单", annex))
    (finding,) = detect(Subject("n", "tender", date(2024, 3, 5), texts), WATCHLIST)
    return finding


@pytest.mark.parametrize(
    ("page", "count", "quantity"),
    [
        ("采购NVIDIA H100 GPU加速卡2块，详见附件清单。", 16, Quantity(16, None)),
        ("采购NVIDIA H100 GPU加速卡，详见附件清单。", 16, Quantity(16, None)),
        ("采购GPU服务器2台，每台配置8块NVIDIA H100加速卡，详见附件。", 16, Quantity(16, 2)),
    ],
)
def test_the_annex_row_says_how_many(page: str, count: int, quantity: Quantity) -> None:
    finding = found(page, ROW.format(count=count))
    assert finding.quantity == quantity
    assert {finding.place.origin, *(place.origin for place in finding.also)} == {"body", "document:1#sheet=清单"}


def test_an_annex_that_names_it_in_passing_does_not_override_the_page() -> None:
    finding = found("采购NVIDIA H100 GPU加速卡2块。", "第三章 采购需求\n所投NVIDIA H100 GPU加速卡须为全新原装。")
    assert finding.quantity == Quantity(2, None)
