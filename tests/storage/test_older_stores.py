"""A store that an earlier version made is brought up to this one, with all that it holds."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, select

from notices.notice import Notice
from storage import Store, open_store
from storage.migrate import FOLDER, alembic_config
from storage.search import NEWEST, SearchFilter
from storage.search_words import read_search
from storage.tables import notice, revision

NOW = datetime(2026, 3, 5, 8, 0, tzinfo=UTC)
KEPT = Notice(
    "dongping-portal", "n1", "https://portal.invalid/1", "算力服务器采购公告", "tender", NOW, "采购服务器两台"
)
VERSIONS = [str(each.revision) for each in ScriptDirectory(str(FOLDER)).walk_revisions()]


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, object]]:
    """What the store writes for a notice today, by table."""
    store = open_store(f"sqlite:///{tmp_path_factory.mktemp('new') / 'new.sqlite'}")
    store.migrate()
    with store.begin() as unit:
        unit.notices.save(KEPT, NOW)
    with store.engine.connect() as connection:
        found = {table.name: connection.execute(select(table)).one() for table in (notice, revision)}
    store.close()
    return {name: dict(row._mapping) for name, row in found.items()}


def made_by(version: str, path: Path, rows: dict[str, dict[str, object]]) -> Store:
    """A store with the tables of a version, and the notice in those of its columns that there were."""
    store = open_store(f"sqlite:///{path}")
    with store.engine.begin() as connection:
        command.upgrade(alembic_config(connection), version)
        for table in (notice, revision):
            there = {column["name"] for column in inspect(connection).get_columns(table.name)}
            known = {name: value for name, value in rows[table.name].items() if name in there}
            connection.execute(table.insert().values(known))
    return store


@pytest.mark.parametrize("version", VERSIONS)
def test_a_store_of_any_version_is_brought_up_with_its_notices_and_they_are_found(
    version: str, tmp_path: Path, rows: dict[str, dict[str, object]]
) -> None:
    store = made_by(version, tmp_path / "old.sqlite", rows)
    store.migrate()
    assert store.is_current()
    with store.begin() as unit:
        while unit.search.index_some():
            pass
    with store.read() as unit:
        (stored,) = unit.notices.all()
        found = list(unit.search.find(read_search("算力"), SearchFilter(), order=NEWEST, limit=10).notices)
    assert (stored.notice, found) == (KEPT, [stored.id])
    store.close()
