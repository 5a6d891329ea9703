"""The tables of search: what is indexed, what waits to be, and each database's own index."""

from sqlalchemy import BigInteger, Column, ForeignKey, String, Table, Text, UniqueConstraint, column, table
from sqlalchemy.dialects.postgresql import ARRAY

from storage.tables import Serial, metadata

# `key` grows with the day of publication (see `search_keys`), so that the newest come first without sorting.
search_entry = Table(
    "search_entry",
    metadata,
    Column("key", Serial, primary_key=True, autoincrement=False),
    Column("notice_id", Serial, ForeignKey("notice.id"), nullable=False, unique=True),
    Column("facet_id", Serial, nullable=False),
)

# Each combination of what results are filtered by, once: a result names it by its number.
search_facet = Table(
    "search_facet",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("source", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("region", Text, nullable=False),
    Column("found", String(8), nullable=False),
    UniqueConstraint("source", "kind", "region", "found"),
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
fts_index = table(INDEX, column("rowid"), column("rest"), column("title"))
gin_index = table(INDEX, column("key"), column("title", Text), column("rest", Text), column("tokens", ARRAY(Text)))
