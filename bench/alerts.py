"""1,000 findings to their receivers, through the faults that alerts are promised to survive; prints what was seen.

Receivers run in a process of their own, so that they see what a real one would. Lost = an alert that no receiver got;
twice = a receiver that got one alert under two ids. The half hour of the outage is simulated: the clock is an argument.
"""

import asyncio
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import aiosmtplib  # noqa: E402
import httpx  # noqa: E402
from invented.outbox import NOW, NUMBER, Bench, Clock, drain, fill, filled, judge, toml  # noqa: E402
from invented.receivers import serve  # noqa: E402

from alerts.channels.email import compose  # noqa: E402
from alerts.channels.settings import Channel, EmailChannel, parse_channels  # noqa: E402
from alerts.deliveries import deliveries_of  # noqa: E402
from alerts.message import webhook_body  # noqa: E402
from alerts.routes import Route, parse_routes  # noqa: E402
from monitor.stages.alert import send_due  # noqa: E402
from notices.alert import PENDING, SENT, Alert  # noqa: E402
from storage import Store, open_store  # noqa: E402

SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
KILLS = 20
# The daemon's sender, which looks at the outbox twice a second.
DAEMON = """
import threading
from monitor.clock import now
from monitor.config import load_settings
from monitor.outbox import Outbox
from storage import open_store
settings = load_settings()
Outbox(open_store(settings.database_url), settings, now, lambda report: None).start()
print("ready", flush=True)
threading.Event().wait(120)
"""


def outage(bench: Bench) -> bool:
    """The receivers are down for half an hour, then back."""
    bench.take("ok")
    with filled(bench, mail=9, hook=9) as (store, channels, alerts, _):
        clock = Clock()
        while clock.now < NOW + timedelta(minutes=30):
            send_due(store, channels, clock)
            clock.now += timedelta(minutes=1)
        up = parse_channels(bench.config())
        rounds = drain(store, up, clock)
        with store.read() as unit:
            tries = Counter(each.tries for each in unit.alerts.deliveries(SENT))
        late = (clock.now - NOW).total_seconds() / 60
        seen, _ = bench.take("ok")
        return judge(
            "endpoint down for half an hour (simulated)",
            alerts,
            seen,
            f"; tries {dict(tries)}, all there after {late:.0f} simulated minutes, {rounds} rounds",
        )


