"""What the review desk asks of the store, on SQLite and on PostgreSQL alike."""

from dataclasses import replace
from datetime import UTC, datetime
from importlib import import_module

from alembic.migration import MigrationContext
from alembic.operations import Operations

from notices.document import READ, Capture, Document, Text
from notices.finding import Control, Finding, Place
from notices.notice import Notice
from notices.review import Review
from notices.run import Issue
from storage import Store
from storage.facets import Facets
from storage.findings import FindingFilter

NOW = datetime(2026, 3, 5, 8, 0, tzinfo=UTC)
NOTICE = Notice("ccgp-central", "t1", "http://portal.invalid/t1", "算力服务器中标公告", "award", NOW, "H100 与 H20")
H100 = Finding(
    "t1", "nvidia-h100", "NVIDIA H100", "gpu", "buys", True, "named", "critical", Place("body", 0, 4, "H100"),
    Control("restricted", "2026-03-05", None, None),
)  # fmt: skip
H20 = replace(H100, item="nvidia-h20", label="NVIDIA H20", severity="high", place=Place("body", 7, 10, "H20"))


def fill(store: Store) -> tuple[int, list[str]]:
    with store.begin() as unit:
        notice_id = unit.notices.save(NOTICE, NOW).notice_id
        other = unit.notices.save(replace(NOTICE, id="t2", project_code="X-2"), NOW).notice_id
        unit.findings.replace(other, "ccgp-central", [replace(H20, notice="t2")], NOW)
        return notice_id, unit.findings.replace(notice_id, "ccgp-central", [H20, H100], NOW)


def test_keys_come_in_the_order_of_the_reports_and_keep_to_the_filter(store: Store) -> None:
    notice_id, _ = fill(store)
    with store.read() as unit:
        assert unit.findings.keys() == [report.key for report in unit.findings.reports()]
        assert len(unit.findings.keys()) == 3
        (first, second) = unit.findings.reports(FindingFilter(notice_id=notice_id))
        assert (first.finding.item, second.finding.item) == ("nvidia-h100", "nvidia-h20")
        assert unit.findings.keys(FindingFilter(notice_id=notice_id)) == [first.key, second.key]
        assert len(unit.findings.keys(FindingFilter(procedure=first.procedure))) == 2


def test_a_tally_counts_the_findings_by_all_that_narrows_a_list(store: Store) -> None:
    _, (key, _) = fill(store)
    with store.begin() as unit:
        unit.reviews.add(Review(key, "unsure", "", "first", NOW))
        unit.reviews.add(Review(key, "rejected", "", "first", NOW))
        tallied = unit.findings.tally(FindingFilter(source="ccgp-central")).rows()
        assert sorted((each.item, each.severity, each.flagged, each.verdict, each.number) for each in tallied) == [
            ("nvidia-h100", "critical", True, "none", 1),
            ("nvidia-h20", "high", True, "none", 1),
            ("nvidia-h20", "high", True, "rejected", 1),
        ]
        (one,) = unit.findings.tally(FindingFilter(item="nvidia-h100")).rows()
        assert (one.category, one.relation, one.control) == ("gpu", "buys", "restricted")
        assert (one.kind, one.source) == ("award", "ccgp-central")
        assert unit.findings.tally(FindingFilter(words="no such title")).rows() == []


def test_tallies_follow_each_change_though_combinations_are_remembered(store: Store) -> None:
    facets = Facets()
    notice_id, (key, _) = fill(store)

    def kinds() -> list[tuple[str, str, str, int]]:
        with store.read() as unit:
            remembered = unit.findings.tally(facets=facets).rows()
            assert remembered == unit.findings.tally().rows()
            return [(each.item, each.kind, each.verdict, each.number) for each in remembered]

    before = [("nvidia-h100", "award", "none", 1), ("nvidia-h20", "award", "none", 2)]
    assert kinds() == before
    with store.begin() as unit:
        unit.notices.save(replace(NOTICE, kind="contract"), NOW)
        unit.reviews.add(Review(key, "unsure", "", "first", NOW))
    changed = [("nvidia-h100", "contract", "none", 1), ("nvidia-h20", "award", "none", 1)]
    assert kinds() == [*changed, ("nvidia-h20", "contract", "unsure", 1)]
    with store.begin() as unit:
        unit.findings.replace(notice_id, "ccgp-central", [replace(H100, relation="rents")], NOW)
    assert kinds() == changed
    with store.read() as unit:
        assert {each.relation for each in unit.findings.tally(facets=facets).rows()} == {"buys", "rents"}


def test_labels_name_each_item_of_a_present_finding_once(store: Store) -> None:
    notice_id, _ = fill(store)
    with store.begin() as unit:
        assert unit.findings.labels() == {"nvidia-h100": "NVIDIA H100", "nvidia-h20": "NVIDIA H20"}
        unit.findings.replace(notice_id, "ccgp-central", [], NOW)
        assert unit.findings.labels() == {"nvidia-h20": "NVIDIA H20"}


