"""Conditions that nearly all findings meet, said so that SQLite looks for them by something else."""

from typing import TypeVar

from sqlalchemy import ColumnElement, func

from storage.tables import finding

Value = TypeVar("Value")


def not_by_index(column: ColumnElement[Value]) -> ColumnElement[Value]:
    """A column's value, for conditions that SQLite is to look up in no index: it would take them for narrow."""
    return func.coalesce(column, column)


def still_found() -> ColumnElement[bool]:
    """That a finding is not withdrawn, for queries that something narrower leads: nearly all findings stand."""
    return not_by_index(finding.c.withdrawn_at).is_(None)
