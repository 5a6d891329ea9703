"""Detection over the store: findings and their alerts in one transaction, again only when something changed."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from alerts.channels.settings import parse_channels
from alerts.routes import parse_routes
from monitor.stages.detect import detect_due
from monitor.watchlist import load_watchlist
from notices.document import READ, Capture, Document, Text
from notices.finding import APPEARED, DISAPPEARED
from notices.notice import Notice
from notices.party import Party
from storage import Store
from storage.findings import FindingFilter

NOW = datetime(2026, 11, 2, 1, tzinfo=UTC)
CONFIG = {
    "channel": [
        {
            "name": "mail",
            "kind": "email",
            "host": "127.0.0.1",
            "security": "none",
            "from": "a@example.invalid",
            "to": ["b@example.invalid"],
        }
    ],
    "route": [{"name": "all", "to": ["mail"]}],
}
WATCHLIST = load_watchlist()
ROUTES, CHANNELS = parse_routes(CONFIG), parse_channels(CONFIG)


def notice(number: int, text: str) -> Notice:
    return Notice(
        source="portal.invalid",
        id=f"n{number}",
        url=f"http://portal.invalid/{number}",
        title=f"第{number}号服务器采购中标公告",
        kind="award",
        published=datetime(2024, 3, 5, tzinfo=UTC),
        text=text,
        parties=(Party("东屏理工大学", "buyer"),),
    )


H100 = "货物名称 | 品牌 | 规格型号 | 数量\nGPU服务器 | NVIDIA | H100 80GB | 2台"
ORDINARY = "食堂大米采购，数量：100袋。"


def detect(store: Store) -> dict[str, int]:
    return detect_due(store, WATCHLIST, lambda: NOW, routes=ROUTES, channels=CHANNELS).counts


def save(store: Store, *notices: Notice) -> None:
    with store.begin() as unit:
        for each in notices:
            unit.notices.save(each, NOW)


def test_a_finding_enters_the_store_with_its_alert(store: Store) -> None:
    save(store, notice(1, H100), notice(2, ORDINARY))
    counts = detect(store)
    assert (counts["notices"], counts["flagged_notices"], counts["alerts"]) == (2, 1, 1)
    with store.read() as unit:
        (report,) = unit.findings.reports(FindingFilter(flagged=True))
        (delivery,) = unit.alerts.due(NOW)
    place = report.finding.place
    assert (report.finding.item, report.finding.notice) == ("nvidia-h100", "n1")
    assert H100[place.start : place.end] == place.quote
    assert (report.finding.control.status, report.finding.control.as_of) == ("restricted", "2024-03-05")
    assert delivery.target == "b@example.invalid"


def test_what_was_judged_is_not_judged_again_and_its_news_not_told_again(sqlite_store: Store) -> None:
    save(sqlite_store, notice(1, H100))
    detect(sqlite_store)
    assert detect(sqlite_store) == {}
    with sqlite_store.begin() as unit:
        unit.notices.forget_detection()
    assert detect(sqlite_store)["alerts"] == 0


def test_a_model_that_a_changed_page_no_longer_names_is_told_as_gone(sqlite_store: Store) -> None:
    save(sqlite_store, notice(1, H100))
    detect(sqlite_store)
    save(sqlite_store, notice(1, ORDINARY))
    counts = detect(sqlite_store)
    assert (counts["notices"], counts["alerts"]) == (1, 1)
    with sqlite_store.read() as unit:
        (report,) = unit.findings.reports()
    finding = report.finding
    assert (finding.item, finding.change, finding.place.origin) == ("nvidia-h100", DISAPPEARED, "revision:1")
    assert finding.reasons[-1] == "Revision 1 of this page named it; the present one does not."


def test_a_model_that_a_changed_page_names_anew_has_appeared(sqlite_store: Store) -> None:
    save(sqlite_store, notice(1, ORDINARY), notice(2, H100))
    save(sqlite_store, notice(1, H100), notice(2, H100 + "\n质保三年"))
    detect(sqlite_store)
    with sqlite_store.read() as unit:
        changes = {report.finding.notice: report.finding.change for report in unit.findings.reports()}
    assert changes == {"n1": APPEARED, "n2": ""}


def test_what_is_gone_comes_back_as_itself_and_is_told_once(sqlite_store: Store) -> None:
    for text in (H100, ORDINARY):
        save(sqlite_store, notice(1, text))
        detect(sqlite_store)
    with sqlite_store.begin() as unit:
        unit.notices.forget_detection()
    assert detect(sqlite_store)["alerts"] == 0
    save(sqlite_store, notice(1, H100))
    detect(sqlite_store)
    with sqlite_store.read() as unit:
        assert [report.finding.change for report in unit.findings.reports()] == [""]


def test_another_reading_of_the_same_page_is_no_change_of_the_page(sqlite_store: Store) -> None:
    capture = Capture("http://portal.invalid/1", NOW, 200, "text/html", "0" * 64, 10, "portal-1.warc.gz", 0, 10)
    with sqlite_store.begin() as unit:
        saved = unit.notices.save(notice(1, H100), NOW, unit.captures.add(capture))
    with sqlite_store.begin() as unit:
        unit.notices.reread(saved.notice_id, notice(1, ORDINARY), NOW)
        assert unit.notices.earlier(saved.notice_id) == []
    detect(sqlite_store)
    with sqlite_store.read() as unit:
        assert unit.findings.reports() == []


def test_a_chip_named_only_in_an_attachment_is_found_when_it_is_read(sqlite_store: Store) -> None:
    linked = replace(notice(1, ORDINARY), documents=(Document("http://portal.invalid/a", "报价明细.xlsx"),))
    save(sqlite_store, linked)
    assert detect(sqlite_store)["findings"] == 0
    with sqlite_store.begin() as unit:
        capture = Capture("http://portal.invalid/a", NOW, 200, "", "0" * 64, 1, "w", 0, 1)
        unit.documents.captured(1, "http://portal.invalid/a", unit.captures.add(capture))
        (due,) = unit.documents.due()
        unit.documents.set_read(due.id, READ, "", "xlsx", [Text("#sheet=报价", H100)], NOW)
    assert detect(sqlite_store)["flagged_notices"] == 1
    with sqlite_store.read() as unit:
        (report,) = unit.findings.reports(FindingFilter(flagged=True))
    assert report.finding.place.origin == "document:1#sheet=报价"


def test_a_crash_inside_a_batch_leaves_neither_finding_nor_alert(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(sqlite_store, notice(1, H100))

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr("storage.alerts.AlertRepository.add", crash)
        with pytest.raises(KeyboardInterrupt):
            detect(sqlite_store)
    with sqlite_store.read() as unit:
        assert (unit.findings.count(), unit.alerts.due(NOW)) == (0, [])
    assert detect(sqlite_store)["alerts"] == 1


def test_many_notices_are_judged_batch_by_batch(sqlite_store: Store) -> None:
    save(sqlite_store, *(notice(number, H100 if number % 400 == 0 else ORDINARY) for number in range(1, 1201)))
    counts = detect(sqlite_store)
    assert (counts["notices"], counts["flagged_notices"]) == (1200, 3)
