"""The tables of the store, the same on SQLite and PostgreSQL."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    and_,
)

NAMES = {kind: f"{kind}_%(table_name)s_%(column_0_N_name)s" for kind in ("ix", "uq", "fk")}
NAMES["pk"] = "pk_%(table_name)s"
metadata = MetaData(naming_convention=NAMES)

Serial = BigInteger().with_variant(Integer, "sqlite")


class Moment(TypeDecorator[datetime]):
    """An aware moment, kept as UTC; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        return value and value.astimezone(UTC)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return value and (value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC))


run = Table(
    "run",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("stage", String(16), nullable=False),
    Column("source", String(64)),
    Column("started_at", Moment, nullable=False),
    Column("finished_at", Moment),
    Column("outcome", String(16), nullable=False),
    Column("counts", JSON, nullable=False),
    Index(None, "source", "stage", "started_at"),
)

issue = Table(
    "issue",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("run_id", Serial, ForeignKey("run.id"), index=True),
    Column("source", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("message", Text, nullable=False),
    Column("url", Text),
    Column("at", Moment, nullable=False),
    Index(None, "source", "at"),
    Index(None, "kind", "source"),
)

capture = Table(
    "capture",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("run_id", Serial, ForeignKey("run.id")),
    Column("url", Text, nullable=False),
    Column("fetched_at", Moment, nullable=False),
    Column("status", Integer, nullable=False),
    Column("content_type", Text, nullable=False),
    Column("sha256", String(64), nullable=False, index=True),
    Column("size", BigInteger, nullable=False),
    Column("warc", Text, nullable=False),
    Column("offset", BigInteger, nullable=False),
    Column("length", BigInteger, nullable=False),
)

notice = Table(
    "notice",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("source", String(64), nullable=False),
    Column("site_id", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("published", Moment),
    Column("buyer", Text, index=True),
    Column("procedure", String(16), nullable=False, index=True),
    # What `notices.procedures` joins notices by; `again` is NULL in a store that was filled before there was such.
    Column("code_key", Text, index=True),
    Column("title_key", Text, index=True),
    Column("again", Integer),
    Column("url_key", String(32), index=True),
    Column("revision", Integer, nullable=False),
    Column("first_seen_at", Moment, nullable=False, index=True),
    Column("last_seen_at", Moment, nullable=False),
    Column("detected_version", String(64), index=True),
    Column("gone_at", Moment),
    Column("gone_reason", Text),
    UniqueConstraint("source", "site_id"),
    Index(None, "source", "published"),
    Index(None, "source", "first_seen_at"),
)

notice_link = Table(
    "notice_link",
    metadata,
    Column("notice_id", Serial, ForeignKey("notice.id"), primary_key=True),
    Column("url_key", String(32), primary_key=True),
    Column("url", Text, nullable=False),
    Index(None, "url_key"),
)

revision = Table(
    "revision",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("notice_id", Serial, ForeignKey("notice.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("capture_id", Serial, ForeignKey("capture.id")),
    Column("digest", String(64), nullable=False),
    Column("seen_at", Moment, nullable=False, index=True),
    Column("body", Text, nullable=False),
    UniqueConstraint("notice_id", "number"),
)

# A notice's revision that is in force.
LATEST = and_(revision.c.notice_id == notice.c.id, revision.c.number == notice.c.revision)

document = Table(
    "document",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("notice_id", Serial, ForeignKey("notice.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("url", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("kind", String(16)),
    Column("state", String(16), nullable=False, index=True),
    Column("reason", Text, nullable=False),
    Column("capture_id", Serial, ForeignKey("capture.id")),
    Column("read_at", Moment, index=True),
    UniqueConstraint("notice_id", "url"),
)

text = Table(
    "text",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("document_id", Serial, ForeignKey("document.id"), nullable=False, index=True),
    Column("origin", Text, nullable=False),
    Column("content", Text, nullable=False),
    Column("confidence", Float),
    Column("rows", Text),
)

finding = Table(
    "finding",
    metadata,
    Column("key", String(24), primary_key=True),
    Column("notice_id", Serial, ForeignKey("notice.id"), nullable=False, index=True),
    Column("item", String(64), nullable=False, index=True),
    Column("category", String(32), nullable=False),
    Column("relation", String(32), nullable=False),
    Column("flagged", Boolean, nullable=False),
    Column("severity_rank", Integer, nullable=False),
    Column("control_status", String(16), nullable=False),
    Column("watchlist_version", String(64), nullable=False),
    Column("body", Text, nullable=False),
    Column("found_at", Moment, nullable=False),
    Column("withdrawn_at", Moment),
    Column("changed_at", Moment, index=True),
    # Of the notice, and the verdict in force: a list of findings is narrowed, ordered and counted from one table.
    Column("source", String(64)),
    Column("kind", String(16)),
    Column("published", Moment),
    Column("verdict", String(16)),
    # The watchlist's term that led to it; empty where parameter rows did.
    Column("term", Text),
    Column("change", String(16)),
    Column("assignee", Text, index=True),
    Column("due", String(10), index=True),
    # Of the combination of what lists are narrowed by (`storage.facets`).
    Column("facet_id", Serial),
    # Of the combination of what changes of it (`storage.aspects`).
    Column("aspect_id", Serial),
    Column("reading", String(16)),
    Index(None, "reading", "flagged", "withdrawn_at"),
    Index(None, "flagged", "severity_rank"),
    Index(None, "found_at", "flagged", "withdrawn_at"),
    Index(
        "ix_finding_queue", "withdrawn_at", "severity_rank", "published", "key", "flagged", "verdict",
        "category", "item", "relation", "control_status", "kind", "source", "aspect_id", "notice_id",
    ),
    Index("ix_finding_tally", "withdrawn_at", "facet_id", "verdict", "aspect_id", "published", "notice_id"),
    Index("ix_finding_items", "withdrawn_at", "item", "key"),
    Index("ix_finding_parties", "notice_id", "withdrawn_at", "flagged", "verdict", "published", "key"),
)  # fmt: skip

review = Table(
    "review",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("finding_key", String(24), ForeignKey("finding.key"), nullable=False, index=True),
    Column("verdict", String(16), nullable=False),
    Column("note", Text, nullable=False),
    Column("reviewer", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("reason", String(32)),
    Column("batch", String(32), index=True),
    Column("undoes", Boolean),
)

alert = Table(
    "alert",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("route", Text, nullable=False),
    Column("procedure", String(16), nullable=False),
    Column("created_at", Moment, nullable=False, index=True),
    Column("body", Text, nullable=False),
)

alert_finding = Table(
    "alert_finding",
    metadata,
    Column("route", Text, primary_key=True),
    Column("finding_key", String(24), ForeignKey("finding.key"), primary_key=True),
    Column("alert_id", String(32), ForeignKey("alert.id"), nullable=False, index=True),
)

delivery = Table(
    "delivery",
    metadata,
    Column("id", String(48), primary_key=True),
    Column("alert_id", String(32), ForeignKey("alert.id"), nullable=False, index=True),
    Column("channel", Text, nullable=False),
    Column("target", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("tries", Integer, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("last_error", Text),
    Column("sent_at", Moment),
    Index(None, "state", "due_at"),
)

delivery_try = Table(
    "delivery_try",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("delivery_id", String(48), ForeignKey("delivery.id"), nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("error", Text),
)

watermark = Table(
    "watermark",
    metadata,
    Column("source", String(64), primary_key=True),
    Column("channel", String(64), primary_key=True),
    Column("published", Moment, nullable=False),
    Column("set_at", Moment, nullable=False),
)

request_count = Table(
    "request_count",
    metadata,
    Column("host", String(255), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("requests", Integer, nullable=False),
)
