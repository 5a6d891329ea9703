"""One at a time, where two writers would tread on each other: a lock that a transaction holds to its end."""

from sqlalchemy import Connection, func, select

AUDIT, LOGIN, ACCOUNTS = 7_201, 7_202, 7_203


def wait_for_turn(connection: Connection, of: int) -> None:
    """Waits until no other transaction has this lock. On SQLite a write transaction is alone already."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(of)))
