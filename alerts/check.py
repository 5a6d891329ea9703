"""What is odd about routes: those that can never match, those that match everything, what nobody is told."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from alerts.gathering import gathering_of, muted_twins
from alerts.routes import CATEGORIES, CONTROL_STATUSES, Conditions, Route, route_reports
from alerts.wording import folded
from notices.codelists import NOTICE_KINDS, REGIONS
from notices.finding import FLAGGED_RELATIONS, RELATIONS, SEVERITIES, FindingReport

NEVER, EVERYTHING, NOBODY = "never", "everything", "nobody"


@dataclass(frozen=True, slots=True)
class Known:
    """What can be found at all: items with their categories, those of them that can be flagged, and sources."""

    items: Mapping[str, str]
    flagged: Collection[str]
    sources: Collection[str]


@dataclass(frozen=True, slots=True)
class Remark:
    """`what` is never, everything or nobody; `sentence` says why."""

    what: str
    route: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Volume:
    """What a route would have got of some findings: how many, in how many notices, as how many alerts."""

    route: str
    findings: int
    notices: int
    alerts: int


def remarks_on(routes: Sequence[Route], known: Known) -> list[Remark]:
    """What is odd about each route, in their order, and whether some findings go to nobody."""
    found: list[Remark] = []
    for number, route in enumerate(routes):
        found += [Remark(NEVER, route.name, why) for why in _never(route, known)]
        wide = [other.name for other in routes[:number] if _takes_everything(other)]
        if route.catch_all and wide:
            found.append(Remark(NEVER, route.name, f"the route {wide[0]!r} already takes everything that it could get"))
        if not route.catch_all and _takes_everything(route):
            flagged = "every flagged finding" if route.flagged_only else "every finding"
            found.append(Remark(EVERYTHING, route.name, f"it has no condition: it takes {flagged}"))
    if routes and not any(route.catch_all or _takes_everything(route) for route in routes):
        sentence = "no route catches all: findings that meet no route's conditions are only on the desk"
        found.append(Remark(NOBODY, routes[-1].name, sentence))
    return found


def volumes(routes: Sequence[Route], reports: Sequence[FindingReport]) -> list[Volume]:
    """What each route would have got of these findings, low twins left out; a digest route's alerts are its groups."""
    routed = route_reports(reports, routes)
    told: list[Volume] = []
    for route in routes:
        mine = [report for one in routed if one.route == route for report in one.reports]
        muted = muted_twins(mine) if route.telling.inhibit else set()
        mine = [report for report in mine if report.key not in muted]
        notices = {(report.source, report.finding.notice) for report in mine}
        groups = {gathering_of(route, report) for report in mine}
        told.append(Volume(route.name, len(mine), len(notices), len(groups)))
    return told


def _takes_everything(route: Route) -> bool:
    return not route.catch_all and route.match == Conditions() and route.exclude == Conditions()


def _never(route: Route, known: Known) -> Iterator[str]:
    match, exclude = route.match, route.exclude
    severities: tuple[str, ...] = SEVERITIES
    if match.severity_at_least:
        severities = SEVERITIES[: SEVERITIES.index(match.severity_at_least) + 1]
    relations = tuple(one for one in RELATIONS if one in FLAGGED_RELATIONS or not route.flagged_only)
    closed = {
        "category": CATEGORIES,
        "severity": severities,
        "relation": relations,
        "control": CONTROL_STATUSES,
        "region": tuple(REGIONS.rows),
        "stage": NOTICE_KINDS.codes,
    }
    for name, values in closed.items():
        wanted, barred = getattr(match, name), getattr(exclude, name)
        if not any((not wanted or value in wanted) and value not in barred for value in values):
            yield f"no {name} is left that it could take"
    yield from _never_by_item(route, known)
    if match.source and not any(_fits(source, match.source, exclude.source) for source in known.sources):
        yield f"no source is called {' or '.join(match.source)}, or all that are so called are excluded"
    for name in ("buyer", "supplier", "label"):
        wanted, barred = getattr(match, name), getattr(exclude, name)
        if wanted and all(any(folded(bar) in folded(want) for bar in barred) for want in wanted):
            yield f"every {name} that it takes is excluded"


def _never_by_item(route: Route, known: Known) -> Iterator[str]:
    match, exclude = route.match, route.exclude
    named = [item for item in known.items if _fits(item, match.item, exclude.item)]
    if not named:
        yield f"no watched item is called {' or '.join(match.item) or 'anything'}, or all of them are excluded"
        return
    fitting = [
        item
        for item in named
        if (not match.category or known.items[item] in match.category) and known.items[item] not in exclude.category
    ]
    if not fitting:
        yield "none of the items that it takes is of a category that it takes"
    elif route.flagged_only and not any(item in known.flagged for item in fitting):
        yield "the items that it takes are never flagged, and it takes only flagged findings"


def _fits(id_: str, wanted: Sequence[str], barred: Sequence[str]) -> bool:
    if any(fnmatchcase(id_, pattern) for pattern in barred):
        return False
    return not wanted or any(fnmatchcase(id_, pattern) for pattern in wanted)
