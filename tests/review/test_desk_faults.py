"""What goes wrong behind the desk while somebody writes: all or nothing is stored, and what was typed comes back."""

import re
import signal
from collections.abc import Callable, Iterator
from html import unescape
from multiprocessing import get_context
from pathlib import Path
from threading import Timer
from time import monotonic
from urllib.parse import urlencode

import httpx
import pytest

from monitor.cli import main
from notices.audit import first_fault
from notices.errors import StoreError
from notices.review import Review
from storage import Store, open_store
from storage.findings import FindingFilter
from tests.review import invented, killed_desk, staff
from tests.review.conftest import Desk, browse, visible
from tests.review.many import fill_findings

NOTE = "写了很久的说明\n不能丢"


def break_store(store: Store) -> None:
    with store.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE finding RENAME TO finding_away")


def typed(page: str) -> str:
    found = re.search(r'<textarea id="note"[^>]*>\n?(.*?)</textarea>', page, re.DOTALL)
    assert found, visible(page)[:500]
    return unescape(found.group(1)).strip()


@pytest.mark.parametrize("act", ["", "/bulk"])
def test_a_store_that_fails_gives_back_what_was_typed(desk: Desk, act: str) -> None:
    path = act or f"/findings/{desk.keys['h100']}"
    shown = desk.get("/" if act else path)
    fields = staff.hidden(shown, path) | {"verdict": "confirmed", "note": NOTE}
    if act:
        fields["pick"] = f"{desk.keys['h100']}:0"
    break_store(desk.store)
    answer = desk.client.post(path, data=fields)
    assert answer.status_code == 503
    assert typed(answer.text) == NOTE


def test_a_store_that_cannot_even_say_who_asks_gives_back_what_was_typed(desk: Desk) -> None:
    staff.hire_all(desk.store)
    client = staff.logged_in(staff.desk_of(desk.store, desk.captures, staff.Clock()), staff.NAMES["analyst"])
    path = f"/findings/{desk.keys['h100']}"
    fields = staff.hidden(client.get(path).text, path) | {"verdict": "confirmed", "note": NOTE}
    with desk.store.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE desk_session RENAME TO session_away")
    answer = client.post(path, data=fields)
    assert answer.status_code == 503
    assert typed(answer.text) == NOTE


@pytest.mark.parametrize(
    "body", [b"--x\r\n", b'--x\r\nContent-Disposition: form-data; name="a"; filename="b"\r\n\r\nz']
)
@pytest.mark.parametrize("address", ["/bulk", "/filters"])
def test_a_body_that_is_no_form_is_a_page_that_says_no(desk: Desk, address: str, body: bytes) -> None:
    kind = {"content-type": "multipart/form-data; boundary=x"}
    answer = desk.client.post(address, content=body, headers=kind)
    assert answer.status_code in {400, 403}
    assert "<!doctype html>" in answer.text


def test_a_pick_that_no_page_made_is_none(desk: Desk) -> None:
    fields = staff.hidden(desk.get("/"), "/bulk") | {"verdict": "confirmed", "pick": "a\0b:0"}
    assert desk.client.post("/bulk", data=fields).status_code == 400


def test_a_method_that_is_not_for_an_address_is_told_which_is(desk: Desk) -> None:
    for address in ("/sources", "/api/v1/findings"):
        answer = desk.client.request("DELETE", address)
        assert answer.status_code == 405
        assert "GET" in answer.headers["allow"]


@pytest.fixture
def place(store: Store, tmp_path: Path) -> tuple[Store, Path, list[str]]:
    """A store with findings on each database, the folder of its captures, and the findings' keys."""
    return store, tmp_path / "captures", fill_findings(store, 30)


@pytest.fixture
def again() -> Iterator[Callable[[Store], Store]]:
    """Opens the same database once more, as another process would."""
    opened: list[Store] = []

    def open_again(store: Store) -> Store:
        opened.append(open_store(url_of(store)))
        return opened[-1]

    yield open_again
    for each in opened:
        each.close()


def url_of(store: Store) -> str:
    return store.engine.url.render_as_string(hide_password=False)


