"""Characters that hide or reorder what stands around them reach no page, dossier, feed or mail."""

import re
from dataclasses import replace
from urllib.parse import quote

import pytest

from alerts.message import email_content
from monitor.stages.index import index_due
from notices.alert import Alert
from notices.document import READ, Document, Text
from notices.finding import Place
from notices.notice import Item
from notices.party import Party
from notices.review import Review
from tests.review import invented
from tests.review.conftest import Desk

BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u206a\u206f"
HIDDEN = (
    "\xad\u034f\u115f\u180e\u200b\u2028\u2029\u2060\u2064\u3164\ufeff\uffa0\ufff9\ufffb\U0001d173\U000e0041\U000e007f"
)
CONTROL = "\x01\x08\x0b\x1b\x7f\x85\x9f"
UNSEEN = re.compile(f"[{BIDI}{HIDDEN}{CONTROL}]")


PARTIES = (("远山大学", "buyer"), ("甲公司", "supplier"), ("代理", "procuringEntity"))


def odd(words: str) -> str:
    """The words with one of the characters behind each."""
    marks = BIDI + HIDDEN + CONTROL
    return "".join(each + marks[at % len(marks)] for at, each in enumerate(words * 4))[: len(words) * 8]


@pytest.fixture
def paths(desk: Desk) -> list[str]:
    """Addresses that show a notice full of them, all of it found, judged, told and indexed."""
    text = f"{odd('采购内容说明')}\n{odd('甲')} | {odd('乙')} | NVIDIA\u202e H100 80GB\n" + odd("远山大学") * 3
    made = invented.notice(
        91, odd("远山大学加速卡采购公告"), "award", text, label=odd("中标公告"), region=odd("北京"),
        parties=tuple(Party(odd(name), role) for name, role in PARTIES),
        items=(Item(odd("加速卡"), as_written=odd("加速卡 | 8张")),),
        documents=(Document("https://portal.invalid/a.pdf", odd("附件") + ".pdf"),), project_code=odd("XM-1"),
    )  # fmt: skip
    start = text.index("NVIDIA")
    place = Place("body", start, start + 17, text[start : start + 17])
    found = invented.finding(made, "nvidia-h100", odd("NVIDIA H100"), place)
    found = replace(found, reasons=(odd("The notice names it."),), candidates=(odd("a"),))
    with desk.store.begin() as unit:
        saved = unit.notices.save(made, invented.NOW)
        (file,) = [each for each in unit.documents.all() if each.notice_id == saved.notice_id]
        unit.documents.set_read(
            file.id, READ, odd("why"), "pdf", [Text("#page=1", odd("附件正文加速卡"))], invented.NOW
        )
        (key,) = unit.findings.replace(saved.notice_id, made.source, [found], invented.NOW)
        unit.reviews.add(Review(key, "confirmed", odd("note"), odd("reader"), invented.NOW))
        report = unit.findings.report(key)
        assert report is not None
        alert = Alert("odd", "restricted", report.procedure, invented.NOW, (report,), about=odd("buyer"))
        unit.alerts.add(alert, [])
    mail = email_content(alert, "http://desk.invalid")
    assert not UNSEEN.search(mail.subject + mail.text + mail.html)
    index_due(desk.store)
    finding, notice = f"/findings/{key}", f"/notices/{saved.notice_id}"
    texts = [finding, f"{finding}/text?origin=body", f"{finding}/dossier", notice, f"{notice}/text?origin=body"]
    lists = ["/?view=all", "/?view=confirmed", "/overview", "/buyers", "/sellers", "/items", "/alerts", "/audit"]
    named = [f"/buyers/{quote(odd('远山大学'))}", f"/search?q={quote('远')}", f"/audit?by={quote(odd('x'))}"]
    return [*texts, *lists, *named, "/items/nvidia-h100", "/search?q=H100", "/feeds/restricted.atom", "/precision"]


def test_nothing_unseen_is_on_any_page(desk: Desk, paths: list[str]) -> None:
    leaks = []
    for path in paths:
        answer = desk.client.get(path)
        assert answer.status_code in {200, 404}, path
        leaks += [(path, ascii(answer.text[max(0, each.start() - 90) : each.end()])) for each in
                  re.finditer(f"{UNSEEN.pattern}[^<>]*", answer.text)]  # fmt: skip
    assert leaks == [], "\n".join(f"{path} {leak[:200]}" for path, leak in leaks)
