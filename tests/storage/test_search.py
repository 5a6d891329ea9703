"""Search finds what reading every notice would find, on SQLite and on PostgreSQL alike."""

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from notices.document import READ, Document, Text
from notices.finding import Control, Finding, Place
from notices.notice import Notice
from notices.party import Party
from storage import Store, open_store
from storage.search import NEWEST, TITLE, KnownFacets, SearchFilter
from storage.search_words import MOST_TERMS, QueryError, fold, read_search

ALL = SearchFilter()
ELEMENT = re.compile(r"[A-Za-zＡＤ]+|[0-9]+|[一-鿿]|𠮷")
NOW = datetime(2026, 3, 5, 8, 0, tzinfo=UTC)


def notice(number: int, title: str, text: str = "", **values: object) -> Notice:
    published = NOW - timedelta(days=number)
    made = Notice("dongping-portal", f"n{number}", f"https://portal.invalid/{number}", title, "tender", published, text)
    return replace(made, **values)  # type: ignore[arg-type]


def keep(store: Store, *notices: Notice) -> list[int]:
    with store.begin() as unit:
        return [unit.notices.save(each, NOW).notice_id for each in notices]


def index(store: Store) -> None:
    with store.begin() as unit:
        while unit.search.index_some():
            pass


def found(store: Store, words: str, chosen: SearchFilter = ALL, order: str = NEWEST) -> list[int]:
    with store.read() as unit:
        return list(unit.search.find(read_search(words), chosen, order=order, limit=1000).notices)


# Beside what notices hold: combining marks, letters of other planes and scripts, case beyond ASCII, figures that are
# no ASCII digits, spaces of all kinds, the index's own marks, and what means something to FTS5, LIKE and SQL.
ODD = "é\u0301ÉİßςΣ½²①Ⅷ𠮷𰀀😀한ｱﾞ١\u3000\u200b\u2028\x1f§¦·¶¤*^:()'%\\+採購電"
TEXTS = st.text(st.sampled_from("采购算力服务器AaB1200 -_、，\n| é𠮷ＡＤ伺" + ODD), max_size=30)
WORDS = st.text(st.sampled_from('采购算力服务AaB120 -_、"|é𠮷Ｄ' + ODD), min_size=1, max_size=7)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory, postgresql_url: str) -> Iterator[tuple[Store, ...]]:
    """One store on each database, made once: each example of a property fills it anew."""
    stores = tuple(map(open_store, (f"sqlite:///{tmp_path_factory.mktemp('s') / 's.sqlite'}", postgresql_url)))
    with stores[1].engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
    for store in stores:
        store.migrate()
    yield stores
    for store in stores:
        store.close()


@pytest.mark.postgresql
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=8), st.lists(WORDS, min_size=1, max_size=12))
def test_the_index_finds_what_a_plain_reading_finds(
    both: tuple[Store, ...], texts: list[tuple[str, str]], queries: list[str]
) -> None:
    notices = [notice(number, title, text) for number, (title, text) in enumerate(texts)]
    stored = [keep(store, *notices) for store in both]
    for store in both:
        index(store)
    for words in queries:
        try:
            query = read_search(words)
        except QueryError:
            continue
        read = [number for number, each in enumerate(notices) if query.matches(fold(each.title), fold(each.text))]
        for store, ids in zip(both, stored, strict=True):
            mine = [ids.index(one) for one in found(store, words) if one in ids]
            assert mine == read, (words, store.engine.dialect.name)


