"""Detection over what is due: findings and the alerts they make are written in one transaction per batch."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from alerts.channels.settings import Channel
from alerts.gathering import followed_by
from alerts.routes import Route
from monitor.detection import detect_all
from monitor.detection.subject import Subject
from monitor.stages.changed import with_revisions
from monitor.stages.gather import add_news, gather_due
from monitor.stages.labels import labelled, note_listings, renew_listings
from monitor.stages.report import Report
from monitor.watchlist import Watchlist
from notices.alert import FollowedNotice
from notices.dates import SHANGHAI
from notices.document import Text
from notices.finding import FindingReport
from notices.watch import Watch
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
    renew_listings(store, watchlist)
    after = 0
    while True:
        with store.read() as unit:
            due = unit.notices.due_for_detection(watchlist.version, after)
            earlier = {each.id: unit.notices.earlier(each.id) for each in due if each.revision > 1}
        if not due:
            return report
        judged = list(zip(due, detect_all(map(subject_of, due), watchlist), strict=True))
        with store.begin() as unit:
            fresh: list[str] = []
            late: set[str] = set()
            for notice, (subject, now) in judged:
                findings = with_revisions(now, subject, earlier.get(notice.id, ()), watchlist)
                found = unit.findings.replace(notice.id, notice.notice.source, findings, clock())
                fresh += found
                late.update(found if notice.judged_before else ())
                report.count("findings", len(findings))
                report.count("flagged_notices", int(any(finding.flagged for finding in findings)))
            note_listings(unit, watchlist, [notice.id for notice in due])
            unit.notices.mark_detected([notice.id for notice in due], watchlist.version)
            if routes:
                reports = labelled(_reports(unit, fresh), watchlist)
                followed = followed_notices(due, unit.watches.present())
                add_news(unit, reports, followed, routes, clock(), retroactive=frozenset(late))
                report.count("alerts", gather_due(unit, routes, channels or {}, clock()))
            else:
                report.count("alerts", 0)
        after = due[-1].id
        report.count("notices", len(due))
        progress(len(due))


def subject_of(due: DueNotice) -> Subject:
    """What detection reads of a stored notice: title, body and the texts of its documents."""
    notice = due.notice
    published = notice.published.astimezone(SHANGHAI).date() if notice.published else None
    texts = (Text("title", notice.title), Text("body", notice.text), *due.document_texts)
    return Subject(notice.id, notice.kind, published, texts, notice.buyer)


def followed_notices(judged: Sequence[DueNotice], watches: Sequence[Watch]) -> list[FollowedNotice]:
    """The notices, new or changed since something is followed, that are news of it."""
    found: list[FollowedNotice] = []
    for due in judged:
        read = due.notice
        since = [watch for watch in watches if due.seen_at is not None and due.seen_at >= watch.added_at]
        watched = () if due.judged_before else followed_by(read, since, due.procedure)
        if watched:
            amount = float(read.value.amount) if read.value else None
            about = (read.url, read.title, read.kind, read.published_on, read.buyer, read.suppliers, amount)
            found.append(FollowedNotice(read.source, read.id, due.revision, *about, due.procedure, watched))
    return found


def _reports(unit: Unit, keys: Sequence[str]) -> list[FindingReport]:
    return unit.findings.reports(FindingFilter(keys=tuple(keys))) if keys else []
