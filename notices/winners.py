"""Who won, in which lot, for how much: from the tables and lines of an award, a contract or a single-source notice."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from notices.errors import UnreadableValueError
from notices.labels import AWARD, CANDIDATE, SUPPLIER, lot_in, role_of_cell, squeeze
from notices.money import Money, find_money, is_rate, read_money
from notices.names import clean_name, ends_as_organisation, split_names
from notices.pairs import Pair, PlacedTable, Statements, is_header


@dataclass(frozen=True, slots=True)
class Winner:
    """One winner as stated; `amount` is None where a rate or nothing is stated. `candidate`: proposed, not
    yet chosen, `rank` where the notice ranks it; `rate`: a rate stands where the amount should."""

    name: str
    label: str
    lot: str | None = None
    amount: Money | None = None
    candidate: bool = False
    rate: bool = False
    rank: int | None = None


NOT_AWARDS = re.compile(
    r"评审|评标|资格(?:审查|性)|符合性|未中标|未成交|未通过|得分|打分|推荐(?:供应商)?名单|被推荐|业绩|投标人名单|无效|废标|代理服务|收费|专家|"
    r"监督|附件|声明|落标|否决"
)
_AWARDS = re.compile(r"中标|成交|中选|入围|采购结果|结果信息|合同主体|拟定供应商|定标")
_LOT = re.compile(
    r"^(?:包号|包组|包名称?|分包|分包号|标项|标项名称|标项序号|标段|标段名称|标包|包件|合同包|采购包|包|包件号|分标|品目号|分包名称)$"
)
_CANDIDATES = re.compile(r"候选人|评[审标]结果")
_RANK = re.compile(
    r"^(?:排名|名次|排序|排列|推荐顺序|推荐排序|中标候选人排序|候选人排序|推荐排名|候选排名|评审排名|最终排名|排位)$"
)
_LONGEST_UNIT = 12
_PRICE = re.compile(r"^(?:总价|总金额|金额|报价|总报价|投标报价|最终报价|最后报价|响应报价|投标总价)$")
_CHOSEN = re.compile(r"^(?:是否中标|是否成交|中标状态|是否推荐|中标情况|中标结果|评审结果)$")


def read_winners(statements: Statements) -> tuple[Winner, ...]:
    """The winners in the notice's order, each lot's with its lot, and the candidates who did not win."""
    found = [winner for table in statements.tables for winner in _of_table(table)]
    named = {name for winner in found for name in split_names(winner.name)}
    stated = dict.fromkeys(_of_pairs(statements.pairs))
    found += [
        winner for winner in stated if not named or not (winner.candidate or set(split_names(winner.name)) <= named)
    ]
    if not found:
        found = [winner for table in statements.tables for winner in _of_goods(table)]
    chosen = {(name, winner.lot) for winner in found if not winner.candidate for name in split_names(winner.name)}
    lots = {lot for _, lot in chosen}
    kept = [
        winner
        for winner in found
        # The first candidate of a notice that names its winner too is that winner.
        if not (winner.candidate and chosen and (winner.rank == 1 or winner.rank is None))
        and not any((name, winner.lot) in chosen for name in split_names(winner.name) if winner.candidate)
        and not (winner.candidate and chosen and winner.lot not in lots)
    ]
    return tuple(dict.fromkeys(kept))


def _of_pairs(pairs: tuple[Pair, ...]) -> Iterator[Winner]:
    for index, pair in enumerate(pairs):
        if pair.role not in {SUPPLIER, CANDIDATE} or NOT_AWARDS.search(pair.section) or not split_names(pair.value):
            continue
        amount = None
        for later in map(pairs.__getitem__, range(index + 1, len(pairs))):
            if later.role == SUPPLIER:
                break
            if later.role == AWARD and later.section == pair.section:
                amount = _amount(later.value, later.label)
                break
        lot = lot_in(pair.section) or pair.lot
        candidate = pair.role == CANDIDATE
        if candidate and not any(map(ends_as_organisation, split_names(pair.value))):
            continue
        yield Winner(
            pair.value, squeeze(pair.label), lot, amount, candidate, rank=_rank(pair.label) if candidate else None
        )


def _of_table(placed: PlacedTable) -> Iterator[Winner]:
    rows = placed.table.rows
    if not is_header(rows[0]):
        return
    header = rows[0]
    name = _column(header, SUPPLIER)
    column = name if name is not None else _column(header, CANDIDATE)
    amount = _column(header, AWARD)
    if column is None or not _is_award(placed, header, column, amount):
        return
    ranked = bool(_CANDIDATES.search(placed.section + placed.above)) or _recommends(header, column)
    if amount is None:
        amount = next((index for index, cell in enumerate(header) if _PRICE.match(squeeze(cell))), None)
    for row in rows[1:]:
        if is_header(row) or not split_names(row[column]):
            continue
        if ranked and not ends_as_organisation(row[column]):
            continue
        rank = next((_rank(row[i]) for i, cell in enumerate(header) if _RANK.match(squeeze(cell))), None)
        wins = _wins(header, row)
        if not (ranked or wins or rank):
            continue
        label = _with_unit(header, row, amount)
        money = _amount(row[amount], label) if amount is not None else None
        rate = amount is not None and money is None and is_rate(row[amount], label)
        yield Winner(
            row[column],
            squeeze(header[column]),
            _lot_of(placed, header, row, amount),
            money,
            candidate=name is None or ranked or not wins,
            rate=rate,
            rank=rank,
        )


def _lot_of(placed: PlacedTable, header: tuple[str, ...], row: tuple[str, ...], amount: int | None) -> str | None:
    """The lot's own column, else the words before the amount ("标项一报价:1268000"), else the line above the table."""
    stated = next((row[index] for index, cell in enumerate(header) if _LOT.match(squeeze(cell)) and row[index]), None)
    before = re.match(r"[^\d:：]{0,12}(?=报价|总价|金额|[:：])", row[amount]) if amount is not None else None
    return stated or (lot_in(before[0]) if before else None) or placed.lot