def test_a_desk_that_is_killed_among_many_verdicts_has_stored_none_of_them(
    place: tuple[Store, Path, list[str]],
) -> None:
    store, captures, keys = place
    context = get_context("spawn")
    mine, theirs = context.Pipe()
    process = context.Process(target=killed_desk.run, args=(url_of(store), captures, 12, theirs))
    process.start()
    address = mine.recv()
    client = httpx.Client(base_url=address, timeout=30)
    page = client.get("/?view=all").text
    picks = re.findall(r'name="pick" form="bulk" value="([^"]+)"', page)
    assert len(picks) == len(keys)
    one = f"/findings/{keys[0]}"
    first = staff.hidden(client.get(one).text, one) | {"verdict": "unsure", "note": "before"}
    assert client.post(one, data=first).status_code == 303
    fields = [*staff.hidden(page, "/bulk").items(), ("verdict", "confirmed"), ("note", NOTE)]
    fields += [("pick", pick) for pick in picks if not pick.startswith(keys[0])]
    with pytest.raises(httpx.RemoteProtocolError):
        client.post("/bulk", content=urlencode(fields), headers={"content-type": "application/x-www-form-urlencoded"})
    process.join(10)
    assert process.exitcode == -signal.SIGKILL
    with store.begin() as unit:
        assert [unit.reviews.last(key) for key in keys[1:]] == [None] * (len(keys) - 1)
        assert unit.findings.count(FindingFilter(verdict="confirmed")) == 0
        assert [each.note for each in unit.reviews.history(keys[0])] == ["before"]
        count, _, fault = first_fault(unit.audit.all())
        assert (count, fault, unit.audit.missing()) == (1, None, None)
        unit.reviews.add(Review(keys[1], "confirmed", "", "甲", invented.NOW))
        assert first_fault(unit.audit.all())[2] is None


def test_a_verdict_waits_for_another_process_that_holds_the_finding(
    place: tuple[Store, Path, list[str]], again: Callable[[Store], Store]
) -> None:
    store, captures, keys = place
    client = browse(again(store), captures)
    path = f"/findings/{keys[0]}"
    fields = staff.hidden(client.get(path).text, path) | {"verdict": "confirmed", "note": NOTE}
    other = store.engine.connect()
    transaction = other.begin()
    other.exec_driver_sql(f"UPDATE finding SET term = 'held' WHERE key = '{keys[0]}'")
    started = monotonic()
    release = Timer(1.5, transaction.commit)
    release.start()
    assert client.get("/").status_code == 200
    answer = client.post(path, data=fields)
    release.join()
    other.close()
    assert answer.status_code == 303
    assert monotonic() - started >= 1.5
    with store.read() as unit:
        assert [each.note for each in unit.reviews.history(keys[0])] == [NOTE]


def test_a_lock_that_does_not_end_is_told_and_what_was_typed_comes_back(
    place: tuple[Store, Path, list[str]], again: Callable[[Store], Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    store, captures, keys = place
    monkeypatch.setattr("storage.store.BUSY_SECONDS", 1)
    client = browse(again(store), captures)
    path = f"/findings/{keys[0]}"
    fields = staff.hidden(client.get(path).text, path) | {"verdict": "confirmed", "note": NOTE}
    with store.engine.begin() as other:
        other.exec_driver_sql(f"UPDATE finding SET term = 'held' WHERE key = '{keys[0]}'")
        answer = client.post(path, data=fields)
    assert answer.status_code == 503
    assert typed(answer.text) == NOTE
    assert "locked for 1 s by another process: try again" in visible(answer.text)


@pytest.mark.postgresql
def test_a_desk_goes_on_after_its_database_server_broke_every_connection(
    store: Store, tmp_path: Path, again: Callable[[Store], Store]
) -> None:
    if store.engine.dialect.name != "postgresql":
        return
    (key,) = fill_findings(store, 1)
    client = browse(again(store), tmp_path)
    path = f"/findings/{key}"
    fields = staff.hidden(client.get(path).text, path) | {"verdict": "confirmed", "note": NOTE}
    with store.engine.begin() as other:
        other.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND state IS NOT NULL"
        )
    assert client.post(path, data=fields).status_code == 303
    assert client.get("/?view=confirmed").status_code == 200


def test_many_who_wait_to_write_do_not_keep_a_reader_from_a_connection(sqlite_store: Store) -> None:
    with sqlite_store.engine.begin():
        waiting = [sqlite_store.engine.connect() for _ in range(60)]
        with sqlite_store.read() as unit:
            assert unit.findings.count() == 0
        for each in waiting:
            each.close()


def test_too_many_connections_are_one_sentence(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    pool = sqlite_store.engine.pool
    monkeypatch.setattr(pool, "_max_overflow", 0)
    monkeypatch.setattr(pool, "_timeout", 0.05)
    held = [sqlite_store.engine.connect() for _ in range(pool.size())]  # type: ignore[attr-defined]
    with pytest.raises(StoreError, match="too much is asked of the database at once"), sqlite_store.read():
        pass
    for each in held:
        each.close()


def test_the_command_says_that_its_folder_cannot_be_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        main(["--home", str(tmp_path / "file" / "data"), "run", "--no-schedule"])
    said = capsys.readouterr().err
    assert ended.value.code == 1
    assert "cannot be made" in said
    assert "Traceback" not in said
