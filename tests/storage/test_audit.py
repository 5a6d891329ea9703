"""The audit log: continued, never changed, whole with many writers, on each database."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest

from notices.audit import NOTHING, Entry, canonical, entry_after, fault_of, first_fault
from notices.duty import Assignment
from notices.errors import StoreError
from notices.notice import Notice
from notices.review import Review
from storage import Store
from tests.sample_finding import FINDING

NOW = datetime(2026, 3, 5, 8, 0, 0, 123456, tzinfo=UTC)
WRITER = """
import sys
from datetime import UTC, datetime
from storage import open_store
url, name, count = sys.argv[1:]
store = open_store(url)
sys.stdin.readline()
for number in range(int(count)):
    with store.begin() as unit:
        unit.audit.append(name, "verdict", str(number), {"new": "confirmed"}, datetime.now(UTC))
store.close()
"""


def write(store: Store, count: int) -> list[Entry]:
    with store.begin() as unit:
        return [
            unit.audit.append("分析员乙", "verdict", f"f{n}", {"old": None, "new": "是"}, NOW) for n in range(count)
        ]


def test_an_entry_comes_back_as_it_was_written_and_follows_the_one_before(store: Store) -> None:
    written = write(store, 3)
    with store.read() as unit:
        assert list(unit.audit.all()) == written
        assert unit.audit.last() == written[-1]
        assert unit.audit.newest(2) == [written[2], written[1]]
        assert unit.audit.newest(by="分析员乙", act="verdict", subject="f1") == [written[1]]
        assert (unit.audit.count(), unit.audit.acts()) == (3, ["verdict"])
    assert [entry.number for entry in written] == [1, 2, 3]
    assert [entry.previous for entry in written] == [NOTHING, written[0].digest, written[1].digest]
    assert first_fault(written) == (3, written[-1], None)


def test_a_digest_can_be_made_again_with_nothing_but_sha256_and_json(store: Store) -> None:
    (entry,) = write(store, 1)
    content = (
        '{"act":"verdict","at":"2026-03-05T08:00:00.123456+00:00","by":"\\u5206\\u6790\\u5458\\u4e59",'
        '"detail":"{\\"new\\":\\"\\\\u662f\\",\\"old\\":null}","number":1,"previous":"' + "0" * 64 + '","subject":"f0"}'
    )
    assert entry.digest == sha256(content.encode()).hexdigest()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET act = 'x' WHERE number = 2",
        "DELETE FROM audit WHERE number = 3",
        "DELETE FROM audit",
        "INSERT INTO audit SELECT 9, at, by, act, subject, detail, previous, digest FROM audit WHERE number = 1",
        "INSERT INTO audit SELECT 0, at, by, act, subject, detail, previous, digest FROM audit WHERE number = 1",
    ],
)
def test_the_database_itself_refuses_to_change_the_log(store: Store, statement: str) -> None:
    written = write(store, 3)
    with pytest.raises(Exception, match="only continued"), store.engine.begin() as connection:
        connection.exec_driver_sql(statement)
    with store.read() as unit:
        assert list(unit.audit.all()) == written


def test_neither_a_replacing_insert_nor_a_truncate_is_a_way_around_it(store: Store) -> None:
    write(store, 2)
    sqlite = "INSERT OR REPLACE INTO audit SELECT number, at, 'x', act, subject, detail, previous, digest FROM audit"
    statement = sqlite if store.engine.dialect.name == "sqlite" else "TRUNCATE audit"
    with pytest.raises(Exception, match="only continued"), store.engine.begin() as connection:
        connection.exec_driver_sql(statement)


def test_an_act_that_fails_leaves_no_entry(store: Store) -> None:
    with pytest.raises(StoreError), store.begin() as unit:
        unit.audit.append("a", "verdict", "f", {}, NOW)
        raise StoreError("the act came to nothing")
    with store.read() as unit:
        assert unit.audit.last() is None


def unguarded(store: Store, statement: str) -> None:
    """Changes the log as whoever owns the database could."""
    with store.engine.begin() as connection:
        if store.engine.dialect.name == "sqlite":
            for name in ("update", "delete", "insert"):
                connection.exec_driver_sql(f"DROP TRIGGER audit_{name}")
        else:
            connection.exec_driver_sql("ALTER TABLE audit DISABLE TRIGGER ALL")
        connection.exec_driver_sql(statement)


@pytest.mark.parametrize(
    ("statement", "sound", "fault"),
    [
        ("UPDATE audit SET detail = '{}' WHERE number = 3", 2, "entry 3 is not what was written"),
        ("UPDATE audit SET by = 'x' WHERE number = 1", 0, "entry 1 is not what was written"),
        ("UPDATE audit SET at = '2026-03-06 08:00:00.123456' WHERE number = 4", 3, "entry 4 is not what was written"),
        ("DELETE FROM audit WHERE number = 2", 1, "entry 2 is missing: 3 stands in its place"),
        ("UPDATE audit SET previous = digest WHERE number = 5", 4, "entry 5 does not follow the one before it"),
        ("DELETE FROM audit WHERE number = 1", 0, "entry 1 is missing: 2 stands in its place"),
    ],
)
def test_a_change_behind_the_databases_back_shows_and_the_first_is_named(
    store: Store, statement: str, sound: int, fault: str
) -> None:
    write(store, 5)
    unguarded(store, statement)
    with store.read() as unit:
        count, _, found = first_fault(unit.audit.all())
    assert (count, found) == (sound, fault)


@pytest.mark.parametrize("change", ["at = 'x'", "at = 5", "by = x'ff'", "detail = x'00'", "digest = 7", "act = 1.5"])
def test_what_can_no_longer_be_read_is_named_too(sqlite_store: Store, change: str) -> None:
    write(sqlite_store, 3)
    unguarded(sqlite_store, f"UPDATE audit SET {change} WHERE number = 2")
    with sqlite_store.read() as unit:
        count, _, fault = first_fault(unit.audit.all())
        assert len(unit.audit.newest()) == 3
    assert (count, fault) == (1, "entry 2 is not what was written")


def test_a_log_that_was_cut_off_at_its_end_misses_what_is_kept_elsewhere(store: Store) -> None:
    write(store, 1)
    with store.begin() as unit:
        saved = unit.notices.save(Notice("s", "t1", "https://portal.invalid/1", "采购公告", "tender", NOW), NOW)
        (key,) = unit.findings.replace(saved.notice_id, "s", [FINDING], NOW)
        unit.reviews.add(Review(key, "unsure", "", "older", NOW - timedelta(days=9)))
        unit.reviews.add(Review(key, "confirmed", "", "分析员乙", NOW))
        unit.duties.assign(0, Assignment(key, "李文", None, "分析员乙", NOW + timedelta(hours=1)))
        assert unit.audit.missing() is None
    for left, gone in ((3, 1), (2, 2), (0, 3)):
        if left == 3:
            unguarded(store, "DELETE FROM audit WHERE number > 3")
        else:
            with store.engine.begin() as connection:
                connection.exec_driver_sql(f"DELETE FROM audit WHERE number > {left}")
        with store.read() as unit:
            assert first_fault(unit.audit.all())[::2] == (left, None)
            assert str(unit.audit.missing()).startswith(f"{gone} acts that are kept have no entry")


def test_an_entry_written_anew_with_its_digest_breaks_the_one_after_it(store: Store) -> None:
    first, second, third = write(store, 3)
    forged = entry_after(first, second.at, second.by, second.act, second.subject, {"new": "rejected"})
    assert fault_of(forged, first) is None
    assert fault_of(third, forged) == "entry 3 does not follow the one before it"


def test_whatever_is_written_can_be_written(store: Store) -> None:
    odd = {"note": "\x00\ud800 \u202e 𝒳 \n", "count": 2**60, "yes": True, "none": None}
    with store.begin() as unit:
        written = unit.audit.append("a", "note", "f", odd, NOW)
    with store.read() as unit:
        assert unit.audit.last() == written
        assert written.told == odd
    assert canonical({"b": 1, "a": "中"}) == '{"a":"\\u4e2d","b":1}'


def test_processes_that_write_at_once_make_one_whole_chain(store: Store) -> None:
    url = store.engine.url.render_as_string(hide_password=False).replace("+psycopg", "")
    each = 40
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, url, f"writer {name}", str(each)], stdin=subprocess.PIPE)
        for name in range(3)
    ]
    for writer in writers:
        assert writer.stdin
        writer.stdin.write(b"go\n")
        writer.stdin.flush()
    for writer in writers:
        writer.communicate(timeout=60)
        assert writer.returncode == 0
    with store.read() as unit:
        entries = list(unit.audit.all())
    assert first_fault(entries) == (3 * each, entries[-1], None)
    assert {entry.by for entry in entries} == {"writer 0", "writer 1", "writer 2"}
