"""What joins notices into procedures: the keys of each notice, and the portals' own links between them."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("notice", sa.Column("code_key", sa.Text(), nullable=True))
    op.add_column("notice", sa.Column("title_key", sa.Text(), nullable=True))
    op.add_column("notice", sa.Column("again", sa.Integer(), nullable=True))
    op.add_column("notice", sa.Column("url_key", sa.String(length=32), nullable=True))
    for column in ("code_key", "title_key", "url_key"):
        op.create_index(op.f(f"ix_notice_{column}"), "notice", [column], unique=False)
    op.create_table(
        "notice_link",
        sa.Column("notice_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("url_key", sa.String(length=32), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_notice_link_notice_id")),
        sa.PrimaryKeyConstraint("notice_id", "url_key", name=op.f("pk_notice_link")),
    )
    op.create_index(op.f("ix_notice_link_url_key"), "notice_link", ["url_key"], unique=False)
