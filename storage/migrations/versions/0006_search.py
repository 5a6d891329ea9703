"""The search index over notices and attachments."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

# `storage.search_words` makes the tokens: pairs of neighbours, which no tokenizer of SQLite's does. Most stand in
# `rest`: the first column costs no mark in the index.
FTS5 = "CREATE VIRTUAL TABLE search_index USING fts5(rest, title, content='', columnsize=0, tokenize='ascii')"
GIN = (
    "CREATE TABLE search_index (key bigint PRIMARY KEY, title text NOT NULL, rest text NOT NULL, tokens text[])",
    "CREATE INDEX ix_search_index_tokens ON search_index USING gin (tokens)",
)


def upgrade() -> None:
    serial = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "search_entry",
        sa.Column("key", serial, nullable=False, autoincrement=False),
        sa.Column("notice_id", serial, nullable=False),
        sa.Column("facet_id", serial, nullable=False),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_search_entry_notice_id")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_search_entry")),
        sa.UniqueConstraint("notice_id", name=op.f("uq_search_entry_notice_id")),
    )
    op.create_table(
        "search_facet",
        sa.Column("id", serial, nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("found", sa.String(length=8), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_facet")),
        sa.UniqueConstraint("source", "kind", "region", "found", name=op.f("uq_search_facet_source_kind_region_found")),
    )
    op.create_table(
        "search_due",
        sa.Column("id", serial, nullable=False),
        sa.Column("notice_id", serial, nullable=False),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_search_due_notice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_due")),
    )
    op.create_table(
        "search_state",
        sa.Column("name", sa.String(length=16), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_search_state")),
    )
    for statement in (FTS5,) if op.get_bind().dialect.name == "sqlite" else GIN:
        op.execute(statement)
