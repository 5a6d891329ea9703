"""Detection looks the parties of a notice up in the watchlist's party lists, on the notice's day."""

from dataclasses import replace
from datetime import UTC, date, datetime

from monitor.stages.detect import detect_due
from monitor.stages.labels import renew_listings
from monitor.watchlist import load_watchlist
from monitor.watchlist.model import ListedParty, Watchlist
from notices.notice import Notice
from notices.party import Party
from storage import Store
from storage.findings import FindingFilter

NOW = datetime(2026, 3, 5, 18, 0, tzinfo=UTC)
PARTIES = (
    ListedParty("东屏理工大学", "First List", date(2026, 3, 6), "00 FR 1"),
    ListedParty("北泽恒远", "Second List", None, ""),
    ListedParty("南汀数科", "Third List", date(2026, 3, 7), "00 FR 3"),
)
OWN = load_watchlist()


def watchlist(version: str, *parties: ListedParty) -> Watchlist:
    return replace(OWN, version=version, parties=parties)


def save(store: Store, number: int, *parties: Party, published: datetime | None = NOW) -> None:
    text = "采购GPU服务器2台，每台配置8张NVIDIA H100 80GB。"
    address = f"http://portal.invalid/{number}"
    made = Notice("ccgp-central", f"n{number}", address, "采购公告", "tender", published, text, parties=parties)
    with store.begin() as unit:
        unit.notices.save(made, NOW)


def lists_of(store: Store) -> dict[str, tuple[str, ...]]:
    with store.read() as unit:
        return {report.finding.notice: report.listed for report in unit.findings.reports(FindingFilter(flagged=True))}


def test_every_party_counts_from_the_day_on_which_it_was_listed(sqlite_store: Store) -> None:
    save(sqlite_store, 1, Party("东屏 理工大学（本级）", "buyer"), Party("北泽恒远科技有限公司", "tenderer"))
    save(sqlite_store, 2, Party("东屏理工大学", "buyer"), published=NOW.replace(day=4))
    save(sqlite_store, 3, Party("南汀数科有限公司", "procuringEntity"))
    save(sqlite_store, 4, Party("南汀数科有限公司", "supplier"), published=None)
    save(sqlite_store, 5)
    detect_due(sqlite_store, watchlist("v1", *PARTIES), lambda: NOW)
    # 18:00 UTC on the 5th is the 6th in Beijing, the day of the first list's entry.
    assert lists_of(sqlite_store) == {
        "n1": ("First List", "Second List"), "n2": (), "n3": (), "n4": ("Third List",), "n5": (),
    }  # fmt: skip
    with sqlite_store.read() as unit:
        stored = unit.notices.get("ccgp-central", "n1")
        assert stored is not None
        first, second = unit.listings.of_notice(stored.id)
    assert (first.role, first.name, first.entry) == ("buyer", "东屏 理工大学（本级）", "东屏理工大学")
    assert (first.since, second.since) == ("2026-03-06", None)


def test_another_watchlist_changes_the_lists_of_what_was_found_before(sqlite_store: Store) -> None:
    for number in (1, 2):
        save(sqlite_store, number, Party("东屏理工大学", "buyer"))
    detect_due(sqlite_store, watchlist("v1", PARTIES[0]), lambda: NOW)
    assert lists_of(sqlite_store) == {"n1": ("First List",), "n2": ("First List",)}
    renew_listings(sqlite_store, watchlist("v2", replace(PARTIES[0], listed="Other List")))
    assert lists_of(sqlite_store) == {"n1": ("Other List",), "n2": ("Other List",)}
    detect_due(sqlite_store, watchlist("v3"), lambda: NOW)
    assert lists_of(sqlite_store) == {"n1": (), "n2": ()}
    with sqlite_store.read() as unit:
        assert unit.listings.due("v3", 10) == []
