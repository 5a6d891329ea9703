"""The clock that the commands hand to the stages, which have none of their own."""

from datetime import UTC, datetime


def now() -> datetime:
    return datetime.now(UTC)
