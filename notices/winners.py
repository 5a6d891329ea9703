"""Who won, in which lot, for how much: from the tables and lines of an award, a contract or a single-source notice."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from notices.errors import UnreadableValueError
from notices.labels import AWARD, CANDIDATE, SUPPLIER, role_of_cell, squeeze
from notices.money import Money, find_money, is_rate, read_money
from notices.names import clean_name, split_names
from notices.pairs import Pair, PlacedTable, Statements, is_header


@dataclass(frozen=True, slots=True)
class Winner:
    """One winner as stated; `amount` is None where a rate or nothing is stated. `candidate`: proposed, not
    yet chosen; `rate`: a rate stands where the amount should."""

    name: str
    label: str
    lot: str | None = None
    amount: Money | None = None
    candidate: bool = False
    rate: bool = False


NOT_AWARDS = re.compile(
    r"评审|评标|资格(?:审查|性)|符合性|未中标|未成交|未通过|得分|打分|推荐(?:供应商)?名单|被推荐|业绩|投标人名单|无效|废标|代理服务|收费|专家|"
    r"监督|附件|声明|落标|否决"
)
_AWARDS = re.compile(r"中标|成交|中选|入围|采购结果|结果信息|合同主体|拟定供应商|定标")
_LOT = re.compile(
    r"^(?:包号|包组|包名称?|分包|分包号|标项|标项名称|标项序号|标段|标段名称|标包|包件|合同包|采购包|包|包件号|分标|品目号|分包名称)$"
)
_LOT_IN_LINE = re.compile(
    r"((?:第\s*)?(?:采购包|合同包|包组|标包|标项|标段|分包|分标|包件|包)\s*[\d一二三四五六七八九十A-Za-z]{1,3}|第\s*[\d一二三四五六七八九十]{1,3}\s*(?:包|标段|标项))"
)
_CANDIDATES = re.compile(r"候选人|评[审标]结果")
_RANK = re.compile(r"^(?:排名|名次|排序|排列|推荐顺序|推荐排名|候选排名|评审排名|最终排名|排位)$")
_PRICE = re.compile(r"^(?:总价|总金额|金额|报价|总报价|投标报价|最终报价|最后报价|响应报价|投标总价)$")
_CHOSEN = re.compile(r"^(?:是否中标|是否成交|中标状态|是否推荐|中标情况|中标结果|评审结果)$")


def read_winners(statements: Statements) -> tuple[Winner, ...]:
    """The winners in the notice's order, each lot's with its lot; candidates only where no winner is named."""
    found = [winner for table in statements.tables for winner in _of_table(table)]
    named = {name for winner in found for name in split_names(winner.name)}
    stated = dict.fromkeys(_of_pairs(statements.pairs))
    found += [
        winner for winner in stated if not named or not (winner.candidate or set(split_names(winner.name)) <= named)
    ]
    if not found:
        found = [winner for table in statements.tables for winner in _of_goods(table)]
    chosen = [winner for winner in found if not winner.candidate]
    return tuple(dict.fromkeys(chosen or found))


def _of_pairs(pairs: tuple[Pair, ...]) -> Iterator[Winner]:
    for index, pair in enumerate(pairs):
        if pair.role not in {SUPPLIER, CANDIDATE} or NOT_AWARDS.search(pair.section) or not split_names(pair.value):
            continue
        amount = None
        for later in pairs[index + 1 :]:
            if later.role == SUPPLIER:
                break
            if later.role == AWARD and later.section == pair.section:
                amount = _amount(later.value, later.label)
                break
        lot = lot_in(pair.section)
        yield Winner(pair.value, squeeze(pair.label), lot, amount, pair.role == CANDIDATE)


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
    ranked = bool(_CANDIDATES.search(placed.section + placed.above))
    if amount is None:
        amount = next((index for index, cell in enumerate(header) if _PRICE.match(squeeze(cell))), None)
    for row in rows[1:]:
        if not (ranked or _wins(header, row)) or is_header(row) or not split_names(row[column]):
            continue
        money = _amount(row[amount], header[amount]) if amount is not None else None
        rate = amount is not None and money is None and is_rate(row[amount], header[amount])
        lot = next((row[i] for i, cell in enumerate(header) if _LOT.match(squeeze(cell)) and row[i]), None)
        lot = lot or lot_in(placed.above)
        yield Winner(row[column], squeeze(header[column]), lot, money, candidate=name is None or ranked, rate=rate)


def _is_award(placed: PlacedTable, header: tuple[str, ...], column: int, amount: int | None) -> bool:
    if amount is not None or re.match(r"(?:中标|成交|中选|入围|拟定)", squeeze(header[column])):
        return not re.search(r"未中标|未成交|未通过", placed.section + placed.above)
    if _CANDIDATES.search(placed.section + placed.above) and any(_RANK.match(squeeze(cell)) for cell in header):
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


def lot_in(line: str) -> str | None:
    """The lot that a line names ("采购包1：", "第2包"), as written without spaces; None if it names none."""
    found = _LOT_IN_LINE.search(line)
    return "".join(found[1].split()) if found else None
