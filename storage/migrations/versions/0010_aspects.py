"""What changes of a finding after it was made, each combination once, and the party lists that name its parties."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

QUEUE = (
    "withdrawn_at", "severity_rank", "published", "key", "flagged", "verdict",
    "category", "item", "relation", "control_status", "kind", "source", "aspect_id", "notice_id",
)  # fmt: skip
TALLY = ("withdrawn_at", "facet_id", "verdict", "aspect_id", "published", "notice_id")
ASPECTS = ("region", "unread", "listed", "change", "assignee", "due", "reading")
_SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _aspects()
    _listings()
    # The store writes them anew from the notices themselves, and the combinations with them.
    op.execute("DELETE FROM found_notice")
    op.add_column("found_notice", sa.Column("listed", sa.Text(), nullable=True))
    op.add_column("found_notice", sa.Column("listed_by", sa.String(length=64), nullable=True))


def _aspects() -> None:
    op.create_table(
        "finding_aspect",
        sa.Column("id", _SERIAL, nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("unread", sa.Boolean(), nullable=False),
        sa.Column("listed", sa.Text(), nullable=False),
        sa.Column("change", sa.String(length=16), nullable=False),
        sa.Column("assignee", sa.Text(), nullable=False),
        sa.Column("due", sa.String(length=10), nullable=False),
        sa.Column("reading", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding_aspect")),
        sa.UniqueConstraint(*ASPECTS, name=op.f("uq_finding_aspect")),
    )
    op.add_column("finding", sa.Column("aspect_id", _SERIAL, nullable=True))
    for index, columns in {"queue": QUEUE, "tally": TALLY}.items():
        op.drop_index(f"ix_finding_{index}", "finding")
        op.create_index(f"ix_finding_{index}", "finding", list(columns), unique=False)


def _listings() -> None:
    op.create_table(
        "found_listing",
        sa.Column("id", _SERIAL, nullable=False),
        sa.Column("notice_id", _SERIAL, nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("list", sa.Text(), nullable=False),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.Column("since", sa.String(length=10), nullable=True),
        sa.Column("citation", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_found_listing_notice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_found_listing")),
    )
    op.create_index(op.f("ix_found_listing_notice_id"), "found_listing", ["notice_id"], unique=False)
