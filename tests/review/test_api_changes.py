"""Whoever follows what changed has in the end what the store has, whatever was written meanwhile and however long."""

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
from starlette.testclient import TestClient

from monitor.review.app import make_app
from notices.finding import Control
from notices.review import Note, Review
from storage import Store, Unit
from storage.paging import EVER
from tests.review import invented
from tests.review.many import fill_findings

OVERLAP = timedelta(seconds=0.3)
FIELDS = ("verdict", "withdrawn_at", "watchlist_version", "control", "reviews", "notes", "procedure")


def now() -> datetime:
    return datetime.now(UTC)


def walked(client: TestClient, since: str | None) -> Iterator[tuple[dict[str, object], str]]:
    """Every row that changed, with what its page says of when to go on."""
    address: str | None = "/api/v1/findings?limit=7" + (f"&changed_since={since}" if since else "")
    while address:
        answer = client.get(address)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        yield from ((row, page["as_of"]) for row in page["data"])
        yield {}, page["as_of"]
        address = page["next"]


def follow(client: TestClient, copy: dict[str, dict[str, object]], since: str | None) -> str:
    """Brings a copy up to date as a program would; since when to ask the next time."""
    first = ""
    for row, as_of in walked(client, since):
        first = first or as_of
        assert as_of == first, "all pages of one list say the same moment"
        if row:
            copy[str(row["finding"])] = {name: row[name] for name in FIELDS}
    return first


def change(store: Store, keys: list[str], seed: int, over: Event) -> None:
    """Writes until it is over: verdicts, notes, findings judged anew, withdrawn and come back; some take long."""
    picked = random.Random(seed)
    # SQLite has one writer at a time, and who waits for it is not served in turn: nobody there holds it for long.
    long, pause = (3 * OVERLAP.total_seconds(), 0.0) if store.engine.dialect.name == "postgresql" else (0.0, 0.05)
    while not over.wait(pause):
        with store.begin() as unit:
            key, at = picked.choice(keys), now()
            act = picked.choice((judge, note, judge_anew, withdraw))
            act(unit, key, at, picked)
            if picked.random() < 0.2:
                over.wait(long)


def judge(unit: Unit, key: str, at: datetime, picked: random.Random) -> None:
    unit.reviews.add(Review(key, picked.choice(("confirmed", "unsure")), "", "甲", at))


def note(unit: Unit, key: str, at: datetime, picked: random.Random) -> None:
    unit.notes.add(Note(key, f"{picked.random()}", "乙", at))


def judge_anew(unit: Unit, key: str, at: datetime, picked: random.Random) -> None:
    notice_id = unit.findings.notice_id(key)
    stored = unit.notices.by_id(notice_id) if notice_id is not None else None
    assert stored is not None
    found = invented.finding(
        stored.notice, "nvidia-h100", "NVIDIA H100", invented.place(stored.notice.text, "NVIDIA H100")
    )
    control = Control(picked.choice(("restricted", "licensable")), "2026-03-05", "us-2023-10-17", "88 FR 73458")
    anew = replace(found, control=control, watchlist_version=f"{picked.getrandbits(64):064x}")
    assert unit.findings.replace(stored.id, stored.notice.source, [anew], at) in ([], [key])


def withdraw(unit: Unit, key: str, at: datetime, picked: random.Random) -> None:
    notice_id = unit.findings.notice_id(key)
    assert notice_id is not None
    unit.findings.replace(notice_id, invented.SOURCE, [], at)


def add(store: Store, number: int) -> int:
    made = invented.notice(number, f"新公告{number}", "tender", "采购NVIDIA H100")
    found = invented.finding(made, "nvidia-h100", "NVIDIA H100", invented.place(made.text, "NVIDIA H100"))
    with store.begin() as unit:
        saved = unit.notices.save(made, now())
        return len(unit.findings.replace(saved.notice_id, made.source, [found], now()))


def test_no_change_is_missed_while_others_write(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.review.api.asking.OVERLAP", OVERLAP)
    monkeypatch.setattr("monitor.review.api.asking.BURST", 10**9)
    keys = fill_findings(store, 24)
    client = TestClient(make_app(store, tmp_path, clock=now), base_url="http://127.0.0.1")
    copy: dict[str, dict[str, object]] = {}
    over = Event()
    with ThreadPoolExecutor(4) as pool:
        writers = [pool.submit(change, store, keys[seed::3] + keys[:3], seed, over) for seed in range(3)]
        added = 0
        try:
            since, until = follow(client, copy, None), now() + timedelta(seconds=4)
            while now() < until:
                since = follow(client, copy, since)
                added += add(store, 5_000 + added)
        finally:
            over.set()
        for writer in writers:
            writer.result()
    follow(client, copy, since)
    whole: dict[str, dict[str, object]] = {}
    follow(client, whole, EVER.isoformat().replace("+00:00", "Z"))
    assert len(whole) == len(keys) + added
    assert copy == whole
    assert {row["verdict"] for row in whole.values()} >= {None, "confirmed"}
    assert any(row["withdrawn_at"] for row in whole.values())


def test_a_list_that_has_not_changed_has_the_same_tag_though_its_pages_go_on_from_another_moment(
    sqlite_store: Store, tmp_path: Path
) -> None:
    fill_findings(sqlite_store, 9)
    client = TestClient(make_app(sqlite_store, tmp_path, clock=now), base_url="http://127.0.0.1")
    first = client.get("/api/v1/findings?limit=4")
    again = client.get("/api/v1/findings?limit=4", headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304
    whole = client.get("/api/v1/findings?limit=9")
    assert whole.headers["etag"] != first.headers["etag"]
