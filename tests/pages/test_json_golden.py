"""Each saved answer of the sources that speak JSON reads as its golden file says; each such source has one."""

import importlib
import json
import pkgutil
from dataclasses import asdict
from pathlib import Path

import pytest
from scrapy.http import Response

import spiders.sources
from notices.notice import Notice
from spiders.pages.record import read_record
from spiders.slices import Slice, cut
from spiders.windows import WindowSpider
from tests.portal.site import NEWEST

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
FAMILIES = {"zcy", "gpcms", "freecms", "ggzy", "weain", "szggzy", "b2b_10086", "nbygcg"}


def sources() -> dict[str, type[WindowSpider]]:
    found = {}
    for module in pkgutil.iter_modules(spiders.sources.__path__):
        members = vars(importlib.import_module(f"spiders.sources.{module.name}")).values()
        for member in members:
            if isinstance(member, type) and issubclass(member, WindowSpider) and "name" in vars(member):
                found[member.name] = member
    return {name: source for name, source in found.items() if source.family in FAMILIES}


SOURCES = sources()
CASES = sorted(
    page.parent
    for source in SOURCES
    for page in FIXTURES.glob(f"{source}/*/list.json")
    # What has a truth.json is judged by test_golden_truths.py.
    if not (page.parent / "truth.json").exists()
)


def answer(path: Path) -> Response:
    return Response("http://127.0.0.1/", body=path.read_bytes())


def piece_of(case: Path) -> Slice:
    """The question that the saved list answers."""
    channel = json.loads((case / "meta.json").read_text(encoding="utf-8"))["channel"]
    (piece,) = cut(channel, NEWEST.date(), NEWEST.date(), 1)
    return piece


def read_case(case: Path) -> Notice:
    """What a crawl makes of the first row of a saved list, and of the saved detail if the row has one."""
    spider, piece = SOURCES[case.parent.name](), piece_of(case)
    listing = spider.read_list(answer(case / "list.json"), piece)
    assert listing.unread == 0
    row = listing.rows[0]
    details = [path for path in case.iterdir() if path.stem == "detail"]
    assert bool(details) == bool(row.detail), "a saved detail belongs to a row that has one"
    record = spider.read_detail(answer(details[0]), row) if details else row
    return read_record(record, spider.name, spider.channels[piece.channel])


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_an_answer_reads_as_its_golden_file_says(case: Path) -> None:
    seen = json.loads(json.dumps(asdict(read_case(case)), ensure_ascii=False, default=str))
    golden = case / "notice.json"
    if not golden.exists():
        golden.write_text(json.dumps(seen, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        pytest.fail(f"{golden} is new: read it against the answer, then commit it")
    assert seen == json.loads(golden.read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_a_stored_notice_is_asked_for_and_read_again_as_it_was(case: Path) -> None:
    notice, spider = read_case(case), SOURCES[case.parent.name]()
    saved = [path for path in case.iterdir() if path.stem == "detail"]
    if not saved:
        assert spider.family == "gpcms" or spider.ask_again(notice) is None
        return
    request = spider.ask_again(notice)
    assert request is not None
    listed = spider.read_list(answer(case / "list.json"), piece_of(case)).rows[0]
    assert (request.url, request.meta["url"]) == (listed.detail, notice.url)
    record = spider.read_detail(answer(saved[0]), request.meta["row"])
    assert read_record(record, spider.name, notice.label) == notice


def test_each_source_that_answers_in_json_has_a_saved_answer() -> None:
    assert {case.parent.name for case in CASES} == set(SOURCES)
    assert len(SOURCES) >= 17


def test_the_saved_answers_of_a_family_cover_its_kinds() -> None:
    kinds: dict[str, set[str]] = {}
    for case in CASES:
        kinds.setdefault(SOURCES[case.parent.name].family, set()).add(read_case(case).kind)
    every = {"intention", "tender", "single_source", "award", "correction", "termination", "contract"}
    assert kinds["zcy"] >= every | {"acceptance", "prequalification", "consultation"}
    assert kinds["gpcms"] >= every | {"acceptance", "prequalification"}
    assert kinds["freecms"] >= every | {"prequalification"}
    assert kinds["ggzy"] == {"tender", "award", "contract", "correction", "prequalification"}
    assert kinds["weain"] == {"tender", "award", "consultation"}
    assert kinds["b2b_10086"] == {"tender", "single_source", "consultation"}


@pytest.mark.parametrize("name", SOURCES)
def test_a_source_always_asks_the_same_question_in_the_same_words(name: str) -> None:
    spider = SOURCES[name]()
    for channel in spider.channels:
        piece = Slice(channel, NEWEST.date(), NEWEST.date())
        asked = spider.question(piece, 2)
        assert asked == spider.question(piece, 2)
        assert asked != spider.question(piece, 3)
        assert spider.is_own(asked.url)
        assert not any("Mozilla" in value for value in asked.headers.values())
