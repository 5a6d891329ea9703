"""The store joins notices into procedures as they come, in any order, and keeps the id that was first."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from sqlalchemy import update

from notices.notice import Notice
from notices.ocds import record_of
from notices.party import Party
from notices.watch import Watch
from storage import Store
from storage.tables import notice as notice_table
from tests.sample_finding import FINDING

NOW = datetime(2026, 6, 1, tzinfo=UTC)
BUYER = (Party("东屏理工大学", "buyer"),)


def notice(id_: str, title: str, kind: str, day: str, code: str | None = None, source: str = "a") -> Notice:
    published = datetime.fromisoformat(day).replace(hour=4, tzinfo=UTC)
    url = f"https://{source}.invalid/{id_}"
    return Notice(source, id_, url, title, kind, published, "", "", BUYER, code)


INTENTION = notice("i", "东屏理工大学2026年4月政府采购意向-图形服务器", "intention", "2026-03-01", "YX-26-0417")
TENDER = notice("t", "东屏理工大学图形服务器采购项目招标公告", "tender", "2026-04-01", "DP-2026-01")
ELSEWHERE = notice("e", "图形服务器采购项目招标公告", "tender", "2026-04-02", "DP-2026-01", source="b")
AWARD = notice("w", "图形服务器采购项目中标公告", "award", "2026-05-01", "DP-2026-01")
SECOND = notice("z", "图形服务器采购项目（二次）招标公告", "tender", "2026-05-20", "DP-2026-01")


def save(store: Store, notices: Sequence[Notice]) -> dict[str, str]:
    """Each notice's procedure after all were saved."""
    with store.begin() as unit:
        for each in notices:
            unit.notices.save(each, NOW)
    with store.read() as unit:
        return {each.notice.id: each.procedure for each in unit.notices.all()}


def test_a_notice_without_the_code_joins_the_procedure_and_a_second_tender_does_not(store: Store) -> None:
    found = save(store, (INTENTION, TENDER, ELSEWHERE, AWARD, SECOND))
    assert found["i"] == found["t"] == found["e"] == found["w"] != found["z"]
    assert found["i"] == INTENTION.procedure, "the id that was first stays"
    with store.read() as unit:
        (again, first) = unit.procedures.all()
        assert [each.notice.id for each in unit.notices.procedure(found["i"])] == ["i", "t", "e", "w"]
    assert [(release.notice.kind, len(release.places)) for release in first.releases] == [
        ("intention", 1),
        ("tender", 2),
        ("award", 1),
    ]
    assert first.again == ((found["z"], False),)
    assert again.again == ((found["i"], True),)


def _renamed(each: Notice, number: int) -> Notice:
    code, title = f"{each.project_code}-G{number}", each.title.replace("图形", f"第{number}组")
    return replace(each, id=f"{each.id}{number}", url=f"{each.url}{number}", project_code=code, title=title)


def test_in_whatever_order_notices_come_the_threads_are_the_same(sqlite_store: Store) -> None:
    for number, order in enumerate(permutations((INTENTION, TENDER, AWARD, SECOND))):
        renamed = [_renamed(each, number) for each in order]
        found = save(sqlite_store, renamed)
        assert found[f"i{number}"] == found[f"t{number}"] == found[f"w{number}"] != found[f"z{number}"]


def test_what_followed_a_procedure_follows_the_one_that_it_became(store: Store) -> None:
    lonely = replace(TENDER, title="设备一批招标公告")
    found = save(store, (INTENTION, lonely))
    assert found["i"] != found["t"]
    with store.begin() as unit:
        unit.watches.add(Watch("procedure", found["t"], "", NOW))
    assert save(store, (TENDER,))["t"] == found["i"]
    with store.read() as unit:
        assert [watch.value for watch in unit.watches.present()] == [found["i"]]


def test_a_finding_whose_notice_becomes_part_of_another_procedure_has_changed(store: Store) -> None:
    lonely = replace(TENDER, title="设备一批招标公告")
    save(store, (INTENTION, lonely))
    with store.begin() as unit:
        stored = unit.notices.get(lonely.source, lonely.id)
        assert stored is not None
        (key,) = unit.findings.replace(stored.id, lonely.source, [replace(FINDING, notice=lonely.id)], NOW)
        unit.notices.save(TENDER, NOW + timedelta(days=1))
        found = unit.paging.finding(key)
        assert found is not None
        assert found.report.procedure != stored.procedure
        assert found.changed_at == NOW + timedelta(days=1)


def test_a_portals_own_links_are_kept_and_join(store: Store) -> None:
    tender = replace(TENDER, title="计算中心图形服务器及存储采购招标公告")
    award = replace(AWARD, title="图形服务器及存储采购中标公告", project_code=None)
    assert len(set(save(store, (tender, award)).values())) == 2
    with store.begin() as unit:
        assert unit.notices.save(award, NOW, related=(tender.url.replace("https", "http"),)).change == "same"
    with store.read() as unit:
        assert len({each.procedure for each in unit.notices.all()}) == 1


def test_a_store_from_before_there_were_procedures_is_joined_by_migrating(store: Store) -> None:
    save(store, (INTENTION, TENDER))
    with store.engine.begin() as connection:
        for id_, procedure in (("i", INTENTION.procedure), ("t", TENDER.procedure)):
            blank = {"procedure": procedure, "again": None, "code_key": None, "title_key": None}
            connection.execute(update(notice_table).where(notice_table.c.site_id == id_).values(blank))
    store.migrate()
    with store.read() as unit:
        assert {each.procedure for each in unit.notices.all()} == {INTENTION.procedure}


def test_nothing_with_the_same_title_is_dropped(store: Store) -> None:
    twins = [
        replace(AWARD, id=str(number), project_code=None, url=f"https://a.invalid/{number}") for number in range(3)
    ]
    assert len(save(store, twins)) == 3
    with store.read() as unit:
        (procedure,) = unit.procedures.all()
    assert len(procedure.releases) == 3


@pytest.mark.parametrize("kind", ["correction", "termination", "contract", "acceptance", "other", "single_source"])
def test_a_record_has_every_release_and_the_latest_state(sqlite_store: Store, kind: str) -> None:
    last = replace(AWARD, id="k", kind=kind, published=datetime(2026, 5, 9, tzinfo=UTC))
    save(sqlite_store, (TENDER, last))
    with sqlite_store.read() as unit:
        (procedure,) = unit.procedures.all()
    record = record_of(procedure.id, procedure.releases, procedure.again)
    releases = record["releases"]
    assert isinstance(releases, list)
    assert [release["tag"] for release in releases] == [["tender"], [last.tag]]
    compiled = record["compiledRelease"]
    assert isinstance(compiled, dict)
    assert (compiled["ocid"], compiled["date"]) == (record["ocid"], "2026-05-09")
    assert compiled["buyer"] == {"name": "东屏理工大学"}
    assert compiled["tender"]["id"] == "DP-2026-01"