def _recommends(header: tuple[str, ...], column: int) -> bool:
    """Whether a table's own words say that it recommends winners and names none yet."""
    ranks = (squeeze(cell) for cell in header if _RANK.match(squeeze(cell)))
    return "候选" in header[column] or any(re.search(r"推荐|候选", word) for word in ranks)


def _with_unit(header: tuple[str, ...], row: tuple[str, ...], amount: int | None) -> str:
    """The amount's column title with the unit that a column 单位 states for this row."""
    if amount is None:
        return ""
    unit = next((row[index] for index, cell in enumerate(header) if index > amount and squeeze(cell) == "单位"), "")
    return f"{header[amount]}（{unit}）" if unit and len(unit) <= _LONGEST_UNIT else header[amount]


def _rank(words: str) -> int | None:
    """The rank in "第一中标候选人", "2", "第三名"; None if there is none."""
    found = re.search(
        r"候选人(\d)|第\s*([一二三四五六七八九十]|\d{1,2})|^\s*(\d{1,2})(?:\.0)?\s*$|^\s*([一二三四五六七八九十])\s*$",
        words,
    )
    if not found:
        return None
    sign = found[1] or found[2] or found[3] or found[4]
    return int(sign) if sign.isdecimal() else "一二三四五六七八九十".index(sign) + 1


def _is_award(placed: PlacedTable, header: tuple[str, ...], column: int, amount: int | None) -> bool:
    if amount is not None or re.match(r"(?:中标|成交|中选|入围|拟定)", squeeze(header[column])):
        return not re.search(r"未中标|未成交|未通过", placed.section + placed.above)
    if _CANDIDATES.search(placed.section + placed.above) and any(_RANK.match(squeeze(cell)) for cell in header):
        return True
    priced = any(_PRICE.match(squeeze(cell)) for cell in header)
    if priced and _recommends(header, column) and not _is_goods(header):
        return True
    if _is_goods(header) or NOT_AWARDS.search(placed.section) or NOT_AWARDS.search(placed.above):
        return False
    return bool(_AWARDS.search(placed.section)) and not any(NOT_AWARDS.search(cell) for cell in header)


def _of_goods(placed: PlacedTable) -> Iterator[Winner]:
    """The suppliers' column of a table of what is bought, where no other place names the winner."""
    header = placed.table.rows[0]
    column = _column(header, SUPPLIER)
    if column is None or not _is_goods(header):
        return
    for row in placed.table.rows[1:]:
        if clean_name(row[column]) and not is_header(row):
            yield Winner(row[column], squeeze(header[column]))


def _is_goods(header: tuple[str, ...]) -> bool:
    return any(re.search(r"品牌|型号|单价|(?:货物|标的|服务|产品|设备)名称|服务范围|施工范围", cell) for cell in header)


def _wins(header: tuple[str, ...], row: tuple[str, ...]) -> bool:
    """Whether a row of a ranking is the winner's; True where the table ranks nobody."""
    for index, cell in enumerate(header):
        value = row[index].strip()
        if _RANK.match(squeeze(cell)) and value:
            return bool(re.fullmatch(r"(?:第?\s*)?[1一](?:名|\.0)?", value) or "第一" in value)
        if _CHOSEN.match(squeeze(cell)) and value:
            return bool(re.match(r"(?:是|中标|成交|√|✓|第一)", value))
    return True


def _column(header: tuple[str, ...], role: str) -> int | None:
    return next((index for index, cell in enumerate(header) if role_of_cell(cell) == role), None)


def _amount(value: str, header: str) -> Money | None:
    try:
        return read_money(value, header)
    except UnreadableValueError:
        return find_money(value, header)
