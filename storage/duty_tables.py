"""The tables of assignments, publications, notes and saved filters."""

from sqlalchemy import Boolean, Column, ForeignKey, String, Table, Text, UniqueConstraint

from storage.tables import Moment, Serial, metadata

assignment = Table(
    "assignment",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("finding_key", String(24), ForeignKey("finding.key"), nullable=False, index=True),
    Column("assignee", Text, nullable=False),
    Column("due", String(10)),
    Column("by", Text, nullable=False),
    Column("at", Moment, nullable=False),
)

publication = Table(
    "publication",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("finding_key", String(24), ForeignKey("finding.key"), nullable=False, index=True),
    Column("published", Boolean, nullable=False),
    Column("vouched", Boolean, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Moment, nullable=False),
)

finding_note = Table(
    "finding_note",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("finding_key", String(24), ForeignKey("finding.key"), nullable=False, index=True),
    Column("text", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Moment, nullable=False),
)

saved_filter = Table(
    "saved_filter",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("query", Text, nullable=False),
    Column("shared", Boolean, nullable=False),
    Column("made_at", Moment, nullable=False),
    UniqueConstraint("owner", "name"),
)
