"""News into alerts: what is due is gathered by route, told or muted, and put into the outbox in one transaction."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from alerts.channels.settings import Channel
from alerts.deliveries import deliveries_of
from alerts.gathering import (
    digest_alert,
    followed_alert,
    gathering_of,
    group_alert,
    muted_twins,
    of_first_notice,
    repeat_id,
    repeated,
    silence_of,
)
from alerts.routes import Route, route_reports
from alerts.schedule import last_time, next_time
from alerts.telling import FIRST, MOST_REPEATS
from notices.alert import DIGEST, FINDINGS, Alert, FollowedNotice
from notices.finding import FindingReport
from storage import Unit
from storage.findings import FindingFilter
from storage.news import FINDING, LOOKED_BACK, NOTICE, RETROACTIVE, News
from storage.rows import decode, encode


def add_news(
    unit: Unit,
    reports: Sequence[FindingReport],
    notices: Sequence[FollowedNotice],
    routes: Sequence[Route],
    now: datetime,
    *,
    retroactive: frozenset[str] = frozenset(),
) -> None:
    """Writes what is news for which route; `retroactive` holds the keys of findings that only go into digests."""
    keys = [report.key for report in reports]
    told = {(route.name, key) for route in routes for key in unit.alerts.told(route.name, keys)} if keys else set()
    for routed in route_reports(reports, routes, told=told):
        for report in routed.reports:
            kind = RETROACTIVE if report.key in retroactive else FINDING
            unit.news.add([_news(unit, routed.route, report, kind, now)])
    for route in followers(routes):
        unit.news.add(_notice_news(route, notice, now) for notice in notices)


def followers(routes: Sequence[Route]) -> list[Route]:
    """The routes that get the news of what is followed: those that say so, else the last one."""
    return [route for route in routes if route.telling.followed] or list(routes[-1:])


def gather_due(unit: Unit, routes: Sequence[Route], channels: Mapping[str, Channel], now: datetime) -> int:
    """Puts every alert whose time has come into the outbox; returns how many were not there before."""
    alerts = 0
    for route in routes:
        since = _start(unit, route, routes, now)
        made = [*_instant(unit, route, now), *_digests(unit, route, since, now), *_repeats(unit, route, now)]
        for alert, ids in made:
            alerts += unit.alerts.add(alert, deliveries_of(alert, route, channels))
            unit.news.told(ids, alert.id)
    return alerts


_Made = Iterable[tuple[Alert, list[int]]]


def _start(unit: Unit, route: Route, routes: Sequence[Route], now: datetime) -> datetime:
    """The end of a route's last digest; a route that is met for the first time may look back."""
    state = unit.news.state_of(route.name)
    if state is not None:
        since = state.digest_at or state.since
        if since > now:
            # A clock that ran ahead must not hold digests back once it is right.
            unit.news.set_digest(route.name, now)
        return min(since, now)
    unit.news.start_route(route.name, now)
    if route.telling.look_back is not None:
        found = unit.findings.reports(FindingFilter(found_since=now - route.telling.look_back))
        mine = [routed for routed in route_reports(found, routes) if routed.route == route]
        reports = [report for routed in mine for report in routed.reports]
        unit.news.add(_news(unit, route, report, LOOKED_BACK, now) for report in reports)
    return now


def _instant(unit: Unit, route: Route, now: datetime) -> _Made:
    groups: dict[str, list[News]] = {}
    for each in unit.news.waiting(route.name, in_digest=False, now=now):
        groups.setdefault(each.gathering, []).append(each)
    for group in groups.values():
        reports, notices, muted = _sorted_out(unit, route, group, now)
        ids = {each.key: each.id for each in group}
        if reports:
            yield group_alert(route, reports, now, muted=muted), [ids[report.key] for report in reports]
        for notice in notices:
            yield followed_alert(route, notice, now), [ids[notice.key]]


def _digests(unit: Unit, route: Route, since: datetime, now: datetime) -> _Made:
    telling = route.telling
    slot = last_time(telling.collected, telling.time_zone, since, now)
    waiting = unit.news.waiting(route.name, in_digest=True)
    # What a new route looked back on does not wait for the next digest.
    due = waiting if slot else [each for each in waiting if each.kind == LOOKED_BACK]
    reports, notices, muted = _sorted_out(unit, route, due, now)
    if slot is not None:
        unit.news.set_digest(route.name, slot)
    if reports or notices or (slot and telling.heartbeat):
        ids = {each.key: each.id for each in due}
        late = {each.key for each in due if each.kind == RETROACTIVE}
        alert = digest_alert(route, reports, notices, slot or now, since=since, retroactive=late, muted=muted)
        yield (
            replace(alert, created_at=now),
            [*(ids[each.key] for each in reports), *(ids[each.key] for each in notices)],
        )


