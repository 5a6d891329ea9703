"""Each saved page of the two ccgp sources reads as its golden file says."""

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from notices.codelists import NOTICE_KINDS
from notices.notice import Notice
from spiders.pages.ccgp import read_notice

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
CASES = sorted(
    page.parent
    for source in ("ccgp-central", "ccgp-local")
    for page in FIXTURES.glob(f"{source}/*/page.html")
    # What has a truth.json is judged by test_golden_truths.py.
    if not (page.parent / "truth.json").exists()
)


def read_case(case: Path) -> Notice:
    meta = json.loads((case / "meta.json").read_text(encoding="utf-8"))
    body = (case / "page.html").read_bytes()
    return read_notice(body, meta["url"], meta["label"], case.parent.name, meta.get("content_type"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_a_page_reads_as_its_golden_file_says(case: Path) -> None:
    seen = json.loads(json.dumps(asdict(read_case(case)), ensure_ascii=False, default=str))
    golden = case / "notice.json"
    if not golden.exists():
        golden.write_text(json.dumps(seen, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        pytest.fail(f"{golden} is new: read it against the page, then commit it")
    assert seen == json.loads(golden.read_text(encoding="utf-8"))


def test_the_saved_pages_cover_the_kinds_and_both_templates() -> None:
    notices = [read_case(case) for case in CASES]
    assert len(notices) >= 20
    assert {notice.kind for notice in notices} == set(NOTICE_KINDS.codes)
    bodies = [(case / "page.html").read_bytes() for case in CASES]
    assert any(b'id="noticeArea"' in body for body in bodies)
    assert any(b"TRS_Editor" in body for body in bodies)


def test_recommended_notices_are_no_part_of_the_text() -> None:
    for case in CASES:
        assert "H100服务器招标公告" not in read_case(case).text
