"""What a source's health is read by: no walk over all its notices."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, event

from storage import Store, Unit

NOW = datetime(2026, 3, 5, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "ask",
    [lambda unit: unit.health.newest_seen("a"), lambda unit: unit.notices.count("a", seen_since=NOW)],
    ids=["newest", "since"],
)
def test_what_a_source_gave_last_is_read_from_an_index_alone(
    sqlite_store: Store, ask: Callable[[Unit], object]
) -> None:
    asked: list[tuple[str, tuple[object, ...]]] = []

    def note(connection: Connection, cursor: object, statement: str, values: tuple[object, ...], *_: object) -> None:
        asked.append((statement, values))

    event.listen(sqlite_store.engine, "before_cursor_execute", note)
    with sqlite_store.read() as unit:
        ask(unit)
    event.remove(sqlite_store.engine, "before_cursor_execute", note)
    statement, values = asked[-1]
    with sqlite_store.engine.connect() as connection:
        plan = [row[-1] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
    assert len(plan) == 1
    assert "COVERING INDEX ix_notice_source_first_seen_at (source=?" in plan[0]
