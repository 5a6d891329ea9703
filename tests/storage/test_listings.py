"""Party lists and what else changes of a finding, kept beside it so that lists of findings are narrowed and counted."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from notices.document import FAILED, READ, Document
from notices.duty import Assignment
from notices.listing import Listing
from notices.notice import Notice
from notices.party import Party
from notices.review import Review
from storage import Store, Unit
from storage.findings import FindingFilter
from tests.sample_finding import FINDING

NOW = datetime(2026, 3, 5, 8, 0, tzinfo=UTC)
BUYER, SELLER, CANDIDATE = "东屏理工大学", "北泽恒远科技有限公司", "南汀数科有限公司"
NOTICE = Notice(
    "ccgp-central", "t1", "http://portal.invalid/t1", "算力服务器中标公告", "award", NOW, "H100 80GB", region="110000",
    parties=(Party(BUYER, "buyer"), Party(SELLER, "supplier"), Party(CANDIDATE, "tenderer")),
)  # fmt: skip
FIRST = Listing("buyer", BUYER, "First List", BUYER, "2020-01-02", "00 FR 1")
# Names that would be confused by a search for a part, or by the marks of LIKE.
SECOND = replace(FIRST, role="supplier", name=SELLER, list="First List 100%_of", since=None, citation="")


def found(unit: Unit, notice: Notice = NOTICE) -> tuple[int, str]:
    notice_id = unit.notices.save(notice, NOW).notice_id
    (key,) = unit.findings.replace(notice_id, notice.source, [replace(FINDING, notice=notice.id)], NOW)
    return notice_id, key


def narrowed(unit: Unit, **asked: object) -> list[str]:
    return unit.findings.keys(FindingFilter(**asked))  # type: ignore[arg-type]


def test_findings_are_narrowed_by_the_party_lists_that_name_a_party_of_their_notice(store: Store) -> None:
    with store.begin() as unit:
        both, first, second, neither = (found(unit, replace(NOTICE, id=f"t{number}")) for number in range(4))
        for (notice_id, _), listings in ((both, (FIRST, SECOND)), (first, (FIRST, FIRST)), (second, (SECOND,))):
            unit.listings.note(notice_id, "v1", listings)
    with store.read() as unit:
        assert set(narrowed(unit, listed="First List")) == {both[1], first[1]}
        assert set(narrowed(unit, listed="First List 100%_of")) == {both[1], second[1]}
        assert set(narrowed(unit, listed="any")) == {both[1], first[1], second[1]}
        assert narrowed(unit, listed="none") == [neither[1]]
        for other in ("First", "List", "first list", "First List 100%", "First List 1000_of", "%", ""):
            assert narrowed(unit, listed=other) == []
        assert unit.listings.lists() == ["First List", "First List 100%_of"]
        assert unit.listings.of_notice(both[0]) == [FIRST, SECOND]
        report = unit.findings.report(both[1])
        assert report is not None
        assert report.listed == ("First List", "First List 100%_of")


def test_a_notice_is_looked_up_once_by_each_watchlist_and_again_when_it_is_judged_anew(store: Store) -> None:
    with store.begin() as unit:
        notice_id, key = found(unit)
        (due,) = unit.listings.due("v1", 10)
        assert (due.notice_id, due.published) == (notice_id, NOW)
        assert due.parties == (("buyer", BUYER), ("supplier", SELLER), ("tenderer", CANDIDATE))
        unit.listings.note(notice_id, "v1", (FIRST,))
        assert unit.listings.due("v1", 10) == []
        assert [each.notice_id for each in unit.listings.due("v2", 10, [notice_id])] == [notice_id]
        assert unit.listings.due("v2", 10, [notice_id + 1]) == []
        unit.listings.note(notice_id, "v2", ())
        assert narrowed(unit, listed="none") == [key]
        assert unit.listings.of_notice(notice_id) == []
        unit.findings.replace(notice_id, "ccgp-central", [replace(FINDING, notice="t1")], NOW)
        assert [each.notice_id for each in unit.listings.due("v2", 10)] == [notice_id]


def test_lists_of_notices_whose_findings_are_gone_are_offered_no_more(store: Store) -> None:
    with store.begin() as unit:
        notice_id, _ = found(unit)
        unit.listings.note(notice_id, "v1", (FIRST,))
        unit.findings.replace(notice_id, "ccgp-central", [], NOW)
        assert unit.listings.lists() == []


@pytest.mark.parametrize(("state", "unread"), [(READ, False), (FAILED, True)])
def test_what_was_read_of_attachments_counts_at_once(store: Store, state: str, unread: bool) -> None:
    with store.begin() as unit:
        notice_id, key = found(unit)
        assert narrowed(unit, unread=False) == [key]
        linked = replace(NOTICE, documents=(Document("http://portal.invalid/a", "附件"),))
        unit.notices.save(linked, NOW)
        assert narrowed(unit, unread=True) == [key]
        (document,) = unit.documents.of_notice(notice_id)
        unit.documents.set_read(document.id, state, "", "pdf", (), NOW)
        assert narrowed(unit, unread=unread) == [key]
        assert narrowed(unit, unread=not unread) == []


def test_an_attachment_that_did_not_come_is_unread(store: Store) -> None:
    with store.begin() as unit:
        linked = replace(NOTICE, documents=(Document("http://portal.invalid/a", "附件", state=READ),))
        notice_id, key = found(unit, linked)
        assert narrowed(unit, unread=False) == [key]
        unit.documents.failed(notice_id, "http://portal.invalid/a", "the site answered 404")
        assert narrowed(unit, unread=True) == [key]


def test_a_tally_follows_whatever_changes_of_a_finding(store: Store) -> None:
    with store.begin() as unit:
        notice_id, key = found(unit)

        def told() -> tuple[str, bool, str, str, str, str, str, int]:
            (row,) = unit.findings.tally().rows()
            return (row.region, row.unread, row.listed, row.change, row.assignee, row.due, row.reading, row.number)

        assert told() == ("110000", False, "", "", "", "", "", 1)
        unit.duties.assign(0, Assignment(key, "核查员甲", "2026-03-09", "analyst", NOW))
        unit.listings.note(notice_id, "v1", (FIRST, SECOND))
        unit.reviews.add(Review(key, "confirmed", "", "analyst", NOW))
        lists = "First List\nFirst List 100%_of"
        assert told() == ("110000", False, lists, "", "核查员甲", "2026-03-09", "once", 1)
        unit.reviews.add(Review(key, "unsure", "", "analyst", NOW))
        unit.duties.assign(1, Assignment(key, "", None, "analyst", NOW))
        changed = replace(FINDING, notice="t1", change="appeared")
        unit.findings.replace(notice_id, "ccgp-central", [changed], NOW)
        # What the lists said stays until the parties are looked up anew.
        assert told() == ("110000", False, lists, "appeared", "", "", "", 1)
        unit.listings.note(notice_id, "v2", ())
        assert told() == ("110000", False, "", "appeared", "", "", "", 1)


def test_findings_whose_aspects_are_not_noted_yet_are_counted_all_the_same(store: Store) -> None:
    with store.begin() as unit:
        first, second = (found(unit, replace(NOTICE, id=f"t{number}")) for number in range(2))
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE finding SET aspect_id = NULL WHERE key = :key"), {"key": first[1]})
    with store.read() as unit:
        assert [(row.region, row.number) for row in unit.findings.tally().rows()] == [("", 1), ("110000", 1)]
        assert narrowed(unit, region="110000") == [second[1]]
