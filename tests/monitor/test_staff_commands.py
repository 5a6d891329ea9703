"""Accounts, keys and the audit log from the terminal; a desk with accounts as it is served."""

import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
from html import unescape
from pathlib import Path

import httpx
import pytest

from monitor.cli import main
from monitor.clock import now
from monitor.config import load_settings
from monitor.review.links import invite
from monitor.review.passwords import digest_of
from notices.errors import ConfigurationError
from storage import open_store

PASSWORD = "eine lange Passphrase 词"
LINK = re.compile(r"http://127\.0\.0\.1:\d+(/join/[\w-]{43})")


@pytest.fixture(autouse=True)
def _quiet_surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in list(os.environ):
        if name.startswith("TENDERWATCH_"):
            monkeypatch.delenv(name)


def told(capsys: pytest.CaptureFixture[str], *words: str, status: int = 0) -> str:
    """What a command printed on either stream."""
    try:
        main(words)
        ended = 0
    except SystemExit as stop:
        ended = int(stop.code or 0)
    out, err = capsys.readouterr()
    assert ended == status, out + err
    return out + err


def make_account(role: str, name: str) -> None:
    """As somebody would who followed an invitation."""
    store = open_store("sqlite:///data/tenderwatch.sqlite")
    with store.begin() as unit:
        path = invite(unit, name, role, "terminal", now())
        unit.accounts.use(digest_of(path.removeprefix("/join/")), name, "$argon2id$", now())
    store.close()


def test_accounts_are_invited_listed_changed_and_switched_off(capsys: pytest.CaptureFixture[str]) -> None:
    told(capsys, "init")
    assert "Nothing to list" in told(capsys, "accounts", "list")
    assert LINK.search(told(capsys, "accounts", "invite", "--role", "editor", "--name", "编辑乙"))
    assert "is taken" in told(capsys, "accounts", "invite", "--name", "编辑乙", status=1)
    assert "no role" in told(capsys, "accounts", "invite", "--role", "owner", status=1)
    make_account("admin", "Ädmin 甲")
    make_account("reader", "读者丙")
    assert LINK.search(told(capsys, "accounts", "reset-link", "读者丙"))
    told(capsys, "accounts", "role", "读者丙", "analyst")
    told(capsys, "accounts", "disable", "读者丙")
    rows = [json.loads(line) for line in told(capsys, "accounts", "list", "--format", "jsonl").splitlines()]
    assert [(row["name"], row["role"], row["state"]) for row in rows] == [
        ("Ädmin 甲", "admin", "in use"),
        ("读者丙", "analyst", "disabled"),
    ]
    assert "enable the account first" in told(capsys, "accounts", "reset-link", "读者丙", status=1)
    told(capsys, "accounts", "enable", "读者丙")
    assert "last admin" in told(capsys, "accounts", "disable", "ädmin 甲", status=1)
    assert "no account is named" in told(capsys, "accounts", "disable", "谁", status=1)


def test_keys_are_made_listed_and_revoked(capsys: pytest.CaptureFixture[str]) -> None:
    told(capsys, "init")
    secret = told(capsys, "keys", "make", "仪表盘", "--role", "reader").strip()
    assert re.fullmatch(r"tw_[\w-]{43}", secret)
    (row,) = [json.loads(line) for line in told(capsys, "keys", "list", "--format", "jsonl").splitlines()]
    assert (row["name"], row["role"], row["begins"], row["state"]) == ("仪表盘", "reader", secret[:10], "in use")
    told(capsys, "keys", "revoke", "1")
    assert "no key in use has the id 1" in told(capsys, "keys", "revoke", "1", status=1)
    assert "is taken" in told(capsys, "keys", "make", "仪表盘", status=1)
    assert secret.encode() not in Path("data/tenderwatch.sqlite").read_bytes()


def test_the_log_is_verified_and_the_first_broken_entry_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    told(capsys, "init")
    assert "0 entries, the chain is whole" in told(capsys, "audit", "verify")
    for number in range(5):
        told(capsys, "keys", "make", f"key {number}")
    said = told(capsys, "audit", "verify")
    assert "5 entries, the chain is whole" in said
    (anchor,) = re.findall(r"^5:[0-9a-f]{64}$", said, re.MULTILINE)
    told(capsys, "keys", "make", "one more")
    told(capsys, "audit", "verify", "--expect", anchor)
    assert "not the one that had" in told(capsys, "audit", "verify", "--expect", f"5:{'0' * 64}", status=1)
    assert "not the one that had" in told(capsys, "audit", "verify", "--expect", f"9:{'0' * 64}", status=1)
    told(capsys, "audit", "verify", "--expect", "five", status=2)
    assert "6 entries written" in told(capsys, "audit", "export", "log.jsonl")
    rows = [json.loads(line) for line in Path("log.jsonl").read_text(encoding="utf-8").splitlines()]
    listed = told(capsys, "audit", "list", "--format", "jsonl", "--act", "key_made", "--subject", "key 3").splitlines()
    assert [json.loads(line) for line in listed] == [rows[3]]
    with sqlite3.connect("data/tenderwatch.sqlite") as connection:
        connection.execute("DROP TRIGGER audit_delete")
        connection.execute("DELETE FROM audit WHERE number = 3")
    connection.close()
    assert "broken after 2 sound entries: entry 3 is missing" in told(capsys, "audit", "verify", status=1)