@pytest.mark.postgresql
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TEXTS, TEXTS, st.data())
def test_any_row_of_whole_elements_is_found_as_a_phrase_and_none_across_title_and_text(
    both: tuple[Store, ...], title: str, text: str, data: st.DataObject
) -> None:
    one = notice(1, title, text)
    stored = [keep(store, one)[0] for store in both]
    for store in both:
        index(store)
    places = [(each.start(), each.end()) for each in ELEMENT.finditer(fold(text))]
    if places:
        first = data.draw(st.integers(0, len(places) - 1))
        last = data.draw(st.integers(first, min(len(places) - 1, first + 6)))
        phrase = text[places[first][0] : places[last][1]].replace('"', " ")
        for store, number in zip(both, stored, strict=True):
            assert number in found(store, f'"{phrase}"'), (phrase, store.engine.dialect.name)
    ends = [each[0] for each in (re.findall("[一-鿿]$", title), re.findall("^[一-鿿]", text)) if each]
    across = "".join(ends)
    if len(ends) == 2 and fold(across) not in fold(title) and fold(across) not in fold(text):
        for store, number in zip(both, stored, strict=True):
            assert number not in found(store, f'"{across}"'), (across, store.engine.dialect.name)


@pytest.mark.parametrize("seed", range(2))
def test_counts_and_filters_are_those_of_a_plain_count(store: Store, seed: int) -> None:
    chance = Random(seed)
    made = [
        replace(
            notice(chance.randrange(400), chance.choice(["算力", "设备"]), chance.choice(["服务器", "算力租赁", "泵"])),
            id=f"c{number}",
            source=chance.choice(["a-portal", "B.portal", "c portal"]),
            kind=chance.choice(["tender", "award", "contract"]),
            region=chance.choice([None, "北京", "上海%", "a'b"]),
            **({} if chance.random() < 0.9 else {"published": None}),
        )
        for number in range(60)
    ]
    ids = keep(store, *made)
    index(store)
    for number in chance.sample(range(60), 15):
        made[number] = replace(made[number], title="算力改", kind="award", published=NOW - timedelta(days=number))
    keep(store, *made)
    index(store)
    for words in ("算力", "服务器 -租赁", "设备 OR 泵", "算力 -设备"):
        query = read_search(words)
        matching = [each for each in made if query.matches(fold(each.title), fold(each.text))]
        with store.read() as unit:
            page = unit.search.find(query, limit=100)
        assert (page.total, page.more) == (len(matching), False)
        assert {ids[made.index(each)] for each in matching} == set(page.notices)
        plain = {
            "source": Counter(each.source for each in matching),
            "kind": Counter(each.kind for each in matching),
            "region": Counter(each.region or "" for each in matching),
            "month": Counter((each.published_on or "")[:7] for each in matching),
        }
        for name, counts in plain.items():
            assert page.counts[name] == counts, (name, words)
            for value, count in counts.items():
                if value or name != "month":
                    assert len(found(store, words, SearchFilter(**{name: value}))) == count, (name, value)


KILLED = """
import sys
from storage import open_store, search_index
search_index.MOST_NOTICES = 20
store = open_store(sys.argv[1])
while True:
    with store.begin() as unit:
        taken = unit.search.index_some()
        print(taken, flush=True)
        sys.stdin.readline()
"""


