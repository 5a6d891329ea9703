"""The desk's charts: counted findings put into pictures, each with the table of the same figures."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from markupsafe import Markup

from monitor.review.charts import COLOURS, Series, Sign, Span, bars, columns, history, percent, shares
from monitor.review.words import Words
from monitor.watchlist.model import Item, Rule, Watchlist
from notices.codelists import REGIONS
from notices.document import FAILED, PARTLY_READ, READ, READ_BY_OCR, UNREAD
from notices.errors import UnknownLabelError

# A chart by months of more than this is one by years.
_MOST_MONTHS = 48
_MOST_SERIES = COLOURS - 1
_MOST_BARS = 12
# Findings on more days than this are marked by their months: a page stays light.
_MOST_DAYS = 100
_BEFORE_FIRST = timedelta(days=180)
_STATES = (READ, READ_BY_OCR, PARTLY_READ, UNREAD, FAILED)


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart, its legend as (colour, name), and the table of the same figures; `notes` stand beneath."""

    title: str
    svg: Markup
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    legend: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()


def by_month(w: Words, counted: Mapping[tuple[str, str], int], labels: Mapping[str, str]) -> Figure | None:
    """Findings by (item, month "2026-03" or "" for no date): a column for each month, the items stacked in it."""
    if not counted:
        return None
    items: Counter[str] = Counter()
    for (item, _), count in counted.items():
        items[item] += count
    shown = [item for item, _ in sorted(items.items(), key=lambda pair: (-pair[1], pair[0]))]
    named, rest = shown[:_MOST_SERIES], frozenset(shown[_MOST_SERIES:])
    places = _places({month for _, month in counted})
    values: dict[str, Counter[str]] = {}
    for (item, month), count in counted.items():
        values.setdefault("" if item in rest else item, Counter())[_place_of(month, places)] += count
    series = [_series(labels.get(item, item), values[item], places, f"c{at}") for at, item in enumerate(named)]
    if rest:
        series.append(_series(w("other_items", count=len(rest)), values[""], places, f"c{_MOST_SERIES}"))
    names = [place or w("no_date") for place in places]
    title = w("chart_months" if _is_monthly(places) else "chart_years")
    total = sum(items.values())
    dated = [place for place in places if place] or names
    said = w("chart_months_said", count=total, first=dated[0], last=dated[-1], most=series[0].name)
    rows = [
        (name, *(f"{each.values[at]:,}" for each in series), f"{sum(each.values[at] for each in series):,}")
        for at, name in enumerate(names)
    ]
    sums = [sum(each.values) for each in series]
    rows.append((w("total"), *(f"{each:,}" for each in sums), f"{sum(sums):,}"))
    head = (w("in_month" if _is_monthly(places) else "in_year"), *(each.name for each in series), w("total"))
    svg = Markup(columns("months", title, said, names, series))  # noqa: S704 - made of escaped parts
    return Figure(title, svg, head, tuple(rows), tuple((each.colour, each.name) for each in series))


def by_region(w: Words, found: Iterable[tuple[str, str]]) -> Figure | None:
    """Buyers by region, from (region as stored, buyer): each buyer once in each region that its notices state."""
    regions: dict[str, set[str]] = {}
    for region, buyer in found:
        regions.setdefault(_region(w, region), set()).add(buyer)
    if not regions:
        return None
    ordered = sorted(((name, len(buyers)) for name, buyers in regions.items()), key=lambda row: (-row[1], row[0]))
    shown, rest = ordered[:_MOST_BARS], ordered[_MOST_BARS:]
    title = w("chart_regions")
    said = w("chart_regions_said", count=len(ordered), most=shown[0][0], number=shown[0][1])
    table = [(name, f"{value:,}") for name, value in ordered]
    notes = [w("chart_regions_note")]
    if rest:
        notes.append(w("chart_rest", count=len(rest)))
    svg = Markup(bars("regions", title, said, shown))  # noqa: S704
    return Figure(title, svg, (w("region"), w("buyers")), tuple(table), notes=tuple(notes))


