"""What was read and counted of the findings, kept as long as none of them changes."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from threading import Lock
from typing import TypeVar

from storage import Unit

MOST = 48
Value = TypeVar("Value")


@dataclass(slots=True)
class Remembered:
    """At most MOST values, those that were asked for last; may be shared by threads."""

    _values: OrderedDict[Hashable, tuple[int, object]] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def of(self, unit: Unit, name: Hashable, make: Callable[[], Value]) -> Value:
        """What `make` returns, called only if findings changed since it last was; `name` says all that it depends on.

        The number of changes and what `make` reads are of one transaction: a value is never older than its number.
        """
        number = unit.changes.number()
        with self._lock:
            known, value = self._values.get(name, (-1, None))
            if known == number:
                self._values.move_to_end(name)
                return value  # type: ignore[return-value]
        made = make()
        with self._lock:
            if self._values.get(name, (-1, None))[0] <= number:
                self._values[name] = (number, made)
                self._values.move_to_end(name)
            while len(self._values) > MOST:
                self._values.popitem(last=False)
        return made