def kills(bench: Bench) -> bool:
    """A process of its own sends and is killed 20 times, each time after it has sent some."""
    bench.take("ok")
    with filled(bench) as (store, channels, alerts, folder):
        dice, killed, url = random.Random(3), 0, f"sqlite:///{folder}/bench.sqlite"
        while killed < KILLS:
            before = waiting(store)
            if before == 0:
                break
            enough = before - dice.randint(1, max(1, before // (KILLS - killed + 1)))
            # No connection of ours is open while the process begins as a copy of this one.
            store.close()
            sender = multiprocessing.Process(target=send_all, args=(url, channels))
            sender.start()
            while sender.is_alive() and waiting(store) > enough:
                time.sleep(0.002)
            if sender.is_alive() and sender.pid is not None:
                os.kill(sender.pid, signal.SIGKILL)
                killed += 1
            sender.join()
        send_due(store, channels, lambda: NOW)
        seen, _ = bench.take("ok")
        return judge("kill -9 of the sender", alerts, seen, f"; killed {killed} times") and killed == KILLS


def send_all(url: str, channels: Mapping[str, Channel]) -> None:
    send_due(open_store(url), channels, lambda: NOW)


def waiting(store: Store) -> int:
    with store.read() as unit:
        return unit.alerts.count(PENDING)


def refusals(bench: Bench) -> bool:
    """Temporary refusals are tried again, permanent ones are not; a third of the calls fail at random."""
    fine = True
    for mode, channel in (("smtp451", "mail"), ("http503", "hook")):
        bench.take(mode)
        with filled(bench, 200) as (store, channels, alerts, _):
            clock = Clock()
            send_due(store, channels, clock)
            held, tries = bench.take("ok")
            drain(store, channels, clock)
            seen, _ = bench.take("ok")
            fine &= judge(f"{mode} once, then well", alerts, held + seen, f"; first round {tries} tries")
            fine &= not any(each[1] == channel for each in held)
    for mode, channel in (("smtp550", "mail"), ("http400", "hook")):
        bench.take(mode)
        with filled(bench, 200) as (store, channels, alerts, _):
            clock = Clock()
            send_due(store, channels, clock)
            with store.read() as unit:
                dead = [each for each in unit.alerts.deliveries("dead") if each.channel == channel]
            ones = {each.tries for each in dead}
            with store.begin() as unit:
                for each in dead:
                    unit.alerts.resend(each.id, clock.now)
            seen, _ = bench.take("ok")
            drain(store, channels, clock)
            rest, _ = bench.take("ok")
            fine &= judge(
                f"{mode}, kept as dead letters, then resent",
                alerts,
                seen + rest,
                f"; {len(dead)} dead after {ones} try",
            )
            fine &= len(dead) == 200 and ones == {1}
    bench.take("flaky")
    with filled(bench) as (store, channels, alerts, _):
        drain(store, channels, Clock())
        seen, tries = bench.take("ok")
        fine &= judge("a third of all calls fail", alerts, seen, f"; {tries} tries")
    return fine


def slow(bench: Bench) -> bool:
    """Receivers that take 50 ms for each."""
    bench.take("slow")
    with filled(bench) as (store, channels, alerts, _):
        begun = time.perf_counter()
        send_due(store, channels, Clock())
        took = time.perf_counter() - begun
        seen, _ = bench.take("ok")
        return judge(
            "slow receivers (50 ms each)",
            alerts,
            seen,
            f"; {took:.1f} s for {2 * NUMBER}, one by one {0.1 * NUMBER:.0f} s",
        )


def jump(bench: Bench) -> bool:
    """The clock runs a year ahead while receivers are down, and is set right."""
    bench.take("smtp451")
    with filled(bench, 200) as (store, channels, alerts, _):
        clock = Clock()
        clock.now = NOW + timedelta(days=365)
        send_due(store, channels, clock)
        held, _ = bench.take("ok")
        clock.now = NOW + timedelta(minutes=1)
        send_due(store, channels, clock)
        seen, _ = bench.take("ok")
        late = (clock.now - NOW).total_seconds() / 60
        return judge(
            "the clock a year ahead, then right",
            alerts,
            held + seen,
            f"; all there {late:.0f} minutes after the jump back",
        )


def latency(bench: Bench) -> bool:
    """Stored → bytes at the receiver, while alerts are stored one after another and a sender looks at the outbox."""
    bench.take("ok")
    with filled(bench, 0) as (store, channels, _, folder):
        (folder / "monitor.toml").write_text(toml(bench), encoding="utf-8")
        surroundings = os.environ | {
            "PYTHONPATH": str(ROOT),
            "TENDERWATCH_CONFIG": str(folder / "monitor.toml"),
            "TENDERWATCH_DATABASE_URL": f"sqlite:///{folder}/bench.sqlite",
            "TENDERWATCH_HOME": str(folder),
        }
        route = parse_routes(bench.config())[0]
        stored: dict[str, float] = {}
        alerts: list[Alert] = []
        with subprocess.Popen(
            [sys.executable, "-c", DAEMON], env=surroundings, stdout=subprocess.PIPE, cwd=folder
        ) as sender:
            assert sender.stdout is not None
            sender.stdout.readline()
            for start in range(0, NUMBER, 10):
                added = fill(store, route, channels, range(start, start + 10), datetime.now(UTC))
                at = time.time()
                stored |= dict.fromkeys((alert.id for alert in added), at)
                alerts += added
                time.sleep(0.2)
            deadline = time.monotonic() + 20
            while waiting(store) and time.monotonic() < deadline:
                time.sleep(0.1)
            sender.kill()
        seen, _ = bench.take("ok")
        waits: list[float] = sorted(at - stored[alert] for at, _, _, alert in seen)
        p50, p99 = (waits[int(len(waits) * share)] for share in (0.5, 0.99))
        fine = judge(
            f"latency at {NUMBER} alerts",
            alerts,
            seen,
            f"; p50 {p50:.2f} s, p99 {p99:.2f} s (target < 2), longest {waits[-1]:.2f} s",
        )
        return bool(fine and p99 < 2)


def throughput(bench: Bench) -> bool:
    """Side by side in one run: our outbox, and plain loops that send the same bytes and record nothing.

    Three rounds of each by turns; the best of each counts, since other work on the machine only ever slows.
    """
    ratios = {}
    for name in ("mail", "hook"):
        rounds = [_race(bench, name) for _ in range(3)]
        ours, plain = (min(times) for times in zip(*rounds, strict=True))
        ratios[name] = plain / ours
        print(f"     {name}: ours {NUMBER / ours:.0f}/s, plain loop {NUMBER / plain:.0f}/s, ratio {ratios[name]:.2f}")
    least: float = min(ratios.values())
    print(
        f"{'ok  ' if least >= 0.5 else 'FAIL'} throughput against plain loops: least ratio {least:.2f} (target ≥ 0.5)"
    )
    return least >= 0.5


def _race(bench: Bench, name: str) -> tuple[float, float]:
    """Seconds that we take, and that a plain loop takes, for the same messages over one channel."""
    bench.take("ok")
    with filled(bench) as (store, channels, alerts, _):
        with store.begin() as unit:
            for each in unit.alerts.deliveries(PENDING):
                if each.channel != name:
                    unit.alerts.delivered(each.id, NOW)
        ours = timed(lambda: send_due(store, channels, Clock()))
        seen, _ = bench.take("ok")
        assert len({id_ for _, _, id_, _ in seen}) == NUMBER, "not everything arrived"
        route, channel = Route("all", (name,)), channels[name]
        ids = {alert.id: deliveries_of(alert, route, channels)[0] for alert in alerts}
        if isinstance(channel, EmailChannel):
            messages = [compose(ids[alert.id], alert, channel) for alert in alerts]
            return ours, timed(lambda: asyncio.run(plain_mail(bench.mail, messages)))
        bodies = [(ids[alert.id].id, webhook_body(alert)) for alert in alerts]
        return ours, timed(lambda: asyncio.run(plain_hooks(bench.hook, bodies)))


def timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


async def plain_mail(port: int, messages: list[bytes]) -> None:
    async with aiosmtplib.SMTP(hostname="127.0.0.1", port=port, start_tls=False) as client:
        for message in messages:
            await client.sendmail("a@example.org", ["b@example.org"], message)


async def plain_hooks(port: int, bodies: list[tuple[str, bytes]]) -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        for id_, body in bodies:
            answer = await client.post(f"http://127.0.0.1:{port}/h", content=body, headers={"webhook-id": id_})
            answer.raise_for_status()


def main() -> None:
    os.environ["BENCH_SECRET"] = SECRET
    ours, theirs = multiprocessing.Pipe()
    receivers = multiprocessing.Process(target=serve, args=(theirs,), daemon=True)
    receivers.start()
    bench = Bench(ours, *ours.recv())
    begun = time.perf_counter()
    scenarios = (throughput, latency, outage, kills, refusals, slow, jump)
    chosen = [each for each in scenarios if each.__name__ in sys.argv[1:]] or list(scenarios)
    fine = [scenario(bench) for scenario in chosen]
    ours.send(None)
    print(f"{time.perf_counter() - begun:.0f} s")
    sys.exit(0 if all(fine) else 1)


if __name__ == "__main__":
    main()
