"""Routes: which findings are news for whom, and the alerts that they make; no clock, no store, no network."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fnmatch import fnmatchcase
from hashlib import sha256

from alerts.tables import Table, names_of, tables_of
from alerts.telling import Telling, read_telling
from alerts.wording import folded, region_code
from notices.alert import Alert
from notices.codelists import NOTICE_KINDS
from notices.errors import ConfigurationError
from notices.finding import RELATIONS, SEVERITIES, FindingReport

CATEGORIES = ("gpu", "gpu_server", "us_cloud", "us_ai", "offshore_compute", "domestic")
CONTROL_STATUSES = ("restricted", "licensable", "unrestricted", "not_controlled", "service", "unknown_date")


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a finding must meet: within a field any value is enough. An empty field asks for nothing.

    `item` and `source` are exact ids in which `*` stands for any characters; `buyer` and `supplier` are parts of a
    name, `label` of what a list says of a party (`*`: of any listing); `region` holds codes of REGIONS, `stage` codes
    of NOTICE_KINDS. `min_amount_cny` is in yuan, and a notice that states no amount does not meet it.
    """

    category: tuple[str, ...] = ()
    item: tuple[str, ...] = ()
    severity: tuple[str, ...] = ()
    relation: tuple[str, ...] = ()
    control: tuple[str, ...] = ()
    buyer: tuple[str, ...] = ()
    supplier: tuple[str, ...] = ()
    region: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    stage: tuple[str, ...] = ()
    label: tuple[str, ...] = ()
    severity_at_least: str | None = None
    min_amount_cny: float | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """Findings that meet every field of `match` and none of `exclude` go to `targets`, which are channels' names.

    `catch_all` takes only what no other route took.
    """

    name: str
    targets: tuple[str, ...]
    match: Conditions = field(default_factory=Conditions)
    exclude: Conditions = field(default_factory=Conditions)
    flagged_only: bool = True
    catch_all: bool = False
    telling: Telling = field(default_factory=Telling)


@dataclass(frozen=True, slots=True)
class Routed:
    """The findings of one procedure that are news for one route, the most severe first."""

    route: Route
    reports: tuple[FindingReport, ...]


_TESTS: Mapping[str, Callable[[FindingReport, str], bool]] = {
    "category": lambda report, value: report.finding.category == value,
    "item": lambda report, value: fnmatchcase(report.finding.item, value),
    "severity": lambda report, value: report.finding.severity == value,
    "relation": lambda report, value: report.finding.relation == value,
    "control": lambda report, value: report.finding.control.status == value,
    "buyer": lambda report, value: folded(value) in folded(report.buyer or ""),
    "supplier": lambda report, value: any(folded(value) in folded(name) for name in report.suppliers),
    "region": lambda report, value: report.region is not None and region_code(report.region) == value,
    "source": lambda report, value: fnmatchcase(report.source, value),
    "stage": lambda report, value: report.kind == value,
    "label": lambda report, value: any(value == "*" or folded(value) in folded(label) for label in report.labels),
}


def takes(route: Route, report: FindingReport) -> bool:
    """Whether a finding is news for a route by itself. A finding that an analyst rejected is news for none."""
    if report.verdict == "rejected" or (route.flagged_only and not report.finding.flagged):
        return False
    return _meets(route.match, report) and not _excluded(route.exclude, report)


def route_reports(
    reports: Sequence[FindingReport], routes: Sequence[Route], *, told: Collection[tuple[str, str]] = frozenset()
) -> list[Routed]:
    """What is news for which route, by procedure, in the order of the routes and of the reports.

    `told` holds the (route name, finding key) pairs that already went out: they are not news again.
    """
    routed: list[Routed] = []
    for route in routes:
        mine = [report for report in reports if takes(route, report) and (route.name, report.key) not in told]
        if route.catch_all:
            others = [other for other in routes if not other.catch_all]
            mine = [report for report in mine if not any(takes(other, report) for other in others)]
        routed += [Routed(route, group) for group in _by_procedure(mine)]
    return routed


def alert_of(route: Route, reports: Sequence[FindingReport], now: datetime) -> Alert:
    """The alert that tells a route of findings of one procedure. Its id is the same for the same route and findings.

    ValueError if there is no report, or if the reports are of several procedures.
    """
    procedures = {report.procedure for report in reports}
    if len(procedures) != 1:
        raise ValueError(f"an alert is about one procedure, but the reports are of {len(procedures)}")
    ordered = next(iter(_by_procedure(reports)))
    keys = sorted(report.key for report in ordered)
    id_ = sha256("\x1f".join((route.name, *keys)).encode()).hexdigest()[:24]
    return Alert(id_, route.name, procedures.pop(), now, ordered)


