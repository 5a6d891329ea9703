"""How often findings changed; of their notices the title, the buyer, and how much of the attachments is unread."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

FOUND = ("found_at", "flagged", "withdrawn_at")


def upgrade() -> None:
    _changes()
    _indexes()


def _indexes() -> None:
    op.drop_index(op.f("ix_found_party_notice_id"), "found_party")
    op.create_index(
        op.f("ix_found_party_notice_id_role_key"), "found_party", ["notice_id", "role", "key"], unique=False
    )
    op.drop_index(op.f("ix_finding_found_at"), "finding")
    op.create_index(op.f(f"ix_finding_{'_'.join(FOUND)}"), "finding", list(FOUND), unique=False)


def _changes() -> None:
    made = op.create_table(
        "finding_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding_changes")),
    )
    op.bulk_insert(made, [{"id": 1, "number": 0}])
    # The store writes them anew from the notices themselves.
    op.execute("DELETE FROM found_notice")
    op.add_column("found_notice", sa.Column("title", sa.Text(), nullable=False, server_default=""))
    op.add_column("found_notice", sa.Column("buyer", sa.Text(), nullable=False, server_default=""))
    op.add_column("found_notice", sa.Column("unread", sa.Integer(), nullable=False, server_default="0"))
