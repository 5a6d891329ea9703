"""Which notices are looked at again and when, what a look leaves, and what sites said of their pages."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from notices.document import Capture
from notices.notice import Notice
from notices.watch import Watch
from storage import Store
from storage.notices import CHANGED, SAME
from storage.revisits import GONE, NO_PAGE, RETRY, STEPS, UNANSWERED, Revisit
from tests.sample_finding import FINDING

SEEN = datetime(2026, 3, 5, 8, 0, tzinfo=UTC)
NOTICE = Notice("ccgp-central", "t1", "http://portal.invalid/t1.htm", "智算服务器采购公告", "tender", SEEN, text="H100")


def after(days: float) -> datetime:
    return SEEN + timedelta(days=days)


def save(store: Store, notice: Notice = NOTICE, *, flagged: bool = True) -> int:
    with store.begin() as unit:
        saved = unit.notices.save(notice, SEEN)
        unit.findings.replace(
            saved.notice_id, notice.source, [replace(FINDING, notice=notice.id, flagged=flagged)], SEEN
        )
    return saved.notice_id


def due(store: Store, moment: datetime, source: str = "ccgp-central") -> list[tuple[str, int]]:
    with store.read() as unit:
        return [(each.stored.notice.id, each.step) for each in unit.revisits.due(source, moment)]


def look(store: Store, notice_id: int, step: int, outcome: str, moment: datetime, reason: str = "") -> bool:
    with store.begin() as unit:
        return unit.revisits.record(notice_id, Revisit(step, moment, outcome), reason)


def test_a_flagged_notice_is_due_after_each_step_and_once_only(store: Store) -> None:
    notice_id = save(store)
    save(store, replace(NOTICE, id="t2", url="http://portal.invalid/t2.htm", title="办公桌采购公告"), flagged=False)
    assert due(store, after(0.9)) == []
    for step in STEPS:
        assert due(store, after(step)) == [("t1", step)]
        assert due(store, after(step), "another-source") == []
        look(store, notice_id, step, SAME, after(step))
        assert due(store, after(step + 0.5)) == []
    assert due(store, after(900)) == []
    with store.read() as unit:
        assert [each.step for each in unit.revisits.history(notice_id)] == list(STEPS)


def test_steps_that_were_missed_are_one_look_and_the_longest_waiting_comes_first(store: Store) -> None:
    save(store)
    with store.begin() as unit:
        late = unit.notices.save(replace(NOTICE, id="t2", url="http://portal.invalid/t2.htm"), after(20))
        unit.findings.replace(late.notice_id, NOTICE.source, [replace(FINDING, notice="t2")], after(20))
    assert due(store, after(40)) == [("t2", 7), ("t1", 30)]
    with store.read() as unit:
        assert len(unit.revisits.due("ccgp-central", after(40), limit=1)) == 1


def test_a_notice_that_is_dated_ahead_is_looked_at_from_its_own_day_on(store: Store) -> None:
    save(store, replace(NOTICE, published=after(3)))
    assert due(store, after(2)) == []
    assert due(store, after(4)) == [("t1", 1)]


def test_a_notice_of_a_followed_procedure_is_due_while_it_is_followed(store: Store) -> None:
    notice_id = save(store, flagged=False)
    assert due(store, after(1)) == []
    with store.begin() as unit:
        stored = unit.notices.by_id(notice_id)
        assert stored
        followed = unit.watches.add(Watch("procedure", stored.procedure, "", SEEN))
    assert due(store, after(1)) == [("t1", 1)]
    with store.begin() as unit:
        unit.watches.remove(followed, after(1))
    assert due(store, after(1)) == []


def test_a_look_without_an_answer_is_made_up_for_a_day_later(store: Store) -> None:
    notice_id = save(store)
    look(store, notice_id, 1, UNANSWERED, after(1))
    assert due(store, after(1) + RETRY / 2) == []
    assert due(store, after(1) + RETRY) == [("t1", 1)]
    look(store, notice_id, 1, UNANSWERED, after(2))
    assert due(store, after(2) + RETRY) == []
    assert due(store, after(2) + RETRY * 2) == [("t1", 1)]
    look(store, notice_id, 1, NO_PAGE, after(4))
    assert due(store, after(5)) == []
    assert due(store, after(7)) == [("t1", 7)]


def test_a_notice_that_is_gone_says_since_when_and_may_come_back(store: Store) -> None:
    notice_id = save(store)

    def state() -> tuple[datetime | None, str | None]:
        with store.read() as unit:
            stored = unit.notices.by_id(notice_id)
            assert stored
            return stored.gone_at, stored.gone_reason

    assert look(store, notice_id, 1, GONE, after(1), "the site answered 404")
    assert not look(store, notice_id, 7, GONE, after(7), "the site answered 410")
    assert not look(store, notice_id, 7, UNANSWERED, after(8))
    assert state() == (after(1), "the site answered 404")
    with store.begin() as unit:
        assert unit.revisits.count_gone("ccgp-central") == 1
        unit.notices.save(NOTICE, after(9))
    assert state() == (after(1), "the site answered 404"), "an old page that is read again is no new page"
    assert look(store, notice_id, 30, CHANGED, after(30))
    assert state() == (None, None)


def test_what_a_site_says_of_a_page_stands_for_one_capture_until_it_says_otherwise(store: Store) -> None:
    url = "http://portal.invalid/list?" + "x" * 5000
    with store.begin() as unit:
        captures = [
            unit.captures.add(Capture(url, SEEN, 200, "text/html", digest * 32, 10, "a.warc.gz", 0, 5))
            for digest in ("ab", "cd")
        ]
        assert unit.validators.get(url) is None
        unit.validators.set(url, '"1"', "", captures[0])
        unit.validators.set(url, '"2"', "Thu, 05 Mar 2026 08:00:00 GMT", captures[1])
    with store.begin() as unit:
        found = unit.validators.get(url)
        assert found
        assert (found.etag, found.kept.id, found.kept.capture.sha256) == ('"2"', captures[1], "cd" * 32)
        unit.validators.set(url, "", "", captures[0])
        assert unit.validators.get(url) is None
