"""The product's own readers read every page and every attachment of the demonstration portal."""

import pytest

from monitor.demo.portal import DemoPortal
from monitor.demo.portal.notices import CHANNELS, LEVELS, DemoNotice, read_notices
from monitor.documents import read_document
from notices.document import READ
from spiders.pages.ccgp import read_list, read_notice

PORTAL = DemoPortal()
SITE = "http://www.ccgp.gov.cn"
HTML = "text/html; charset=utf-8"


def body_of(path: str) -> bytes:
    page = PORTAL.page(path)
    assert page is not None
    return page.body


@pytest.mark.parametrize("notice", read_notices(), ids=lambda notice: notice.id)
def test_a_notice_is_read_as_it_was_written(notice: DemoNotice) -> None:
    read = read_notice(body_of(notice.path), SITE + notice.path, notice.label, f"ccgp-{notice.level}", HTML)
    assert (read.id, read.kind, read.title, read.published) == (notice.id, notice.kind, notice.title, notice.published)
    assert (read.buyer, read.agency or "") == (notice.buyer, notice.agency)
    assert (read.project_code or "") == (notice.code if notice.kind != "intention" else "")
    if notice.budget is not None:
        assert read.budget is not None
        assert read.budget.amount == notice.budget
    if notice.value is not None:
        assert read.award is not None
        assert (read.award.amount, read.suppliers) == (notice.value, (notice.supplier,))
        assert len(read.items) == len(notice.table) - 1
    assert [document.title for document in read.documents] == [attachment.title for attachment in notice.attachments]


def test_all_lists_are_read() -> None:
    counts = {
        f"{level}/{kind}": len(read_list(body_of(f"/cggg/{level}/{kind}/"), f"{SITE}/cggg/{level}/{kind}/").rows)
        for level in LEVELS
        for kind in CHANNELS
    }
    assert counts["dfgg/gkzb"] == 20
    assert counts["zygg/yqzbgg"] == 0
    assert sum(counts.values()) == len(PORTAL.notices) - 5


def test_every_attachment_is_read_to_its_last_line() -> None:
    for notice in PORTAL.notices:
        for attachment in notice.attachments:
            reading = read_document(body_of(attachment.path), attachment.title)
            assert (reading.state, reading.kind) == (READ, attachment.title.rpartition(".")[2])
            assert all(text.content for text in reading.texts)
    prices = next(a for n in PORTAL.notices for a in n.attachments if n.id == "24070901")
    sheets = {text.origin: text.content for text in read_document(body_of(prices.path), prices.title).texts}
    assert "GPU加速卡 | NVIDIA | L40S 48GB PCIe | 16 | 块" in sheets["#sheet=分项报价"]
