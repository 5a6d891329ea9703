"""What goes together into one alert, and what is left out of it; no clock, no store, no network."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from alerts.routes import Route, alert_of
from alerts.wording import folded, one_line
from notices.alert import DIGEST, FOLLOWED, NOTHING, Alert, FollowedNotice
from notices.finding import SEVERITIES, FindingReport
from notices.notice import Notice
from notices.watch import Silence, Watch

# The notices of what is followed that are news: what was changed, stopped, awarded or signed.
FOLLOWED_KINDS = ("correction", "termination", "award", "contract")
_MUTED = ("low", "info")
_FAMILIES = {"gpu": "accelerators", "gpu_server": "accelerators", "us_cloud": "cloud", "offshore_compute": "cloud"}


def gathering_of(route: Route, report: FindingReport) -> str:
    """The group of a route that a finding belongs to; one whose buyer is not stated is grouped by its procedure."""
    by = route.telling.group_by
    if by == "item":
        return f"item {report.finding.item}"
    if by == "buyer" and report.buyer:
        return f"buyer {folded(report.buyer)}"
    return f"procedure {report.procedure}"


def group_alert(route: Route, reports: Sequence[FindingReport], now: datetime, *, muted: int = 0) -> Alert:
    """The alert that tells a route at once of one group. Its id is the same for the same route and findings."""
    if len({report.procedure for report in reports}) == 1:
        return replace(alert_of(route, reports, now), muted=muted)
    ordered = most_severe_first(reports)
    first, gathering = ordered[0], gathering_of(route, ordered[0])
    about = first.finding.label if route.telling.group_by == "item" else first.buyer or ""
    id_ = _hash(route.name, gathering, *sorted(report.key for report in ordered))
    return Alert(id_, route.name, _hash(route.name, gathering)[:16], now, ordered, about=one_line(about), muted=muted)


def digest_alert(
    route: Route,
    reports: Sequence[FindingReport],
    notices: Sequence[FollowedNotice],
    now: datetime,
    *,
    since: datetime,
    retroactive: Collection[str] = (),
    muted: int = 0,
) -> Alert:
    """A route's digest of what came up since a moment; without reports and notices it says that there was nothing."""
    ordered = most_severe_first(reports)
    keys = sorted(report.key for report in ordered) + sorted(notice.key for notice in notices)
    kind = DIGEST if keys else NOTHING
    return Alert(
        id=_hash(route.name, kind, *(keys or [now.isoformat()])),
        route=route.name,
        procedure=_hash(route.name, DIGEST)[:16],
        created_at=now,
        reports=ordered,
        kind=kind,
        notices=tuple(notices),
        retroactive=tuple(report.key for report in ordered if report.key in retroactive),
        muted=muted,
        since=since,
    )


def followed_alert(route: Route, notice: FollowedNotice, now: datetime) -> Alert:
    """The alert that tells a route of one notice of something that is followed; it stands in its procedure's thread."""
    id_ = _hash(route.name, FOLLOWED, notice.key)
    return Alert(id_, route.name, notice.procedure, now, (), kind=FOLLOWED, notices=(notice,))


def repeat_id(alert: Alert, number: int) -> str:
    return _hash(alert.id, "repeat", str(number))


def repeated(alert: Alert, unreviewed: Sequence[FindingReport], number: int, now: datetime) -> Alert:
    """The same news again, of those findings that nobody reviewed; `number` counts from 1."""
    return replace(alert, id=repeat_id(alert, number), created_at=now, reports=tuple(unreviewed), repeat=number)


def muted_twins(reports: Iterable[FindingReport], told: Iterable[FindingReport] = ()) -> set[str]:
    """The keys of low findings beside a critical one of the same kind in the same procedure, in hand or told before."""
    reports = tuple(reports)
    critical = {_kin(report) for report in (*reports, *told) if report.finding.severity == SEVERITIES[0]}
    return {report.key for report in reports if report.finding.severity in _MUTED and _kin(report) in critical}


def of_first_notice(reports: Sequence[FindingReport], told: dict[str, str]) -> set[str]:
    """The keys of findings in the first notice of their procedure: the one told of before, else the oldest in hand.

    `told` names the notice by procedure.
    """
    first = dict(told)
    for report in sorted(reports, key=lambda report: (report.published or "9", report.finding.notice)):
        first.setdefault(report.procedure, report.finding.notice)
    return {report.key for report in reports if first[report.procedure] == report.finding.notice}


def silence_of(route: str, told: FindingReport | FollowedNotice, silences: Iterable[Silence]) -> Silence | None:
    """The first silence that mutes a piece of news for a route; None if none does."""
    item = told.finding.item if isinstance(told, FindingReport) else None
    for silence in silences:
        whole = {"route": route, "procedure": told.procedure, "source": told.source, "item": item}
        meets = all(
            _names(value, name, told) if name in ("buyer", "supplier") else whole[name] == value
            for name, value in silence.matchers.items()
        )
        if meets:
            return silence
    return None


def followed_by(notice: Notice, watches: Iterable[Watch], procedure: str | None = None) -> tuple[str, ...]:
    """What of the followed things a notice belongs to, in words; empty if nothing, or if its kind is no news.

    `procedure` is the id that the store knows the notice's procurement by.
    """
    if notice.kind not in FOLLOWED_KINDS:
        return ()
    return tuple(dict.fromkeys(_watched(watch) for watch in watches if _follows(watch, notice, procedure)))


def most_severe_first(reports: Iterable[FindingReport]) -> tuple[FindingReport, ...]:
    once = {report.key: report for report in reports}
    return tuple(sorted(once.values(), key=lambda one: (SEVERITIES.index(one.finding.severity), one.key)))


def _follows(watch: Watch, notice: Notice, procedure: str | None) -> bool:
    if watch.kind == "procedure":
        return (procedure or notice.procedure) == watch.value
    names = [notice.buyer or ""] if watch.kind == "buyer" else notice.suppliers
    return any(folded(watch.value) in folded(name) for name in names)


def _watched(watch: Watch) -> str:
    note = f": {watch.note}" if watch.note else ""
    return one_line(f"{watch.kind} {watch.value}{note}")


def _names(value: str, role: str, told: FindingReport | FollowedNotice) -> bool:
    names = (told.buyer or "",) if role == "buyer" else told.suppliers
    return any(folded(value) in folded(name) for name in names)


def _kin(report: FindingReport) -> tuple[str, str]:
    category = report.finding.category
    return report.procedure, _FAMILIES.get(category, category)


def _hash(*parts: str) -> str:
    return sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:24]
