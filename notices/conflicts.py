"""Values of one notice that contradict each other; what counts is read elsewhere, here both are named."""

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal

from notices.errors import UnreadableValueError
from notices.fields import AWARDING, clean_code
from notices.kinds import kind_of_headings, kind_of_label, kind_of_title
from notices.labels import AWARD, BUDGET, BUYER, CEILING, CODE, role_of_cell, squeeze
from notices.money import Money, read_money, unequal_words
from notices.names import clean_organisation, ends_as_organisation
from notices.notice import Notice, bare
from notices.pairs import Statements, is_header, read_statements
from notices.winners import NOT_AWARDS, read_winners

_MONEY = frozenset({BUDGET, CEILING, AWARD})
_CODE_LABELS = frozenset({"项目编号", "采购项目编号", "政府采购项目编号", "招标项目编号"})
_BUYER_LABELS = frozenset({"采购人", "采购人名称", "采购单位", "采购单位名称", "招标人", "招标人名称"})
# A portal's coarse channel holds both kinds of each pair: neither word denies the other.
_SAID_TOGETHER = tuple(
    frozenset(pair)
    for pair in (
        ("tender", "prequalification"),
        ("tender", "single_source"),
        ("tender", "consultation"),
        ("consultation", "intention"),
        ("consultation", "single_source"),
        ("award", "single_source"),
        ("correction", "termination"),
        ("contract", "acceptance"),
    )
)
# 万元 with two decimals is exact to 100 yuan.
_ROUNDING = Decimal(100)
_SLACK = Decimal("1.001")
_LEAST_NAME = 4


def conflicts_of(notice: Notice) -> tuple[str, ...]:
    """One sentence per contradiction, with both values as they stand; a notice that agrees with itself has none.

    Compared are: the kind by label, title and headings; an amount in words and in figures; a stated total and the sum
    of its lots; the award and the listed items' prices; the amount, the project's code and the buyer of the portal's
    own field and of the body.
    """
    statements = read_statements(notice.text.split("\n"))
    found = (
        *_kinds(notice),
        *_words_and_figures(statements),
        *_totals(notice, statements),
        *_items(notice),
        *_codes(notice, statements),
        *_buyers(notice, statements),
    )
    return tuple(dict.fromkeys(found))


def _kinds(notice: Notice) -> Iterator[str]:
    named = kind_of_label(notice.label)
    by_title = kind_of_title(notice.title)
    by_headings = kind_of_headings(notice.text)
    said = {"label": named if named != "other" else None, "title": by_title}
    if not by_title:
        said["headings"] = by_headings
    kinds = {kind for kind in said.values() if kind}
    if len(kinds) < 2 or any(kinds <= together for together in _SAID_TOGETHER):
        return
    words = {"label": notice.label, "title": notice.title, "headings": "the headings of the body"}
    both = ", ".join(f"{words[place]!r} says {kind}" for place, kind in said.items() if kind)
    yield f"kind: {both}; read as {notice.kind}"


def _words_and_figures(statements: Statements) -> Iterator[str]:
    for label, value in _stated_money(statements):
        for words, figures in unequal_words(value, label):
            yield f"amount: {squeeze(label)} is {words!r} in words and {figures!r} in figures"


def _stated_money(statements: Statements) -> Iterator[tuple[str, str]]:
    yield from ((pair.label, pair.value) for pair in statements.pairs if pair.role in _MONEY)
    for placed in statements.tables:
        header = placed.table.rows[0]
        if not is_header(header):
            continue
        for index, label in enumerate(header):
            if role_of_cell(label) in _MONEY:
                yield from ((label, row[index]) for row in placed.table.rows[1:])


def _totals(notice: Notice, statements: Statements) -> Iterator[str]:
    if notice.kind not in AWARDING - {"single_source"}:
        return
    chosen = [winner for winner in read_winners(statements) if not winner.candidate]
    amounts = [winner.amount for winner in chosen if winner.amount]
    lots = [winner.lot for winner in chosen]
    total = next(_stated_totals(statements), None)
    summed = sum((money.amount for money in amounts), Decimal(0))
    # Without lots several winners may share one contract, or each be admitted for all of it.
    added = len(amounts) == len(chosen) > 1 and len(set(lots)) == len(lots) and None not in lots
    if total and added and _differ(total.amount, summed):
        written = " + ".join(money.as_written for money in amounts)
        yield f"award: the stated total is {total.as_written!r}, the lots add up to {summed:,} yuan ({written})"
    if notice.award and total and not added and _differ(notice.award.amount, total.amount):
        yield f"award: one place says {notice.award.as_written!r}, the body's total is {total.as_written!r}"
    whole = added or len(amounts) == len(chosen) == 1
    if notice.award and not total and whole and _differ(notice.award.amount, summed):
        written = " + ".join(money.as_written for money in amounts)
        yield f"award: one place says {notice.award.as_written!r}, the winners' amounts are {written!r}"


def _items(notice: Notice) -> Iterator[str]:
    """Goods that cost more than all that was awarded; fewer may be listed than were bought, more may not."""
    if notice.kind not in {"award", "contract"} or not notice.award:
        return
    costs = [
        item.quantity * item.unit_value.amount
        for item in notice.items
        if item.quantity is not None and item.unit_value and item.unit_value.currency == notice.award.currency
    ]
    summed = sum(costs, Decimal(0))
    # Prices rounded to whole yuan may add up to a little more.
    if summed > notice.award.amount * _SLACK + _ROUNDING:
        yield f"award: it is {notice.award.as_written!r}, the items cost {summed:,} yuan at the prices listed"


def _stated_totals(statements: Statements) -> Iterator[Money]:
    for pair in statements.pairs:
        if pair.role != AWARD or "总" not in squeeze(pair.label) or NOT_AWARDS.search(pair.section):
            continue
        try:
            yield read_money(pair.value, pair.label)
        except UnreadableValueError:
            continue


def _differ(one: Decimal, other: Decimal) -> bool:
    return abs(one - other) > _ROUNDING


def _codes(notice: Notice, statements: Statements) -> Iterator[str]:
    if notice.kind == "intention":
        return
    stated = [code for code in _values(statements, CODE, _CODE_LABELS, clean_code) if code]
    if notice.project_code and stated:
        stated.insert(0, notice.project_code)
    yield from _unlike("project code", stated)


def _buyers(notice: Notice, statements: Statements) -> Iterator[str]:
    values = _values(statements, BUYER, _BUYER_LABELS, clean_organisation)
    named = [name for name in values if name]
    if notice.buyer and named:
        named.insert(0, notice.buyer)
    # 某部 and 某单位 are masks; what ends as no organisation's name does is the rest of a form.
    yield from _unlike("buyer", [name for name in named if _is_whole_name(name)])


def _is_whole_name(name: str) -> bool:
    return len(name) >= _LEAST_NAME and ends_as_organisation(name) and not name.startswith("某")


def _values(
    statements: Statements, role: str, labels: frozenset[str], read: Callable[[str], str | None]
) -> Iterator[str | None]:
    for pair in statements.pairs:
        if pair.role == role and squeeze(pair.label) in labels:
            yield read(pair.value)


def _unlike(what: str, values: Iterable[str]) -> Iterator[str]:
    """A sentence for the first two values of which neither holds the other."""
    distinct = list(dict.fromkeys(values))
    for index, one in enumerate(distinct):
        for other in distinct[index + 1 :]:
            if bare(one) not in bare(other) and bare(other) not in bare(one):
                yield f"{what}: {one!r} and {other!r} both stand in the notice"
                return
