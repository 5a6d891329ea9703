"""The JSON API over HTTP: shapes, keys, pages that stay in step, changes, verdicts, problems."""

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from httpx import Response
from starlette.testclient import TestClient

from monitor.review.api.asking import BURST, Rates
from monitor.review.api.endpoints import ENDPOINTS, V1
from monitor.review.passwords import digest_of
from notices.account import ANALYST, READER
from notices.review import REASONS, Note, Review
from storage import Store
from storage.findings import FindingFilter
from tests.review import invented, staff
from tests.review.conftest import Desk, browse
from tests.review.json_schema import faults

ROOT = Path(__file__).resolve().parents[2]
# What may be any text.
FREE = {"words", "buyer", "assignee", "supplier", "region"}
SENT = {"giveReview": {"verdict": "confirmed", "seen": 0}, "addNote": {"text": "待核对"}}
KEYS = {READER: "tw_reader-key-of-the-test", ANALYST: "tw_analyst-key-of-the-test"}


@pytest.fixture
def clock() -> staff.Clock:
    return staff.Clock()


@pytest.fixture
def desk_api(desk: Desk, clock: staff.Clock) -> Desk:
    """A desk with accounts, and a key of a reader and of an analyst."""
    staff.hire_all(desk.store)
    with desk.store.begin() as unit:
        for role, secret in KEYS.items():
            unit.keys.add(digest_of(secret), secret[:6], f"{role} key", role, "admin", invented.NOW)
    return replace(desk, client=staff.desk_of(desk.store, desk.captures, clock))


def ask(desk: Desk, address: str, role: str = READER, **headers: str) -> Response:
    path = address if address.startswith("/") else f"{V1}/{address}"
    return desk.client.get(path, headers={"authorization": f"Bearer {KEYS[role]}", **headers})


def got(desk: Desk, address: str) -> Any:
    answer = ask(desk, address)
    assert answer.status_code == 200, answer.text
    return answer.json()


def walked(desk: Desk, address: str) -> Iterator[Any]:
    """All rows of a list, page by page."""
    following: str | None = address
    while following:
        page = got(desk, following)
        yield from page["data"]
        following = page["next"]


def give(desk: Desk, key: str, role: str = ANALYST, **said: object) -> Response:
    headers = {"authorization": f"Bearer {KEYS[role]}"}
    return desk.client.post(f"{V1}/findings/{key}/reviews", json=said, headers=headers)


def filled(desk: Desk, path: str) -> str:
    with desk.store.read() as unit:
        procedure = next(unit.procedures.all()).id
        notice_id = unit.findings.notice_id(desk.keys["h100"])
    known = {"{key}": desk.keys["h100"], "{id:int}": str(notice_id), "{id}": procedure}
    return re.sub(r"\{[^}]+\}", lambda name: known[name.group()], path)


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda each: f"{each.method} {each.name}")
def test_every_answer_is_as_the_document_says(desk_api: Desk, endpoint: Any) -> None:
    with desk_api.store.begin() as unit:
        unit.notes.add(Note(desk_api.keys["h100"], "待核对", "甲", invented.NOW))
    root = got(desk_api, "openapi.json")
    path = re.sub(r"\{(\w+):\w+\}", r"{\1}", endpoint.path)
    described = root["paths"][path][endpoint.method.lower()]
    content = described["responses"][str(endpoint.status)]["content"]["application/json"]
    if endpoint.method == "POST":
        headers = {"authorization": f"Bearer {KEYS[ANALYST]}"}
        answer = desk_api.client.post(filled(desk_api, endpoint.path), json=SENT[endpoint.name], headers=headers)
    else:
        answer = ask(desk_api, filled(desk_api, endpoint.path))
    assert answer.status_code == endpoint.status, answer.text
    assert answer.headers["content-type"] == "application/json"
    assert list(faults(answer.json(), content["schema"], root)) == []
    if endpoint.name.startswith("list") and endpoint.name != "listFindingReviews":
        assert answer.json()["data"]


