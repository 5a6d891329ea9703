"""What was captured reads again as it was stored, without a site; what was read otherwise before is found and kept."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from sqlalchemy import select, update

from monitor.config import load_settings
from monitor.stages.reread import reread
from notices.errors import ConfigurationError
from spiders.base import NoticeSpider
from spiders.rereading import Reread, Rereader
from spiders.sources import (
    b2b_10086,
    epoint_sichuan,
    freecms_plap,
    ggzy_procurement,
    nbygcg,
    nuist_bulletin,
    sfw_sztu,
    szggzy_construction,
    zcy_shanghai,
)
from storage import Store
from storage.tables import notice, revision
from tests.portal.campus import MAKERS, articles
from tests.portal.epoint import EpointSite, entries
from tests.portal.portal import FaultyPortal
from tests.portal.sfw_cms import SfwCmsSite, publications
from tests.portal.site import SitePortal
from tests.spiders.crawling import House
from tests.spiders.test_json_families import FAMILIES, shelf_of

DAYS = {"since": "2026-11-01", "until": "2026-11-20"}
SHELVED = {family.source: family for family in FAMILIES}
JSON_SOURCES = (
    zcy_shanghai.ZcyShanghai,
    b2b_10086.B2b10086,
    ggzy_procurement.GgzyProcurement,
    freecms_plap.FreecmsPlap,
    nbygcg.Nbygcg,
    szggzy_construction.SzggzyConstruction,
)


def read_all(house: House, source: type[NoticeSpider]) -> list[Reread]:
    """Every stored notice read again; each must be what is stored."""
    found = []
    with house.store.read() as unit:
        rereader = Rereader(source, house.captures, (each.capture for each in unit.captures.all()))
        for stored in unit.notices.all():
            again = rereader.read(stored)
            if again.notice is not None:
                assert again.notice == unit.notices.revisions(stored.id)[-1][2]
            found.append(again)
    return found


@pytest.mark.parametrize("source", JSON_SOURCES, ids=lambda source: source.name)
def test_a_portal_of_answers_reads_again_with_its_lists(house: House, source: type[NoticeSpider]) -> None:
    family = SHELVED[source.name]
    shelf = shelf_of(family)
    with SitePortal(family.site(shelf)) as portal:
        house.crawl(portal, source.name, since="2026-11-18", until="2026-11-20")
    again = read_all(house, source)
    assert len(again) == len(shelf.articles)
    assert [each.reason for each in again if each.notice is None] == []


@pytest.mark.parametrize(
    ("source", "site"),
    [
        (epoint_sichuan.EpointSichuan, lambda: EpointSite(entries(6))),
        (sfw_sztu.SfwSztu, lambda: SfwCmsSite(publications(6))),
        (nuist_bulletin.NuistBulletin, lambda: MAKERS["nuist-bulletin"](articles(6))),
    ],
    ids=lambda each: getattr(each, "name", ""),
)
def test_searched_and_campus_sites_read_again(
    house: House, source: type[NoticeSpider], site: Callable[[], object]
) -> None:
    with SitePortal(site()) as portal:  # type: ignore[arg-type]
        house.crawl(portal, source.name, **DAYS)
    again = read_all(house, source)
    assert len(again) == 6
    assert [each.reason for each in again if each.notice is None] == []


@pytest.fixture
def crawled(house: House) -> House:
    with FaultyPortal.with_notices(3, ["zygg/gkzb"]) as portal:
        house.crawl(portal)
    return house


def misread(store: Store, site_ids: Sequence[str]) -> None:
    """Makes it look as if older parsers had read another title."""
    with store.engine.begin() as connection:
        query = select(revision.c.id, revision.c.body).join(notice).where(notice.c.site_id.in_(site_ids))
        for row in connection.execute(query).all():
            body = json.loads(row.body) | {"title": "误读的标题"}
            values = {"body": json.dumps(body, ensure_ascii=False), "digest": "0" * 64}
            connection.execute(update(revision).where(revision.c.id == row.id).values(values))


def run_reread(house: House, *, store: bool = False) -> dict[str, int]:
    report = reread(load_settings({}, house.home), ("ccgp-central",), store=store)
    assert not report.failed, report.problems
    return report.counts


def test_reading_again_says_what_differs_and_keeps_it_only_if_told(crawled: House) -> None:
    first, *_ = sorted(crawled.ids())
    assert run_reread(crawled) == {"same": 3, "differ": 0, "unread": 0}
    misread(crawled.store, [first])
    with crawled.store.begin() as unit:
        stored = unit.notices.get("ccgp-central", first)
        assert stored is not None
        unit.notices.mark_detected([stored.id], "v1")
    report = reread(load_settings({}, crawled.home))
    assert report.counts == {"same": 2, "differ": 1, "unread": 0}
    assert report.notes[0] == "title: 1 notices read otherwise"
    assert f"ccgp-central/{first} 误读的标题: title: 误读的标题 → " in report.notes[1]
    assert run_reread(crawled, store=True)["differ"] == 1
    assert run_reread(crawled)["differ"] == 0
    with crawled.store.read() as unit:
        after = unit.notices.get("ccgp-central", first)
        due = {each.id: each for each in unit.notices.due_for_detection("v1")}
    assert after is not None
    assert (after.revision, after.capture) == (2, stored.capture)
    assert due[after.id].judged_before, "that it reads otherwise is no news of its site"


def test_a_capture_that_is_gone_is_named_and_the_stored_notice_stays(crawled: House) -> None:
    for path in crawled.captures.iterdir():
        path.unlink()
    report = reread(load_settings({}, crawled.home), store=True)
    assert report.counts == {"same": 0, "differ": 0, "unread": 3}
    assert report.exit_status == 3
    assert "cannot be opened" in report.problems[0]
    assert len(crawled.ids()) == 3


def test_an_unknown_source_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="there is no source 'nowhere'"):
        reread(load_settings({}, tmp_path), ("nowhere",))
