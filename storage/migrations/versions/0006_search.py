"""The search index over notices and attachments; what lists of findings are narrowed by, in one table."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

# `storage.search_words` makes the tokens: pairs of neighbours, which no tokenizer of SQLite's does. Most stand in
# `rest`: the first column costs no mark in the index.
FTS5 = "CREATE VIRTUAL TABLE search_index USING fts5(rest, title, content='', columnsize=0, tokenize='ascii')"
# Larger parts are written less often: indexing a whole store would else write its index many times over.
SETTINGS = "INSERT INTO search_index (search_index, rank) VALUES ('hashsize', 33554432), ('automerge', 12)"
GIN = (
    "CREATE TABLE search_index (key bigint PRIMARY KEY, title text NOT NULL, rest text NOT NULL, tokens text[])",
    "CREATE INDEX ix_search_index_tokens ON search_index USING gin (tokens)",
)


LAST_VERDICT = "SELECT verdict FROM review WHERE finding_key = finding.key ORDER BY id DESC LIMIT 1"
QUEUE = (
    "withdrawn_at", "severity_rank", "published", "key", "flagged", "verdict",
    "category", "item", "relation", "control_status", "kind", "source",
)  # fmt: skip
PARTIES = ("notice_id", "withdrawn_at", "flagged", "verdict", "published", "key")
TALLY = ("withdrawn_at", "facet_id", "verdict", "published")
FACET = ("severity_rank", "category", "item", "relation", "control_status", "kind", "source", "flagged")


def upgrade() -> None:
    _list_findings()
    _search()


def _list_findings() -> None:
    op.add_column("finding", sa.Column("source", sa.String(length=64), nullable=True))
    op.add_column("finding", sa.Column("kind", sa.String(length=16), nullable=True))
    op.add_column("finding", sa.Column("published", sa.DateTime(timezone=True), nullable=True))
    op.add_column("finding", sa.Column("verdict", sa.String(length=16), nullable=True))
    for name in ("source", "kind", "published"):
        op.execute(f"UPDATE finding SET {name} = (SELECT {name} FROM notice WHERE id = finding.notice_id)")  # noqa: S608
    op.execute(f"UPDATE finding SET verdict = ({LAST_VERDICT})")  # noqa: S608
    op.add_column("finding", sa.Column("facet_id", _SERIAL, nullable=True))
    _facets()
    indexes = {"queue": QUEUE, "tally": TALLY, "items": ("withdrawn_at", "item", "key"), "parties": PARTIES}
    for index, columns in indexes.items():
        op.create_index(f"ix_finding_{index}", "finding", list(columns), unique=False)


def _facets() -> None:
    """Each combination of what lists are narrowed by, once: findings are counted by its number."""
    op.create_table(
        "finding_facet",
        sa.Column("id", _SERIAL, nullable=False),
        sa.Column("severity_rank", sa.Integer(), nullable=False),
        sa.Column("category", sa.String(length=32), nullable=False),
        sa.Column("item", sa.String(length=64), nullable=False),
        sa.Column("relation", sa.String(length=32), nullable=False),
        sa.Column("control_status", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("flagged", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding_facet")),
        sa.UniqueConstraint(*FACET, name=op.f("uq_finding_facet")),
    )
    columns = ", ".join(FACET)
    op.execute(f"INSERT INTO finding_facet ({columns}) SELECT DISTINCT {columns} FROM finding")  # noqa: S608
    same = " AND ".join(f"finding_facet.{name} = finding.{name}" for name in FACET)
    op.execute(f"UPDATE finding SET facet_id = (SELECT id FROM finding_facet WHERE {same})")  # noqa: S608


def _search() -> None:
    op.create_table(
        "search_entry",
        sa.Column("key", _SERIAL, nullable=False, autoincrement=False),
        sa.Column("notice_id", _SERIAL, nullable=False),
        sa.Column("facet_id", _SERIAL, nullable=False),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_search_entry_notice_id")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_search_entry")),
        sa.UniqueConstraint("notice_id", name=op.f("uq_search_entry_notice_id")),
    )
    op.create_table(
        "search_facet",
        sa.Column("id", _SERIAL, nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("found", sa.String(length=8), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_facet")),
        sa.UniqueConstraint("source", "kind", "region", "found", name=op.f("uq_search_facet_source_kind_region_found")),
    )
    op.create_table(
        "search_due",
        sa.Column("id", _SERIAL, nullable=False),
        sa.Column("notice_id", _SERIAL, nullable=False),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_search_due_notice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_due")),
    )
    op.create_table(
        "search_state",
        sa.Column("name", sa.String(length=16), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_search_state")),
    )
    for statement in (FTS5, SETTINGS) if op.get_bind().dialect.name == "sqlite" else GIN:
        op.execute(statement)
