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
    # The party lists that name a party of it, a line each, and the watchlist by which they were looked up.
    Column("listed", Text),
    Column("listed_by", String(64)),
)

# Entries of party lists that name a party of a notice, and stood there on the notice's day.
found_listing = Table(
    "found_listing",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("notice_id", Serial, ForeignKey("notice.id"), nullable=False, index=True),
    Column("role", String(16), nullable=False),
    Column("name", Text, nullable=False),
    Column("list", Text, nullable=False),
    Column("entry", Text, nullable=False),
    Column("since", String(10)),
    Column("citation", Text, nullable=False),
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
    Column("notice_id", Serial, ForeignKey("notice.id"), nullable=False),
    Column("role", String(16), nullable=False),
    Column("key", Text, nullable=False),
    Column("name", Text, nullable=False),
    Index(None, "role", "key"),
    Index(None, "notice_id", "role", "key"),
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

# Likewise of what changes after a finding was made, "" where there is none (`storage.aspects`).
ASPECTS = ("region", "unread", "listed", "change", "assignee", "due", "reading")
finding_aspect = Table(
    "finding_aspect",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("region", Text, nullable=False),
    Column("unread", Boolean, nullable=False),
    Column("listed", Text, nullable=False),
    Column("change", String(16), nullable=False),
    Column("assignee", Text, nullable=False),
    Column("due", String(10), nullable=False),
    Column("reading", String(16), nullable=False),
    UniqueConstraint(*ASPECTS, name="uq_finding_aspect"),
)
