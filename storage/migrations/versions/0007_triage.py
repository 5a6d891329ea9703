"""What the desk keeps of the review beyond a verdict."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

AT_ONCE = 1_000
LONGEST_TERM = 200


def upgrade() -> None:
    _reasons()
    _duties()
    _saved_filters()


def _reasons() -> None:
    """Why a finding was rejected, which verdicts were given at once, and the term that led to a finding."""
    op.add_column("review", sa.Column("reason", sa.String(length=32), nullable=True))
    op.add_column("review", sa.Column("batch", sa.String(length=32), nullable=True))
    op.add_column("review", sa.Column("undoes", sa.Boolean(), nullable=True))
    op.create_index(op.f("ix_review_batch"), "review", ["batch"], unique=False)
    op.add_column("finding", sa.Column("term", sa.Text(), nullable=True))
    op.add_column("finding", sa.Column("change", sa.String(length=16), nullable=True))
    _fill_terms(op.get_bind())


def _fill_terms(bind: sa.Connection) -> None:
    """An older finding did not keep its term: the words that it quotes stand for it until it is judged anew."""
    finding = sa.table("finding", sa.column("key"), sa.column("body"), sa.column("term"), sa.column("change"))
    after = ""
    while True:
        query = sa.select(finding.c.key, finding.c.body).where(finding.c.key > after).order_by(finding.c.key)
        rows = bind.execute(query.limit(AT_ONCE)).all()
        for row in rows:
            body = json.loads(row.body)
            values = {"term": _term(body), "change": body.get("change") or None}
            bind.execute(finding.update().where(finding.c.key == row.key).values(values))
        if len(rows) < AT_ONCE:
            return
        after = rows[-1].key


def _term(body: dict[str, object]) -> str:
    place = body["place"]
    assert isinstance(place, dict)
    return "" if body["basis"] == "specification" else " ".join(str(place["quote"]).split())[:LONGEST_TERM]


def _duties() -> None:
    """Who is to look at a finding and by when, and whether it was published."""
    for name, kind in (("assignee", sa.Text()), ("due", sa.String(length=10)), ("reading", sa.String(length=16))):
        op.add_column("finding", sa.Column(name, kind, nullable=True))
    for name in ("assignee", "due"):
        op.create_index(op.f(f"ix_finding_{name}"), "finding", [name], unique=False)
    read = ["reading", "flagged", "withdrawn_at"]
    op.create_index(op.f("ix_finding_reading_flagged_withdrawn_at"), "finding", read, unique=False)
    op.execute("UPDATE finding SET reading = 'once' WHERE verdict = 'confirmed'")
    op.create_table(
        "assignment",
        *_act("assignment"),
        sa.Column("assignee", sa.Text(), nullable=False),
        sa.Column("due", sa.String(length=10), nullable=True),
    )
    op.create_table(
        "publication",
        *_act("publication"),
        sa.Column("published", sa.Boolean(), nullable=False),
        sa.Column("vouched", sa.Boolean(), nullable=False),
    )
    for table in ("assignment", "publication"):
        op.create_index(op.f(f"ix_{table}_finding_key"), table, ["finding_key"], unique=False)


def _act(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    serial = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return (
        sa.Column("id", serial, nullable=False),
        sa.Column("finding_key", sa.String(length=24), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["finding_key"], ["finding.key"], name=op.f(f"fk_{table}_finding_key")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )


def _saved_filters() -> None:
    """Filters of the queue that somebody gave a name."""
    serial = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "saved_filter",
        sa.Column("id", serial, nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_filter")),
        sa.UniqueConstraint("owner", "name", name=op.f("uq_saved_filter_owner_name")),
    )
