"""Pages of buyers, sellers and items: what was bought or sold, when, through whom, and for how much."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from monitor.detection.control import control_on
from monitor.review.amounts import Amounts, awarded
from monitor.review.desk import Desk, check_language, language_of
from monitor.review.entities import PATHS, entity_url
from monitor.review.figures import Figure, by_month, by_reading, by_region, control_history
from monitor.review.query import LONGEST, Problem, Query, UnknownFilterError
from monitor.review.words import Words, shown
from notices.dates import SHANGHAI
from notices.finding import Control, FindingReport
from notices.procedures import STAGES
from storage import Unit
from storage.entities import ITEM, Entity, EntityPage, Found, FoundParty
from storage.findings import FindingFilter
from storage.found import AGENCY, BUYER, SUPPLIER, entity_key

SIZE = 50
SHOWN_FINDINGS = 25
MOST_PARTNERS = 12


@dataclass(frozen=True, slots=True)
class Partner:
    """Who or what stands beside an entity in so many of its findings; `url` is empty where it has no page."""

    name: str
    url: str
    findings: int
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class Partners:
    """One kind of partners, those with most findings first; `rest` is how many more there are."""

    kind: str
    shown: tuple[Partner, ...]
    rest: int


@dataclass(frozen=True, slots=True)
class Profile:
    """What the findings of an entity say; counted are those that are flagged and were not rejected."""

    counted: tuple[Found, ...]
    not_flagged: int
    rejected: int
    stages: tuple[tuple[str, int], ...]
    amounts: Amounts
    partners: tuple[Partners, ...]
    notices: int
    procedures: int
    # The publication days of the counted findings, oldest first.
    days: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the store says of an entity: its findings, who takes part, how its name is written, its attachments."""

    found: Sequence[Found]
    parties: Sequence[FoundParty]
    written: Mapping[str, int]
    states: Mapping[str, int]
    profile: Profile


def list_of(kind: str) -> Callable[[Desk, Request], Response]:
    def listed(desk: Desk, request: Request) -> Response:
        return _list(desk, request, kind)

    return listed


def page_of(kind: str) -> Callable[[Desk, Request], Response]:
    def shown_page(desk: Desk, request: Request) -> Response:
        return _page(desk, request, kind)

    return shown_page


def profile_of(
    entity: Entity, found: Sequence[Found], parties: Sequence[FoundParty], labels: Mapping[str, str]
) -> Profile:
    counted = tuple(each for each in found if each.counts)
    notices = {each.notice_id for each in counted}
    kinds = Counter({each.notice_id: each.kind for each in counted}.values())
    sellers = Counter(each.notice_id for each in parties if each.role == SUPPLIER)
    return Profile(
        counted,
        sum(not each.flagged for each in found),
        sum(each.flagged and not each.counts for each in found),
        tuple((stage, kinds[stage]) for stage in STAGES if kinds[stage]),
        awarded(counted, sellers if entity.kind == SUPPLIER else None),
        tuple(_partners(entity, counted, [each for each in parties if each.notice_id in notices], labels)),
        len(notices),
        len({each.procedure for each in counted}),
        tuple(sorted(day for each in counted if (day := _day(each)))),
    )


def _partners(
    entity: Entity, counted: Sequence[Found], parties: Sequence[FoundParty], labels: Mapping[str, str]
) -> list[Partners]:
    by_notice: dict[int, list[Found]] = defaultdict(list)
    for each in counted:
        by_notice[each.notice_id].append(each)
    found: list[Partners] = []
    if entity.kind != ITEM:
        items: dict[str, list[Found]] = defaultdict(list)
        for each in counted:
            items[each.item].append(each)
        found.append(_most(ITEM, items, labels))
    for role in (BUYER, SUPPLIER, AGENCY):
        if role == entity.kind:
            continue
        rows: dict[str, dict[str, Found]] = defaultdict(dict)
        names: dict[str, Counter[str]] = defaultdict(Counter)
        for party in parties:
            if party.role == role:
                names[party.key][party.name] += 1
                rows[party.key] |= {each.key: each for each in by_notice[party.notice_id]}
        plain = {key: min(forms, key=lambda name: (-forms[name], name)) for key, forms in names.items()}
        found.append(_most(role, {key: list(of.values()) for key, of in rows.items()}, plain))
    return [each for each in found if each.shown]


def _most(kind: str, rows: Mapping[str, Sequence[Found]], names: Mapping[str, str]) -> Partners:
    ordered = sorted(rows, key=lambda key: (-len(rows[key]), key))
    made = []
    for key in ordered[:MOST_PARTNERS]:
        days = sorted(day.isoformat() for each in rows[key] if (day := _day(each)))
        first, last = (days[0], days[-1]) if days else ("", "")
        made.append(Partner(names.get(key, key), entity_url(kind, key), len(rows[key]), first, last))
    return Partners(kind, tuple(made), len(ordered) - len(made))


def _day(found: Found) -> date | None:
    return found.published.astimezone(SHANGHAI).date() if found.published else None


