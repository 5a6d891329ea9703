"""Each page whose facts a person wrote down reads as that person read it; every family has several."""

from pathlib import Path

import pytest

from tests.pages import truths
from tests.pages.truths import Reader

CASES = list(truths.cases())


@pytest.mark.parametrize(("folder", "read"), CASES, ids=[f"{folder.parent.name}/{folder.name}" for folder, _ in CASES])
def test_a_page_reads_as_a_person_reads_it(folder: Path, read: Reader) -> None:
    assert truths.seen(read()) == truths.stated(folder)


def test_the_pages_cover_every_kind() -> None:
    kinds = {truths.stated(folder)["kind"] for folder, _ in CASES}
    assert kinds >= {"intention", "prequalification", "tender", "single_source", "consultation", "correction"}
    assert kinds >= {"termination", "award", "contract", "acceptance", "other"}
    assert len(CASES) >= 110
