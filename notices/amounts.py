"""The amounts of a notice as a whole: the budget and the award, kept apart from fees, rates and unit prices."""

import re
from decimal import Decimal

from notices.errors import UnreadableValueError
from notices.labels import AWARD, BUDGET, CEILING, RANK, SUPPLIER, lot_in, role_of_cell, squeeze
from notices.money import Money, find_money, is_rate, read_money
from notices.pairs import Pair, Statements, is_header
from notices.winners import NOT_AWARDS, Winner

_OF_A_LOT = re.compile(r"(?:采购包|合同包|标包|标项|标段|分包|包)")
_PER_PIECE = re.compile(r"/\s*[\u4e00-\u9fff]|单价|每[\u4e00-\u9fff]")


def budget_of(statements: Statements) -> Money | None:
    """The budget; the sum of a budget column (lots, planned purchases); else the ceiling, its label in its words."""
    return _stated(statements.pairs, BUDGET) or _column_total(statements, BUDGET) or ceiling_of(statements)


def ceiling_of(statements: Statements) -> Money | None:
    """The ceiling of the whole, or its column's sum; its label in its words."""
    return _stated(statements.pairs, CEILING) or _column_total(statements, CEILING)


def award_of(pairs: tuple[Pair, ...], winners: tuple[Winner, ...]) -> tuple[Money | None, bool]:
    """(the total awarded or contracted, whether a rate is stated instead). Lots add up; agency fees never count."""
    stated = [pair for pair in pairs if pair.role == AWARD and not NOT_AWARDS.search(pair.section)]
    total = next((money for pair in stated if "总" in squeeze(pair.label) and (money := _read(pair))), None)
    chosen = [winner for winner in winners if not winner.candidate]
    amounts = [winner.amount for winner in chosen if winner.amount]
    # A lot that states a rate has no amount to add.
    if total is None and amounts and all(winner.amount or winner.rate for winner in chosen):
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
    whole = [pair for pair in ranked if not of_a_lot(pair)]
    if not whole:
        return _sum([money for pair in ranked if (money := _read(pair))])
    for pair in whole:
        money = _read(pair)
        if money and money.amount:
            return money if role == BUDGET else Money(money.amount, money.currency, f"{pair.label}：{pair.value}")
    return None


def of_a_lot(pair: Pair) -> bool:
    """Whether a label says that its amount is a lot's ("合同包预算金额", "包最高限价")."""
    return bool(_OF_A_LOT.match(squeeze(pair.label)))


def _read(pair: Pair) -> Money | None:
    by_lot = _by_lot(pair)
    if by_lot:
        return _sum(by_lot)
    try:
        return read_money(pair.value, pair.label)
    except UnreadableValueError:
        return find_money(pair.value, pair.label) if not is_rate(pair.value[:30], pair.label) else None


def _by_lot(pair: Pair) -> list[Money]:
    """The amounts of "第1包 710.5万元；第2包 150万元"; none where the parts are not lots with an amount each."""
    parts = [part for part in re.split(r"[;；\n]|[，,、](?=[^\d])", pair.value) if part.strip()]
    if len(parts) < 2 or not all(lot_in(part) for part in parts):
        return []
    found = [find_money(part, pair.label) for part in parts]
    return [money for money in found if money] if all(found) else []


def _column_total(statements: Statements, role: str) -> Money | None:
    for placed in statements.tables:
        header = placed.table.rows[0]
        column = next((index for index, cell in enumerate(header) if role_of_cell(cell) == role), None)
        if column is None or not is_header(header) or _PER_PIECE.search(header[column]):
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
