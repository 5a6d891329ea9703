"""Nouns to rows and back: each noun that is kept whole is JSON in one column."""

from typing import TypeVar

import msgspec

T = TypeVar("T")


def encode(noun: object) -> str:
    return msgspec.json.encode(noun, order="deterministic").decode()


def decode(body: str, noun: type[T]) -> T:
    return msgspec.json.decode(body, type=noun)
