"""A crawl that is killed again and again ends with the store of an undisturbed one."""

from pathlib import Path

from notices.run import INTERRUPTED, PARTIAL, REFUSED, SUCCEEDED
from storage.archive import verify
from tests.portal.pages import PortalDocument, PortalNotice
from tests.portal.portal import NEWEST, FaultyPortal, made_up_notices
from tests.spiders.crawling import House
from tests.spiders.kills import assert_exactly_these, assert_polite, crawl_under_kills, portal_of

KILLED_AFTER = (1, 20, 45, 60)


def portal_with_files() -> FaultyPortal:
    notices = made_up_notices(120, ["zygg/gkzb", "zygg/cjgg", "zygg/gzgg"], NEWEST)
    shared = PortalDocument("通用条款.txt", "通用条款".encode(), "C0FFEE00")
    files = {
        number: (PortalDocument(f"需求{number}.txt", f"需求{number}".encode(), f"ABC{number:05d}"), shared)
        for number in range(0, 120, 8)
    }
    return FaultyPortal(
        PortalNotice(n.id, n.channel, n.title, n.published, n.body, documents=files.get(number, ()))
        for number, n in enumerate(notices)
    )


def whole_store(house: House) -> tuple[object, ...]:
    with house.store.read() as unit:
        notices = sorted((stored.notice.id, stored.notice.title, stored.revision) for stored in unit.notices.all())
        files = sorted(
            (each.notice, each.number, each.document.url, each.capture.sha256)
            for each in unit.documents.all()
            if each.capture
        )
        marks = [unit.runs.watermark("ccgp-central", channel) for channel in ("gkzb", "cjgg", "gzgg")]
    return notices, files, marks


def test_kill_at_any_point_and_a_new_run_give_the_store_of_an_undisturbed_run(tmp_path: Path) -> None:
    disturbed, calm = House(tmp_path / "disturbed"), House(tmp_path / "calm")
    with portal_with_files() as portal:
        assert calm.crawl(portal).run.outcome == SUCCEEDED
        for number in KILLED_AFTER:
            process = disturbed.start(portal, "ccgp-central", {})
            assert portal.wait_for(len(portal.requests) + number)
            process.process.kill()
            process.process.join()
        last = disturbed.crawl(portal)
    assert (last.status, last.run.outcome, last.issues) == (0, SUCCEEDED, [])
    assert whole_store(disturbed) == whole_store(calm)
    assert len(whole_store(calm)[0]) == 120
    assert len(whole_store(calm)[1]) == 30
    with disturbed.store.read() as unit:
        outcomes = [run.outcome for run in unit.runs.recent()]
        wrong = [verify(disturbed.captures, stored.capture) for stored in unit.captures.all()]
    assert outcomes == [SUCCEEDED, *[INTERRUPTED] * len(KILLED_AFTER)]
    assert set(wrong) == {None}
    disturbed.store.close()
    calm.store.close()


def test_a_kill_every_second_or_two_ends_with_exactly_what_the_portal_has_and_never_impolitely(house: House) -> None:
    with portal_of(200) as portal:
        killed = crawl_under_kills(house, portal, 0.3, 1.0, seed=3)
        assert len(killed.lives) >= 3
        assert killed.last.outcome == PARTIAL  # robots.txt forbids one channel, and that is said
        assert killed.last.failures == {REFUSED: 1}
        assert_exactly_these(house, portal, killed)
        assert_polite(house, portal)
