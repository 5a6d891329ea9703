"""The whole watch on the reference material beside the project: real notices, and reconstructed published cases."""

import json
from pathlib import Path

import pytest

from monitor.clock import now
from monitor.config import Settings, load_settings
from monitor.stages.crawl import CrawlOptions, crawl_sources
from monitor.stages.detect import detect_due
from monitor.stages.extract import extract_due
from monitor.stages.importing import import_files
from monitor.watchlist import load_watchlist
from notices.finding import FindingReport
from storage import Store
from storage.findings import FindingFilter

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
pytestmark = pytest.mark.corpus


def test_all_real_notices_are_stored_once_and_at_most_three_are_flagged(sqlite_store: Store) -> None:
    corpus = SHARED / "corpus" / "notices.jsonl.gz"
    assert import_files(sqlite_store, [corpus], now).counts["new"] == 11_199
    assert import_files(sqlite_store, [corpus], now).counts["same"] == 11_199
    report = detect_due(sqlite_store, load_watchlist(), now)
    assert report.counts["notices"] == 11_199
    assert report.counts["flagged_notices"] <= 3


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.chdir(tmp_path)
    made = load_settings({"TENDERWATCH_DATABASE_URL": f"sqlite:///{tmp_path / 'tenderwatch.sqlite'}"}, tmp_path)
    made.captures.mkdir()
    return made


def test_the_published_cases_are_stored_read_and_found(sqlite_store: Store, settings: Settings) -> None:
    truth = [json.loads(line) for line in (SHARED / "press/dev/truth.jsonl").read_text(encoding="utf-8").splitlines()]
    replay = CrawlOptions(since="2021-01-01", replay=(SHARED / "press/dev.warc.gz",))
    crawl_sources(sqlite_store, settings, ("ccgp-central", "ccgp-local"), replay)
    extract_due(sqlite_store, settings.captures, now)
    detect_due(sqlite_store, load_watchlist(), now)
    with sqlite_store.read() as unit:
        stored = {each.notice.url: each.notice for each in unit.notices.all()}
        reports = unit.findings.reports(FindingFilter())
    for page in truth:
        notice = stored[page["url"]]
        read = (notice.title, notice.published_on, notice.kind, notice.buyer)
        assert read == (page["title"], page["published"], page["notice_type"], page["buyer"])
    assert recall(truth, reports, "body") >= 0.95
    assert recall(truth, reports, "attachment") >= 0.8
    ordinary = {page["url"] for page in truth if not page["findings"]}
    assert [report.title for report in reports if report.finding.flagged and report.url in ordinary] == []


def recall(truth: list[dict[str, object]], reports: list[FindingReport], where: str) -> float:
    """The share of the true findings of one place that some finding of the same page answers."""
    found = {(report.url, item) for report in reports for item in (report.finding.item, *report.finding.candidates)}
    wanted = [
        any((page["url"], item) in found for item in (finding["item"], *finding.get("candidates", ())))
        for page in truth
        for finding in page["findings"]  # type: ignore[attr-defined]
        if finding["where"] == where
    ]
    return sum(wanted) / len(wanted)
