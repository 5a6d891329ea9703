"""Sends what the outbox holds: each delivery is tried until it arrives or its last try is used up."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from alerts.channels.settings import Channel
from alerts.outcome import Outcome, permanent
from alerts.routes import Route
from alerts.send import Sender, next_try
from monitor.stages.gather import gather_due
from monitor.stages.receivers import OFF, failed, warn, worked
from monitor.stages.report import Report
from notices.alert import Alert, Delivery
from storage import Store, Unit
from storage.health import Receiver

# So many tries are made at the same time over one channel.
AT_ONCE = 4
READ_AT_ONCE = 50
# Tries are recorded together, but none waits longer for it: what a crash leaves unrecorded is sent again.
RECORDED_AT_ONCE, RECORD_SECONDS = 8, 0.05


def send_due(
    store: Store,
    channels: Mapping[str, Channel],
    clock: Callable[[], datetime],
    *,
    routes: Sequence[Route] = (),
    operators: Sequence[str] = (),
) -> Report:
    """Gathers what is due for `routes`, then makes one try for every delivery that is due.

    A crash between a try and its record repeats it under its id. That a receiver fails is told over another channel:
    one of `operators`, else one of the routes'.
    """
    report = Report("alert")
    if routes:
        with store.begin() as unit:
            gathered = gather_due(unit, routes, channels, clock())
        if gathered:
            report.count("gathered", gathered)
    with store.read() as unit:
        due = unit.alerts.due(clock())
        receivers = {(each.channel, each.target): each for each in unit.health.receivers()}
    if due:
        watched = tuple(dict.fromkeys((*operators, *(name for route in routes for name in route.targets))))
        sending = _Round(store, channels, clock, report, receivers, watched)
        asyncio.run(sending.send(due))
        if sending.broken is not None:
            raise sending.broken
    return report


@dataclass
class _Round:
    """One round over what is due; everything runs in one event loop, so that nothing here needs a lock."""

    store: Store
    channels: Mapping[str, Channel]
    clock: Callable[[], datetime]
    report: Report
    receivers: dict[tuple[str, str], Receiver]
    warning_channels: tuple[str, ...]
    alerts: dict[str, Alert | None] = field(default_factory=dict)
    done: list[tuple[Delivery, Outcome]] = field(default_factory=list)
    broken: BaseException | None = None

    async def send(self, due: Sequence[Delivery]) -> None:
        by_channel: dict[str, list[Delivery]] = {}
        for delivery in reversed(due):
            by_channel.setdefault(delivery.channel, []).append(delivery)
        async with Sender() as sender:
            keeping = asyncio.create_task(self._keep_recording())
            async with asyncio.TaskGroup() as tasks:
                for waiting in by_channel.values():
                    for _ in range(min(AT_ONCE, len(waiting))):
                        tasks.create_task(self._work(sender, waiting))
            keeping.cancel()
            await asyncio.wait([keeping])
            self._record_done()

    async def _work(self, sender: Sender, waiting: list[Delivery]) -> None:
        while waiting and self.broken is None:
            delivery = waiting.pop()
            receiver = self._receiver(delivery)
            if receiver.off_at is not None:
                self._shelve(delivery, receiver)
                continue
            outcome = await self._try(sender, delivery, waiting)
            self.done.append((delivery, outcome))
            if len(self.done) >= RECORDED_AT_ONCE:
                self._record_done()

    async def _keep_recording(self) -> None:
        while True:
            await asyncio.sleep(RECORD_SECONDS)
            self._record_done()

    def _record_done(self) -> None:
        done, self.done = self.done, []
        if not done or self.broken is not None:
            return
        try:
            with self.store.begin() as unit:
                self._record(unit, done)
        except BaseException as error:  # noqa: BLE001  # raised by send_due when the connections are closed
            # What is not recorded is repeated under its id by the next round.
            self.broken = error

    async def _try(self, sender: Sender, delivery: Delivery, waiting: Sequence[Delivery]) -> Outcome:
        alert = self._alert(delivery, waiting)
        channel = self.channels.get(delivery.channel)
        if alert is None or channel is None:
            return permanent(f"the channel {delivery.channel!r} is no longer configured")
        return await sender.send(delivery, alert, channel, self.clock())

    def _alert(self, delivery: Delivery, waiting: Sequence[Delivery]) -> Alert | None:
        if delivery.alert not in self.alerts:
            wanted = dict.fromkeys(each.alert for each in (delivery, *waiting[-READ_AT_ONCE:]))
            with self.store.read() as unit:
                self.alerts = dict.fromkeys(wanted) | unit.alerts.several(list(wanted))
        return self.alerts[delivery.alert]

    def _receiver(self, delivery: Delivery) -> Receiver:
        key = (delivery.channel, delivery.target)
        return self.receivers.setdefault(key, Receiver(delivery.channel, delivery.target, 0))

    def _shelve(self, delivery: Delivery, receiver: Receiver) -> None:
        with self.store.begin() as unit:
            unit.alerts.shelve(delivery.id, f"{OFF}: {receiver.error}")
        self.report.count("shelved")

    def _record(self, unit: Unit, done: Sequence[tuple[Delivery, Outcome]]) -> None:
        now = self.clock()
        arrived = [delivery for delivery, outcome in done if outcome.state == "delivered"]
        if arrived:
            unit.alerts.delivered([delivery.id for delivery in arrived], now)
            self.report.count("sent", len(arrived))
        for delivery in arrived:
            self._note(unit, worked(self._receiver(delivery)), now)
        for delivery, outcome in done:
            if outcome.state != "delivered":
                self._record_failure(unit, delivery, outcome, now)

    def _record_failure(self, unit: Unit, delivery: Delivery, outcome: Outcome, now: datetime) -> None:
        error = outcome.error or ""
        again = next_try(delivery.tries + 1, now, outcome.retry_after, jitter_key=delivery.id)
        retried = outcome.state == "temporary" and again is not None
        if outcome.state == "temporary" and again is not None:
            unit.alerts.postponed(delivery.id, error, again, now)
            self.report.count("postponed")
        else:
            unit.alerts.given_up(delivery.id, error, now)
            self.report.count("given_up")
        self._note(unit, failed(self._receiver(delivery), outcome, now, retried=retried), now)
        self.report.problems.append(f"{delivery.channel} to {delivery.target}: {error}")

    def _note(self, unit: Unit, receiver: Receiver, now: datetime) -> None:
        key = (receiver.channel, receiver.target)
        before = self.receivers[key]
        if receiver != before and receiver.channel in self.channels:
            receiver = warn(unit, before, receiver, self.warning_channels, self.channels, now)
            unit.health.set_receiver(receiver)
        self.receivers[key] = receiver
