"""The commands as a shell starts them: what they print, and one sentence for what is wrong."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from spiders.declaration import DECLARED
from spiders.sources.ccgp_local import CcgpLocal
from tests.spiders.crawling import ROOT, Started


def told(home: Path) -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if not name.startswith("TENDERWATCH_")}
    return ours | {"TENDERWATCH_HOME": str(home)}


def scrapy(home: Path, *words: str, **environment: str) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "scrapy", *words],
        cwd=ROOT,
        env=told(home) | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def test_the_sources_are_listed_with_what_they_declare(tmp_path: Path) -> None:
    status, output, _ = scrapy(tmp_path, "sources")
    rows = {row["id"]: row for row in map(json.loads, output.splitlines())}
    assert status == 0
    assert {"ccgp-central", "ccgp-local"} <= set(rows)
    local = rows["ccgp-local"]
    assert {"id", *local} == {"id", "quiet_hours", *DECLARED} - {"name"}
    assert (local["title_zh"], local["silence_limit"]) == (CcgpLocal.title_zh, CcgpLocal.silence_limit)


@pytest.mark.parametrize(
    ("words", "environment", "status", "sentence"),
    [
        (("crawl", "ccgp-local", "-a", "since=yesterday"), {}, 2, "'yesterday' is not a day"),
        (("crawl", "ccgp-local", "-a", "limit=0"), {}, 2, "--limit '0' must be a whole number above zero"),
        (("crawl", "ccgp-local"), {}, 1, "run `tenderwatch init`"),
        (("crawl", "ccgp-local"), {"TENDERWATCH_DAILY_BUDGET": "lots"}, 1, "TENDERWATCH_DAILY_BUDGET is 'lots'"),
    ],
)
def test_a_crawl_that_cannot_start_says_why_in_one_sentence(
    tmp_path: Path, words: tuple[str, ...], environment: dict[str, str], status: int, sentence: str
) -> None:
    started = Started(list(words), told(tmp_path) | environment, tmp_path / "run")
    output, errors = started.finish()
    assert (started.status, output, errors.count("\n")) == (status, "", 1)
    assert sentence in errors
