"""Findings with the facts of their notices, as lists and pages show them."""

from sqlalchemy import Connection, Row, Select, select

from notices.document import WHOLE
from notices.finding import AWARD, BUDGET, Finding, FindingReport
from notices.notice import Notice
from storage.found_tables import found_notice
from storage.rows import decode
from storage.tables import LATEST, capture, document, finding, notice, revision


def reported() -> Select[tuple[object, ...]]:
    """Findings with all that a report says of them, one row each."""
    return select(
        finding.c.key,
        finding.c.notice_id,
        finding.c.item,
        finding.c.category,
        finding.c.relation,
        finding.c.severity_rank,
        finding.c.control_status,
        finding.c.body,
        finding.c.found_at,
        notice.c.source,
        notice.c.kind,
        notice.c.buyer,
        notice.c.published,
        notice.c.procedure,
        revision.c.body.label("notice_body"),
        capture.c.sha256,
        finding.c.verdict,
        found_notice.c.listed,
    ).select_from(
        finding.join(notice)
        .join(revision, LATEST)
        .outerjoin(capture, capture.c.id == revision.c.capture_id)
        .outerjoin(found_notice, found_notice.c.notice_id == notice.c.id)
    )


def read_reports(connection: Connection, query: Select[tuple[object, ...]]) -> list[FindingReport]:
    """The reports of a query made from `reported`, in its order."""
    rows = connection.execute(query).all()
    unread = _unread(connection, {row.notice_id for row in rows})
    return [_report(row, unread.get(row.notice_id, ())) for row in rows]


def _unread(connection: Connection, notice_ids: set[int]) -> dict[int, tuple[str, ...]]:
    query = select(document.c.notice_id, document.c.title).where(
        document.c.notice_id.in_(notice_ids), document.c.state.not_in(WHOLE)
    )
    unread: dict[int, tuple[str, ...]] = {}
    for row in connection.execute(query.order_by(document.c.number)):
        unread[row.notice_id] = (*unread.get(row.notice_id, ()), row.title)
    return unread


def _report(row: Row[tuple[object, ...]], unread: tuple[str, ...]) -> FindingReport:
    read = decode(row.notice_body, Notice)
    return FindingReport(
        key=row.key,
        finding=decode(row.body, Finding),
        source=row.source,
        url=read.url,
        title=read.title,
        kind=row.kind,
        published=read.published_on,
        buyer=read.buyer,
        agency=read.agency,
        suppliers=read.suppliers,
        region=read.region,
        amount_cny=float(read.value.amount) if read.value and read.value.currency == "CNY" else None,
        procedure=row.procedure,
        verdict=row.verdict,
        capture_sha256=row.sha256,
        unread_documents=unread,
        found_at=row.found_at,
        stated=read.value,
        stated_as=AWARD if read.award else BUDGET if read.budget else "",
        listed=tuple((row.listed or "").splitlines()),
    )