def parse_routes(config: Mapping[str, object], *, file: str = "monitor.toml") -> tuple[Route, ...]:
    """The `[[route]]` tables of a configuration (docs/howto/alerts.md); ConfigurationError names the wrong key."""
    channels = names_of(tables_of(config, "channel", file))
    tables = tables_of(config, "route", file)
    routes = tuple(_read_route(table, name, channels) for table, name in zip(tables, names_of(tables), strict=True))
    if any(route.catch_all for route in routes[:-1]):
        raise ConfigurationError(
            f"{file}: catch_all is only accepted on the last [[route]]; move that route to the end"
        )
    return routes


def _read_route(table: Table, name: str, channels: Collection[str]) -> Route:
    targets = table.texts("to", "a list of channels' names")
    if not targets:
        raise table.error("to", "a list of channels' names")
    for target in targets:
        if target not in channels:
            known = ", ".join(channels) or "none is configured"
            raise ConfigurationError(f"{table.where}: to names the channel {target!r}; the channels are: {known}")
    match, exclude = table.table("match"), table.table("exclude")
    route = Route(
        name=name,
        targets=tuple(dict.fromkeys(targets)),
        match=_read_conditions(match, with_limits=True),
        exclude=_read_conditions(exclude, with_limits=False),
        flagged_only=table.flag("flagged_only", default=True),
        catch_all=table.flag("catch_all", default=False),
        telling=read_telling(table),
    )
    for each in (table, match, exclude):
        each.finish()
    return route


def _read_conditions(table: Table, *, with_limits: bool) -> Conditions:
    limited = with_limits and table.has("severity_at_least")
    return Conditions(
        category=table.choices("category", CATEGORIES),
        item=table.texts("item", 'a list of item ids, such as ["nvidia-h100", "nvidia-b*"]'),
        severity=table.choices("severity", SEVERITIES),
        relation=table.choices("relation", RELATIONS),
        control=table.choices("control", CONTROL_STATUSES),
        buyer=table.texts("buyer", "a list of parts of buyers' names"),
        supplier=table.texts("supplier", "a list of parts of suppliers' names"),
        region=_read_regions(table),
        source=table.texts("source", 'a list of source ids, such as ["ccgp-*"]'),
        stage=table.choices("stage", NOTICE_KINDS.codes),
        label=table.texts("label", 'a list of parts of what lists say of a party, such as ["Entity List"], or ["*"]'),
        severity_at_least=table.choice("severity_at_least", SEVERITIES) if limited else None,
        min_amount_cny=table.number("min_amount_cny", least=0, most=1e13) if with_limits else None,
    )


def _read_regions(table: Table) -> tuple[str, ...]:
    expected = 'a list of provinces, such as ["Beijing", "广东", "310000"]'
    codes = [region_code(value) for value in table.texts("region", expected)]
    if None in codes:
        raise table.error("region", expected)
    return tuple(code for code in codes if code is not None)


def _meets(conditions: Conditions, report: FindingReport) -> bool:
    if conditions.severity_at_least is not None:
        least = SEVERITIES.index(conditions.severity_at_least)
        if SEVERITIES.index(report.finding.severity) > least:
            return False
    least_amount = conditions.min_amount_cny
    if least_amount is not None and (report.amount_cny is None or report.amount_cny < least_amount):
        return False
    return all(_any_meets(name, values, report) for name, values in _listed(conditions))


def _any_meets(name: str, values: Iterable[str], report: FindingReport) -> bool:
    # What a specification implies is every candidate's news, though the finding carries one item.
    if name == "item":
        ids = (report.finding.item, *report.finding.candidates)
        return any(fnmatchcase(id_, value) for id_ in ids for value in values)
    return any(_TESTS[name](report, value) for value in values)


def _excluded(conditions: Conditions, report: FindingReport) -> bool:
    return any(_TESTS[name](report, value) for name, values in _listed(conditions) for value in values)


def _listed(conditions: Conditions) -> list[tuple[str, tuple[str, ...]]]:
    return [(name, getattr(conditions, name)) for name in _TESTS if getattr(conditions, name)]


def _by_procedure(reports: Iterable[FindingReport]) -> list[tuple[FindingReport, ...]]:
    groups: dict[str, dict[str, FindingReport]] = {}
    for report in reports:
        groups.setdefault(report.procedure, {}).setdefault(report.key, report)
    return [tuple(sorted(group.values(), key=_severest_first)) for group in groups.values()]


def _severest_first(report: FindingReport) -> tuple[int, str]:
    return SEVERITIES.index(report.finding.severity), report.key
