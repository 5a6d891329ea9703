"""The store keeps what it is given, on SQLite and on PostgreSQL alike."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from notices.alert import DEAD, PENDING, SENT, Alert, Delivery
from notices.document import FAILED, READ, Capture, Document, Text
from notices.errors import StoreError
from notices.finding import Finding, Place, Quantity
from notices.money import Money
from notices.notice import Item, Notice
from notices.party import Party
from notices.review import Review
from notices.run import Issue
from storage import Store, open_store
from storage.findings import FindingFilter
from storage.tables import metadata
from tests.sample_finding import FINDING as FOUND

NOW = datetime(2026, 3, 5, 8, 0, tzinfo=UTC)

NOTICE = Notice(
    source="ccgp-central",
    id="t1",
    url="http://portal.invalid/t1.htm",
    title="智算服务器采购中标公告",
    kind="award",
    published=NOW,
    text="名称 | 型号\n服务器 | H100 80GB",
    parties=(Party("东屏理工大学", "buyer"), Party("北泽恒远公司", "procuringEntity"), Party("南汀数科", "supplier")),
    project_code="DP-2026-01",
    award=Money(Decimal("2598000.00")),
    items=(Item("服务器", model="H100 80GB", quantity=Decimal(2)),),
    documents=(Document("http://portal.invalid/a", "采购文件.docx"),),
)

FINDING = replace(FOUND, place=Place("body", 14, 23, "H100 80GB"), quantity=Quantity(16, 2))

CAPTURE = Capture("http://portal.invalid/t1.htm", NOW, 200, "text/html", "ab" * 32, 10, "a.warc.gz", 0, 5)


def save(store: Store, notice: Notice = NOTICE) -> int:
    with store.begin() as unit:
        return unit.notices.save(notice, NOW, unit.captures.add(CAPTURE)).notice_id


def find(store: Store, notice_id: int, *findings: Finding) -> list[str]:
    with store.begin() as unit:
        return unit.findings.replace(notice_id, "ccgp-central", findings or [FINDING], NOW)


def _is_described(name: str | None, kind: str, parents: object) -> bool:
    """The search index is each database's own, so the tables that both share do not have it."""
    return kind != "table" or not str(name).startswith("search_index")


def test_the_migrations_make_exactly_the_tables(store: Store) -> None:
    with store.engine.connect() as connection:
        opts = {"compare_type": True, "include_name": _is_described}
        context = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(context, metadata) == []
    assert store.is_current()


def test_a_notice_comes_back_as_it_was_given(store: Store) -> None:
    notice_id = save(store)
    with store.read() as unit:
        stored = unit.notices.by_id(notice_id)
    assert stored is not None
    assert stored.notice == NOTICE
    assert (stored.revision, stored.capture) == (1, CAPTURE)


def test_the_same_page_again_is_no_revision_and_a_changed_page_is_one(store: Store) -> None:
    notice_id = save(store)
    with store.begin() as unit:
        assert unit.notices.save(NOTICE, NOW + timedelta(days=1)).change == "same"
        changed = replace(NOTICE, text="改", documents=(*NOTICE.documents, Document("http://portal.invalid/b", "补遗")))
        saved = unit.notices.save(changed, NOW + timedelta(days=2))
        assert (saved.notice_id, saved.revision, saved.change) == (notice_id, 2, "changed")
    with store.read() as unit:
        stored = unit.notices.get("ccgp-central", "t1")
        assert stored is not None
        assert [document.url[-1] for document in stored.notice.documents] == ["a", "b"]
        assert [notice.text for _, _, notice in unit.notices.revisions(notice_id)] == [NOTICE.text, "改"]


def test_a_naive_moment_is_refused(store: Store) -> None:
    with pytest.raises(StoreError, match="time zone"), store.begin() as unit:
        unit.notices.save(NOTICE, datetime(2026, 1, 1))  # noqa: DTZ001


def test_a_transaction_that_fails_leaves_nothing(store: Store) -> None:
    with pytest.raises(RuntimeError), store.begin() as unit:
        unit.notices.save(NOTICE, NOW)
        raise RuntimeError
    with store.read() as unit:
        assert unit.notices.count() == 0


def test_a_notice_is_due_for_detection_until_marked_and_again_when_its_text_or_the_watchlist_changes(
    store: Store,
) -> None:
    notice_id = save(store)
    with store.begin() as unit:
        assert [due.id for due in unit.notices.due_for_detection("v1")] == [notice_id]
        unit.notices.mark_detected([notice_id], "v1")
        assert unit.notices.due_for_detection("v1") == []
        assert len(unit.notices.due_for_detection("v2")) == 1
        unit.notices.save(replace(NOTICE, text="H20"), NOW)
        assert len(unit.notices.due_for_detection("v1")) == 1


