"""A stored outbox for the measurements of alerts: channels, a clock that is set, findings, and what got lost."""

import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from alerts.channels.settings import Channel, parse_channels
from alerts.deliveries import deliveries_of
from alerts.routes import Route, alert_of, parse_routes
from monitor.stages.alert import send_due
from notices.alert import PENDING, Alert
from notices.finding import Control, Finding, Place, Quantity
from notices.notice import Notice
from notices.party import Party
from storage import Store, open_store
from storage.findings import FindingFilter

NUMBER = 1000
NOW = datetime(2026, 11, 2, 1, tzinfo=UTC)


class Clock:
    """A clock that a scenario sets."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Bench:
    pipe: Connection
    mail: int
    hook: int

    def take(self, mode: str) -> tuple[list[tuple[float, str, str, str]], int]:
        """What came since the last call, and how many tries; from now on the receivers answer in `mode`."""
        self.pipe.send(mode)
        answer: tuple[list[tuple[float, str, str, str]], int] = self.pipe.recv()
        return answer

    def config(self, *, mail: int | None = None, hook: int | None = None) -> dict[str, Any]:
        post = {"name": "mail", "kind": "email", "host": "127.0.0.1", "port": mail or self.mail, "security": "none"}
        post |= {"from": "a@example.org", "to": ["b@example.org"], "timeout": 10}
        call = {"name": "hook", "kind": "webhook", "url": f"http://127.0.0.1:{hook or self.hook}/h", "timeout": 10}
        call |= {"secret_env": "BENCH_SECRET", "allow_private": ["127.0.0.1"]}
        return {"channel": [post, call], "route": [{"name": "all", "to": ["mail", "hook"]}]}


def finding(number: int) -> Finding:
    return Finding(
        notice=f"n{number}", item="nvidia-h100", label="NVIDIA H100", category="gpu", relation="buys", flagged=True,
        basis="named", severity="critical", quantity=Quantity(16, 2),
        place=Place("body", 0, 24, f"GPU服务器 | NVIDIA H100 | {number}"),
        control=Control("restricted", "2026-10-30", "rule", "87 FR 62186", "Listed under 87 FR 62186 on 2026-10-30."),
    )  # fmt: skip


def fill(store: Store, route: Route, channels: Mapping[str, Channel], numbers: range, now: datetime) -> list[Alert]:
    """Stores findings and their alerts as detection does, each of a procedure of its own."""
    alerts = []
    with store.begin() as unit:
        keys = []
        for count in numbers:
            parties = (Party(f"第{count}研究所", "buyer"), Party("北泽恒远公司", "supplier"))
            notice = Notice(
                "s",
                f"n{count}",
                f"http://p.invalid/{count}",
                f"第{count}号服务器采购",
                "award",
                now,
                "H100",
                parties=parties,
            )
            saved = unit.notices.save(notice, now)
            keys += unit.findings.replace(saved.notice_id, "s", [finding(count)], now)
        for report in unit.findings.reports(FindingFilter(keys=tuple(keys))) if keys else ():
            alert = alert_of(route, [report], now)
            unit.alerts.add(alert, deliveries_of(alert, route, channels))
            alerts.append(alert)
    return alerts


@contextmanager
def filled(
    bench: Bench, number: int = NUMBER, now: datetime = NOW, **ports: int
) -> Iterator[tuple[Store, dict[str, Channel], list[Alert], Path]]:
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{folder}/bench.sqlite")
        store.migrate()
        config = bench.config(**ports)
        (route,), channels = parse_routes(config), parse_channels(config)
        yield store, channels, fill(store, route, channels, range(number), now), Path(folder)
        store.close()


def judge(name: str, alerts: list[Alert], seen: list[tuple[float, str, str, str]], more: str = "") -> bool:
    """Prints a scenario's line: lost, new ids that came twice, the same id again."""
    wanted = {(channel, alert.id) for alert in alerts for channel in ("mail", "hook")}
    ids: dict[tuple[str, str], set[str]] = {}
    for _, channel, id_, alert in seen:
        ids.setdefault((channel, alert), set()).add(id_)
    lost = len(wanted - ids.keys())
    twice = sum(len(each) > 1 for each in ids.values())
    again = sum(number - 1 for number in Counter((channel, id_) for _, channel, id_, _ in seen).values())
    fine = lost == 0 and twice == 0
    print(
        f"{'ok  ' if fine else 'FAIL'} {name}: {len(wanted)} deliveries, lost {lost}, new ids twice {twice}, "
        f"same id again {again}{more}",
        flush=True,
    )
    return fine


def drain(store: Store, channels: Mapping[str, Channel], clock: Clock, until: timedelta = timedelta(days=3)) -> int:
    """Rounds, the clock set to the next due time, until nothing waits; returns how many."""
    end, rounds = clock.now + until, 0
    while True:
        with store.read() as unit:
            waiting = unit.alerts.deliveries(PENDING)
        if not waiting or clock.now > end:
            return rounds
        clock.now = max(clock.now + timedelta(minutes=1), min(each.due_at for each in waiting))
        send_due(store, channels, clock)
        rounds += 1


def toml(bench: Bench) -> str:
    return (
        f'[[channel]]\nname = "mail"\nkind = "email"\nhost = "127.0.0.1"\nport = {bench.mail}\nsecurity = "none"\n'
        'from = "a@example.org"\nto = ["b@example.org"]\n'
        f'[[channel]]\nname = "hook"\nkind = "webhook"\nurl = "http://127.0.0.1:{bench.hook}/h"\n'
        'secret_env = "BENCH_SECRET"\nallow_private = ["127.0.0.1"]\n'
        '[[route]]\nname = "all"\nto = ["mail", "hook"]\n'
    )