def test_entries_that_were_cut_off_show_against_what_was_noted(capsys: pytest.CaptureFixture[str]) -> None:
    told(capsys, "init")
    for number in range(3):
        told(capsys, "keys", "make", f"key {number}")
    anchor = told(capsys, "audit", "verify").splitlines()[-1]
    with sqlite3.connect("data/tenderwatch.sqlite") as connection:
        connection.execute("DROP TRIGGER audit_delete")
        connection.execute("DELETE FROM audit WHERE number = 3")
    connection.close()
    assert "2 entries, the chain is whole" in told(capsys, "audit", "verify")
    assert "cut off" in told(capsys, "audit", "verify", "--expect", anchor, status=1)


def settings_of(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "monitor.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("host", "said", "accounts"),
    [
        ("127.0.0.1", "", False),
        ("127.0.0.2", "", False),
        ("localhost", "", False),
        ("::1", "", False),
        ("127.0.0.1", "accounts = true", True),
        ("0.0.0.0", "", True),
        ("::", "", True),
        ("192.0.2.7", "", True),
        ("desk.newsroom.invalid", "", True),
        ("127.0.0.1.evil.invalid", "", True),
    ],
)
def test_whoever_is_not_on_this_machine_needs_an_account(tmp_path: Path, host: str, said: str, accounts: bool) -> None:
    path = settings_of(tmp_path, f"[desk]\nhost = '{host}'\n{said}\n")
    assert load_settings({"TENDERWATCH_CONFIG": str(path)}).desk.with_accounts is accounts


def test_the_doctor_says_that_a_shared_desk_asks_for_no_password(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings_of(
        tmp_path, "[crawling]\ncontact = 'a@example.invalid'\n[desk]\naddress = 'https://desk.example.invalid'\n"
    )
    assert "are asked for no password" in told(capsys, "doctor")
    settings_of(tmp_path, "[crawling]\ncontact = 'a@example.invalid'\n[desk]\naddress = 'http://localhost:8000'\n")
    assert "are asked for no password" not in told(capsys, "doctor")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "desk.newsroom.invalid", ""])
def test_an_open_desk_is_not_served_to_others(
    tmp_path: Path, host: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = settings_of(tmp_path, f"[desk]\nhost = '{host}'\naccounts = false\n")
    with pytest.raises(ConfigurationError, match=r"accounts = false would let everybody .* set accounts = true"):
        load_settings({"TENDERWATCH_CONFIG": str(path)})
    monkeypatch.setenv("TENDERWATCH_CONFIG", str(path))
    said = told(capsys, "run", "--no-schedule", status=1)
    assert said.count("\n") == 1
    assert "set accounts = true" in said


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_served_desk_prints_the_first_link_believes_its_proxy_and_lets_the_admin_in(tmp_path: Path) -> None:
    port = free_port()
    settings_of(tmp_path, f"[desk]\nport = {port}\naccounts = true\n")
    desk = subprocess.Popen(
        [sys.executable, "-m", "monitor", "run", "--no-schedule"],
        env=os.environ | {"PYTHONPATH": str(Path(__file__).resolve().parents[2]), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert desk.stdout
        printed = [desk.stdout.readline(), desk.stdout.readline()]
        found = LINK.search(printed[1])
        assert found, printed
        # The link is printed a moment before the desk listens.
        patient = httpx.HTTPTransport(retries=8)
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, transport=patient) as client:
            page = client.get(found.group(1)).text
            token = unescape(re.findall(r'name="token" value="(\w+)"', page)[0])
            fields = {"token": token, "name": "管理员", "password": PASSWORD, "repeated": PASSWORD}
            made = client.post(found.group(1), data=fields)
            assert (made.status_code, made.headers["location"]) == (303, "/")
            assert client.get("/accounts").status_code == 200
            assert client.get(found.group(1)).status_code == 410
            by_proxy = {"x-forwarded-proto": "https", "x-forwarded-for": "203.0.113.5"}
            form = httpx.get(f"http://127.0.0.1:{port}/login", headers=by_proxy, trust_env=False)
            assert "Secure" in form.headers["set-cookie"]
    finally:
        desk.send_signal(signal.SIGTERM)
        desk.wait(timeout=30)
        desk.stdout.close()
    assert desk.returncode == 0
