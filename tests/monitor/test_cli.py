"""The command as people use it: what it prints, and the status it ends with."""

import csv
import io
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from monitor.cli import main
from monitor.clock import now
from storage import open_store

H100 = "货物名称 | 品牌 | 规格型号 | 数量\nGPU服务器 | NVIDIA | H100 80GB | 2台"
ROWS = [
    {"site": "p.invalid", "id": "a", "title": "服务器采购中标公告", "published": "2024-03-05", "text": H100},
    {"site": "p.invalid", "id": "b", "title": "食堂采购公告", "published": "2024-03-06", "text": "大米100袋"},
]


@pytest.fixture(autouse=True)
def _quiet_surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in list(os.environ):
        if name.startswith("TENDERWATCH_"):
            monkeypatch.delenv(name)


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ROWS), encoding="utf-8")
    return path


class Run:
    """What a command printed and the status it ended with."""

    def __init__(self, status: int, out: str, err: str) -> None:
        self.status, self.out, self.err = status, out, err

    @property
    def objects(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


Command = Callable[..., Run]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Command:
    def call(*words: str | Path) -> Run:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([str(word) for word in words])
        printed = capsys.readouterr()
        return Run(int(ended.value.code or 0), printed.out, printed.err)

    return call


def test_a_morning_from_import_to_verdict(run: Command, rows: Path) -> None:
    assert run("import", rows).status == 0
    assert "1 flagged notices" in run("detect").out
    (found,) = run("findings", "--flagged", "--format", "jsonl").objects
    assert (found["notice"], found["item"], found["source"]) == ("a", "nvidia-h100", "p.invalid")
    assert found["control"]["status"] == "restricted"
    assert H100[found["start"] : found["end"]] == found["quote"]
    assert run("review", "set", found["finding"][:8], "confirmed", "--note", "checked").status == 0
    assert run("review", "list", "--format", "jsonl").objects == []
    assert run("findings", "--verdict", "confirmed", "--format", "jsonl").objects[0]["verdict"] == "confirmed"
    assert run("review", "set", found["finding"][:8], "rejected", "--reason", "existing").status == 0
    assert run("review", "assign", found["finding"][:8], "核查员甲", "--due", "2026-04-01").out.endswith("2026-04-01\n")
    assert run("review", "assign", found["finding"][:8], "核查员甲", "--due", "tomorrow").status == 2
    precise = run("review", "precision", "--format", "jsonl").objects[0]
    assert (precise["item"], precise["term"], precise["precision"]) == (found["item"], None, 0.0)
    assert (precise["confirmed"], precise["rejected"], precise["reasons"]) == (0, 1, {"existing": 1})
    assert run("detect").out.strip() == "detect: nothing was due"
    assert run("detect", "--all").status == 0


@pytest.mark.postgresql
def test_the_same_morning_on_postgresql(
    run: Command, rows: Path, postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = open_store(postgresql_url)
    with opened.engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
    opened.close()
    monkeypatch.setenv("TENDERWATCH_DATABASE_URL", postgresql_url)
    test_a_morning_from_import_to_verdict(run, rows)


def test_notices_are_listed_with_null_for_what_they_do_not_give(run: Command, rows: Path) -> None:
    run("import", rows)
    newest, oldest = run("notices", "--format", "jsonl").objects
    assert (newest["id"], oldest["id"]) == ("b", "a")
    assert (newest["buyer"], newest["amount_cny"], newest["revision"], newest["tag"]) == (None, None, 1, "tender")
    assert oldest["items"][0]["model"] == "H100 80GB"


def test_a_listing_is_a_table_json_lines_or_csv(run: Command, rows: Path) -> None:
    run("import", rows)
    assert "食堂采购公告" in run("notices").out
    table = list(csv.DictReader(io.StringIO(run("notices", "--format", "csv").out)))
    assert [row["id"] for row in table] == ["b", "a"]
    assert "Nothing to list." in run("findings").out


def test_a_csv_cell_that_a_spreadsheet_would_run_is_disarmed(run: Command, tmp_path: Path) -> None:
    path = tmp_path / "hostile.jsonl"
    path.write_text(json.dumps({"site": "p", "id": "x", "title": "=HYPERLINK(1)", "text": "t"}), encoding="utf-8")
    run("import", path)
    (row,) = csv.DictReader(io.StringIO(run("notices", "--format", "csv").out))
    assert row["title"] == "'=HYPERLINK(1)"


def test_home_may_stand_anywhere_in_the_command(run: Command, rows: Path, tmp_path: Path) -> None:
    assert run("import", rows, "--home", tmp_path / "elsewhere").status == 0
    assert run("--home", tmp_path / "elsewhere", "notices", "--format", "jsonl").objects
    assert run(f"--home={tmp_path / 'elsewhere'}", "notices", "--format", "jsonl").objects
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    "command", [["notices"], ["findings"], ["detect"], ["extract"], ["alert"], ["evidence", "verify"]]
)
def test_without_a_store_a_command_says_to_make_one(run: Command, command: list[str]) -> None:
    ended = run(*command)
    assert ended.status == 1
    assert ended.err.count("\n") == 1
    assert "does not exist" in ended.err or "tenderwatch init" in ended.err


@pytest.mark.parametrize(
    "command",
    [
        ["nonsense"],
        ["notices", "--format", "xml"],
        ["crawl", "--since", "yesterday"],
        ["crawl", "--limit", "0"],
        ["import", "none.jsonl"],
        ["crawl", "--replay", "none.warc.gz"],
        ["review", "set", "abc", "maybe"],
        ["review", "set", "abc", "confirmed", "--reason", "existing"],
        ["review", "set", "abc", "rejected", "--reason", "whim"],
        ["export", "findings", "--format", "table"],
    ],
)
def test_wrong_usage_ends_with_two_and_no_traceback(run: Command, command: list[str]) -> None:
    run("init")
    ended = run(*command)
    assert ended.status == 2
    assert "Traceback" not in ended.err
    assert ended.out == ""


def test_an_unknown_source_is_named_with_the_known_ones(run: Command) -> None:
    ended = run("crawl", "nowhere")
    assert ended.status == 2
    assert "no source 'nowhere'" in ended.err
    assert "ccgp-central" in ended.err


@pytest.mark.parametrize(
    "words",
    [
        ["ccgp-local", "ccgp-central", "--base-url", "http://127.0.0.1:1"],
        ["ccgp-local", "--base-url", "ftp://127.0.0.1"],
    ],
)
def test_a_base_url_is_one_address_for_one_source(run: Command, words: list[str]) -> None:
    ended = run("crawl", *words)
    assert ended.status == 2
    assert "--base-url" in ended.err


def test_no_real_site_is_asked_without_a_contact(run: Command) -> None:
    ended = run("crawl", "ccgp-central")
    assert ended.status == 1
    assert "no contact is set" in ended.err


def test_a_wrong_configuration_is_one_sentence(run: Command, tmp_path: Path) -> None:
    (tmp_path / "monitor.toml").write_text("[desk]\nport = 0\n", encoding="utf-8")
    ended = run("notices")
    assert ended.status == 1
    assert ended.err.startswith("tenderwatch: monitor.toml: desk.port:")


def test_import_in_part_ends_with_three(run: Command, rows: Path) -> None:
    rows.write_text(rows.read_text(encoding="utf-8") + "{broken\n", encoding="utf-8")
    ended = run("import", rows)
    assert ended.status == 3
    assert "line 3" in ended.err
    assert "2 new" in ended.out


def test_scan_needs_no_store_and_reads_rows_and_files(run: Command, rows: Path, tmp_path: Path) -> None:
    folder = tmp_path / "trove"
    folder.mkdir()
    (folder / "a.txt").write_text("采购英伟达A100 GPU服务器2台", encoding="gb18030")
    (folder / "empty.bin").write_bytes(b"")
    found = run("scan", rows, "--format", "jsonl")
    assert found.status == 0
    assert {each["notice"] for each in found.objects} == {"a"}
    ended = run("scan", folder, "--date", "2024-05-01", "--format", "jsonl")
    assert ended.status == 3
    assert "empty.bin" in ended.err
    (chip,) = [each for each in ended.objects if each["item"] == "nvidia-a100"]
    assert chip["control"]["as_of"] == "2024-05-01"
    assert not (tmp_path / "data").exists()


def test_scan_without_a_date_does_not_guess_one(run: Command, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("采购英伟达A100 GPU服务器2台", encoding="utf-8")
    (found,) = run("scan", tmp_path / "a.txt", "--format", "jsonl").objects
    assert (found["control"]["status"], found["control"]["as_of"]) == ("unknown_date", None)


def test_scan_of_nothing_that_exists_fails(run: Command) -> None:
    ended = run("scan", "nowhere.pdf")
    assert ended.status == 1
    assert "nowhere.pdf" in ended.err


def test_an_export_holds_every_row_and_goes_to_a_file(run: Command, rows: Path, tmp_path: Path) -> None:
    run("import", rows)
    run("detect")
    assert run("export", "notices", "--output", tmp_path / "n.jsonl").status == 0
    assert len((tmp_path / "n.jsonl").read_text(encoding="utf-8").splitlines()) == 2
    assert run("export", "findings", "--format", "csv").out.count("nvidia-h100") >= 1
    assert run("export", "notices", "--output", tmp_path / "no" / "n.jsonl").status == 1


def test_a_bad_term_of_an_own_file_stops_commands_unless_it_is_to_be_left_out(run: Command, tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "terms.toml").write_text("[words.existing]\nbefore = '现有('\n", encoding="utf-8")
    (tmp_path / "one.txt").write_text("采购NVIDIA H100显卡8块。", encoding="utf-8")
    (tmp_path / "monitor.toml").write_text('[watchlist]\nfolder = "own"\n', encoding="utf-8")
    stopped = run("scan", "one.txt", "--format", "jsonl")
    assert (stopped.status, stopped.out) == (1, "")
    assert "terms.toml, line 2" in stopped.err
    assert run("watchlist", "check").status == 1
    (tmp_path / "monitor.toml").write_text('[watchlist]\nfolder = "own"\nskip_bad_entries = true\n', encoding="utf-8")
    left_out = run("scan", "one.txt", "--format", "jsonl")
    assert [found["item"] for found in left_out.objects] == ["nvidia-h100"]
    assert "left out: terms.toml, line 2" in left_out.err


def test_the_watchlist_is_in_order_shown_and_tried(run: Command, rows: Path) -> None:
    assert run("watchlist", "check").status == 0
    shown = {row["item"]: row for row in run("watchlist", "show", "--format", "jsonl").objects}
    assert {"nvidia-h100", "aws", "huawei-ascend-910b", "supermicro-sys-821ge-tnhr"} <= set(shown)
    run("import", rows)
    tried = run("watchlist", "try", "大米")
    assert "1 places in 1 notices" in tried.out


def test_sources_are_listed_before_anything_ran(run: Command) -> None:
    states = {row["id"]: row["state"] for row in run("sources", "--format", "jsonl").objects}
    assert states["ccgp-central"] == states["ccgp-local"] == "never run"


def test_what_a_portal_states_is_held_against_what_is_kept(run: Command, tmp_path: Path) -> None:
    run("init")
    store = open_store(f"sqlite:///{tmp_path / 'data' / 'tenderwatch.sqlite'}")
    window = "0201@@2026-11-01@2026-11-01"
    with store.begin() as unit:
        crawl = unit.runs.start("crawl", "ggzy-procurement", now())
        counts = {f"stated@{window}": 12, f"listed@{window}": 12, f"kept@{window}": 11}
        unit.runs.finish(crawl, "partial", counts, now())
    store.close()
    ended = run("sources", "reconcile", "--format", "jsonl")
    assert ended.status == 3
    (row,) = ended.objects
    assert (row["since"], row["stated"], row["kept"], row["missing"]) == ("2026-11-01", 12, 11, 1)


def test_the_doctor_names_what_is_missing_and_fails_only_for_what_is_wrong(
    run: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = {row["what"]: row["state"] for row in run("doctor", "--format", "jsonl").objects}
    assert (told["packages"], told["watchlist"], told["contact"]) == ("ok", "ok", "wrong")
    assert run("doctor").status == 1
    monkeypatch.setenv("TENDERWATCH_CONTACT", "desk@example.invalid")
    run("init")
    assert run("doctor").status == 0


def test_every_command_has_help(run: Command) -> None:
    listed = run("--help").out
    for command in ("init", "sources", "crawl", "import", "extract", "detect", "alert", "run", "scan", "notices",
                    "findings", "review", "watchlist", "export", "evidence", "doctor", "documents",
                    "accounts", "keys", "audit"):  # fmt: skip
        assert command in listed
        assert run(command, "--help").status == 0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_the_daemon_serves_the_desk_is_alone_and_ends_on_a_signal(tmp_path: Path) -> None:
    port = free_port()
    (tmp_path / "monitor.toml").write_text(f"[desk]\nport = {port}\n", encoding="utf-8")
    command = [sys.executable, "-m", "monitor", "run"]
    surroundings = dict(os.environ)
    daemon = subprocess.Popen(command, cwd=tmp_path, env=surroundings, stdout=subprocess.PIPE, text=True)
    with daemon:
        try:
            assert daemon.stdout is not None
            for line in daemon.stdout:
                if f"127.0.0.1:{port}" in line:
                    break
            assert wait_for(f"http://127.0.0.1:{port}/healthz") == 200
            second = subprocess.run(
                command, cwd=tmp_path, env=surroundings, capture_output=True, text=True, check=False
            )
            assert second.returncode == 1
            assert "another tenderwatch is busy with 'run'" in second.stderr
            daemon.send_signal(signal.SIGTERM)
            assert "what was stored stays" in daemon.stdout.read()
            assert daemon.wait(30) == 0
        finally:
            daemon.kill()


def wait_for(url: str) -> int:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            return httpx.get(url).status_code
        except httpx.TransportError:
            continue
    return 0


def test_an_import_that_is_killed_and_run_again_leaves_the_same_store(run: Command, tmp_path: Path) -> None:
    many = tmp_path / "many.jsonl"
    rows = [ROWS[1] | {"id": f"n{number}", "text": H100 * 20} for number in range(1500)]
    many.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    surroundings = dict(os.environ)
    for _ in range(3):
        killed = subprocess.Popen(
            [sys.executable, "-m", "monitor", "import", str(many)],
            cwd=tmp_path,
            env=surroundings,
            stderr=subprocess.PIPE,
        )
        with killed:
            assert killed.stderr is not None
            killed.stderr.readline()
            killed.kill()
    assert run("import", many).status == 0
    assert len(run("notices", "--format", "jsonl").objects) == 1500
