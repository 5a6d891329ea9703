"""Detection over what is due: findings and the alerts they make are written in one transaction per batch."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from alerts.channels.settings import Channel
from alerts.deliveries import deliveries_of
from alerts.routes import Route, alert_of, route_reports
from monitor.detection import detect_all
from monitor.detection.subject import Subject
from monitor.stages.report import Report
from monitor.watchlist import Watchlist
from notices.dates import SHANGHAI
from notices.document import Text
from storage import Store, Unit
from storage.findings import FindingFilter
from storage.notices import DueNotice

Progress = Callable[[int], None]


def detect_due(
    store: Store,
    watchlist: Watchlist,
    clock: Callable[[], datetime],
    *,
    routes: Sequence[Route] = (),
    channels: Mapping[str, Channel] | None = None,
    progress: Progress = lambda _: None,
) -> Report:
    """Judges every notice that this watchlist version has not judged; safe to stop and to run again at any point."""
    report = Report("detect")
    after = 0
    while True:
        with store.read() as unit:
            due = unit.notices.due_for_detection(watchlist.version, after)
        if not due:
            return report
        judged = list(zip(due, detect_all(map(subject_of, due), watchlist), strict=True))
        with store.begin() as unit:
            fresh: list[str] = []
            for notice, (_, findings) in judged:
                fresh += unit.findings.replace(notice.id, notice.notice.source, findings, clock())
                report.count("findings", len(findings))
                report.count("flagged_notices", int(any(finding.flagged for finding in findings)))
            unit.notices.mark_detected([notice.id for notice in due], watchlist.version)
            report.count("alerts", put_in_outbox(unit, fresh, routes, channels or {}, clock()))
        after = due[-1].id
        report.count("notices", len(due))
        progress(len(due))


def subject_of(due: DueNotice) -> Subject:
    """What detection reads of a stored notice: title, body and the texts of its documents."""
    notice = due.notice
    published = notice.published.astimezone(SHANGHAI).date() if notice.published else None
    texts = (Text("title", notice.title), Text("body", notice.text), *due.document_texts)
    return Subject(notice.id, notice.kind, published, texts, notice.buyer)


def put_in_outbox(
    unit: Unit, keys: Sequence[str], routes: Sequence[Route], channels: Mapping[str, Channel], now: datetime
) -> int:
    """Writes the alerts that new findings make; returns how many there are that were not there before."""
    if not keys or not routes:
        return 0
    reports = unit.findings.reports(FindingFilter(keys=tuple(keys)))
    told = {(route.name, key) for route in routes for key in unit.alerts.told(route.name, keys)}
    written = 0
    for routed in route_reports(reports, routes, told=told):
        alert = alert_of(routed.route, routed.reports, now)
        written += unit.alerts.add(alert, deliveries_of(alert, routed.route, channels))
    return written
