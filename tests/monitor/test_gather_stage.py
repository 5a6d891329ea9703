"""News become alerts when their time has come: digests, waits, silences, what is followed, found later, repeats."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from alerts.channels.settings import parse_channels
from alerts.routes import parse_routes
from monitor.demo.sinks import MailSink
from monitor.stages.alert import send_due
from monitor.stages.detect import detect_due
from monitor.stages.gather import gather_due
from monitor.watchlist import Watchlist, load_watchlist
from monitor.watchlist.model import ListedParty
from notices.alert import DEAD, DIGEST, FOLLOWED, NOTHING, PENDING, STATUS, Alert
from notices.notice import Notice
from notices.party import Party
from notices.review import Review
from notices.watch import Silence, Watch
from storage import Store
from storage.findings import FindingFilter
from storage.health import Receiver

NOW = datetime(2026, 11, 2, 1, tzinfo=UTC)
H100 = "货物名称 | 品牌 | 规格型号 | 数量\nGPU服务器 | NVIDIA | H100 80GB | 2台"
ORDINARY = "食堂大米采购，数量：100袋。"
WATCHLIST = load_watchlist()
MAIL = {"name": "mail", "kind": "email", "host": "127.0.0.1", "port": 9, "security": "none", "from": "a@example.org"}
CHANNELS = [MAIL | {"to": ["b@example.org"]}, MAIL | {"name": "second", "to": ["c@example.org"]}]


@pytest.fixture
def sink() -> Iterator[MailSink]:
    with MailSink() as opened:
        yield opened


class Desk:
    """A store with one route, and a clock."""

    def __init__(self, store: Store, **telling: object) -> None:
        config = {"channel": CHANNELS, "route": [{"name": "r", "to": ["mail"], **telling}]}
        self.store, self.now, self.watchlist = store, NOW, WATCHLIST
        self.routes, self.channels = parse_routes(config), parse_channels(config)
        self.gather()

    def save(self, number: int, text: str = H100, **changes: object) -> None:
        parties = (Party("东屏理工大学", "buyer"), Party("岭川云算公司", "supplier"))
        url, title = f"http://p.invalid/{number}", f"第{number}号服务器采购公告"
        notice = Notice("s", f"n{number}", url, title, "award", NOW, text, parties=parties)
        with self.store.begin() as unit:
            unit.notices.save(replace(notice, **changes), self.now)

    def detect(self) -> None:
        detect_due(self.store, self.watchlist, lambda: self.now, routes=self.routes, channels=self.channels)

    def gather(self, later: timedelta = timedelta(0)) -> int:
        self.now += later
        with self.store.begin() as unit:
            return gather_due(unit, self.routes, self.channels, self.now)

    def alerts(self) -> list[Alert]:
        with self.store.read() as unit:
            return list(reversed(unit.alerts.recent(limit=None)))

    def muted(self) -> list[str]:
        with self.store.read() as unit:
            return [each.reason or "" for each in unit.news.all("muted")]


def test_a_digest_goes_out_once_at_its_time_with_all_that_came(store: Store) -> None:
    desk = Desk(store, digest="0 10 * * *")  # 02:00 UTC
    for number in (1, 2):
        desk.save(number)
        desk.detect()
    assert desk.alerts() == []
    assert [desk.gather(timedelta(minutes=minutes)) for minutes in (59, 1, 1, 60 * 24 * 5)] == [0, 1, 0, 0]
    (alert,) = desk.alerts()
    assert (alert.kind, len(alert.reports)) == (DIGEST, 2)


def test_an_empty_digest_is_sent_where_a_heartbeat_is_asked_for(sqlite_store: Store) -> None:
    desk = Desk(sqlite_store, digest="0 10 * * *", heartbeat=True)
    assert [desk.gather(timedelta(hours=hours)) for hours in (2, 1, 22, 24)] == [1, 0, 1, 1]
    assert {alert.kind for alert in desk.alerts()} == {NOTHING}


def test_a_clock_that_ran_ahead_delays_no_digest(sqlite_store: Store) -> None:
    desk = Desk(sqlite_store, digest="0 10 * * *", heartbeat=True)
    desk.gather(timedelta(days=365))
    desk.now = NOW
    assert [desk.gather(timedelta(hours=hours)) for hours in (0, 2)] == [0, 1]


def test_a_group_waits_for_what_else_comes_and_no_longer(store: Store) -> None:
    desk = Desk(store, group_by="buyer", wait_minutes=10)
    desk.save(1)
    desk.detect()
    desk.now += timedelta(minutes=9)
    desk.save(2)
    desk.detect()
    assert desk.alerts() == []
    assert desk.gather(timedelta(minutes=1)) == 1
    (alert,) = desk.alerts()
    assert (len(alert.reports), alert.about) == (2, "东屏理工大学")


def test_only_the_first_notice_of_a_procedure_is_told(sqlite_store: Store) -> None:
    desk = Desk(sqlite_store, notices="first")
    desk.save(1, project_code="DP-1")
    desk.detect()
    desk.save(2, project_code="DP-1")
    desk.save(3, project_code="DP-3")
    desk.detect()
    assert sorted(alert.reports[0].finding.notice for alert in desk.alerts()) == ["n1", "n3"]
    assert desk.muted() == ["not in its procedure's first notice"]


def test_a_silence_mutes_until_it_ends_and_the_desk_lists_all(sqlite_store: Store) -> None:
    desk = Desk(sqlite_store)
    with sqlite_store.begin() as unit:
        unit.silences.add(Silence("tested", "analyst", NOW, NOW + timedelta(days=1), buyer="东屏"))
    desk.save(1)
    desk.detect()
    desk.now += timedelta(days=1)
    desk.save(2)
    desk.detect()
    assert [alert.reports[0].finding.notice for alert in desk.alerts()] == ["n2"]
    assert desk.muted() == ["silence 1: tested"]
    with sqlite_store.read() as unit:
        assert len(unit.findings.reports()) == 2


def test_what_was_rejected_or_is_gone_before_its_digest_is_left_out_and_the_change_is_told(sqlite_store: Store) -> None:
    desk = Desk(sqlite_store, digest="0 10 * * *")
    desk.save(1)
    desk.save(2)
    desk.detect()
    with sqlite_store.begin() as unit:
        (report,) = [each for each in unit.findings.reports() if each.finding.notice == "n1"]
        unit.reviews.add(Review(report.key, "rejected", "", "analyst", NOW))
    desk.save(2, ORDINARY)
    desk.detect()
    assert desk.gather(timedelta(hours=2)) == 1
    assert sorted(desk.muted()) == ["no longer found", "rejected by an analyst"]
    ((told,),) = [alert.reports for alert in desk.alerts()]
    assert (told.finding.notice, told.finding.change) == ("n2", "disappeared")


def test_what_a_newer_watchlist_finds_in_an_old_notice_goes_into_a_digest_and_is_marked(store: Store) -> None:
    desk = Desk(store)
    desk.watchlist = replace(WATCHLIST, version="before", items={})
    desk.save(1, "采购 NVIDIA H100 GPU服务器 2台")
    with store.begin() as unit:
        unit.notices.mark_detected([1], "before")
    desk.watchlist = WATCHLIST
    desk.save(2)
    desk.detect()
    (at_once,) = desk.alerts()
    assert (at_once.reports[0].finding.notice, at_once.retroactive) == ("n2", ())
    assert desk.gather(timedelta(days=1)) == 1
    late = desk.alerts()[-1]
    assert (late.kind, late.retroactive) == (DIGEST, (late.reports[0].key,))
    assert late.reports[0].finding.notice == "n1"


def test_a_new_route_starts_from_now_unless_it_looks_back(sqlite_store: Store) -> None:
    desk = Desk(sqlite_store)
    desk.save(1)
    desk.detect()
    desk.now += timedelta(days=3)
    for name, days, expected in (("fresh", None, 0), ("back", 7, 1), ("short", 2, 0)):
        more = {} if days is None else {"look_back_days": days}
        route = {"name": name, "to": ["mail"], **more}
        desk.routes = parse_routes({"channel": CHANNELS, "route": [route]})
        assert [desk.gather(), desk.gather()] == [expected, 0], name
    assert desk.alerts()[-1].kind == DIGEST


def test_what_nobody_reviewed_is_told_again_three_times_and_never_after_a_verdict(sqlite_store: Store) -> None:
    desk = Desk(sqlite_store, repeat_hours=24)
    desk.save(1)
    desk.detect()
    told = [desk.gather(timedelta(hours=hours)) for hours in (23, 1, 1, 23, 24, 24, 24)]
    assert told == [0, 1, 0, 1, 1, 0, 0]
    assert [alert.repeat for alert in desk.alerts()] == [0, 1, 2, 3]
    assert len({alert.id for alert in desk.alerts()}) == 4
    desk.save(2)
    desk.detect()
    with sqlite_store.begin() as unit:
        for report in unit.findings.reports():
            unit.reviews.add(Review(report.key, "confirmed", "", "analyst", NOW))
    assert desk.gather(timedelta(hours=25)) == 0


def test_an_award_of_what_is_followed_is_news_though_it_names_no_chip(store: Store) -> None:
    desk = Desk(store)
    desk.save(1, ORDINARY)
    with store.begin() as unit:
        unit.watches.add(Watch("supplier", "岭川", "listed abroad", NOW + timedelta(minutes=1)))
    desk.now += timedelta(hours=1)
    desk.save(2, ORDINARY)
    desk.save(3, ORDINARY, kind="tender")
    desk.detect()
    desk.detect()
    (alert,) = desk.alerts()
    assert (alert.kind, alert.reports, alert.notices[0].notice) == (FOLLOWED, (), "n2")
    assert alert.notices[0].watched == ("supplier 岭川: listed abroad",)
    desk.save(2, ORDINARY + "更正", kind="correction")
    desk.detect()
    assert sorted(each.notices[0].revision for each in desk.alerts()) == [1, 2]


def test_a_listed_party_is_a_label_that_a_route_can_match(sqlite_store: Store) -> None:
    desk = Desk(sqlite_store, match={"label": ["Entity List"]})
    desk.save(1)
    desk.save(2, parties=(Party("北泽大学", "buyer"),))
    party = ListedParty("东屏理工", "Entity List", datetime(2020, 5, 22, tzinfo=UTC).date(), "85 FR 34495")
    desk.watchlist = replace(WATCHLIST, parties=(party,))
    desk.detect()
    (alert,) = desk.alerts()
    assert alert.reports[0].labels == ("buyer 东屏理工大学: Entity List since 2020-05-22 (85 FR 34495)",)


def test_a_dead_receiver_is_warned_of_over_another_channel_switched_off_and_comes_back(
    sqlite_store: Store, sink: MailSink
) -> None:
    desk = Desk(sqlite_store)
    second, dead_mail = CHANNELS[1] | {"port": sink.port}, CHANNELS[0] | {"timeout": 2}
    desk.channels = parse_channels({"channel": [dead_mail, second]})
    desk.save(1)
    desk.detect()

    def send() -> dict[str, int]:
        return send_due(sqlite_store, desk.channels, lambda: desk.now, routes=desk.routes, operators=["second"]).counts

    rounds = 0
    while True:
        with sqlite_store.read() as unit:
            mine = [each for each in unit.alerts.deliveries(PENDING) if each.channel == "mail"]
        if not mine:
            break
        desk.now = max(desk.now, mine[0].due_at)
        send()
        rounds += 1
    assert rounds == 8
    warnings = [alert for alert in desk.alerts() if alert.kind == STATUS]
    assert ["is switched off" in each.lines[0] for each in warnings] == [False, True]
    send()
    assert [mail.subject.startswith("Watch: The channel 'mail'") for mail in sink.received] == [True, True]
    with sqlite_store.read() as unit:
        first = unit.alerts.deliveries(alert_id=warnings[0].id)
        assert [each.channel for each in first] == ["second"]
    desk.save(2)
    desk.detect()
    assert send()["shelved"] >= 1
    with sqlite_store.read() as unit:
        dead = [each for each in unit.alerts.deliveries(DEAD) if each.channel == "mail"]
        assert [len(unit.alerts.tries(each.id)) for each in sorted(dead, key=lambda one: -one.tries)] == [8, 0]
        assert all("127.0.0.1" in (each.last_error or "") for each in dead)
    desk.channels = parse_channels({"channel": [second | {"name": "mail"}, second]})
    with sqlite_store.begin() as unit:
        for each in dead:
            unit.alerts.resend(each.id, desk.now)
        unit.health.set_receiver(Receiver("mail", dead[0].target, 0, warned_at=desk.now))
    assert send()["sent"] == 2
    assert "works again" in desk.alerts()[-1].lines[0]


@pytest.mark.parametrize("muting", [True, False])
def test_low_twins_of_a_critical_finding_are_left_out_and_counted(
    sqlite_store: Store, muting: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(sqlite_store, inhibit=muting)
    desk.save(1, H100 + "\n工作站 | NVIDIA | RTX 5090 | 1台")
    desk.detect()
    with sqlite_store.read() as unit:
        found = {each.finding.severity for each in unit.findings.reports(FindingFilter(flagged=True))}
    (alert,) = desk.alerts()
    low = found & {"low", "info"}
    assert alert.muted == (len(low) if muting and "critical" in found else 0)
    assert isinstance(desk.watchlist, Watchlist)
