"""What is kept beside the notices that have findings: buyers, sellers, regions and amounts, found without reading."""

from sqlalchemy import Column, Float, ForeignKey, Index, String, Table, Text

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