def test_every_answer_with_text_and_every_page_of_a_list_is_as_the_document_says(desk_api: Desk) -> None:
    root = got(desk_api, "openapi.json")
    for name, schema in (("findings", "Finding"), ("notices", "Notice"), ("reviews", "Review")):
        for row in walked(desk_api, f"{name}?limit=3"):
            assert list(faults(row, {"$ref": f"#/components/schemas/{schema}"}, root)) == []
    for row in walked(desk_api, "notices"):
        full = got(desk_api, f"notices/{row['notice_id']}?text=yes")
        assert list(faults(full, {"$ref": "#/components/schemas/NoticeInFull"}, root)) == []
        assert {name: full[name] for name in row} == row


def test_a_notice_with_its_text_says_where_its_facts_stand(desk_api: Desk) -> None:
    seen: dict[str, set[str]] = {}
    for row in walked(desk_api, "notices"):
        assert got(desk_api, f"notices/{row['notice_id']}")["places"] == []
        full = got(desk_api, f"notices/{row['notice_id']}?text=yes")
        for place in full["places"]:
            seen.setdefault(place["field"], set()).add(full["text"][place["start"] : place["end"]])
    buyers = {row["buyer"] for row in walked(desk_api, "notices")}
    assert set() < seen["buyer"] <= buyers


def test_the_check_of_schemas_finds_what_is_wrong(desk_api: Desk) -> None:
    root = got(desk_api, "openapi.json")
    row = got(desk_api, f"findings/{desk_api.keys['h100']}")
    schema = {"$ref": "#/components/schemas/Finding"}
    assert list(faults(row, schema, root)) == []
    for wrong in (
        {"flagged": "yes"},
        {"severity": "urgent"},
        {"published": 1},
        {"more": 1},
        {"quantity": {"value": 1}},
    ):
        assert list(faults(row | wrong, schema, root)), wrong
    del row["quote"]
    assert list(faults(row, schema, root)) == ["$.quote is missing"]


def test_the_document_names_every_parameter_that_is_understood_and_no_other(desk_api: Desk) -> None:
    for path, operations in got(desk_api, "openapi.json")["paths"].items():
        for parameter in operations.get("get", {}).get("parameters", ()):
            if parameter["in"] == "query":
                address = filled(desk_api, path.replace("notices/{id}", "notices/{id:int}"))
                answer = ask(desk_api, f"{address}?{parameter['name']}=%00nothing")
                known = [each["name"] for each in answer.json().get("parameters", ())]
                free = parameter["name"] in FREE
                assert (answer.status_code, known) == ((200, []) if free else (400, [parameter["name"]])), parameter


def test_who_has_no_key_is_told_in_the_apis_own_words(desk_api: Desk) -> None:
    for headers in ({}, {"authorization": "Bearer tw_no-such-key"}):
        answer = desk_api.client.get(f"{V1}/findings", headers=headers)
        assert answer.status_code == 401
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["www-authenticate"].startswith("Bearer")
        assert "NVIDIA" not in answer.text
    answer = give(desk_api, desk_api.keys["h100"], READER, verdict="confirmed", seen=0)
    assert (answer.status_code, answer.json()["status"]) == (403, 403)


def test_a_desk_without_accounts_is_read_without_a_key_and_judged_only_with_one(desk: Desk) -> None:
    assert desk.client.get(f"{V1}/findings").status_code == 200
    answer = desk.client.post(f"{V1}/findings/{desk.keys['h100']}/reviews", json={"verdict": "confirmed", "seen": 0})
    assert answer.status_code == 403
    with desk.store.begin() as unit:
        assert unit.reviews.history(desk.keys["h100"]) == []
        unit.keys.add(digest_of(KEYS[ANALYST]), "tw_ana", "script", ANALYST, "terminal", invented.NOW)
    assert give(desk, desk.keys["h100"], verdict="confirmed", seen=0).status_code == 201


@pytest.mark.parametrize("address", ["findings", "notices", "procedures", "reviews"])
def test_pages_give_every_row_once(desk_api: Desk, address: str) -> None:
    for seen in range(4):
        assert give(desk_api, desk_api.keys["h100"], verdict="unsure", seen=seen).status_code == 201
    whole = got(desk_api, f"{address}?limit=500")
    assert whole["next"] is None
    assert len(whole["data"]) > 3
    assert list(walked(desk_api, f"{address}?limit=2")) == whole["data"]
    assert list(walked(desk_api, f"{address}?limit={len(whole['data'])}")) == whole["data"]


