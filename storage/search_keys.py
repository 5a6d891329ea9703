"""The keys of indexed notices: by day of publication, and within a day by when they were indexed."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection, insert, select, update

from storage.search_tables import search_state

DAY_ONE = date(1990, 1, 1).toordinal()
# A million notices of one day: keys stay small, and with them the index.
BITS = 20
# Below every day: where no day is known.
UNDATED = -(1 << 40)


def day_of(key: int) -> date | None:
    return None if key < 0 else date.fromordinal((key >> BITS) + DAY_ONE)


def month_keys(month: str) -> tuple[int, int]:
    """The first and the last key of a month (YYYY-MM) or a year (YYYY)."""
    year, _, number = month.partition("-")
    first = date(int(year), int(number or 1), 1)
    whole_year = not number or number == "12"
    following = date(first.year + 1, 1, 1) if whole_year else date(first.year, first.month + 1, 1)
    return _first(first), _first(following) - 1


def new_keys(connection: Connection, days: Sequence[date | None]) -> list[int]:
    """A key for each day, never given before: what an index still holds under an older one stays apart."""
    firsts = [UNDATED if day is None else _first(day) for day in days]
    given = {first: state(connection, f"key {first >> BITS}") for first in set(firsts)}
    for first, number in Counter(firsts).items():
        set_state(connection, f"key {first >> BITS}", given[first] + number)
    keys = []
    for first in firsts:
        given[first] += 1
        keys.append(first + given[first])
    return keys


def state(connection: Connection, name: str) -> int:
    """A number that the index keeps of itself; 0 if it does not yet."""
    return connection.execute(select(search_state.c.value).where(search_state.c.name == name)).scalar() or 0


def set_state(connection: Connection, name: str, value: int) -> None:
    mine = search_state.c.name == name
    if connection.execute(update(search_state).where(mine).values(value=value)).rowcount == 0:
        connection.execute(insert(search_state).values(name=name, value=value))


def _first(day: date) -> int:
    return max(0, day.toordinal() - DAY_ONE) << BITS
