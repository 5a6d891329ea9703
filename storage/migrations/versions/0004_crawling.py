"""What a steady crawl remembers."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _looked_at_again()
    _asked_of_sources()


def _looked_at_again() -> None:
    """Notices whose pages are asked for again, and what a site said of the pages that it may not have to send twice."""
    op.add_column("notice", sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("notice", sa.Column("gone_reason", sa.Text(), nullable=True))
    op.create_table(
        "revisit",
        sa.Column("id", _SERIAL, nullable=False),
        sa.Column("notice_id", _SERIAL, nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_revisit_notice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revisit")),
    )
    op.create_index(op.f("ix_revisit_notice_id"), "revisit", ["notice_id"], unique=False)
    op.create_table(
        "validator",
        sa.Column("url_key", sa.String(length=64), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("etag", sa.Text(), nullable=False),
        sa.Column("last_modified", sa.Text(), nullable=False),
        sa.Column("capture_id", _SERIAL, nullable=False),
        sa.ForeignKeyConstraint(["capture_id"], ["capture.id"], name=op.f("fk_validator_capture_id")),
        sa.PrimaryKeyConstraint("url_key", name=op.f("pk_validator")),
    )


def _asked_of_sources() -> None:
    """How many notices of a source came in, when the last did, how many are gone; what its runs met."""
    op.create_index(op.f("ix_notice_source_first_seen_at"), "notice", ["source", "first_seen_at"], unique=False)
    gone = sa.text("gone_at IS NOT NULL")
    op.create_index("ix_notice_gone", "notice", ["source"], unique=False, sqlite_where=gone, postgresql_where=gone)
    op.create_index(op.f("ix_issue_kind_source"), "issue", ["kind", "source"], unique=False)
    op.create_index(op.f("ix_issue_run_id"), "issue", ["run_id"], unique=False)