def test_a_verdict_is_added_only_after_the_verdicts_that_were_seen(store: Store) -> None:
    _, (key, _) = fill(store)
    with store.begin() as unit:
        assert unit.reviews.add_after(0, Review(key, "confirmed", "", "first", NOW))
        assert not unit.reviews.add_after(0, Review(key, "rejected", "", "second", NOW))
        assert unit.reviews.add_after(1, Review(key, "rejected", "", "second", NOW))
        assert [given.reviewer for given in unit.reviews.history(key)] == ["first", "second"]


def test_one_text_of_a_document_is_found_by_its_origin(store: Store) -> None:
    with store.begin() as unit:
        linked = (Document("http://portal.invalid/a", "一"), Document("http://portal.invalid/b", "二"))
        unit.notices.save(NOTICE.with_documents(linked), NOW)
        pages = [Text("#page=1", "封面"), Text("#page=2", "H100")]
        unit.documents.set_read(unit.documents.all()[1].id, READ, "", "pdf", pages, NOW)
        assert unit.notices.document_text("ccgp-central", "t1", "document:2#page=2") == "H100"
        for other in ("document:1#page=2", "document:2#page=3", "document:2", "document:x", "body", "document:²"):
            assert unit.notices.document_text("ccgp-central", "t1", other) is None
        assert unit.notices.document_text("other", "t1", "document:2#page=2") is None


def test_all_captures_of_the_same_bytes_are_found(store: Store) -> None:
    taken = Capture("http://portal.invalid/1", NOW, 200, "text/html", "ab" * 32, 1, "a.warc.gz", 0, 1)
    with store.begin() as unit:
        unit.captures.add(taken)
        unit.captures.add(replace(taken, url="http://portal.invalid/2"))
        unit.captures.add(replace(taken, sha256="cd" * 32))
        assert [kept.capture.url[-1] for kept in unit.captures.with_sha256("ab" * 32)] == ["1", "2"]


def test_runs_and_issues_are_paged(store: Store) -> None:
    with store.begin() as unit:
        runs = [unit.runs.start("crawl", f"source-{number}", NOW) for number in range(3)]
        issues = [unit.runs.add_issue(Issue("source-1", "gap", str(number)), NOW) for number in range(3)]
    with store.read() as unit:
        assert [each.id for each in unit.runs.recent(limit=2, offset=1)] == [runs[1], runs[0]]
        assert [each.id for each in unit.runs.issues(limit=1, offset=2)] == [issues[0]]


def test_lists_follow_a_changed_notice_and_the_verdict_in_force(store: Store) -> None:
    notice_id, (key, _) = fill(store)
    with store.begin() as unit:
        unit.reviews.add(Review(key, "unsure", "", "first", NOW))
        unit.reviews.add(Review(key, "confirmed", "", "second", NOW))
        later = replace(NOTICE, kind="contract", published=NOW.replace(year=2027))
        assert unit.notices.save(later, NOW).notice_id == notice_id
    with store.read() as unit:
        assert unit.findings.keys(FindingFilter(verdict="confirmed")) == [key]
        assert unit.findings.keys(FindingFilter(verdict="unsure")) == []
        assert len(unit.findings.keys(FindingFilter(kind="contract"))) == 2
        assert len(unit.findings.keys(FindingFilter(since=NOW.replace(year=2027)))) == 2
        assert len(unit.findings.keys(FindingFilter(verdict="none"))) == 2


def test_an_older_store_s_findings_get_what_lists_read(sqlite_store: Store) -> None:
    _, (key, _) = fill(sqlite_store)
    with sqlite_store.begin() as unit:
        unit.reviews.add(Review(key, "rejected", "", "first", NOW))
        before = unit.findings.tally().rows()
    with sqlite_store.engine.begin() as connection:
        for index in ("queue", "tally", "items", "parties"):
            connection.exec_driver_sql(f"DROP INDEX ix_finding_{index}")
        for column in ("source", "kind", "published", "verdict", "facet_id"):
            connection.exec_driver_sql(f"ALTER TABLE finding DROP COLUMN {column}")
        for table in ("finding_facet", "search_index", "search_entry", "search_due", "search_facet", "search_state"):
            connection.exec_driver_sql(f"DROP TABLE {table}")
        migration = import_module("storage.migrations.versions.0006_search")
        with Operations.context(MigrationContext.configure(connection)):
            migration.upgrade()
    with sqlite_store.read() as unit:
        assert unit.findings.tally().rows() == before
        assert unit.findings.keys(FindingFilter(verdict="rejected")) == [key]


def test_the_sources_of_notices_are_each_named_once(store: Store) -> None:
    with store.begin() as unit:
        assert unit.notices.sources() == []
        for number, source in enumerate(("b", "a", "b", "c")):
            unit.notices.save(replace(NOTICE, source=source, id=str(number)), NOW)
        assert unit.notices.sources() == ["a", "b", "c"]
