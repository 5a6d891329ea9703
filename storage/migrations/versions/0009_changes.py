"""How often findings changed, and of their notices the title, the buyer, and how much of the attachments is unread."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
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
