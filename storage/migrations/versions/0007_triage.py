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


def _reasons() -> None:
    """Why a finding was rejected, which verdicts were given at once, and the term that led to a finding."""
    op.add_column("review", sa.Column("reason", sa.String(length=32), nullable=True))
    op.add_column("review", sa.Column("batch", sa.String(length=32), nullable=True))
    op.add_column("review", sa.Column("undoes", sa.Boolean(), nullable=True))
    op.create_index(op.f("ix_review_batch"), "review", ["batch"], unique=False)
    op.add_column("finding", sa.Column("term", sa.Text(), nullable=True))
    _fill_terms(op.get_bind())


def _fill_terms(bind: sa.Connection) -> None:
    """An older finding did not keep its term: the words that it quotes stand for it until it is judged anew."""
    finding = sa.table("finding", sa.column("key"), sa.column("body"), sa.column("term"))
    after = ""
    while True:
        query = sa.select(finding.c.key, finding.c.body).where(finding.c.key > after).order_by(finding.c.key)
        rows = bind.execute(query.limit(AT_ONCE)).all()
        for row in rows:
            bind.execute(finding.update().where(finding.c.key == row.key).values(term=_term(json.loads(row.body))))
        if len(rows) < AT_ONCE:
            return
        after = rows[-1].key


def _term(body: dict[str, object]) -> str:
    place = body["place"]
    assert isinstance(place, dict)
    return "" if body["basis"] == "specification" else " ".join(str(place["quote"]).split())[:LONGEST_TERM]
