"""The amounts of a notice as a whole: the budget and the award, kept apart from fees, rates and unit prices."""

import re
from decimal import Decimal

from notices.errors import UnreadableValueError
from notices.labels import AWARD, BUDGET, CEILING, RANK, SUPPLIER, lot_in, role_of_cell, squeeze
from notices.money import Money, find_money, is_rate, read_money
from notices.pairs import Pair, Statements, is_header
from notices.winners import NOT_AWARDS, Winner

_OF_A_LOT = re.compile(r"(?:采购包|合同包|标包|标项|标段|分包|包)")
_LONGEST_SENTENCE = 2_000
_REMARK = r"(?:（[^（）]{0,12}）|\([^()]{0,12}\))?"
_VERB = (
    rf"(?:价)?{_REMARK}\s*(?:总价|金额|总额)?{_REMARK}\s*(?:为|是|约|[:：])?\s*(?:为|约|暂定)?\s*"
    r"(?=[人民币RMB¥￥\s约]*\d)"
)
_BUDGET_SAID = re.compile(rf"(?:总预算|项目预算|招标预算|采购预算|预算金额|预算总额){_VERB}")
_CEILING_SAID = re.compile(rf"(?:招标控制价|采购控制价|最高投标限价|投标最高限价|最高限价|拦标价){_VERB}")
_PER_YEAR = re.compile(r"^[^，,；;。]{0,30}元\s*[（(]?[^，,；;。]{0,8}/\s*[\u4e00-\u9fff]")
_PER_PIECE = re.compile(r"/\s*[\u4e00-\u9fff]|单价|每[\u4e00-\u9fff]")


def budget_of(statements: Statements) -> Money | None:
    """The budget; the sum of a budget column (lots, planned purchases); else the ceiling, its label in its words."""
    return (
        _stated(statements.pairs, BUDGET)
        or _column_total(statements, BUDGET)
        or _said(statements, _BUDGET_SAID)
        or ceiling_of(statements)
    )


def ceiling_of(statements: Statements) -> Money | None:
    """The ceiling of the whole, or its column's sum; its label in its words."""
    return _stated(statements.pairs, CEILING) or _column_total(statements, CEILING) or _said(statements, _CEILING_SAID)


def _said(statements: Statements, words: re.Pattern[str]) -> Money | None:
    """ "本项目总预算140万元", "本次招标控制价为：…": what a sentence says of the whole, never of a piece or a year."""
    for _, line in statements.lines:
        found = words.search(line[:_LONGEST_SENTENCE])
        if found and not re.search(r"[单月年]价?$|综合$", line[: found.start()]):
            rest = line[found.end() : found.end() + 40]
            money = find_money(re.split(r"[，,；;。](?!\d)", rest)[0])
            if money and money.amount and not _PER_YEAR.search(rest):
                return Money(money.amount, money.currency, line[found.start() : found.end() + 40].strip())
    return None


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
    named = re.findall(r"】\s*[:：]\s*([\d,.]+)", pair.value) if _OF_A_LOT.match(pair.value.strip()) else []
    if named:
        found = [find_money(f"¥{number}", pair.label) for number in named]
        return [money for money in found if money]
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
