"""What a list of results shows of each notice, read for a page of them at once."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from notices.finding import Finding
from notices.notice import Notice
from storage.rows import decode
from storage.tables import LATEST, capture, finding, notice, revision


@dataclass(frozen=True, slots=True)
class FoundNotice:
    """A notice that was found at its latest revision, the SHA-256 of its kept capture, its present findings by key."""

    id: int
    notice: Notice
    revision: int
    procedure: str
    capture_sha256: str | None
    findings: tuple[tuple[str, Finding], ...]


def read_results(connection: Connection, notice_ids: Sequence[int]) -> list[FoundNotice]:
    """The notices of some ids, in their order."""
    joined = notice.join(revision, LATEST).outerjoin(capture, capture.c.id == revision.c.capture_id)
    query = select(notice.c.id, notice.c.revision, notice.c.procedure, revision.c.body, capture.c.sha256).select_from(
        joined
    )
    rows = {row.id: row for row in connection.execute(query.where(notice.c.id.in_(notice_ids)))}
    found: dict[int, list[tuple[str, Finding]]] = defaultdict(list)
    present = finding.c.notice_id.in_(notice_ids) & finding.c.withdrawn_at.is_(None)
    by_severity = select(finding.c.notice_id, finding.c.key, finding.c.body).where(present)
    for row in connection.execute(by_severity.order_by(finding.c.severity_rank, finding.c.key)):
        found[row.notice_id].append((row.key, decode(row.body, Finding)))
    return [
        FoundNotice(row.id, decode(row.body, Notice), row.revision, row.procedure, row.sha256, tuple(found[row.id]))
        for row in (rows[each] for each in notice_ids if each in rows)
    ]