def test_rows_that_come_in_meanwhile_neither_repeat_nor_hide_any(desk_api: Desk) -> None:
    before = [row["finding"] for row in got(desk_api, "findings?limit=500")["data"]]
    page = got(desk_api, "findings?limit=3")
    seen = [row["finding"] for row in page["data"]]
    for number in range(5):
        add(desk_api.store, 950 + number, f"新到NVIDIA H100第{number}批")
    seen += [row["finding"] for row in walked(desk_api, page["next"])]
    assert seen == before
    assert len(list(walked(desk_api, "findings?limit=4"))) == len(before) + 5


def add(store: Store, number: int, text: str, *, at: timedelta = timedelta(seconds=1)) -> str:
    notice = invented.notice(number, f"新公告{number}", "tender", text)
    finding = invented.finding(notice, "nvidia-h100", "NVIDIA H100", invented.place(text, "NVIDIA H100"))
    with store.begin() as unit:
        saved = unit.notices.save(notice, invented.NOW + at)
        (key,) = unit.findings.replace(saved.notice_id, notice.source, [finding], invented.NOW + at)
    return key


def test_what_changed_is_what_came_in_was_judged_or_withdrawn(desk_api: Desk, clock: staff.Clock) -> None:
    clock.at = invented.NOW + timedelta(hours=1)
    since = got(desk_api, "findings?limit=1")["as_of"]
    assert got(desk_api, f"findings?changed_since={since}")["data"] == []
    clock.at += timedelta(hours=1)
    new = add(desk_api.store, 960, "采购NVIDIA H100", at=timedelta(hours=2))
    judged, gone = desk_api.keys["h100"], add(desk_api.store, 961, "采购NVIDIA H100")
    assert give(desk_api, judged, verdict="confirmed", seen=0).status_code == 201
    with desk_api.store.begin() as unit:
        notice_id = unit.findings.notice_id(gone)
        assert notice_id is not None
        unit.findings.replace(notice_id, invented.SOURCE, [], clock.at)
    rows = {row["finding"]: row for row in walked(desk_api, f"findings?changed_since={since}&limit=1")}
    assert set(rows) == {new, judged, gone}
    assert rows[judged]["verdict"] == "confirmed"
    assert rows[gone]["withdrawn_at"] is not None
    assert gone not in {row["finding"] for row in walked(desk_api, "findings")}
    assert got(desk_api, f"findings/{gone}")["withdrawn_at"] is not None
    clock.at += timedelta(hours=1)
    later = got(desk_api, f"findings?changed_since={since}")["as_of"]
    with desk_api.store.begin() as unit:
        taken_back = Review(judged, "", "", "甲", clock.at)
        assert unit.reviews.undo([(1, taken_back)]) == []
    (row,) = got(desk_api, f"findings?changed_since={later}")["data"]
    assert (row["finding"], row["verdict"], row["reviews"]) == (judged, None, 2)


def test_a_changed_notice_is_among_what_changed(desk_api: Desk, clock: staff.Clock) -> None:
    clock.at = invented.NOW + timedelta(hours=1)
    since = got(desk_api, "notices?limit=1")["as_of"]
    assert got(desk_api, f"notices?changed_since={since}")["data"] == []
    with desk_api.store.begin() as unit:
        unit.notices.save(replace(invented.AWARD, title="更正后的标题"), clock.at)
    (row,) = got(desk_api, f"notices?changed_since={since}")["data"]
    assert (row["title"], row["revision"]) == ("更正后的标题", 2)
    (procedure,) = got(desk_api, f"procedures?changed_since={since}")["data"]
    assert procedure["procedure"] == row["procedure"]
    full = got(desk_api, f"notices/{row['notice_id']}")
    assert [each["revision"] for each in full["revisions"]] == [1, 2]


