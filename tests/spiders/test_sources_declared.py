"""The habits of sources: each declares itself whole, has a saved page, loosens nothing, and stands in the reference."""

import ast
import json
import re
from collections import Counter
from datetime import date
from fnmatch import fnmatch
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from notices.codelists import REGIONS
from notices.unwatched import unwatched_places
from spiders.base import NoticeSpider
from spiders.declaration import DECLARED, NOT_FOR_SOURCES
from spiders.reference import BY_HAND, PAGE, by_hand_in, declared_sources, render

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(path for path in (ROOT / "spiders" / "sources").glob("*.py") if path.name != "__init__.py")
FAMILIES = sorted((ROOT / "spiders" / "families").glob("*.py"))
FIXTURES = ROOT / "tests" / "fixtures"
SOURCES = declared_sources()
OWN = set(DECLARED) - {"family"}
# What a spider may not name in any way: attributes, keywords, keys of a request's meta, headers.
LOOSENING = re.compile(
    r"^(?:custom_settings|update_settings|download_(?:delay|slot|timeout|latency)|max_concurrent_requests|user[-_]?agent|"
    r"http_(?:user|pass|auth_domain)|prox(?:y|ies)|cookies?|cookiejar|dont_obey_robotstxt|handle_httpstatus_(?:all|list)|"
    r"dont_redirect|concurrent_requests\w*|robotstxt_obey|autothrottle\w*|authorization|set-cookie|x-forwarded-for|"
    r"start_urls|impersonate|playwright|cookie|proxy-authorization|\w*budget|quiet_hosts|environment|hosts|"
    r"loopback_delay|passwords?|log_?in|sign_?in|captcha\w*|solve\w*)$",
    re.IGNORECASE,
)


def named(path: Path) -> str:
    return path.stem


def source_named(source: type[NoticeSpider]) -> str:
    return source.name


