"""Notices that matter are looked at again: the same, edited, taken down, out of reach, and there again."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta

import pytest

from notices.dates import SHANGHAI
from notices.run import PARTIAL, SUCCEEDED, WITHDRAWN
from storage.notices import StoredNotice
from tests.portal import replies
from tests.portal.pages import PortalNotice
from tests.portal.portal import FaultyPortal
from tests.spiders.crawling import Crawled, House, Procession, flag_all, move_back
from tests.spiders.subjects import Subject, one_of_each_family, subject_of, title_of

FAMILIES = one_of_each_family()
# Its list takes no days and is all there is of a notice: there is nothing that could be asked for.
NEVER = {"nbygcg"}
# Their lists have no bodies, so that an edit does not show.
TITLES = {"b2b_10086", "weain"}
EDITED = "<p>项目编号：WC-2</p><p>采购人名称：望潮市公共事务中心</p><p>采购内容：改为GPU服务器4台。</p>"


Walked = tuple[House, dict[str, Subject], dict[str, Crawled]]


@pytest.fixture(scope="module")
def walked_twice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walked]:
    """Three notices of each family, all flagged, looked at two days later: one as it was, one edited, one deleted."""
    house = House(tmp_path_factory.mktemp("again") / "home")
    newest = datetime.now(SHANGHAI).replace(microsecond=0) - timedelta(hours=30)
    with ExitStack() as stack:
        subjects = {source.family: subject_of(source) for source in FAMILIES}
        for subject in subjects.values():
            stack.enter_context(subject.portal)
            subject.publish(*((number, newest - timedelta(hours=number)) for number in (1, 2, 3)))
        jobs = [(subject.name, {"base_url": subject.portal.url}) for subject in subjects.values()]
        procession = Procession(house)
        procession.crawl(jobs)
        flag_all(house, days_ago=2)
        for subject in subjects.values():
            subject.edit(2, EDITED)
            subject.delete(3)
        done = procession.crawl(jobs)
        yield house, subjects, {family: done[subject.name] for family, subject in subjects.items()}
    house.store.close()


def stored(house: House, source: str, number: int) -> StoredNotice:
    with house.store.read() as unit:
        return next(each for each in unit.notices.all(source) if each.notice.title == title_of(number))


def outcomes(house: House, notice_id: int) -> list[tuple[int, str]]:
    with house.store.read() as unit:
        return [(each.step, each.outcome) for each in unit.revisits.history(notice_id)]


@pytest.mark.parametrize("family", [source.family for source in FAMILIES])
def test_each_family_sees_what_became_of_a_notice(walked_twice: Walked, family: str) -> None:
    house, subjects, done = walked_twice
    source, crawled = subjects[family].name, done[family]
    same, edited, deleted = (stored(house, source, number) for number in (1, 2, 3))
    if family in NEVER:
        assert {outcomes(house, each.id)[0] for each in (same, edited, deleted)} == {(1, "no_page")}
        return
    assert outcomes(house, same.id) == [(1, "same")]
    assert (same.revision, same.gone_at) == (1, None)
    if family in TITLES:
        assert outcomes(house, edited.id) == [(1, "same")]
    else:
        assert outcomes(house, edited.id) == [(1, "changed")]
        assert edited.revision == 2
        assert "GPU服务器4台" in edited.notice.text
        with house.store.read() as unit:
            (_, _, first), (_, _, second) = unit.notices.revisions(edited.id)
        assert "办公桌2张" in first.text
        assert (second.buyer, second.project_code, second.published) == (
            first.buyer,
            first.project_code,
            first.published,
        )
    assert outcomes(house, deleted.id) == [(1, "gone")]
    assert (deleted.revision, deleted.gone_at is not None) == (1, True)
    assert deleted.capture is not None
    told = [issue for issue in crawled.issues if issue.kind == WITHDRAWN]
    assert [(issue.url, title_of(3) in issue.message) for issue in told] == [(deleted.notice.url, True)]
    assert "unreadable" not in crawled.kinds
    assert crawled.run.counts["revisited"] == 3


CHANNEL = "zygg/gkzb"
LIST = f"/cggg/{CHANNEL}/"
DELETED = "<html><head><title>提示</title></head><body><div class='nav'>首页 中标公告 采购公告</div>{}</body></html>"


@pytest.fixture
def flagged(house: House) -> Iterator[tuple[FaultyPortal, str]]:
    """A portal with one notice, stored and flagged two days ago, and the path of its page."""
    moment = datetime.now(SHANGHAI).replace(microsecond=0) - timedelta(hours=30)
    notice = PortalNotice("70000001", CHANNEL, title_of(1), moment)
    with FaultyPortal([notice]) as portal:
        house.crawl(portal)
        flag_all(house, days_ago=2)
        yield portal, notice.path


def state(house: House) -> tuple[list[tuple[int, str]], str | None]:
    """What the looks at the one notice found, and why it is gone."""
    with house.store.read() as unit:
        (only,) = unit.notices.all()
        return [(each.step, each.outcome) for each in unit.revisits.history(only.id)], only.gone_reason


TAKEN_DOWN = [
    (replies.not_found(), "the site answered 404"),
    (replies.page("<p>gone</p>", status=410), "the site answered 410"),
    (replies.page(DELETED.format("<p>您访问的公告已被删除！</p>")), "in its place stands '您访问的公告已被删除！'"),
    (replies.page(DELETED.format("<h1>页面不存在</h1><p>5秒后返回首页</p>")), "in its place stands '页面不存在'"),
    (replies.redirect(LIST), f"the site leads to http://www.ccgp.gov.cn{LIST} instead"),
]


def test_a_page_that_was_taken_down_is_told_from_one_that_reads_otherwise(house: House) -> None:
    newest = datetime.now(SHANGHAI).replace(microsecond=0) - timedelta(hours=30)
    made = [PortalNotice(str(70_000_000 + n), CHANNEL, title_of(n), newest - timedelta(hours=n)) for n in range(6)]
    with FaultyPortal(made) as portal:
        house.crawl(portal)
        flag_all(house, days_ago=2)
        for notice, (answer, _) in zip(made, TAKEN_DOWN, strict=False):
            portal.always(notice.path, answer)
        crawled = house.crawl(portal)
    with house.store.read() as unit:
        reasons = {each.notice.title: each.gone_reason for each in unit.notices.all()}
    expected = [reason for _, reason in TAKEN_DOWN]
    assert [reasons[title_of(number)] for number in range(6)] == [*expected, None]
    assert (crawled.run.outcome, crawled.kinds) == (SUCCEEDED, [WITHDRAWN] * 5)
    assert (crawled.run.counts["revisited_gone"], crawled.run.counts["revisited_same"]) == (5, 1)


def test_a_page_that_is_gone_is_told_of_once_and_again_when_it_is_back(
    house: House, flagged: tuple[FaultyPortal, str]
) -> None:
    portal, path = flagged
    reason = "the site answered 404"
    portal.always(path, replies.not_found())
    house.crawl(portal)
    move_back(house, 6)
    assert house.crawl(portal).issues == []
    assert state(house) == ([(1, "gone"), (7, "gone")], reason)
    portal.mend()
    move_back(house, 23)
    back = house.crawl(portal)
    assert state(house) == ([(1, "gone"), (7, "gone"), (30, "same")], None)
    assert [issue.message.endswith("is there again") for issue in back.issues] == [True]


def test_a_page_that_does_not_come_is_neither_gone_nor_given_up(
    house: House, flagged: tuple[FaultyPortal, str]
) -> None:
    portal, path = flagged
    portal.always(path, replies.unavailable())
    crawled = house.crawl(portal)
    assert (state(house), crawled.run.outcome) == (([(1, "unanswered")], None), PARTIAL)
    before = len(portal.paths(path))
    house.crawl(portal)
    assert len(portal.paths(path)) == before, "it is asked for again another day"
    portal.mend()
    move_back(house, 1)
    house.crawl(portal)
    assert state(house) == ([(1, "unanswered"), (1, "same")], None)


def test_a_notice_that_is_only_about_deletion_is_a_notice(house: House, flagged: tuple[FaultyPortal, str]) -> None:
    portal, _ = flagged
    portal.edit("70000001", body="<p>原公告内容已删除</p><p>公告已撤销</p>")
    house.crawl(portal)
    assert state(house) == ([(1, "changed")], None)


def test_a_look_that_a_crash_cut_off_is_still_due_and_one_that_was_stored_is_not(
    house: House, flagged: tuple[FaultyPortal, str]
) -> None:
    portal, path = flagged
    portal.on(path, replies.slow(20))
    running = house.start(portal, "ccgp-central", {})
    assert portal.wait_for(2, path)
    running.process.kill()
    running.process.join()
    assert state(house) == ([], None)
    house.crawl(portal)
    house.crawl(portal)
    assert (state(house), len(portal.paths(path))) == (([(1, "same")], None), 3)


def test_looks_count_against_the_budget_of_the_day_and_come_after_what_is_new(
    house: House, flagged: tuple[FaultyPortal, str]
) -> None:
    portal, path = flagged
    spent = len(portal.requests)
    new = PortalNotice("70000009", CHANNEL, title_of(9), datetime.now(SHANGHAI))
    portal.publish(new)
    lists = 1 + 12 + 1  # robots.txt, a page of each channel, and what lies behind the one that has news
    crawled = house.crawl(portal, environment={"TENDERWATCH_DAILY_BUDGET": str(spent + lists + 1)})
    assert crawled.kinds == ["over_budget"]
    assert portal.paths()[-1] == new.path
    with house.store.read() as unit:
        assert [each.stored.notice.id for each in unit.revisits.due("ccgp-central", datetime.now(SHANGHAI))] == [
            "70000001"
        ]
    house.crawl(portal)
    assert portal.paths()[-1] == path


def test_a_replay_and_a_crawl_with_a_limit_look_at_nothing(house: House, flagged: tuple[FaultyPortal, str]) -> None:
    portal, path = flagged
    (archive,) = house.captures.iterdir()
    house.crawl(portal, limit=1)
    house.crawl(None, replay=str(archive), base_url=portal.url)
    assert (state(house), len(portal.paths(path))) == (([], None), 1)


def test_a_notice_that_never_had_a_page_to_read_has_not_lost_it(house: House) -> None:
    subject = subject_of(next(source for source in FAMILIES if source.family == "ggzy"))
    with subject.portal as portal:
        subject.publish((1, datetime.now(SHANGHAI).replace(microsecond=0) - timedelta(hours=30)))
        subject.edit(1, "")
        house.crawl(portal, subject.name)
        flag_all(house, days_ago=2)
        house.crawl(portal, subject.name)
    assert state(house) == ([(1, "no_page")], None)


def test_a_list_that_is_not_shown_whole_is_no_proof_that_a_notice_is_gone(house: House) -> None:
    subject = subject_of(next(source for source in FAMILIES if source.family == "weain"))
    moment = datetime.now(SHANGHAI).replace(microsecond=0) - timedelta(hours=30)
    with subject.portal as portal:
        subject.publish((1, moment))
        house.crawl(portal, subject.name)
        flag_all(house, days_ago=2)
        subject.publish(*((number, moment) for number in range(2, 9)))
        subject.delete(1)
        subject.portal.site.shelf.stated_more = 3
        house.crawl(portal, subject.name)
    with house.store.read() as unit:
        looks = [unit.revisits.history(each.id) for each in unit.notices.all() if each.notice.title == title_of(1)]
    assert [[each.outcome for each in look] for look in looks] == [["unanswered"]]
