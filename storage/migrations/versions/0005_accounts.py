"""Accounts of the desk and their audit log."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

REFUSE_SQLITE = "BEGIN SELECT RAISE(ABORT, 'the audit log is only continued'); END"
NOT_NEXT_SQLITE = "NEW.number IS NOT (SELECT COALESCE(MAX(number), 0) + 1 FROM audit)"
ONLY_CONTINUED_SQLITE = (
    f"CREATE TRIGGER audit_update BEFORE UPDATE ON audit {REFUSE_SQLITE}",
    f"CREATE TRIGGER audit_delete BEFORE DELETE ON audit {REFUSE_SQLITE}",
    # INSERT OR REPLACE deletes without firing the trigger above.
    f"CREATE TRIGGER audit_insert BEFORE INSERT ON audit WHEN {NOT_NEXT_SQLITE} {REFUSE_SQLITE}",
)
ONLY_CONTINUED_POSTGRESQL = """
CREATE FUNCTION audit_is_only_continued() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.number = (SELECT COALESCE(MAX(number), 0) + 1 FROM audit) THEN RETURN NEW; END IF;
  END IF;
  RAISE EXCEPTION 'the audit log is only continued';
END $$;
CREATE TRIGGER audit_rows BEFORE INSERT OR UPDATE OR DELETE ON audit
FOR EACH ROW EXECUTE FUNCTION audit_is_only_continued();
CREATE TRIGGER audit_whole BEFORE TRUNCATE ON audit
FOR EACH STATEMENT EXECUTE FUNCTION audit_is_only_continued();
"""


def serial() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    make_account_tables()
    make_tables_of_ways_in()
    make_audit()


def make_account_tables() -> None:
    op.create_table(
        "account",
        sa.Column("id", serial(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("password", sa.Text(), nullable=True),
        moment("made_at"),
        moment("disabled_at", nullable=True),
        moment("last_login_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("name_key", name=op.f("uq_account_name_key")),
    )
    op.create_table(
        "desk_session",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("account_id", serial(), nullable=False),
        moment("made_at"),
        moment("seen_at"),
        sa.Column("address", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_desk_session_account_id")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_desk_session")),
    )
    op.create_index(op.f("ix_desk_session_account_id"), "desk_session", ["account_id"], unique=False)


def make_tables_of_ways_in() -> None:
    op.create_table(
        "link",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("account_id", serial(), nullable=True),
        moment("made_at"),
        moment("expires_at"),
        moment("ended_at", nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_link_account_id")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_link")),
    )
    op.create_table(
        "api_key",
        sa.Column("id", serial(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("hint", sa.String(length=16), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        moment("made_at"),
        moment("last_used_at", nullable=True),
        moment("revoked_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_key")),
        sa.UniqueConstraint("name", name=op.f("uq_api_key_name")),
        sa.UniqueConstraint("digest", name=op.f("uq_api_key_digest")),
    )
    op.create_table(
        "login_try",
        sa.Column("id", serial(), nullable=False),
        sa.Column("name_digest", sa.String(length=64), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        moment("at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_try")),
    )
    op.create_index(op.f("ix_login_try_name_digest_at"), "login_try", ["name_digest", "at"], unique=False)
    op.create_index(op.f("ix_login_try_address_at"), "login_try", ["address", "at"], unique=False)


def make_audit() -> None:
    op.create_table(
        "audit",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        moment("at"),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("act", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit")),
    )
    for column in ("by", "act", "subject"):
        op.create_index(op.f(f"ix_audit_{column}"), "audit", [column], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        op.execute(ONLY_CONTINUED_POSTGRESQL)
    else:
        for statement in ONLY_CONTINUED_SQLITE:
            op.execute(statement)
