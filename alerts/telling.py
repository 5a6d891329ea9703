"""How a route tells its news: at once or in digests, grouped how, how often, and what it leaves out."""

from dataclasses import dataclass
from datetime import timedelta

from alerts.schedule import cron_fault
from alerts.tables import Table

GROUPS = ("procedure", "buyer", "item")
EACH, FIRST = "each", "first"
# A route without digests of its own collects here what must not go out at once.
COLLECTED = "0 8 * * *"
MOST_REPEATS = 3


@dataclass(frozen=True, slots=True)
class Telling:
    """`digest` is a cron line in `time_zone`, None to tell at once, after `wait` for what else comes of the group.

    `notices` "first" tells only of the first notice of a procedure. `heartbeat`: an empty digest is sent, too.
    `inhibit`: a critical finding mutes the low ones of its kind in the same procedure. `repeat_after`: what nobody
    reviewed is told again, three times at most. `look_back`: a new route begins with what was found in that time.
    `followed`: the route also gets the news of what is followed.
    """

    group_by: str = "procedure"
    notices: str = EACH
    wait: timedelta = timedelta(0)
    digest: str | None = None
    time_zone: str = "Asia/Shanghai"
    heartbeat: bool = False
    inhibit: bool = True
    repeat_after: timedelta | None = None
    look_back: timedelta | None = None
    followed: bool = False

    @property
    def collected(self) -> str:
        """The cron line of what goes out collected, whatever the route does otherwise."""
        return self.digest or COLLECTED


def read_telling(table: Table) -> Telling:
    """The keys of a `[[route]]` that say how it tells (docs/howto/alerts.md); ConfigurationError names a wrong one."""
    expected = 'a cron line such as "0 8 * * 1-5" and a time_zone such as "Europe/Berlin"'
    digest = table.text("digest", expected) if table.has("digest") else None
    zone = table.text("time_zone", expected, default="Asia/Shanghai")
    fault = cron_fault(digest or COLLECTED, zone)
    if fault:
        raise table.error("digest" if digest else "time_zone", f"{expected}; {fault}")
    wait = _span(table, "wait_minutes", timedelta(minutes=1), most=1440)
    if digest and wait:
        raise table.error("wait_minutes", "no wait where there is a digest")
    heartbeat = table.flag("heartbeat", default=False)
    if heartbeat and digest is None:
        raise table.error("heartbeat", "false, or a digest whose emptiness is told")
    return Telling(
        group_by=table.choice("group_by", GROUPS, default="procedure"),
        notices=table.choice("notices", (EACH, FIRST), default=EACH),
        wait=wait or timedelta(0),
        digest=digest,
        time_zone=zone,
        heartbeat=heartbeat,
        inhibit=table.flag("inhibit", default=True),
        repeat_after=_span(table, "repeat_hours", timedelta(hours=1), most=24 * 90),
        look_back=_span(table, "look_back_days", timedelta(days=1), most=3650),
        followed=table.flag("followed", default=False),
    )


def _span(table: Table, key: str, unit: timedelta, *, most: float) -> timedelta | None:
    value = table.number(key, least=1, most=most)
    return None if value is None else unit * value