def _list(desk: Desk, request: Request, kind: str) -> Response:
    check_language(request)
    words, page = _asked(request, {"words", "page"})
    with desk.store.read() as unit:
        found = _lines(desk, unit, kind, words, page)
        pages = max(1, -(-found.total // SIZE))
        if page > pages:
            page, found = pages, _lines(desk, unit, kind, words, pages)

    def at(number: int) -> str:
        return f"{PATHS[kind]}?{urlencode({'words': words, 'page': number})}"

    return desk.page(
        request,
        "entities.html",
        kind=kind,
        paths=PATHS,
        lines=[(line, entity_url(kind, line.key)) for line in found.lines],
        total=found.total,
        words=words,
        page=page,
        pages=pages,
        before=at(page - 1) if page > 1 else "",
        after=at(page + 1) if page < pages else "",
    )


def _lines(desk: Desk, unit: Unit, kind: str, words: str, page: int) -> EntityPage:
    name = ("lines", kind, words, page)
    return desk.remembered.of(unit, name, lambda: unit.entities.lines(kind, words, SIZE, (page - 1) * SIZE))


def _page(desk: Desk, request: Request, kind: str) -> Response:
    check_language(request)
    _, page = _asked(request, {"page"})
    asked = request.path_params["name"]
    entity = Entity(kind, asked if kind == ITEM else entity_key(asked))
    with desk.store.read() as unit:
        seen = desk.remembered.of(unit, entity, lambda: _seen(desk, unit, entity))
        found, written = seen.found, seen.written
        watched = desk.watchlist.items.get(entity.key) if kind == ITEM else None
        if not found and watched is None:
            raise HTTPException(404, "no_entity")
        labels = desk.labels(unit)
        name = (
            (watched.label if watched else labels.get(entity.key, entity.key)) if kind == ITEM else next(iter(written))
        )
        pages = max(1, -(-len(found) // SHOWN_FINDINGS))
        page = min(page, pages)
        reports = _reports(unit, found[(page - 1) * SHOWN_FINDINGS : page * SHOWN_FINDINGS])
        stored = unit.entities.stored(written) if kind == BUYER else None
        words, today = Words(language_of(request)), desk.clock().astimezone(SHANGHAI).date()
        drawn = desk.remembered.of(
            unit, (entity, words.language, today), lambda: _figures(desk, entity, seen, labels, words, today)
        )
    return desk.page(
        request,
        "entity.html",
        kind=kind,
        paths=PATHS,
        name=name,
        entity=entity,
        watched=watched,
        profile=seen.profile,
        found=found,
        written=written,
        stored=stored,
        reports=reports,
        listed=[] if kind == ITEM else desk.watchlist.listed(name),
        control=_control_today(desk, entity, today),
        figures_drawn=drawn,
        queue=_queues(entity, written),
        page=page,
        pages=pages,
        here_url=entity_url(kind, entity.key),
    )


def _seen(desk: Desk, unit: Unit, entity: Entity) -> _Seen:
    found, parties = unit.entities.found(entity), unit.entities.parties(entity)
    profile = profile_of(entity, found, parties, desk.labels(unit))
    return _Seen(found, parties, unit.entities.written(entity), unit.entities.documents(entity), profile)


def _reports(unit: Unit, found: Sequence[Found]) -> list[FindingReport]:
    """The reports of some findings, in the order of the findings."""
    keys = tuple(each.key for each in found)
    by_key = {report.key: report for report in unit.findings.reports(FindingFilter(keys=keys))} if keys else {}
    return [by_key[key] for key in keys if key in by_key]


def _figures(
    desk: Desk,
    entity: Entity,
    seen: _Seen,
    labels: Mapping[str, str],
    words: Words,
    today: date,
) -> list[Figure]:
    profile = seen.profile
    months = Counter((each.item, each.month) for each in profile.counted)
    regions = {each.notice_id: each.region for each in profile.counted}
    buyers = [
        (regions[each.notice_id], each.key) for each in seen.parties if each.role == BUYER and each.notice_id in regions
    ]
    item = desk.watchlist.items.get(entity.key) if entity.kind == ITEM else None
    made = [
        control_history(words, item, desk.watchlist, profile.days, today) if item else None,
        by_month(words, months, labels),
        by_region(words, buyers) if entity.kind != BUYER else None,
        by_reading(words, seen.states),
    ]
    return [each for each in made if each]


def _control_today(desk: Desk, entity: Entity, today: date) -> Control | None:
    item = desk.watchlist.items.get(entity.key) if entity.kind == ITEM else None
    return control_on(item, today, desk.watchlist) if item and item.control in desk.watchlist.classes else None


def _queues(entity: Entity, written: Mapping[str, int]) -> list[tuple[str, str]]:
    """Links into the queue, where it has a filter for such an entity: (name as written, address)."""
    if entity.kind == ITEM:
        return [("", Query(view="all", item=entity.key).url())]
    if entity.kind == BUYER:
        return [(form, Query(view="all", buyer=form).url()) for form in list(written)[:5]]
    return []


def _asked(request: Request, names: set[str]) -> tuple[str, int]:
    """(the words, the page) that an address asks for; UnknownFilterError names what means nothing."""
    given = {name: value for name, value in request.query_params.multi_items() if name != "lang"}
    problems = [Problem(name, value, tuple(sorted(names))) for name, value in given.items() if name not in names]
    words, number = shown(given.get("words", "")).strip(), given.get("page") or "1"
    if len(words) > LONGEST:
        problems.append(Problem("words", words, (), f"≤ {LONGEST}"))
    if not (number.isascii() and number.isdecimal() and 1 <= int(number[:9]) <= 10**6):
        problems.append(Problem("page", number, (), "1, 2, 3 …"))
    if problems:
        raise UnknownFilterError(problems, Query())
    return words, int(number)
