"""What became of one try to deliver an alert."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal


@dataclass(frozen=True, slots=True)
class Outcome:
    """One try's result. `error` is one sentence without secrets; `retry_after` is what the receiver asked for.

    `delivered`: the receiver has it. `temporary`: try again later. `permanent`: trying again would change nothing.
    `gone`: it would change nothing for any other alert either.
    """

    state: Literal["delivered", "temporary", "permanent"]
    error: str | None = None
    retry_after: timedelta | None = None
    gone: bool = False


DELIVERED = Outcome("delivered")


def temporary(error: str, retry_after: timedelta | None = None) -> Outcome:
    return Outcome("temporary", error, retry_after)


def permanent(error: str, *, gone: bool = False) -> Outcome:
    return Outcome("permanent", error, gone=gone)