def words_of(path: Path) -> set[str]:
    """Every name, attribute, keyword and text of a module, but its docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    words: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=word) | ast.Attribute(attr=word) | ast.keyword(arg=str(word)):
                words.add(word)
            case ast.Constant(value=str(word)) if "\n" not in word:
                words.add(word)
            case ast.FunctionDef(name=word) | ast.AsyncFunctionDef(name=word):
                words.add(word)
    return words


def test_there_are_enough_sources_on_enough_families_and_no_id_twice() -> None:
    assert len(SOURCES) >= 30
    assert len({source.family for source in SOURCES}) >= 11
    assert [name for name, times in Counter(source.name for source in SOURCES).items() if times > 1] == []


@pytest.mark.parametrize("path", FILES, ids=named)
def test_a_source_is_a_short_declaration(path: Path) -> None:
    assert path.read_text(encoding="utf-8").count("\n") <= 60
    assert [source for source in SOURCES if source.__module__ == f"spiders.sources.{path.stem}"]


@pytest.mark.parametrize("source", SOURCES, ids=source_named)
def test_a_source_declares_itself_whole_and_credibly(source: type[NoticeSpider]) -> None:
    assert set(vars(source)) >= OWN, "a source states its own facts; only the family may be its class's"
    least, most = source.expected_per_day
    assert 0 <= least < most
    assert 24 <= source.silence_limit <= 24 * 60
    assert date(2019, 1, 1) <= date.fromisoformat(source.evidence_date) <= date(2026, 12, 31)
    assert source.confidence in {"high", "medium-high", "medium", "low"}
    province = source.region.split(" ")[0]  # a town stands behind its province
    assert province == "全国" or province in {row["zh"] for row in REGIONS.rows.values()}
    assert re.fullmatch(r"[a-z0-9]+(?:[-_][a-z0-9]+)*", source.name)
    address = urlsplit(source.url)
    assert address.scheme in {"http", "https"}
    assert re.fullmatch(r"[a-z0-9.-]+\.(?:cn|com|org)", address.hostname or "")
    assert all(
        isinstance(getattr(source, name), str) and getattr(source, name).strip() for name in ("title_en", "title_zh")
    )
    assert re.search(r"[\u4e00-\u9fff]", source.title_zh)
    assert source.title_en.isascii()


@pytest.mark.parametrize("source", SOURCES, ids=source_named)
def test_a_source_has_a_saved_page_with_its_golden_file(source: type[NoticeSpider]) -> None:
    whole = []
    for meta in FIXTURES.glob(f"{source.name}/*/meta.json"):
        others = {path.name for path in meta.parent.iterdir()} - {"meta.json"}
        goldens = others & {"notice.json", "list-page.json"}
        if goldens and others - goldens:
            whole += [json.loads((meta.parent / name).read_text(encoding="utf-8")) for name in goldens]
    notices = [golden for golden in whole if golden.get("source") == source.name]
    assert notices, f"tests/fixtures/{source.name}/ has no saved page with a notice.json"
    assert all(golden["title"] and golden["id"] and golden["url"].startswith("http") for golden in notices)


@pytest.mark.parametrize("path", [*FILES, *FAMILIES], ids=named)
def test_no_source_and_no_family_loosens_the_politeness_of_all(path: Path) -> None:
    assert [word for word in words_of(path) if LOOSENING.match(word)] == []


def test_the_politeness_test_sees_each_way_round_it(tmp_path: Path) -> None:
    ways = (
        "download_delay = 0",
        "X(meta={'proxy': ''})",
        "r.meta['cookiejar'] = 1",
        "X(cookies={})",
        "X(user_agent='')",
        "h = {'Authorization': ''}",
        "def update_settings(): ...",
        "h = {'User-Agent': ''}",
        "h = {'Cookie': ''}",
        "self.run.hosts",
        "self.run.environment.daily_budget",
        "def login(): ...",
    )
    for line in ways:
        module = tmp_path / "source.py"
        module.write_text(line, encoding="utf-8")
        assert [word for word in words_of(module) if LOOSENING.match(word)], line


# What only the base may say: which host is the source's own, where requests go, what a run is.
FINAL = {
    "start", "from_crawler", "run", "replayed", "is_own", "is_on_loopback", "fetched", "canonical", "look_again",
    "parse_again", "resume_documents", "parse_document",
}  # fmt: skip
MAY_IMPORT = re.compile(
    r"^(?:collections\.abc|dataclasses|datetime|json|re|typing|urllib\.parse|scrapy|scrapy\.http|twisted\.python\.failure|"
    r"notices(?:\.\w+)?|spiders\.(?:base|channels|columns|families\.\w+|items|listed_again|loss|pages(?:\.\w+)?|questions|slices|walk|"
    r"windows))$"
)


@pytest.mark.parametrize("path", [*FILES, *FAMILIES], ids=named)
def test_no_source_and_no_family_redefines_the_base_or_reaches_past_it(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    defined = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    imported = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    imported |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert defined & FINAL == set()
    assert [module for module in imported if not MAY_IMPORT.match(module)] == []


@pytest.mark.parametrize("name", NOT_FOR_SOURCES)
def test_a_class_that_sets_what_is_not_for_sources_cannot_be_made(name: str) -> None:
    with pytest.raises(TypeError, match=name):
        type("Loose", (NoticeSpider,), {name: 0})


def test_a_source_that_leaves_out_a_fact_cannot_be_made() -> None:
    facts = {name: "x" for name in DECLARED if name != "silence_limit"}
    with pytest.raises(TypeError, match="silence_limit"):
        type("Silent", (NoticeSpider,), facts)


def test_the_page_of_sources_is_what_they_declare_and_says_what_is_not_watched() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == render(SOURCES, by_hand_in(page)), "run python -m spiders.reference"
    unwatched = page.partition("## Not watched, and why")[2].partition(BY_HAND)[0]
    rows = [
        line.split("|") for line in unwatched.splitlines() if line.startswith("| ") and not line.startswith("| what")
    ]
    assert len(rows) == len(unwatched_places()) >= 20
    assert all(row[1].strip() and row[2].strip() for row in rows)
    names = {source.name for source in SOURCES}
    patterns = {mark for row in rows for mark in re.findall(r"`([a-z0-9_-]+\*?)`", row[3])}
    assert [mark for mark in patterns if not any(re.match(mark.replace("*", ".*") + "$", name) for name in names)] == []


def test_what_stands_instead_of_an_unwatched_place_is_watched() -> None:
    names = {source.name for source in SOURCES}
    for place in unwatched_places():
        assert all(text.strip() for text in (*place.what, *place.why)), place.what
        for each in place.instead:
            assert any(fnmatch(name, each) for name in names), (place.what[0], each)
