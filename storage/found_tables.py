"""What is kept beside the notices that have findings: buyers, sellers, regions and amounts, found without reading."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from storage.tables import Serial, metadata

# `award` and `budget` are in their currency's units; NULL where the notice does not state one.
found_notice = Table(
    "found_notice",
    metadata,
    Column("notice_id", Serial, ForeignKey("notice.id"), primary_key=True, autoincrement=False),
    Column("month", String(7), nullable=False),
    Column("region", Text, nullable=False),
    Column("core", Text, nullable=False, index=True),
    Column("award", Float),
    Column("award_currency", String(3)),
    Column("budget", Float),
    Column("budget_currency", String(3)),
    # As the notice states them; "" where it names no buyer.
    Column("title", Text, nullable=False),
    Column("buyer", Text, nullable=False),
    # How many attachments were not read, or only in part.
    Column("unread", Integer, nullable=False),
)

# How often findings, or what stands beside them, changed (`storage.changes`): one row.
finding_changes = Table(
    "finding_changes", metadata, Column("id", Integer, primary_key=True), Column("number", BigInteger, nullable=False)
)

# One row for each written name; `key` is what spellings of one name share (`notices.names.name_key`).
found_party = Table(
    "found_party",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("notice_id", Serial, ForeignKey("notice.id"), nullable=False, index=True),
    Column("role", String(16), nullable=False),
    Column("key", Text, nullable=False),
    Column("name", Text, nullable=False),
    Index(None, "role", "key"),
)

# What lists of findings are narrowed by: each combination once (`storage.facets`).
NARROWING = ("severity_rank", "category", "item", "relation", "control_status", "kind", "source", "flagged")
finding_facet = Table(
    "finding_facet",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("severity_rank", Integer, nullable=False),
    Column("category", String(32), nullable=False),
    Column("item", String(64), nullable=False),
    Column("relation", String(32), nullable=False),
    Column("control_status", String(16), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("source", String(64), nullable=False),
    Column("flagged", Boolean, nullable=False),
    UniqueConstraint(*NARROWING, name="uq_finding_facet"),
)
