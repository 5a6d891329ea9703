"""The watch over the watch: changes are told once, a heartbeat says that it lives; feeds, and the sender's rounds."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree as Xml

import httpx
import pytest

from alerts.channels.settings import parse_channels
from alerts.routes import Route, parse_routes
from alerts.sample import sample_alert
from monitor.config import Settings, load_settings
from monitor.demo.sinks import MailSink
from monitor.health import FAILING, OK, REFUSED, SourceLine
from monitor.outbox import Outbox
from monitor.review.app import make_app
from monitor.watchdog import Watchdog
from notices.alert import Alert
from notices.notice import Notice
from storage import Store

NOW = datetime(2026, 11, 2, 1, tzinfo=UTC)
FILE = """
[operators]
to = ["mail"]
heartbeat = "0 9 * * *"
disk_free_gib = {disk}
backlog = 3
[[channel]]
name = "mail"
kind = "email"
host = "127.0.0.1"
port = {port}
security = "none"
from = "a@example.org"
to = ["b@example.org"]
[[route]]
name = "a route/<&>"
to = ["mail"]
"""


@pytest.fixture
def sink() -> Iterator[MailSink]:
    with MailSink() as opened:
        yield opened


def settings_of(tmp_path: Path, port: int, disk: float = 0) -> Settings:
    (tmp_path / "monitor.toml").write_text(FILE.format(port=port, disk=disk), encoding="utf-8")
    return load_settings({"TENDERWATCH_CONFIG": str(tmp_path / "monitor.toml")}, tmp_path)


class Watch:
    """A watchdog whose surroundings a test sets."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self.store, self.now, self.state, self.late = store, NOW, OK, dict[str, datetime]()
        self.dog = Watchdog(
            store, settings, "v1", lambda: self.now, sources=lambda: [self.line()], missed=lambda: self.late
        )

    def line(self) -> SourceLine:
        return SourceLine("ccgp", "C", "ccgp", "", self.state, None, None, 0, 0, "", "")

    def look(self, minutes: int = 5) -> list[str]:
        self.now += timedelta(minutes=minutes)
        with self.store.read() as unit:
            before = {alert.id for alert in unit.alerts.recent(None)}
        self.dog.look()
        with self.store.read() as unit:
            fresh: list[Alert] = [alert for alert in unit.alerts.recent(None) if alert.id not in before]
        return [line for alert in fresh for line in alert.lines]


def test_a_sick_source_is_told_when_it_falls_ill_and_when_it_is_over(store: Store, tmp_path: Path) -> None:
    watch = Watch(store, settings_of(tmp_path, 9))
    assert watch.look() == []
    watch.state = REFUSED
    assert watch.look() == ["Source ccgp: the site refuses our requests."]
    assert [watch.look() for _ in range(3)] == [[], [], []]
    watch.state = OK
    assert watch.look() == ["Over: Source ccgp: the site refuses our requests."]


def test_what_comes_and_goes_does_not_flood(sqlite_store: Store, tmp_path: Path) -> None:
    watch = Watch(sqlite_store, settings_of(tmp_path, 9))
    told = 0
    for number in range(24):
        watch.state = FAILING if number % 2 else OK
        told += len(watch.look(10))
    assert told <= 2
    watch.state = FAILING
    assert any("failed or was broken off" in line for line in watch.look(6 * 60))


def test_a_missed_job_a_full_disk_and_a_growing_backlog_are_told(sqlite_store: Store, tmp_path: Path) -> None:
    watch = Watch(sqlite_store, settings_of(tmp_path, 9, disk=1e9))
    watch.late = {"ccgp": NOW - timedelta(hours=2)}
    with sqlite_store.begin() as unit:
        for number in range(5):
            unit.notices.save(Notice("s", str(number), "", "t", "tender", NOW), NOW)
    told = " ".join(watch.look())
    assert "Missed job: the crawl of ccgp" in told
    assert "Disk: less than" in told
    assert "Backlog: 5 notices to judge" in told
    with sqlite_store.begin() as unit:
        unit.notices.mark_detected([1, 2, 3, 4, 5], "v1")
    assert watch.look() == ["Over: Backlog: 5 notices to judge."]


def test_the_heartbeat_says_that_the_watch_lives_and_what_is_wrong(sqlite_store: Store, tmp_path: Path) -> None:
    watch = Watch(sqlite_store, settings_of(tmp_path, 9))
    watch.look()
    watch.state = REFUSED
    watch.look()
    lines = watch.look(60 * 24)
    assert lines[0] == "The watch is alive; 1 things are wrong:"
    assert "refuses" in lines[1]
    assert watch.look() == []


def test_a_feed_holds_a_routes_alerts_and_no_other_route_has_one(sqlite_store: Store, tmp_path: Path) -> None:
    route = Route("a route/<&>", ("mail",))
    alert = sample_alert(route, "findings", NOW)
    with sqlite_store.begin() as unit:
        unit.news.start_route(route.name, NOW)
        unit.alerts.add(alert, ())
    app = httpx.ASGITransport(make_app(sqlite_store, tmp_path, clock=lambda: NOW))

    async def ask(path: str) -> httpx.Response:
        async with httpx.AsyncClient(transport=app, base_url="http://127.0.0.1:8000") as client:
            return await client.get(path)

    for name in ("a%20route%2F%3C%26%3E", "unknown"):
        answer = asyncio.run(ask(f"/feeds/{name}.atom"))
        if name == "unknown":
            assert answer.status_code == 404
            continue
        root = Xml.fromstring(answer.content)
        (entry,) = root.findall("{http://www.w3.org/2005/Atom}entry")
        assert answer.headers["content-type"].startswith("application/atom+xml")
        assert entry.findtext("{http://www.w3.org/2005/Atom}id") == f"urn:tenderwatch:alert:{alert.id}"
        assert "NVIDIA H100" in (entry.findtext("{http://www.w3.org/2005/Atom}title") or "")


def test_the_sender_sends_what_is_stored_and_is_idle_otherwise(
    sqlite_store: Store, tmp_path: Path, sink: MailSink
) -> None:
    settings = settings_of(tmp_path, sink.port)
    outbox = Outbox(sqlite_store, settings, lambda: NOW, lambda report: None)
    assert outbox.send() is not None
    assert outbox.send() is None
    config = {"channel": [], "route": []}
    assert (parse_routes(config), parse_channels(config)) == ((), {})
    from alerts.deliveries import deliveries_of

    with sqlite_store.begin() as unit:
        alert = sample_alert(settings.routes[0], "findings", NOW)
        unit.alerts.add(alert, deliveries_of(alert, settings.routes[0], settings.channels))
    report = outbox.send()
    assert report is not None
    assert report.counts == {"sent": 1}
    assert len(sink.received) == 1
    outbox.start()
    outbox.stop()