def test_an_indexer_that_is_killed_in_the_middle_leaves_nothing_half_done(store: Store) -> None:
    ids = keep(store, *(notice(number, f"算力{number}", "服务器") for number in range(70)))
    url = store.engine.url.render_as_string(hide_password=False).replace("+psycopg", "")
    with subprocess.Popen([sys.executable, "-c", KILLED, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as killed:
        assert killed.stdin
        assert killed.stdout
        assert killed.stdout.readline() == b"20\n"
        killed.stdin.write(b"go\n")
        killed.stdin.flush()
        # The second batch is written and not yet kept: its transaction is still open.
        assert killed.stdout.readline() == b"20\n"
        killed.kill()
        killed.wait()
    with store.read() as unit:
        assert unit.search.waiting() == 50
    assert found(store, "算力") == ids[:20]
    index(store)
    assert found(store, "算力 服务器") == ids


@pytest.mark.parametrize(
    "words",
    ["A100", "a100", "Ａ100", "A-100", '"A 100"', "服务", "服", "服务器", "伺服器 算力", "采購", "-退货 A100",
     "A100 OR H800", "H800|A100", '"服务器（A100）"', "“A100 服务器”", "DGX-A100", "DGXA100", '"DGX A100"'],
)  # fmt: skip
def test_each_spelling_finds_the_notice(store: Store, words: str) -> None:
    text = "本项目采购DGX A100服务器两台，伺服器A 100用于算力平台。服务器(A100) DGXA100"
    (wanted, _) = keep(store, notice(1, "采购公告", text), notice(2, "退货", "NA1000 A、100 RTX A1000 泵"))
    index(store)
    assert found(store, words) == [wanted]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("-A100", "nothing_wanted"),
        ("", "nothing_wanted"),
        ('"A100', "open_quote"),
        ("A100 OR", "lone_or"),
        ("OR A100", "lone_or"),
        ("A100 OR OR B", "lone_or"),
        ("、、", "no_letter"),
        ("算" * 201, "search_long"),
        ("a " * (MOST_TERMS + 1), "search_many"),
    ],
)
def test_a_query_that_means_nothing_is_told_why(words: str, code: str) -> None:
    with pytest.raises(QueryError) as told:
        read_search(words)
    assert told.value.code == code


def test_documents_parties_and_codes_are_found_and_a_new_reading_replaces_the_old(store: Store) -> None:
    document = Document("https://portal.invalid/a.pdf", "技术规格书.pdf")
    parties = (Party("东屏理工大学", "buyer"), Party("南汀数科", "supplier"))
    made = notice(1, "采购公告", "正文", parties=parties, project_code="DP-2026-77", documents=(document,))
    (wanted,) = keep(store, made)
    index(store)
    for words in ("东屏理工", "南汀数科", "DP-2026-77", "DP2026-77", "规格书"):
        assert found(store, words) == [wanted], words
    assert found(store, "液冷") == []
    with store.begin() as unit:
        (each,) = unit.documents.all()
        unit.documents.set_read(each.id, READ, "", "pdf", [Text("#page=1", "液冷机柜"), Text("#page=2", "八卡")], NOW)
    assert found(store, "液冷") == []
    index(store)
    assert found(store, "液冷 八卡 正文") == [wanted]
    with store.begin() as unit:
        unit.documents.set_read(each.id, READ, "", "pdf", [Text("#page=1", "风冷机柜")], NOW)
    index(store)
    assert found(store, "液冷") == []
    assert found(store, "风冷") == [wanted]


def test_a_changed_notice_is_found_by_its_last_revision_only(store: Store) -> None:
    first = notice(1, "算力租赁", "租用A100")
    (wanted,) = keep(store, first)
    index(store)
    keep(store, replace(first, text="租用H20", published=NOW + timedelta(days=30)))
    index(store)
    assert found(store, "A100") == []
    assert found(store, "H20") == [wanted]
    assert found(store, "算力", SearchFilter(month="2026-03")) == []
    assert found(store, "算力", SearchFilter(month="2026-04")) == [wanted]


def test_what_waits_is_said_and_an_interrupted_batch_leaves_it_waiting(store: Store) -> None:
    keep(store, notice(1, "算力"), notice(2, "算力"))
    with pytest.raises(KeyboardInterrupt), store.begin() as unit:
        unit.search.index_some()
        raise KeyboardInterrupt
    assert found(store, "算力") == []
    with store.read() as unit:
        assert unit.search.waiting() == 2
    index(store)
    with store.read() as unit:
        assert unit.search.waiting() == 0
    assert len(found(store, "算力")) == 2


