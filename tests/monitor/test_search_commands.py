"""`tenderwatch search` and `tenderwatch index` as people use them."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from monitor.cli import main
from storage import open_store
from storage.search_tables import search_due

ROWS = [
    {"site": "p.invalid", "id": "a", "title": "服务器采购公告", "published": "2024-03-05", "text": "租赁 A100 服务器"},
    {"site": "p.invalid", "id": "b", "title": "算力平台公告", "published": "2024-03-06", "text": "A100 与 H100 服务器"},
    {"site": "p.invalid", "id": "c", "title": "食堂公告", "published": "2024-03-07", "text": "A1000 大米一百袋"},
]
Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TENDERWATCH_DATABASE_URL", f"sqlite:///{tmp_path / 'store.sqlite'}")

    def call(*words: str) -> tuple[int, str, str]:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(list(words))
        printed = capsys.readouterr()
        return int(ended.value.code or 0), printed.out, printed.err

    rows = tmp_path / "rows.jsonl"
    rows.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ROWS), encoding="utf-8")
    assert call("import", str(rows))[0] == 0
    return call


def ids(run: Command, *words: str) -> list[str]:
    status, out, _ = run("search", *words, "--format", "jsonl")
    assert status == 0
    return [json.loads(line)["id"] for line in out.splitlines()]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["A100"], ["b", "a"]),
        (["A100", "-租赁"], ["b"]),
        (["H100", "OR", "大米"], ["c", "b"]),
        (['"A100 服务器"'], ["a"]),
        (["算力"], ["b"]),
        (["服务器", "--order", "title"], ["a", "b"]),
        (["服务器", "--limit", "1"], ["b"]),
        (["龘"], []),
    ],
)
def test_words_exclusions_phrases_and_orders_find_notices(run: Command, words: list[str], expected: list[str]) -> None:
    assert ids(run, *words) == expected


def test_what_is_shown_of_how_many_is_said_beside_the_rows(run: Command) -> None:
    status, out, err = run("search", "公告", "--limit", "2", "--format", "csv")
    assert (status, [row["id"] for row in csv.DictReader(io.StringIO(out))]) == (0, ["c", "b"])
    assert "3 found, 2 shown" in err
    assert "0 found" in run("search", "龘")[2]


def test_a_search_that_cannot_be_read_says_why(run: Command) -> None:
    status, out, err = run("search", "-租赁")
    assert (status != 0, out) == (True, "")
    assert "Traceback" not in err
    status, _, err = run("search", "A100", "--order", "best")
    assert status == 2
    assert "date, title" in err


def test_what_waits_is_told_until_it_is_indexed(run: Command, tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'store.sqlite'}")
    with store.begin() as unit:
        (first, *_) = unit.notices.all()
        unit.search.mark(first.id)
    assert "1 changes are not in the search yet" in run("search", "A100")[2]
    assert run("index")[:2] == (0, "The search is up to what is stored.\n")
    assert "not in the search" not in run("search", "A100")[2]
    with store.engine.connect() as connection:
        assert connection.execute(search_due.select()).all() == []
    store.close()


def test_the_index_may_be_brought_up_again_and_again(run: Command) -> None:
    assert run("index")[0] == run("index")[0] == 0
    assert ids(run, "A100") == ["b", "a"]