def test_filters_are_those_of_the_queue(desk_api: Desk) -> None:
    for query, chosen in (
        ("view=todo", FindingFilter(flagged=True, verdict="none")),
        ("view=unflagged", FindingFilter(flagged=False)),
        ("item=nvidia-h100&relation=buys", FindingFilter(item="nvidia-h100", relation="buys")),
        ("", FindingFilter()),
    ):
        with desk_api.store.read() as unit:
            expected = set(unit.findings.keys(chosen))
        assert expected
        assert {row["finding"] for row in walked(desk_api, f"findings?{query}")} == expected


def test_what_has_not_changed_is_not_sent_again(desk_api: Desk, clock: staff.Clock) -> None:
    for address in ("findings", f"findings/{desk_api.keys['h100']}", "openapi.json"):
        tag = ask(desk_api, address).headers["etag"]
        clock.at += timedelta(minutes=1)
        again = ask(desk_api, address, **{"if-none-match": f'"other", {tag}'})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert give(desk_api, desk_api.keys["h100"], verdict="unsure", seen=0).status_code == 201
    address = f"findings/{desk_api.keys['h100']}"
    tag = ask(desk_api, address).headers["etag"]
    assert give(desk_api, desk_api.keys["h100"], verdict="confirmed", seen=1).status_code == 201
    assert ask(desk_api, address, **{"if-none-match": tag}).status_code == 200


def test_a_verdict_is_signed_by_its_key_and_stands_in_the_audit_log(desk_api: Desk) -> None:
    key = desk_api.keys["h100"]
    answer = give(desk_api, key, verdict="rejected", reason="compatibility", note=" Only compatible. ", seen=0)
    assert answer.status_code == 201
    review = answer.json()
    assert (review["reviewer"], review["note"], review["reason"]) == (
        "key:analyst key",
        "Only compatible.",
        "compatibility",
    )
    assert got(desk_api, f"findings/{key}/reviews")["data"] == [review]
    with desk_api.store.read() as unit:
        assert unit.audit.newest(1)[0].by == "key:analyst key"


def test_a_verdict_on_what_others_judged_meanwhile_is_refused_and_nothing_is_stored(desk_api: Desk) -> None:
    key = desk_api.keys["h100"]
    assert give(desk_api, key, verdict="confirmed", seen=0).status_code == 201
    answer = give(desk_api, key, verdict="rejected", reason="misread", seen=0)
    assert (answer.status_code, answer.json()["reviews"]) == (409, 1)
    assert [row["verdict"] for row in got(desk_api, f"findings/{key}/reviews")["data"]] == ["confirmed"]