def _repeats(unit: Unit, route: Route, now: datetime) -> _Made:
    after = route.telling.repeat_after
    if after is None:
        return
    for alert in unit.alerts.told_between(route.name, now - after * (MOST_REPEATS + 1), now - after):
        number = min(MOST_REPEATS, (now - alert.created_at) // after)
        if alert.kind not in (FINDINGS, DIGEST) or unit.alerts.exists(repeat_id(alert, number)):
            continue
        silences = unit.silences.all(now)
        reports = [
            report
            for report in _reports(unit, [report.key for report in alert.reports])
            if report.verdict is None and silence_of(route.name, report, silences) is None
        ]
        if reports:
            yield repeated(alert, reports, number, now), []


def _sorted_out(
    unit: Unit, route: Route, group: Sequence[News], now: datetime
) -> tuple[list[FindingReport], list[FollowedNotice], int]:
    """What of a group is told (findings, notices), and how many low findings stand behind a critical one."""
    notices = [decode(each.body, FollowedNotice) for each in group if each.kind == NOTICE]
    labels = {each.key: decode(each.body, tuple[str, ...]) for each in group if each.kind != NOTICE}
    reports = [replace(report, labels=labels[report.key]) for report in _reports(unit, list(labels))]
    reasons = dict.fromkeys(labels, "no longer found")
    reasons |= {report.key: "rejected by an analyst" if report.verdict == "rejected" else "" for report in reports}
    silences = unit.silences.all(now)
    everything: list[FindingReport | FollowedNotice] = [*reports, *notices]
    for told in everything:
        silence = silence_of(route.name, told, silences)
        if silence is not None:
            reasons[told.key] = f"silence {silence.id}: {silence.reason}"
    left = [report for report in reports if not reasons[report.key]]
    if route.telling.notices == FIRST:
        procedures = {report.procedure for report in left}
        told_before = {each: unit.news.first_notice(route.name, each) for each in procedures}
        first = of_first_notice(left, {name: notice for name, notice in told_before.items() if notice})
        reasons |= {report.key: "not in its procedure's first notice" for report in left if report.key not in first}
        left = [report for report in left if report.key in first]
    twins = _twins(unit, route, left)
    reasons |= dict.fromkeys(twins, "a critical finding of the same procedure is told")
    for each in group:
        if reasons.get(each.key):
            unit.news.muted([each.id], reasons[each.key])
    return [each for each in left if each.key not in twins], [n for n in notices if not reasons.get(n.key)], len(twins)


def _twins(unit: Unit, route: Route, reports: Sequence[FindingReport]) -> set[str]:
    if not route.telling.inhibit:
        return set()
    told = [key for name in {report.procedure for report in reports} for key in unit.news.told_keys(route.name, name)]
    return muted_twins(reports, _reports(unit, told))


def _reports(unit: Unit, keys: Sequence[str]) -> list[FindingReport]:
    return unit.findings.reports(FindingFilter(keys=tuple(keys))) if keys else []


def _news(unit: Unit, route: Route, report: FindingReport, kind: str, now: datetime) -> News:
    gathering, telling = gathering_of(route, report), route.telling
    in_digest = telling.digest is not None or kind in (RETROACTIVE, LOOKED_BACK)
    if in_digest:
        due = next_time(telling.collected, telling.time_zone, now) or now
    else:
        due = unit.news.first_due(route.name, gathering) or now + telling.wait
    return News(
        route=route.name,
        key=report.key,
        kind=kind,
        procedure=report.procedure,
        notice=report.finding.notice,
        gathering=gathering,
        in_digest=in_digest,
        at=now,
        due_at=due,
        body=encode(report.labels),
    )


def _notice_news(route: Route, notice: FollowedNotice, now: datetime) -> News:
    telling = route.telling
    due = (next_time(telling.digest, telling.time_zone, now) or now) if telling.digest else now
    return News(
        route=route.name,
        key=notice.key,
        kind=NOTICE,
        procedure=notice.procedure,
        notice=notice.notice,
        gathering=f"notice {notice.key}",
        in_digest=telling.digest is not None,
        at=now,
        due_at=due,
        body=encode(notice),
    )
