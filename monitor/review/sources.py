"""What the desk needs to know of a source to show how it is."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol


class SourceLine(Protocol):
    """A source's health: `state` is ok, silent, refused, failing, never run or imported, `gap` a sentence or empty."""

    @property
    def id(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def family(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def last_run(self) -> datetime | None: ...
    @property
    def last_success(self) -> datetime | None: ...
    @property
    def notices_7d(self) -> int: ...
    @property
    def gap(self) -> str: ...
    @property
    def trouble(self) -> str: ...


SourceLines = Sequence[SourceLine] | Callable[[], Sequence[SourceLine]]
