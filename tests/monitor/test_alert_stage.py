"""The outbox is sent to real receivers: none lost, none new twice, each try on record."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from alerts.channels.settings import parse_channels
from alerts.deliveries import deliveries_of
from alerts.routes import alert_of, parse_routes
from monitor.clock import now
from monitor.demo.sinks import MailSink, WebhookSink
from monitor.stages.alert import send_due
from notices.alert import DEAD, PENDING, SENT
from notices.finding import Control
from notices.notice import Notice
from notices.party import Party
from storage import Store
from tests.sample_finding import FINDING as FOUND

NOW = datetime(2026, 11, 2, 1, tzinfo=UTC)
SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
FINDING = replace(
    FOUND,
    watchlist_version="",
    control=Control("restricted", "2026-10-30", "rule", "87 FR 62186", "listed under 87 FR 62186 as of 2026-10-30"),
)


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def mail() -> Iterator[MailSink]:
    with MailSink() as sink:
        yield sink


@pytest.fixture
def hook() -> Iterator[WebhookSink]:
    with WebhookSink(SECRET) as sink:
        yield sink


def configuration(mail_port: int, url: str) -> dict[str, object]:
    mail = {"name": "mail", "kind": "email", "host": "127.0.0.1", "port": mail_port, "security": "none"}
    mail |= {"from": "a@example.invalid", "to": ["b@example.invalid", "c@example.invalid"], "timeout": 2}
    hook = {"name": "hook", "kind": "webhook", "url": url, "secret_env": "HOOK_SECRET", "timeout": 2}
    hook["allow_private"] = ["127.0.0.1"]
    return {"channel": [mail, hook], "route": [{"name": "all", "to": ["mail", "hook"]}]}


def fill_outbox(store: Store, config: dict[str, object]) -> list[str]:
    (route,), channels = parse_routes(config), parse_channels(config)
    with store.begin() as unit:
        notice = Notice(
            "s", "t1", "http://p.invalid/t1", "服务器", "award", NOW, "H100", parties=(Party("甲", "buyer"),)
        )
        saved = unit.notices.save(notice, NOW)
        unit.findings.replace(saved.notice_id, "s", [FINDING], NOW)
        alert = alert_of(route, unit.findings.reports(), NOW)
        deliveries = deliveries_of(alert, route, channels)
        assert unit.alerts.add(alert, deliveries)
    return sorted(delivery.id for delivery in deliveries)


def test_each_receiver_gets_the_alert_once(
    store: Store, mail: MailSink, hook: WebhookSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOOK_SECRET", SECRET)
    config = configuration(mail.port, hook.url)
    ids = fill_outbox(store, config)
    channels = parse_channels(config)
    assert send_due(store, channels, now).counts == {"sent": 3}
    assert send_due(store, channels, now).counts == {}
    assert sorted(each.recipients for each in mail.received) == [("b@example.invalid",), ("c@example.invalid",)]
    assert [call.id for call in hook.received] == [each for each in ids if each == hook.received[0].id]
    with store.read() as unit:
        assert {delivery.state for delivery in unit.alerts.deliveries()} == {SENT}


def test_a_receiver_that_is_down_is_tried_again_later_and_at_last_given_up(
    sqlite_store: Store, mail: MailSink, hook: WebhookSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOOK_SECRET", SECRET)
    config = configuration(mail.port, "http://127.0.0.1:9/hook")
    fill_outbox(sqlite_store, config)
    channels, clock = parse_channels(config), Clock()
    report = send_due(sqlite_store, channels, clock)
    assert report.counts == {"sent": 2, "postponed": 1}
    assert report.exit_status == 3
    assert send_due(sqlite_store, channels, clock).counts == {}
    gaps = []
    while True:
        with sqlite_store.read() as unit:
            (waiting,) = unit.alerts.deliveries(PENDING) or [None]
        if waiting is None:
            break
        gaps.append(waiting.due_at - clock.now)
        clock.now = waiting.due_at
        send_due(sqlite_store, channels, clock)
    assert gaps == sorted(gaps)
    assert timedelta(days=1.8) < clock.now - NOW < timedelta(days=2.2)
    with sqlite_store.read() as unit:
        (dead,) = unit.alerts.deliveries(DEAD)
        assert (dead.tries, len(unit.alerts.tries(dead.id))) == (8, 8)
        assert SECRET not in str(unit.alerts.tries(dead.id))
    assert len(mail.received) == 2


def test_a_crash_after_sending_repeats_the_delivery_under_the_same_id(
    sqlite_store: Store, mail: MailSink, hook: WebhookSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOOK_SECRET", SECRET)
    config = configuration(mail.port, hook.url)
    fill_outbox(sqlite_store, config)

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr("storage.alerts.AlertRepository.delivered", crash)
        with pytest.raises(KeyboardInterrupt):
            send_due(sqlite_store, parse_channels(config), now)
    assert send_due(sqlite_store, parse_channels(config), now).counts == {"sent": 3}
    assert len(hook.received) == 1
    assert len({str(each.message["Message-ID"]) for each in mail.received}) == 2


def test_a_channel_that_is_no_longer_configured_is_said_so(
    sqlite_store: Store, mail: MailSink, hook: WebhookSink, tmp_path: Path
) -> None:
    fill_outbox(sqlite_store, configuration(mail.port, hook.url))
    report = send_due(sqlite_store, {}, lambda: NOW)
    assert report.counts == {"given_up": 3}
    assert all("no longer configured" in problem for problem in report.problems)
