"""The tables behind alerts: what waits for a route, silences, what is followed, receivers and the watch's own state."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from storage.tables import Moment, Serial, metadata

news = Table(
    "news",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("route", Text, nullable=False),
    Column("key", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("procedure", String(16), nullable=False),
    Column("notice", Text, nullable=False),
    Column("gathering", Text, nullable=False),
    Column("in_digest", Boolean, nullable=False),
    Column("body", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("state", String(16), nullable=False),
    Column("reason", Text),
    Column("alert_id", String(32), ForeignKey("alert.id"), index=True),
    UniqueConstraint("route", "key"),
    Index(None, "state", "due_at"),
    Index(None, "route", "procedure"),
)

route_state = Table(
    "route_state",
    metadata,
    Column("route", Text, primary_key=True),
    Column("since", Moment, nullable=False),
    Column("digest_at", Moment),
)

silence = Table(
    "silence",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("route", Text),
    Column("procedure", Text),
    Column("buyer", Text),
    Column("supplier", Text),
    Column("item", Text),
    Column("source", Text),
    Column("reason", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("added_at", Moment, nullable=False),
    Column("until", Moment, nullable=False),
)

watch = Table(
    "watch",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("value", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("added_at", Moment, nullable=False),
    Column("removed_at", Moment),
)

receiver = Table(
    "receiver",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("target", Text, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("failing_since", Moment),
    Column("warned_at", Moment),
    Column("off_at", Moment),
    Column("error", Text),
)

condition = Table(
    "condition",
    metadata,
    Column("key", Text, primary_key=True),
    Column("sentence", Text, nullable=False),
    Column("since", Moment, nullable=False),
    Column("told_at", Moment),
    Column("ended_at", Moment),
)
