"""What holds of every source, in one table: its days, what its portal states, and what a steady day costs."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import pytest

from alerts.schedule import longest_pause
from monitor.config import SITES_ZONE, Schedule
from monitor.reconcile import window_totals
from notices.dates import SHANGHAI
from notices.run import PARTIAL, SUCCEEDED
from spiders.base import NoticeSpider
from spiders.reference import declared_sources
from tests.spiders.crawling import Crawled, House, Procession
from tests.spiders.subjects import Subject, one_of_each_family, subject_of, title_of

SOURCES = sorted(one_of_each_family(), key=lambda source: source.name)
ALL = sorted(declared_sources(), key=lambda source: source.name)
NEWS = 40
# The portals that state how many notices a window of days has.
STATING = {"b2b_10086", "epoint", "freecms", "ggzy", "gpcms", "szggzy", "weain", "zcy"}
# Requests for each new notice beyond the lists: 1 where a notice has a page of its own, 0 where its list says it all.
# 河南 serves a notice as a frame and the body that the frame loads.
PAGES_PER_NOTICE = {"henan": 2, "b2b_10086": 0, "freecms": 0, "nbygcg": 0, "weain": 0}
# 南京大学 has seven lists for at most 80 notices a day.
MORE_THAN_ALLOWED = {"henan": 2.1, "nju-zbb": 1.33}


@dataclass
class Walked:
    """What the walks left: of every source those of its days, of one source of each family also a steady day."""

    house: House
    subjects: dict[str, Subject]
    days: tuple[date, date]
    windowed: dict[str, set[str]] = field(default_factory=dict)
    window_runs: dict[str, Crawled] = field(default_factory=dict)
    asked: dict[str, tuple[int, int]] = field(default_factory=dict)
    runs: dict[str, tuple[Crawled, Crawled]] = field(default_factory=dict)


def titles(house: House, source: str) -> set[str]:
    with house.store.read() as unit:
        return {each.notice.title for each in unit.notices.all(source)}


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walked]:
    house = House(tmp_path_factory.mktemp("every") / "home")
    noon = datetime.now(SHANGHAI).replace(hour=12, minute=0, second=0, microsecond=0)
    days = (noon - timedelta(days=4)).date(), (noon - timedelta(days=2)).date()
    with ExitStack() as stack:
        subjects = {source.name: subject_of(source) for source in ALL}
        for subject in subjects.values():
            stack.enter_context(subject.portal)
            subject.publish(*((number, noon - timedelta(days=number)) for number in range(1, 7)))
        done = Walked(house, subjects, days)
        procession = Procession(house)
        told = {"since": days[0].isoformat(), "until": days[1].isoformat()}
        done.window_runs = procession.crawl([(name, _to(subjects[name]) | told) for name in subjects])
        done.windowed = {name: titles(house, name) for name in subjects}
        chosen = [source.name for source in SOURCES]
        jobs = [(name, _to(subjects[name])) for name in chosen]
        procession.crawl(jobs)
        for name in chosen:
            newest = datetime.now(SHANGHAI).replace(microsecond=0)
            subjects[name].publish(*((100 + n, newest - timedelta(seconds=n)) for n in range(NEWS)))
        counts = {name: len(subjects[name].portal.requests) for name in chosen}
        busy = procession.crawl(jobs)
        between = {name: len(subjects[name].portal.requests) for name in chosen}
        idle = procession.crawl(jobs)
        for name in chosen:
            after = len(subjects[name].portal.requests)
            done.asked[name] = between[name] - counts[name], after - between[name]
            done.runs[name] = busy[name], idle[name]
        yield done
    house.store.close()


def _to(subject: Subject) -> dict[str, str]:
    return {"base_url": subject.portal.url}


@pytest.mark.parametrize("source", ALL, ids=lambda source: source.name)
def test_every_source_keeps_to_the_days_that_it_is_asked_for(walked: Walked, source: type[NoticeSpider]) -> None:
    assert walked.windowed[source.name] == {title_of(number) for number in (2, 3, 4)}
    run = walked.window_runs[source.name].run
    assert run.outcome in {SUCCEEDED, PARTIAL}
    assert (run.counts["new"], run.counts["notices"]) == (3, 3)


@pytest.mark.parametrize("source", ALL, ids=lambda source: source.name)
def test_every_request_says_whose_it_is_and_carries_nothing_of_a_browser(
    walked: Walked, source: type[NoticeSpider]
) -> None:
    portal = walked.subjects[source.name].portal
    assert {seen.user_agent.split("/")[0] for seen in portal.requests} == {"tenderwatch"}
    assert {"(+https://example.org/watch)" in seen.user_agent for seen in portal.requests} == {True}
    assert not [seen.path for seen in portal.requests if seen.cookie or seen.authorization]
    assert portal.most_at_once == 1


@pytest.mark.parametrize("source", [each for each in ALL if each.family in STATING], ids=lambda source: source.name)
def test_what_a_portal_states_of_its_days_is_what_is_stored(walked: Walked, source: type[NoticeSpider]) -> None:
    if not getattr(source, "is_dated", True):
        assert window_totals(walked.house.store, source.name) == [], "it states no total of days"
        return
    since, until = walked.days
    totals = [each for each in window_totals(walked.house.store, source.name) if since <= each.since <= until]
    of_window = [each for each in totals if each.until <= until]
    assert sum(each.stated for each in of_window) >= 3
    assert [each for each in of_window if each.missing] == []


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.family)
def test_a_new_notice_costs_its_page_and_its_part_of_a_list(walked: Walked, source: type[NoticeSpider]) -> None:
    busy, idle = walked.asked[source.name]
    news, nothing = walked.runs[source.name]
    assert (news.run.counts["new"], nothing.run.counts["new"]) == (NEWS, 0)
    per_notice = (busy - idle) / NEWS
    pages = PAGES_PER_NOTICE.get(source.family, 1)

    assert per_notice <= pages + 0.15
    assert per_notice <= 1.3 or source.family == "henan"


@pytest.mark.parametrize("source", ALL, ids=lambda source: source.name)
def test_a_day_in_the_middle_of_a_source_s_range_costs_at_most_what_is_allowed(
    walked: Walked, source: type[NoticeSpider]
) -> None:
    line = Schedule().cron(source.name, source.expected_per_day)
    walks = timedelta(days=1) / longest_pause(line, SITES_ZONE)
    busy, idle = next(walked.asked[each.name] for each in SOURCES if each.family == source.family)
    notices = sum(source.expected_per_day) / 2
    assert walks * idle / notices + (busy - idle) / NEWS <= MORE_THAN_ALLOWED.get(source.name, 1.3)


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.family)
def test_a_walk_that_finds_nothing_asks_for_the_rules_and_each_list_once(
    walked: Walked, source: type[NoticeSpider]
) -> None:
    _, idle = walked.asked[source.name]
    channels: dict[str, str] = getattr(source, "channels")  # noqa: B009
    # Where days are asked for one by one, each of the days before the last notice is a list.
    windows = 4 if source.family == "ggzy" else 1
    # Where rows have no hours, the last notice's day is walked whole: ten rows a page here.
    same_day = NEWS // 10 if source.family == "mofcom" else 0
    assert idle <= 1 + windows * len(channels) + same_day
