"""The lots of a notice: what each is called, who won it, and its own amounts."""

import re
from collections.abc import Iterator
from dataclasses import replace

from notices.errors import UnreadableValueError
from notices.labels import squeeze
from notices.money import Money, read_money
from notices.names import split_names
from notices.pairs import PlacedTable, Statements, is_header
from notices.terms import Lot
from notices.winners import Winner

_NUMBER = re.compile(
    r"^(?:包号|包组号?|包别|分包号?|标项|标项号|标项序号|标段号?|标包号?|包件号?|合同包号?|采购包号?|包|分标号?)$"
)
_TITLE = re.compile(r"^(?:包|标项|标段|分包|标包|合同包|采购包)名称$")
_BUDGET = re.compile(r"预算")
_CEILING = re.compile(r"限价|控制价")
_STATING = frozenset({"tender", "prequalification", "consultation"})


def read_lots(statements: Statements, winners: tuple[Winner, ...], kind: str) -> tuple[Lot, ...]:
    """The lots in the notice's order: of awards those with a winner, of calls those that a table lists."""
    return _awarded(winners) if winners else tuple(_called(statements)) if kind in _STATING else ()


def _awarded(winners: tuple[Winner, ...]) -> tuple[Lot, ...]:
    found: dict[str, Lot] = {}
    for winner in winners:
        if winner.lot is None or winner.candidate:
            continue
        lot = found.get(winner.lot, Lot(winner.lot))
        names = (*lot.suppliers, *split_names(winner.name))
        # Several winners of one lot: no amount is the lot's.
        award = winner.amount if not lot.suppliers else None
        found[winner.lot] = replace(lot, suppliers=tuple(dict.fromkeys(names)), award=award)
    return tuple(found.values())


def _called(statements: Statements) -> Iterator[Lot]:
    for placed in statements.tables:
        header = placed.table.rows[0]
        number = _column(header, _NUMBER)
        if number is None or not is_header(header):
            continue
        yield from _rows_of(placed, header, number)
        return


def _rows_of(placed: PlacedTable, header: tuple[str, ...], number: int) -> Iterator[Lot]:
    title, budget, ceiling = (_column(header, pattern) for pattern in (_TITLE, _BUDGET, _CEILING))
    seen: set[str] = set()
    for row in placed.table.rows[1:]:
        label = "".join(row[number].split())
        if label and label not in seen and not is_header(row) and not re.match(r"合计|总计|小计", label):
            seen.add(label)
            money = (_money(row, header, column) for column in (budget, ceiling))
            yield Lot(label, row[title] if title is not None else None, (), *money)


def _column(header: tuple[str, ...], pattern: re.Pattern[str]) -> int | None:
    return next((index for index, cell in enumerate(header) if pattern.search(squeeze(cell))), None)


def _money(row: tuple[str, ...], header: tuple[str, ...], column: int | None) -> Money | None:
    try:
        return read_money(row[column], header[column]) if column is not None else None
    except UnreadableValueError:
        return None
