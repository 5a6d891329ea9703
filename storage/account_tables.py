"""The tables of the desk's accounts, and of the audit log of what is done there."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, String, Table, Text

from storage.tables import Moment, Serial, metadata

account = Table(
    "account",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("name", Text, nullable=False),
    Column("name_key", Text, nullable=False, unique=True),
    Column("role", String(16), nullable=False),
    Column("password", Text),
    Column("made_at", Moment, nullable=False),
    Column("disabled_at", Moment),
    Column("last_login_at", Moment),
)

# Tokens, links and keys are kept as SHA-256 only: whoever reads the store cannot use them.
desk_session = Table(
    "desk_session",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("account_id", Serial, ForeignKey("account.id"), nullable=False, index=True),
    Column("made_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("address", Text, nullable=False),
)

link = Table(
    "link",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("role", String(16), nullable=False),
    Column("name", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("account_id", Serial, ForeignKey("account.id")),
    Column("made_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("ended_at", Moment),
)

api_key = Table(
    "api_key",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("digest", String(64), nullable=False, unique=True),
    Column("hint", String(16), nullable=False),
    Column("role", String(16), nullable=False),
    Column("by", Text, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("last_used_at", Moment),
    Column("revoked_at", Moment),
)

login_try = Table(
    "login_try",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("name_digest", String(64), nullable=False),
    Column("address", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Index(None, "name_digest", "at"),
    Index(None, "address", "at"),
)

audit = Table(
    "audit",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("by", Text, nullable=False, index=True),
    Column("act", String(32), nullable=False, index=True),
    Column("subject", Text, nullable=False, index=True),
    Column("detail", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("digest", String(64), nullable=False),
)
