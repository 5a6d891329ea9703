"""The commands about alerts and what is followed, as people use them."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from monitor.cli import main
from monitor.demo.sinks import MailSink

ROW = {
    "site": "p.invalid", "id": "a", "title": "服务器采购中标公告", "published": "2024-03-05", "buyer": "东屏理工大学",
    "text": "货物名称 | 品牌 | 规格型号 | 数量\nGPU服务器 | NVIDIA | H100 80GB | 2台",
}  # fmt: skip
CONFIG = """
[[channel]]
name = "mail"
kind = "email"
host = "127.0.0.1"
port = {port}
security = "none"
from = "a@example.org"
to = ["b@example.org"]
[[route]]
name = "chips"
to = ["mail"]
[route.match]
item = ["nvidia-h100"]
[[route]]
name = "never"
to = ["mail"]
[route.match]
item = ["nvidia-h100"]
category = ["us_cloud"]
"""
Command = Callable[..., str]


@pytest.fixture
def sink() -> Iterator[MailSink]:
    with MailSink() as opened:
        yield opened


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], sink: MailSink) -> Command:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "monitor.toml").write_text(CONFIG.format(port=sink.port), encoding="utf-8")
    (tmp_path / "r.jsonl").write_text(json.dumps(ROW, ensure_ascii=False) + "\n", encoding="utf-8")

    def call(*words: str, status: int = 0) -> str:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(list(words))
        printed = capsys.readouterr()
        assert int(ended.value.code or 0) == status, printed.err
        return printed.out + printed.err

    call("import", "r.jsonl")
    return call


def test_alerts_are_listed_sent_and_resent_under_their_ids(run: Command, sink: MailSink) -> None:
    run("detect")
    (waiting,) = [json.loads(line) for line in run("alerts", "--format", "jsonl").splitlines()]
    assert (waiting["state"], waiting["route"]) == ("pending", "chips")
    run("alert")
    (sent,) = [json.loads(line) for line in run("alerts", "list", "--state", "sent", "--format", "jsonl").splitlines()]
    assert sent["delivery"] == waiting["delivery"]
    assert "1 deliveries are due again" in run("alerts", "resend", sent["delivery"][:10])
    run("alert")
    assert len({str(mail.message["Message-ID"]) for mail in sink.received}) == 1
    assert len(sink.received) == 2
    run("alerts", "resend", "nothing", status=2)


def test_check_names_the_route_that_never_matches_and_counts_the_rest(run: Command) -> None:
    run("detect")
    rows = {row["route"]: row for row in map(json.loads, run("alerts", "check", "--format", "jsonl").splitlines())}
    assert (rows["chips"]["findings_30d"], rows["chips"]["remarks"]) == (1, None)
    assert rows["never"]["findings_30d"] == 0
    assert "never: none of the items that it takes is of a category" in rows["never"]["remarks"]


def test_a_sample_is_sent_marked_and_not_stored(run: Command, sink: MailSink) -> None:
    assert "mail to b@example.org: delivered" in run("alerts", "test", "chips")
    (mail,) = sink.received
    assert mail.subject.startswith("[SAMPLE] ")
    assert run("alerts", "--format", "jsonl") == ""
    assert "[SAMPLE]" in run("alerts", "preview", "chips")
    assert json.loads(run("alerts", "preview", "chips", "--as", "json"))["sample"] is True
    run("alerts", "test", "nowhere", status=2)


def test_a_silence_holds_until_it_is_ended(run: Command) -> None:
    run("alerts", "silence", "add", "--reason", "known", status=2)
    run("alerts", "silence", "add", "--reason", "known", "--days", "3", status=2)
    assert "silence 1 until" in run("alerts", "silence", "add", "--reason", "known", "--days", "3", "--buyer", "东屏")
    run("detect")
    assert run("alerts", "--format", "jsonl") == ""
    (muted,) = [json.loads(line) for line in run("alerts", "waiting", "--muted", "--format", "jsonl").splitlines()]
    assert muted["reason"] == "silence 1: known"
    assert "has ended" in run("alerts", "silence", "end", "1")
    run("alerts", "silence", "end", "1", status=2)


def test_what_is_followed_is_added_listed_and_removed(run: Command) -> None:
    run("detect")
    (found,) = [json.loads(line) for line in run("findings", "--format", "jsonl").splitlines()]
    assert found["procedure"] in run("watch", "add", "procedure", found["finding"][:8], "--note", "why")
    run("watch", "add", "buyer", "东屏")
    rows = [json.loads(line) for line in run("watch", "list", "--format", "jsonl").splitlines()]
    assert [(row["id"], row["kind"], row["note"]) for row in rows] == [(1, "procedure", "why"), (2, "buyer", None)]
    run("watch", "remove", "1")
    run("watch", "remove", "1", status=2)
    run("watch", "add", "planet", "x", status=2)
