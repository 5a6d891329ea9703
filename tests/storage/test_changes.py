"""The number that rises with each change of a finding, and what is kept beside the findings' notices."""

from collections.abc import Callable
from dataclasses import replace
from importlib import import_module

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations

from notices.document import READ, Document, Text
from notices.duty import Assignment
from notices.notice import Party
from notices.review import Review
from storage import Store, Unit
from storage.findings import FindingFilter
from tests.storage.test_desk_queries import H100, NOTICE, NOW, fill


def number(store: Store) -> int:
    with store.read() as unit:
        return unit.changes.number()


def withdraw(unit: Unit, notice_id: int, _: str) -> None:
    unit.findings.replace(notice_id, "ccgp-central", [], NOW)


def revise(unit: Unit, _: int, __: str) -> None:
    unit.notices.save(replace(NOTICE, title="更正公告"), NOW)


def judge(unit: Unit, _: int, key: str) -> None:
    unit.reviews.add(Review(key, "unsure", "", "first", NOW))


def assign(unit: Unit, _: int, key: str) -> None:
    unit.duties.assign(0, Assignment(key, "second", None, "first", NOW))


def link(unit: Unit, _: int, __: str) -> None:
    unit.notices.save(NOTICE.with_documents((Document("http://portal.invalid/a", "一"),)), NOW)


@pytest.mark.parametrize("change", [withdraw, revise, judge, assign, link], ids=lambda change: change.__name__)
def test_each_change_of_a_finding_raises_the_number(store: Store, change: Callable[[Unit, int, str], None]) -> None:
    notice_id, (key, _) = fill(store)
    before = number(store)
    with store.begin() as unit:
        change(unit, notice_id, key)
    assert number(store) == before + 1


def test_what_touches_no_finding_and_what_is_given_up_leaves_the_number(store: Store) -> None:
    notice_id, (key, _) = fill(store)
    before = number(store)
    with store.begin() as unit:
        unit.notices.save(replace(NOTICE, id="t9", project_code="X-9"), NOW)
        unit.notices.save(replace(NOTICE, id="t9", project_code="X-9", title="更正公告"), NOW)
    with pytest.raises(RuntimeError), store.begin() as unit:
        judge(unit, notice_id, key)
        raise RuntimeError
    with store.begin() as unit:
        unit.notices.save(replace(NOTICE, id="t10", project_code="X-10"), NOW)
    assert number(store) == before


def test_findings_are_found_by_the_words_that_their_notice_has_now(store: Store) -> None:
    fill(store)

    def found(words: str) -> int:
        with store.read() as unit:
            return unit.findings.count(FindingFilter(words=words))

    assert (found(NOTICE.title), found("更正")) == (3, 0)
    with store.begin() as unit:
        unit.notices.save(replace(NOTICE, title="更正公告", parties=(Party("东屏理工大学", "buyer"),)), NOW)
    assert (found(NOTICE.title), found("更正"), found("理工"), found("%")) == (1, 2, 2, 0)


def test_findings_with_unread_attachments_follow_what_is_read(store: Store) -> None:
    def unread() -> tuple[int, int]:
        with store.read() as unit:
            return tuple(unit.findings.count(FindingFilter(unread=each)) for each in (True, False))  # type: ignore[return-value]

    linked = NOTICE.with_documents(
        (Document("http://portal.invalid/a", "一"), Document("http://portal.invalid/b", "二"))
    )
    with store.begin() as unit:
        notice_id = unit.notices.save(linked, NOW).notice_id
        unit.findings.replace(notice_id, "ccgp-central", [H100], NOW)
    assert unread() == (1, 0)
    with store.begin() as unit:
        for each in unit.documents.of_notice(notice_id):
            unit.documents.set_read(each.id, READ, "", "pdf", [Text("#page=1", "H100")], NOW)
    assert unread() == (0, 1)
    with store.begin() as unit:
        unit.notices.save(
            replace(linked, documents=(*linked.documents, Document("http://portal.invalid/c", "三"))), NOW
        )
    assert unread() == (1, 0)
    with store.begin() as unit:
        unit.documents.failed(notice_id, "http://portal.invalid/c", "404")
    assert unread() == (1, 0)


def test_an_older_store_gets_them_when_it_is_migrated(sqlite_store: Store) -> None:
    fill(sqlite_store)
    with sqlite_store.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE finding_changes")
        connection.exec_driver_sql("DROP INDEX ix_finding_found_at_flagged_withdrawn_at")
        connection.exec_driver_sql("CREATE INDEX ix_finding_found_at ON finding (found_at)")
        connection.exec_driver_sql("DROP INDEX ix_found_party_notice_id_role_key")
        connection.exec_driver_sql("CREATE INDEX ix_found_party_notice_id ON found_party (notice_id)")
        for column in ("title", "buyer", "unread"):
            connection.exec_driver_sql(f"ALTER TABLE found_notice DROP COLUMN {column}")
        migration = import_module("storage.migrations.versions.0009_changes")
        with Operations.context(MigrationContext.configure(connection)):
            migration.upgrade()
    sqlite_store.migrate()
    with sqlite_store.read() as unit:
        assert unit.findings.count(FindingFilter(words=NOTICE.title)) == 3
        assert unit.findings.count(FindingFilter(unread=False)) == 3
