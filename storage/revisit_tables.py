"""Tables of notices whose pages are asked for again, and of what a site said of pages that it need not send twice."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

from storage.tables import Moment, Serial, metadata, notice

revisit = Table(
    "revisit",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("notice_id", Serial, ForeignKey("notice.id"), nullable=False, index=True),
    Column("step", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    Column("outcome", String(16), nullable=False),
)

validator = Table(
    "validator",
    metadata,
    Column("url_key", String(64), primary_key=True),
    Column("url", Text, nullable=False),
    Column("etag", Text, nullable=False),
    Column("last_modified", Text, nullable=False),
    Column("capture_id", Serial, ForeignKey("capture.id"), nullable=False),
)

# Few are gone: only they are in it.
_GONE = notice.c.gone_at.is_not(None)
Index("ix_notice_gone", notice.c.source, sqlite_where=_GONE, postgresql_where=_GONE)
