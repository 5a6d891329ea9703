"""What analysts note on findings without judging them."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "finding_note",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("finding_key", sa.String(length=24), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["finding_key"], ["finding.key"], name=op.f("fk_finding_note_finding_key")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding_note")),
    )
    op.create_index(op.f("ix_finding_note_finding_key"), "finding_note", ["finding_key"], unique=False)