@pytest.mark.parametrize(
    "said",
    [
        {}, {"verdict": "confirmed"}, {"verdict": "guilty", "seen": 0}, {"verdict": "confirmed", "seen": -1},
        {"verdict": "confirmed", "seen": True}, {"verdict": "rejected", "seen": 0}, {"verdict": 1, "seen": 0},
        {"verdict": "rejected", "reason": "because", "seen": 0}, {"verdict": "rejected", "reason": "other", "seen": 0},
        {"verdict": "confirmed", "seen": 0, "reviewer": "somebody else"},
        {"verdict": "confirmed", "reason": REASONS[0], "seen": 0},
    ],
)  # fmt: skip
def test_a_verdict_that_is_not_whole_is_a_problem(desk_api: Desk, said: dict[str, object]) -> None:
    answer = give(desk_api, desk_api.keys["h100"], **said)
    assert answer.status_code == 400, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert len(answer.json()["detail"]) > 10
    with desk_api.store.read() as unit:
        assert unit.reviews.history(desk_api.keys["h100"]) == []


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", "application/json", 400), (b"[" * 50_000, "application/json", 400), (b"[]", "application/json", 400),
        (b"{}", "text/plain", 415), (b'"' + b"x" * 200_000 + b'"', "application/json", 413),
    ],
)  # fmt: skip
def test_a_body_that_is_no_verdict_is_a_problem(desk_api: Desk, body: bytes, kind: str, status: int) -> None:
    headers = {"authorization": f"Bearer {KEYS[ANALYST]}", "content-type": kind}
    answer = desk_api.client.post(f"{V1}/findings/{desk_api.keys['h100']}/reviews", content=body, headers=headers)
    assert (answer.status_code, answer.json()["status"]) == (status, status)


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("findings?colour=red", 400), ("findings?limit=0", 400), ("findings?limit=501", 400), ("findings?page=2", 400),
        ("findings?cursor=nonsense", 400), ("findings?cursor=W10", 400), ("findings?item=no-such", 400),
        ("findings?changed_since=yesterday", 400), ("findings?changed_since=2026-03-05T00:00:00", 400),
        ("notices?cursor=WyJhIl0", 400), ("notices?cursor=WzFlOTk5XQ", 400), ("notices?source=no-such", 400),
        ("notices?limit=1&limit=2", 400), ("notices?since=9999-12-31&until=9999-12-31", 400),
        ("findings?since=0001-01-01", 400), ("notices?since=0001-01-01", 400),
        ("findings?changed_since=0001-01-01T00:00:00%2B14:00", 400),
        ("findings/0123", 404), ("findings/0123/reviews", 404), ("notices/99999999999999999999999", 404),
        ("notices/123456", 404), ("notices/x", 404), ("procedures/none", 404), ("nowhere", 404),
    ],
)  # fmt: skip
def test_what_cannot_be_answered_is_a_problem_that_says_why(desk_api: Desk, address: str, status: int) -> None:
    answer = ask(desk_api, address)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert (told["type"], told["status"]) == ("about:blank", status)
    assert told["title"]
    assert told["detail"]
    if status == 400:
        assert told["parameters"]
    root = got(desk_api, "openapi.json")
    assert list(faults(told, {"$ref": "#/components/schemas/Problem"}, root)) == []


def test_another_method_is_a_problem_too(desk_api: Desk) -> None:
    answer = desk_api.client.delete(f"{V1}/findings", headers={"authorization": f"Bearer {KEYS[READER]}"})
    assert (answer.status_code, answer.headers["content-type"]) == (405, "application/problem+json")


def test_a_store_that_does_not_answer_is_a_problem(tmp_path: Path, store: Store) -> None:
    store.engine.dispose()
    with store.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE found_party")
        connection.exec_driver_sql("ALTER TABLE review RENAME TO review_gone")
    answer = browse(store, tmp_path, raise_errors=False).get(f"{V1}/reviews")
    assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")


def test_each_key_has_a_rate_of_its_own() -> None:
    rates = Rates()
    now = invented.NOW
    assert [rates.wait("one", now) for _ in range(BURST)] == [0] * BURST
    assert rates.wait("one", now) >= 1
    assert rates.wait("other", now) == 0
    assert rates.wait("one", now + timedelta(seconds=1)) == 0
    assert rates.wait("one", now - timedelta(days=1)) == 0