def test_a_document_goes_from_linked_to_captured_to_read_and_makes_its_notice_due_again(store: Store) -> None:
    notice_id = save(store)
    with store.begin() as unit:
        unit.notices.mark_detected([notice_id], "v1")
        assert [each.document.url for each in unit.documents.missing("ccgp-central")] == ["http://portal.invalid/a"]
        assert unit.documents.due() == []
        unit.documents.captured(notice_id, "http://portal.invalid/a", unit.captures.add(CAPTURE))
        (due,) = unit.documents.due()
        assert due.capture == CAPTURE
        unit.documents.set_read(due.id, READ, "", "docx", [Text("#table=1", "H20 | 8卡")], NOW)
        assert unit.documents.due() == []
        (again,) = unit.notices.due_for_detection("v1")
        assert again.document_texts == (Text("document:1#table=1", "H20 | 8卡"),)


def test_a_document_that_could_not_be_fetched_says_why(store: Store) -> None:
    notice_id = save(store)
    with store.begin() as unit:
        unit.documents.failed(notice_id, "http://portal.invalid/a", "the portal answered 404")
        (failed,) = unit.documents.all(FAILED)
    assert failed.document.reason == "the portal answered 404"


def test_a_finding_is_fresh_once_and_withdrawn_when_no_longer_found(store: Store) -> None:
    notice_id = save(store)
    (key,) = find(store, notice_id)
    assert find(store, notice_id) == []
    with store.begin() as unit:
        assert unit.findings.replace(notice_id, "ccgp-central", [], NOW) == []
        assert unit.findings.reports() == []
        assert unit.findings.replace(notice_id, "ccgp-central", [FINDING], NOW) == []
        (report,) = unit.findings.reports(FindingFilter(flagged=True, verdict="none", item="nvidia-h100"))
    assert report.key == key
    assert report.finding == FINDING
    assert (report.buyer, report.agency, report.suppliers) == ("东屏理工大学", "北泽恒远公司", ("南汀数科",))
    assert report.amount_cny == 2598000.0
    assert report.capture_sha256 == CAPTURE.sha256
    assert report.unread_documents == ("采购文件.docx",)


def test_findings_are_listed_by_severity_and_then_newest_first(store: Store) -> None:
    old = replace(NOTICE, id="t2", published=NOW - timedelta(days=9))
    low = replace(FINDING, severity="low", item="aws")
    find(store, save(store), low)
    find(store, save(store, old), replace(FINDING, notice="t2"), replace(low, notice="t2"))
    with store.read() as unit:
        listed = [(each.finding.severity, each.finding.notice) for each in unit.findings.reports()]
        assert unit.findings.count(FindingFilter(since=NOW - timedelta(days=1))) == 1
    assert listed == [("critical", "t2"), ("low", "t1"), ("low", "t2")]


def test_the_last_verdict_is_in_force_and_all_are_kept(store: Store) -> None:
    (key,) = find(store, save(store))
    with store.begin() as unit:
        for number, verdict in enumerate(("unsure", "confirmed")):
            unit.reviews.add(Review(key, verdict, "", "analyst", NOW + timedelta(minutes=number)))
    with store.read() as unit:
        report = unit.findings.report(key)
        assert report is not None
        assert report.verdict == "confirmed"
        assert [given.verdict for given in unit.reviews.history(key)] == ["unsure", "confirmed"]
        assert unit.findings.count(FindingFilter(verdict="none")) == 0


@pytest.mark.parametrize("statement", ["UPDATE review SET note = 'x'", "DELETE FROM review"])
def test_the_database_itself_refuses_to_change_a_verdict(store: Store, statement: str) -> None:
    (key,) = find(store, save(store))
    with store.begin() as unit:
        unit.reviews.add(Review(key, "confirmed", "", "analyst", NOW))
    with pytest.raises(Exception, match="reviews are only added"), store.engine.begin() as connection:
        connection.exec_driver_sql(statement)


def test_a_verdict_on_an_unknown_finding_or_of_an_unknown_kind_is_refused(store: Store) -> None:
    (key,) = find(store, save(store))
    with store.begin() as unit:
        with pytest.raises(StoreError, match="no finding 'nothing'"):
            unit.reviews.add(Review("nothing", "confirmed", "", "analyst", NOW))
        with pytest.raises(StoreError, match="no verdict"):
            unit.reviews.add(Review(key, "maybe", "", "analyst", NOW))


def alert_on(store: Store, key: str) -> tuple[Alert, Delivery]:
    with store.read() as unit:
        report = unit.findings.report(key)
    assert report is not None
    news = Alert("a1", "desk", report.procedure, NOW, (report,))
    return news, Delivery("a1-mail", "a1", "mail", "desk@example.invalid", PENDING, 0, NOW)