def test_facets_count_the_matches_and_each_is_a_filter(store: Store) -> None:
    shared = {"text": "算力"}
    keep(
        store,
        notice(1, "一", region="北京", **shared),
        notice(2, "二", region="北京", kind="award", **shared),
        notice(60, "三", source="Other-Portal.A", region="上海", **shared),
        replace(notice(3, "四", **shared), published=None),
        notice(4, "五", "别的"),
    )
    index(store)
    with store.read() as unit:
        page = unit.search.find(read_search("算力"))
    assert page.counts["source"] == {"dongping-portal": 3, "Other-Portal.A": 1}
    assert page.counts["kind"] == {"tender": 3, "award": 1}
    assert page.counts["region"] == {"北京": 2, "上海": 1, "": 1}
    assert page.counts["month"] == {"2026-03": 2, "2026-01": 1, "": 1}
    for name, counts in page.counts.items():
        for value, count in counts.items():
            if not (name == "month" and not value):
                assert len(found(store, "算力", SearchFilter(**{name: value}))) == count, (name, value)
    assert len(found(store, "算力", SearchFilter(month="2026"))) == 3
    assert len(found(store, "算力 -二", SearchFilter(region="北京", kind="tender"))) == 1


def test_counts_are_the_same_where_combinations_are_remembered(store: Store) -> None:
    known = KnownFacets()
    keep(store, notice(1, "算力"), notice(2, "算力", kind="award"))
    for later in ((), (notice(3, "算力", region="北京"),), (notice(1, "算力", kind="contract", region="上海"),)):
        keep(store, *later)
        index(store)
        with store.read() as unit:
            remembered = unit.search.find(read_search("算力"), known=known).counts
            assert remembered == unit.search.find(read_search("算力")).counts
    assert remembered["kind"] == {"contract": 1, "award": 1, "tender": 1}


def test_a_finding_makes_its_notice_found_under_it_and_its_end_does_not(store: Store) -> None:
    (wanted, _) = keep(store, notice(1, "一", "采购A100"), notice(2, "二", "采购A100"))
    index(store)
    flagged = Finding(
        "n1", "nvidia-a100", "NVIDIA A100", "gpu", "buys", True, "named", "high", Place("body", 2, 6, "A100"),
        Control("restricted", "2026-03-05", None, None),
    )  # fmt: skip
    for now_found, state in (([flagged], "flagged"), ([replace(flagged, flagged=False)], "reported"), ([], "none")):
        with store.begin() as unit:
            unit.findings.replace(wanted, "dongping-portal", now_found, NOW)
        index(store)
        assert wanted in found(store, "A100", SearchFilter(found=state))
        assert (wanted in found(store, "A100", SearchFilter(found="none"))) == (state == "none")


def test_the_newest_come_first_or_those_that_have_the_words_in_their_title(store: Store) -> None:
    old, new, newest = keep(store, notice(9, "算力平台"), notice(3, "设备", "算力"), notice(1, "设备", "算力、平台"))
    index(store)
    assert found(store, "算力") == [newest, new, old]
    assert found(store, "算力", order=TITLE) == [old, newest, new]
    with store.read() as unit:
        pages = [unit.search.find(read_search("算力"), order=TITLE, offset=at, limit=1).notices for at in range(4)]
    assert pages == [(old,), (newest,), (new,), ()]


def test_more_matches_than_are_counted_are_said_to_be_more(store: Store) -> None:
    ids = keep(store, *(notice(number, "算力") for number in range(5)))
    index(store)
    with store.read() as unit:
        page = unit.search.find(read_search("算力"), most=3)
        assert (page.total, page.more, page.notices) == (3, True, tuple(ids[:3]))
        page = unit.search.find(read_search("算力"), most=5)
        assert (page.total, page.more) == (5, False)
        assert unit.search.find(read_search("算力"), most=3, offset=3).notices == ()


def test_a_store_of_other_rules_is_indexed_anew(store: Store) -> None:
    (wanted,) = keep(store, notice(1, "算力"))
    index(store)
    with store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE search_state SET value = 0 WHERE name = 'rules'")
    assert not store.is_current()
    store.migrate()
    assert found(store, "算力") == []
    index(store)
    assert found(store, "算力") == [wanted]
