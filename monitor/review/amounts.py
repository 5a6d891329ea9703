"""Which amounts of purchases may be added up, and what is left out of the sum."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from storage.entities import Found

YUAN = "CNY"
# Why a purchase is not in the sum, in the order in which it is asked.
SHARED, CURRENCY, SEVERAL, BUDGET_ONLY, NOT_STATED = "shared", "currency", "several", "budget_only", "not_stated"
REASONS = (SHARED, CURRENCY, SEVERAL, BUDGET_ONLY, NOT_STATED)


@dataclass(frozen=True, slots=True)
class Amounts:
    """What was awarded in yuan, over `purchases` procedures; `left_out` counts the others by the reason."""

    total: Decimal
    purchases: int
    left_out: tuple[tuple[str, int], ...]


def awarded(found: Iterable[Found], sellers: Mapping[int, int] | None = None) -> Amounts:
    """The sum of one award for each procedure, so that a tender, its award and its contract count once.

    `sellers`: how many sellers each notice names; where it names several, an amount is none of one seller's.
    An award covers all that its notice buys: it is no price of an item.
    """
    procedures: dict[str, list[Found]] = defaultdict(list)
    for each in found:
        procedures[each.procedure].append(each)
    total, purchases, left = Decimal(0), 0, Counter[str]()
    for rows in procedures.values():
        value = _award_of(rows, sellers or {})
        if isinstance(value, Decimal):
            total += value
            purchases += 1
        else:
            left[value] += 1
    return Amounts(total, purchases, tuple((reason, left[reason]) for reason in REASONS if left[reason]))


def _award_of(rows: Sequence[Found], sellers: Mapping[int, int]) -> Decimal | str:
    """The one award of a procedure in yuan, or why there is none."""
    awards = [each for each in rows if each.award is not None]
    # A contract repeats what was awarded, or a part of it.
    first = [each for each in awards if each.kind == "award"] or awards
    if not first:
        return BUDGET_ONLY if any(each.budget is not None for each in rows) else NOT_STATED
    if any(sellers.get(each.notice_id, 1) > 1 for each in first):
        return SHARED
    if any(each.award_currency != YUAN for each in first):
        return CURRENCY
    values = {each.award for each in first}
    return SEVERAL if len(values) > 1 else Decimal(str(values.pop()))