def test_who_asks_too_often_is_told_when_to_go_on(desk_api: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.review.api.asking.BURST", 2)
    assert [ask(desk_api, "sources").status_code for _ in range(3)] == [200, 200, 429]
    answer = ask(desk_api, "sources")
    assert int(answer.headers["retry-after"]) >= 1
    assert answer.headers["content-type"] == "application/problem+json"
    assert ask(desk_api, "sources", ANALYST).status_code == 200


def test_contacts_of_persons_are_not_given(desk_api: Desk) -> None:
    text = "联系人：甲某某 010-55500000\n采购NVIDIA H100"
    add(desk_api.store, 970, text)
    with desk_api.store.read() as unit:
        stored = unit.notices.get(invented.SOURCE, "n970")
    assert stored is not None
    full = got(desk_api, f"notices/{stored.id}?text=yes")
    assert full["text"] == "联系人：甲某某 ［…］\n采购NVIDIA H100"
    assert got(desk_api, f"notices/{stored.id}")["text"] is None
    assert not any("contact" in name for name in full)


def examples() -> list[str]:
    page = (ROOT / "docs" / "reference" / "api.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```sh\n(.*?)```", page, re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line]


@pytest.mark.parametrize("example", examples())
def test_every_example_of_the_reference_works(desk_api: Desk, example: str) -> None:
    values = {"KEY": KEYS[ANALYST], "DESK": "", "FINDING": desk_api.keys["h100"], "AS_OF": "2026-03-01T00:00:00Z"}
    values |= {"NOTICE": filled(desk_api, "{id:int}"), "PROCEDURE": filled(desk_api, "{id}")}
    words = iter(shlex.split(re.sub(r"\$([A-Z_]+)", lambda name: values[name[1]], example)))
    assert next(words) == "curl"
    method, headers, body, address = "GET", {}, None, ""
    for word in words:
        if word == "-H":
            name, _, value = next(words).partition(": ")
            headers[name] = value
        elif word == "-X":
            method = next(words)
        elif word == "-d":
            body = next(words)
        else:
            address = word
    answer = desk_api.client.request(method, address, headers=headers, content=body)
    assert answer.status_code in {200, 201}, answer.text
    assert json.loads(answer.text)


def test_the_same_lists_come_from_each_database(store: Store, tmp_path: Path) -> None:
    invented.fill(store, tmp_path / "captures")
    client: TestClient = browse(store, tmp_path / "captures", sources=invented.SOURCES)
    for name in ("findings", "notices", "procedures", "reviews"):
        whole = client.get(f"{V1}/{name}?limit=500").json()["data"]
        following: str | None = f"{V1}/{name}?limit=3"
        rows = []
        while following:
            page = client.get(following).json()
            rows += page["data"]
            following = page["next"]
        assert rows == whole, name
        changed = client.get(f"{V1}/{name}?changed_since=2000-01-01T00:00:00Z&limit=500").json()["data"]
        assert len(changed) >= len(whole), name
        assert client.get(f"{V1}/{name}?changed_since=2999-01-01T00:00:00Z").json()["data"] == []


def test_a_note_is_added_by_its_key_and_changes_no_more_than_when_the_finding_changed(
    desk_api: Desk, clock: staff.Clock
) -> None:
    key = desk_api.keys["h100"]
    before = got(desk_api, f"findings/{key}")
    answer = note(desk_api, key, {"text": " 待核对 "})
    assert answer.status_code == 201
    row = answer.json()
    assert (row["finding"], row["text"], row["by"]) == (key, "待核对", "key:analyst key")
    assert note(desk_api, key, {"text": "待核对"}).json()["id"] == row["id"], "sent again it is kept once"
    clock.at += timedelta(seconds=1)
    assert note(desk_api, key, {"text": "已核对"}).status_code == 201
    after = got(desk_api, f"findings/{key}")
    assert after["changed_at"] > before["changed_at"]
    assert after | {"notes": [], "changed_at": before["changed_at"]} == before
    assert [said.split(": ", 1)[1] for said in after["notes"]] == ["待核对", "已核对"]
    assert [each["text"] for each in got(desk_api, f"findings/{key}/notes")["data"]] == ["待核对", "已核对"]
    assert [each["text"] for each in walked(desk_api, "notes?limit=1")] == ["待核对", "已核对"]
    assert got(desk_api, f"notes?changed_since={quote(clock().isoformat())}")["data"][0]["text"] == "已核对"
    assert note(desk_api, key, {"text": "x"}, READER).status_code == 403
    assert note(desk_api, "no-such", {"text": "x"}).status_code == 404


@pytest.mark.parametrize(
    "said", [{}, {"text": ""}, {"text": 1}, {"text": "x", "more": 1}, [], "x", {"text": "长" * 10_001}]
)
def test_a_note_that_is_not_whole_is_a_problem(desk_api: Desk, said: object) -> None:
    answer = note(desk_api, desk_api.keys["h100"], said)
    assert answer.status_code in (400, 413)
    assert answer.headers["content-type"] == "application/problem+json"
    assert got(desk_api, "notes")["data"] == []


def note(desk: Desk, key: str, said: object, role: str = ANALYST) -> Response:
    headers = {"authorization": f"Bearer {KEYS[role]}", "content-type": "application/json"}
    return desk.client.post(f"{V1}/findings/{key}/notes", content=json.dumps(said), headers=headers)