def by_reading(w: Words, states: Mapping[str, int]) -> Figure | None:
    """How many attachments were read, in part, or not at all."""
    total = sum(states.values())
    if not total:
        return None
    codes = [*_STATES, *sorted(states.keys() - set(_STATES))]
    rows = [(w.name("document", code), states[code], f"doc-{code}") for code in codes if states.get(code)]
    unread = total - sum(states.get(code, 0) for code in (READ, READ_BY_OCR))
    title = w("chart_reading")
    word = "chart_reading_said" if unread else "chart_reading_all"
    said = w(word, count=total, unread=unread, share=percent(unread, total))
    svg = Markup(shares("reading", title, said, rows))  # noqa: S704
    table = tuple((name, f"{value:,}", percent(value, total)) for name, value, _ in rows)
    table += ((w("total"), f"{total:,}", percent(total, total)),)
    legend = tuple((colour, f"{name} {value:,}") for name, value, colour in rows)
    return Figure(title, svg, (w("state"), w("attachments"), w("share")), table, legend, (said,))


def control_history(w: Words, item: Item, watchlist: Watchlist, days: Sequence[date], today: date) -> Figure | None:
    """What was listed for an item from half a year before its first rule to today, with the days of its findings."""
    history_of = watchlist.classes.get(item.control)
    if history_of is None or not history_of.steps:
        return None
    steps = sorted(history_of.steps, key=lambda step: step.since)
    changes = [(history_of.base, None, None), *((step.status, step.since, step.rule) for step in steps)]
    first = min([steps[0].since - _BEFORE_FIRST, *days])
    spans = []
    for at, (status, since, _) in enumerate(changes):
        until = changes[at + 1][1] if at + 1 < len(changes) else None
        start, end = since or first, min(until or today, today)
        if start < end:
            spans.append(Span(w.name("control", status), start, end, f"ctl-{status}"))
    signs = [
        Sign(step.since, str(number), _rule_words(watchlist.rules.get(step.rule or "")))
        for number, step in enumerate(steps, start=1)
        if step.since <= today
    ]
    title = w("chart_control", label=item.label)
    present = spans[-1].name
    said = w("chart_control_said", label=item.label, status=present, day=today.isoformat(), count=len(days))
    events = sorted(Counter(day for day in days if day <= today).items())
    word = "chart_control_events"
    if len(events) > _MOST_DAYS:
        word = "chart_control_months"
        events = sorted(Counter(day.replace(day=1) for day in days if day <= today).items())
    rows = [("", first.isoformat(), w.name("control", history_of.base), w("before_rules"), "")]
    for number, step in enumerate(steps, start=1):
        rule = watchlist.rules.get(step.rule or "")
        status = w.name("control", step.status)
        rows.append(
            (str(number), step.since.isoformat(), status, rule.title if rule else "", rule.citation if rule else "")
        )
    svg = Markup(history("control", title, said, spans, signs, events))  # noqa: S704
    legend = tuple(dict.fromkeys((span.colour, span.name) for span in spans))
    legend += (("event", w(word, count=sum(count for _, count in events))),)
    head = (w("sign"), w("since_day"), w("status_then"), w("rule"), w("citation"))
    notes = tuple(
        w("chart_control_sign", sign=row[0], day=row[1], status=row[2], rule=row[3]) for row in rows if row[0]
    )
    return Figure(title, svg, head, tuple(rows), legend, notes)


def _rule_words(rule: Rule | None) -> str:
    return f"{rule.title} ({rule.citation})" if rule else ""


def _region(w: Words, region: str) -> str:
    if not region:
        return w("not_stated")
    try:
        code = region if region in REGIONS.rows else REGIONS.code_of(region)
    except UnknownLabelError:
        return w.region(region)
    return w.region(code)


def _series(name: str, values: Mapping[str, int], places: Sequence[str], colour: str) -> Series:
    return Series(name, tuple(values.get(place, 0) for place in places), colour)


def _is_monthly(places: Sequence[str]) -> bool:
    return any("-" in place for place in places) or places == ("",)


def _places(months: set[str]) -> tuple[str, ...]:
    """Every month (or year, if they are many) from the first to the last, then "" if there is what has no date."""
    dated = sorted(month for month in months if month)
    undated = ("",) if "" in months else ()
    if not dated:
        return undated
    numbers = range(_number(dated[0]), _number(dated[-1]) + 1)
    if len(numbers) <= _MOST_MONTHS:
        return (*(f"{number // 12:04}-{number % 12 + 1:02}" for number in numbers), *undated)
    years = range(int(dated[0][:4]), int(dated[-1][:4]) + 1)
    if len(years) > _MOST_MONTHS:
        # A year that nobody meant (0202) does not make two thousand empty ones.
        return (*sorted({month[:4] for month in dated}), *undated)
    return (*(f"{year:04}" for year in years), *undated)


def _place_of(month: str, places: Sequence[str]) -> str:
    return month if not month or _is_monthly(places) else month[:4]


def _number(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:7]) - 1