def test_an_alert_enters_the_outbox_once_with_its_deliveries(store: Store) -> None:
    (key,) = find(store, save(store))
    news, delivery = alert_on(store, key)
    with store.begin() as unit:
        assert unit.alerts.add(news, [delivery])
        assert not unit.alerts.add(news, [delivery])
        assert unit.alerts.told("desk", [key, "other"]) == {key}
        assert unit.alerts.due(NOW) == [delivery]
        assert unit.alerts.due(NOW - timedelta(seconds=1)) == []
        assert unit.alerts.get("a1") == news


def test_a_delivery_is_postponed_then_sent_and_each_try_is_kept(store: Store) -> None:
    (key,) = find(store, save(store))
    news, delivery = alert_on(store, key)
    with store.begin() as unit:
        unit.alerts.add(news, [delivery])
        unit.alerts.postponed(delivery.id, "503", NOW + timedelta(minutes=1), NOW)
        assert unit.alerts.due(NOW) == []
        unit.alerts.delivered(delivery.id, NOW + timedelta(minutes=1))
        (sent,) = unit.alerts.deliveries()
        assert (sent.state, sent.tries, sent.last_error) == (SENT, 2, None)
        assert [tried.outcome for tried in unit.alerts.tries(delivery.id)] == [PENDING, SENT]
        unit.alerts.given_up(delivery.id, "gone", NOW)
        assert unit.alerts.count(DEAD) == 1
        assert unit.alerts.resend(delivery.id, NOW)
        assert unit.alerts.count(PENDING) == 1


def test_a_run_that_never_ended_is_closed_as_interrupted_by_the_next(store: Store) -> None:
    with store.begin() as unit:
        first = unit.runs.start("crawl", "ccgp-local", NOW)
        second = unit.runs.start("crawl", "ccgp-local", NOW)
        unit.runs.finish(second, "succeeded", {"notices": 3}, NOW)
        closed, last = unit.runs.get(first), unit.runs.last("crawl", "ccgp-local")
    assert closed is not None
    assert closed.outcome == "interrupted"
    assert last is not None
    assert (last.id, last.counts) == (second, {"notices": 3})


def test_issues_are_listed_newest_first(store: Store) -> None:
    with store.begin() as unit:
        for message in ("first", "second"):
            unit.runs.add_issue(Issue("ccgp-local", "refused", message), NOW)
        assert [each.issue.message for each in unit.runs.issues("ccgp-local")] == ["second", "first"]


def test_a_watermark_only_moves_forward_and_requests_are_counted_per_day(store: Store) -> None:
    with store.begin() as unit:
        unit.runs.set_watermark("ccgp-local", "gkzb", NOW, NOW)
        unit.runs.set_watermark("ccgp-local", "gkzb", NOW - timedelta(days=1), NOW)
        assert unit.runs.watermark("ccgp-local", "gkzb") == NOW
        assert unit.runs.watermark("ccgp-local", "zbgg") is None
        assert [unit.runs.count_request("portal.invalid", "2026-03-05") for _ in range(2)] == [1, 2]
        assert unit.runs.requests("portal.invalid", "2026-03-06") == 0


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("nonsense", "cannot be read"),
        ("oracle+nothing://x", "cannot be read"),
        ("sqlite:////nowhere/at/all/x.sqlite", "does not exist"),
    ],
)
def test_a_bad_database_url_is_one_sentence(url: str, sentence: str) -> None:
    with pytest.raises(StoreError, match=sentence):
        open_store(url)


def test_a_store_without_tables_and_a_file_that_is_no_database_say_what_to_do(tmp_path: Path) -> None:
    empty = open_store(f"sqlite:///{tmp_path / 'empty.sqlite'}")
    with pytest.raises(StoreError, match="tenderwatch init"), empty.read() as unit:
        unit.notices.count()
    empty.close()
    (tmp_path / "text.sqlite").write_text("not a database " * 100)
    wrong = open_store(f"sqlite:///{tmp_path / 'text.sqlite'}")
    with pytest.raises(StoreError, match="no SQLite database"):
        wrong.migrate()
    wrong.close()


def test_a_locked_database_is_waited_for_and_then_named(sqlite_store: Store, tmp_path: Path) -> None:
    other = open_store(f"sqlite:///{tmp_path / 'tenderwatch.sqlite'}?timeout=0")
    with sqlite_store.begin() as unit:
        unit.notices.save(NOTICE, NOW)
        with pytest.raises(StoreError, match="locked"), other.begin() as second:
            second.notices.save(NOTICE, NOW)
    other.close()
    with sqlite_store.read() as unit:
        assert unit.notices.count() == 1
