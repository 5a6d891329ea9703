"""The amounts of a notice as a whole: the budget and the award, kept apart from fees, rates and unit prices."""

import re
from decimal import Decimal

from notices.errors import UnreadableValueError
from notices.labels import AWARD, BUDGET, CEILING, RANK, SUPPLIER, role_of_cell, squeeze
from notices.money import Money, find_money, is_rate, read_money
from notices.pairs import Pair, Statements, is_header
from notices.winners import NOT_AWARDS, Winner


def budget_of(statements: Statements) -> Money | None:
    """The budget; the sum of a budget column (lots, planned purchases); else the ceiling, its label in its words."""
    return (
        _stated(statements.pairs, BUDGET)
        or _column_total(statements, BUDGET)
        or _stated(statements.pairs, CEILING)
        or _column_total(statements, CEILING)
    )


def award_of(pairs: tuple[Pair, ...], winners: tuple[Winner, ...]) -> tuple[Money | None, bool]:
    """(the total awarded or contracted, whether a rate is stated instead). Lots add up; agency fees never count."""
    stated = [pair for pair in pairs if pair.role == AWARD and not NOT_AWARDS.search(pair.section)]
    total = next((money for pair in stated if "总" in squeeze(pair.label) and (money := _read(pair))), None)
    chosen = [winner for winner in winners if not winner.candidate]
    amounts = [winner.amount for winner in chosen if winner.amount]
    if total is None and amounts and len(amounts) == len(chosen):
        total = _sum(amounts)
    if total is None:
        readable = [money for pair in stated if (money := _read(pair))]
        suppliers = sum(pair.role == SUPPLIER and not NOT_AWARDS.search(pair.section) for pair in pairs)
        one = len({money.amount for money in readable}) == 1
        total = readable[0] if readable and (one or suppliers != len(readable)) else _sum(readable)
    rate = total is None and (
        any(winner.rate for winner in winners) or any(is_rate(pair.value, pair.label) for pair in stated)
    )
    return total, rate


def _stated(pairs: tuple[Pair, ...], role: str) -> Money | None:
    ranked = sorted((pair for pair in pairs if pair.role == role), key=lambda pair: RANK.get(squeeze(pair.label), 0))
    for pair in ranked:
        money = _read(pair)
        if money and money.amount:
            return money if role == BUDGET else Money(money.amount, money.currency, f"{pair.label}：{pair.value}")
    return None


def _read(pair: Pair) -> Money | None:
    try:
        return read_money(pair.value, pair.label)
    except UnreadableValueError:
        return find_money(pair.value, pair.label) if not is_rate(pair.value[:30], pair.label) else None


def _column_total(statements: Statements, role: str) -> Money | None:
    for placed in statements.tables:
        header = placed.table.rows[0]
        column = next((index for index, cell in enumerate(header) if role_of_cell(cell) == role), None)
        if column is None or not is_header(header):
            continue
        amounts = []
        for row in placed.table.rows[1:]:
            if re.match(r"\s*(?:合\s*计|总\s*计|小\s*计)", "".join(row[:2])) or is_header(row):
                continue
            try:
                amounts.append(read_money(row[column], header[column]))
            except UnreadableValueError:
                continue
        if amounts:
            return _sum(amounts)
    return None


def _sum(amounts: list[Money]) -> Money | None:
    if not amounts or len({money.currency for money in amounts}) > 1:
        return None
    if len(amounts) == 1:
        return amounts[0]
    written = "；".join(money.as_written for money in amounts)
    return Money(sum((money.amount for money in amounts), Decimal(0)), amounts[0].currency, written)
