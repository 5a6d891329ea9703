"""Each saved list and notice page of the families reads as its golden file says."""

import json

import pytest

from tests.pages.families import CASES, READERS, Case


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.source}/{case.folder.name}")
def test_a_saved_page_reads_as_its_golden_file_says(case: Case) -> None:
    seen = case.read_as_json()
    if not case.golden.exists():
        case.golden.write_text(json.dumps(seen, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        pytest.fail(f"{case.golden} is new: read it against the page, then commit it")
    assert seen == json.loads(case.golden.read_text(encoding="utf-8"))


@pytest.mark.parametrize("source", READERS)
def test_each_source_has_a_saved_notice(source: str) -> None:
    assert [case for case in CASES if case.source == source and not case.is_list]
