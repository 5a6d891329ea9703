"""The overview over HTTP: what it counts is what the store has."""

import re
from dataclasses import replace
from datetime import timedelta
from time import monotonic

from notices.review import Review
from notices.unwatched import unwatched_places
from storage.health import Condition, Receiver
from storage.overview import Counted, CountedNotices
from tests.review import invented
from tests.review.conftest import Desk, browse, visible


def row(page: str, name: str) -> list[str]:
    """The cells of a table's row behind its name."""
    found = re.search(rf"<tr><th[^>]*>(?:<[^>]*>)*{name}(?:<[^>]*>)*</th>(.*?)</tr>", page, re.DOTALL)
    assert found, name
    return [re.sub(r"<[^>]*>", "", cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", found[1], re.DOTALL)]


def test_today_and_the_week_are_counted_apart(desk: Desk) -> None:
    page = desk.get("/overview")
    assert row(page, "Notices stored for the first time") == ["14", "14"]
    assert row(page, "New flagged findings") == ["15", "15"]
    assert row(page, "Verdicts given") == ["1", "1"]
    with desk.store.begin() as unit:
        unit.notices.save(invented.notice(90, "旧公告", "tender", "正文"), invented.NOW - timedelta(days=3))
        unit.notices.save(invented.notice(91, "更旧的公告", "tender", "正文"), invented.NOW - timedelta(days=8))
        unit.reviews.add(Review(desk.keys["aws"], "unsure", "", "a", invented.NOW - timedelta(hours=2)))
    page = desk.get("/overview")
    assert row(page, "Notices stored for the first time") == ["14", "15"]
    # 01:30 UTC is 09:30 in Beijing: two hours before is still today, ten hours before is not.
    assert row(page, "Verdicts given") == ["2", "2"]


def test_what_waits_for_a_review_leads_to_its_queue(desk: Desk) -> None:
    page = desk.get("/overview")
    waiting = dict(re.findall(r'href="/\?severity=(\w+)".*?<b>(\d+)</b>', page))
    assert sum(map(int, waiting.values())) == desk.client.get("/healthz").json()["to_review"]
    assert waiting["critical"] == "4"


def test_base_rates_are_given_of_enough_notices_only(desk: Desk) -> None:
    assert row(desk.get("/overview"), invented.SOURCE) == ["14", "14", "too few"]
    with desk.store.begin() as unit:
        for number in range(986):
            made = replace(invented.notice(1000 + number, "无关公告", "tender", "正文"), project_code=None)
            unit.notices.save(replace(made, title=f"无关事项{number}号公告", parties=()), invented.NOW)
    assert row(desk.get("/overview"), invented.SOURCE) == ["1,000", "14", "1,400.0"]


def test_sources_in_trouble_come_first_with_how_long_they_are_silent(desk: Desk) -> None:
    page = desk.get("/overview")
    order = re.findall(r'<th scope="row">(?:(?!</th>).)+? <code>([\w-]+)</code>', page[: page.index("h-unwatched")])
    assert order == [
        "dongping-portal", "beize-portal", "nanting-portal", "xiling-portal", "ccgp-central", "ccgp-local"
    ]  # fmt: skip
    shown = visible(page)
    assert "2 d" in shown
    assert "challenge page" in shown


def test_what_is_not_watched_and_not_read_is_shown(desk: Desk) -> None:
    page = desk.get("/overview")
    shown = visible(page[page.index('id="h-unwatched"') :])
    assert "1 declared source has never run: xiling-portal" in shown
    assert "1 source is past its limit of silence: dongping-portal 11 d of 10 d" in shown
    assert "1 of 5 attachments of all notices were read whole. not read 3 failed 1 (rar 1) Counted 2026-03-06" in shown
    assert "Counted 2026-03-06 09:30." in shown
    assert f"{len(unwatched_places())} known places are left out, and why" in shown
    for place in unwatched_places():
        assert f"{' '.join(place.what[0].split())} {place.why[0]}" in shown
    chinese = visible(desk.get("/overview?lang=zh"))
    assert all(place.why[1] in chinese for place in unwatched_places())
    assert len(page.encode()) < 100_000


def test_attachments_are_counted_anew_after_a_while(desk: Desk) -> None:
    counted, later = Counted(), invented.NOW + timedelta(minutes=9)
    with desk.store.begin() as unit:
        first = unit.overview.attachments(counted, invented.NOW)
        document = next(each for each in unit.documents.all() if each.document.state == "unread")
        unit.documents.set_read(document.id, "partly_read", "pages 2-3", "pdf", [], later)
        assert unit.overview.attachments(counted, later) == first
        anew = unit.overview.attachments(counted, invented.NOW + timedelta(minutes=10))
    assert anew.states["partly_read"] == 1
    assert ("partly_read", "pdf", 1) in anew.kinds
    assert sum(anew.states.values()) == sum(first.states.values())


def test_a_receiver_that_fails_and_what_is_wrong_with_the_watch_are_named(desk: Desk) -> None:
    assert "Receivers that do not answer" not in desk.get("/overview")
    since = invented.NOW - timedelta(days=1)
    with desk.store.begin() as unit:
        unit.health.set_receiver(Receiver("hook", "https://hook.invalid/<x>", 7, since, error="answered <503>"))
        unit.health.set_condition(Condition("disk", "Disk: less than 2 GiB free", since, None, None))
        unit.health.set_condition(Condition("over", "Something that is over", since, None, invented.NOW))
    shown = desk.get("/overview")
    for said in ("https://hook.invalid/&lt;x&gt;", "7 tries", "answered &lt;503&gt;", "Disk: less than 2 GiB free"):
        assert said in shown, said
    assert "Something that is over" not in shown


def test_all_notices_are_counted_anew_now_and_then(desk: Desk) -> None:
    with desk.store.read() as unit:
        present = unit.overview.coverage(Counted())
        # As if notices with lower ids had been committed after the highest was counted.
        counted = Counted(CountedNotices(10**6, {}, monotonic() + 60))
        assert unit.overview.coverage(counted) == {}
        counted.notices = replace(counted.notices, until=monotonic())
        assert unit.overview.coverage(counted) == present != {}


def test_counting_goes_on_where_it_stopped_and_gives_the_same(desk: Desk) -> None:
    counted = Counted()
    with desk.store.read() as unit:
        first = unit.overview.coverage(counted)
        upto = counted.notices.upto
    with desk.store.begin() as unit:
        unit.notices.save(invented.notice(92, "新公告", "tender", "正文"), invented.NOW + timedelta(days=1))
        unit.notices.save(replace(invented.notice(93, "他站公告", "tender", "正文"), source="other"), invented.NOW)
    with desk.store.read() as unit:
        assert unit.overview.coverage(counted) == unit.overview.coverage(Counted())
        assert counted.notices.upto == upto + 2
        later = unit.overview.coverage(counted)
    assert later[invented.SOURCE].notices == first[invented.SOURCE].notices + 1
    assert later[invented.SOURCE].since == first[invented.SOURCE].since
    assert later["other"].notices == 1


def test_the_overview_draws_the_months_regions_and_attachments(desk: Desk) -> None:
    page = desk.get("/overview")
    assert len(re.findall(r'<svg [^>]*role="img"', page)) == 3
    months = page[page.index('id="months-t"') : page.index("</svg>", page.index('id="months-t"'))]
    assert sum(map(int, re.findall(r'data-value="(\d+)"', months))) == 14
    assert len(page.encode()) < 100_000
    assert "Flagged findings by month" in page
    assert "按发布月份的已标记线索" in desk.get("/overview?lang=zh")


def test_an_unavailable_store_is_a_clear_page(desk: Desk) -> None:
    broken = browse(desk.store, desk.captures, raise_errors=False)
    with desk.store.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE found_party")
    for path in ("/overview", "/buyers", "/items/aws"):
        answer = broken.get(path)
        assert answer.status_code == 503
        assert "tenderwatch init" in answer.text
