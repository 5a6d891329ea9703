"""Amounts of money as Chinese notices write them, in yuan."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in units of `currency` (yuan for CNY), with the words that it was read from."""

    amount: Decimal
    currency: str = "CNY"
    as_written: str = ""
