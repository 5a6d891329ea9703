from pathlib import Path

import pytest
from labelled_cases import read_rows, score

from monitor.watchlist import Watchlist

HERE = Path(__file__).parent
SHARED = Path(__file__).resolve().parents[2].parent / "shared"
TARGETS = {"precision": 0.98, "recall": 0.98, "relation": 0.96, "control": 0.99, "quantity": 0.95}


@pytest.mark.parametrize("name", ["cases_tune", "cases_holdout", "cases", "cases_kept_aside", "cases_blind"])
def test_the_product_s_own_cases_are_judged_to_the_targets(name: str, watchlist: Watchlist) -> None:
    result = score(read_rows(HERE / f"{name}.jsonl"), watchlist)
    missed = {what: result.ratio(what) for what, target in TARGETS.items() if result.ratio(what) < target}
    assert missed == {}, "\n".join(result.wrong)


def test_there_are_at_least_300_own_cases_half_of_them_kept_aside() -> None:
    tune, holdout = (read_rows(HERE / f"{name}.jsonl") for name in ("cases_tune", "cases_holdout"))
    assert len(tune) + len(holdout) >= 300
    assert len(holdout) >= len(tune)
    assert not {row["text"] for row in tune} & {row["text"] for row in holdout}


def test_every_quote_of_the_cases_stands_in_its_notice() -> None:
    for name in ("cases_tune", "cases_holdout"):
        for row in read_rows(HERE / f"{name}.jsonl"):
            for entry in row["expect"]:
                assert entry["quote"] in row["title"] + "\n" + row["text"], row["id"]


@pytest.mark.corpus
def test_the_labelled_notices_beside_the_project_are_judged_to_the_targets(watchlist: Watchlist) -> None:
    result = score(read_rows(SHARED / "gold" / "dev.jsonl"), watchlist)
    missed = {what: result.ratio(what) for what, target in TARGETS.items() if result.ratio(what) < target}
    assert missed == {}, "\n".join(result.wrong)


@pytest.mark.corpus
def test_own_cases_carry_every_tag_of_the_labelled_notices() -> None:
    length = {"len-short", "len-medium", "len-long", "params", "multi"}
    wanted = {tag for row in read_rows(SHARED / "gold" / "dev.jsonl") for tag in row["tags"]} - length
    ours = {
        tag
        for name in ("cases_tune", "cases_holdout")
        for row in read_rows(HERE / f"{name}.jsonl")
        for tag in row["tags"]
    }
    assert wanted - ours == set()
