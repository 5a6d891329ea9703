"""What reading keeps beside a text: how sure text recognition was, and which rows of a sheet its lines are."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("text", sa.Column("confidence", sa.Float(), nullable=True))
    op.add_column("text", sa.Column("rows", sa.Text(), nullable=True))
