"""The tables of search: what is indexed, what waits to be, and each database's own index."""

from sqlalchemy import BigInteger, Column, ForeignKey, String, Table, Text, column, table
from sqlalchemy.dialects.postgresql import ARRAY

from storage.tables import Serial, metadata

# `key` grows with the day of publication, so that the newest come first without sorting.
search_entry = Table(
    "search_entry",
    metadata,
    Column("key", Serial, primary_key=True, autoincrement=False),
    Column("notice_id", Serial, ForeignKey("notice.id"), nullable=False, unique=True),
    Column("source", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("month", String(7), nullable=False),
    Column("region", Text, nullable=False),
    Column("found", String(8), nullable=False),
)

# One row per change, never joined with an earlier one: whoever indexes takes away only what it has seen.
search_due = Table(
    "search_due",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("notice_id", Serial, ForeignKey("notice.id"), nullable=False),
)

search_state = Table(
    "search_state",
    metadata,
    Column("name", String(16), primary_key=True),
    Column("value", BigInteger, nullable=False),
)

# Not in the metadata: FTS5 on SQLite, an array under a GIN index on PostgreSQL (see the migration).
INDEX = "search_index"
fts_index = table(INDEX, column("rowid"), column("title"), column("rest"))
gin_index = table(INDEX, column("key"), column("title", Text), column("rest", Text), column("tokens", ARRAY(Text)))
