"""What reading keeps beside a text: how sure text recognition was, and which rows of a sheet its lines are."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("text", sa.Column("confidence", sa.Float(), nullable=True))
    op.add_column("text", sa.Column("rows", sa.Text(), nullable=True))
    _beside_findings()
    _changes()


def _changes() -> None:
    """When a finding last changed, for those who follow changes."""
    op.add_column("finding", sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True))
    last = "SELECT max(at) FROM review WHERE finding_key = finding.key"
    op.execute("UPDATE finding SET changed_at = coalesce(withdrawn_at, found_at)")
    op.execute(f"UPDATE finding SET changed_at = ({last}) WHERE changed_at < ({last})")  # noqa: S608
    op.create_index(op.f("ix_finding_changed_at"), "finding", ["changed_at"], unique=False)
    op.create_index(op.f("ix_revision_seen_at"), "revision", ["seen_at"], unique=False)
    op.create_index(op.f("ix_document_read_at"), "document", ["read_at"], unique=False)


def _beside_findings() -> None:
    """Who takes part in the notices that have findings, and where and for how much: filled by the store itself."""
    op.create_table(
        "found_notice",
        sa.Column("notice_id", _SERIAL, nullable=False, autoincrement=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("core", sa.Text(), nullable=False),
        sa.Column("award", sa.Float(), nullable=True),
        sa.Column("award_currency", sa.String(length=3), nullable=True),
        sa.Column("budget", sa.Float(), nullable=True),
        sa.Column("budget_currency", sa.String(length=3), nullable=True),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_found_notice_notice_id")),
        sa.PrimaryKeyConstraint("notice_id", name=op.f("pk_found_notice")),
    )
    op.create_index(op.f("ix_found_notice_core"), "found_notice", ["core"], unique=False)
    op.create_table(
        "found_party",
        sa.Column("id", _SERIAL, nullable=False),
        sa.Column("notice_id", _SERIAL, nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_found_party_notice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_found_party")),
    )
    op.create_index(op.f("ix_found_party_notice_id"), "found_party", ["notice_id"], unique=False)
    op.create_index(op.f("ix_found_party_role_key"), "found_party", ["role", "key"], unique=False)
    op.create_index(op.f("ix_notice_first_seen_at"), "notice", ["first_seen_at"], unique=False)
    op.create_index(op.f("ix_finding_found_at"), "finding", ["found_at"], unique=False)
