"""How often findings changed: what was counted of them holds as long as this number stands."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, CursorResult, Delete, Engine, Insert, Update, event, select, update

from storage.duty_tables import assignment, finding_note, publication
from storage.found_tables import finding_changes, found_notice, found_party
from storage.tables import finding, review

_TABLES = frozenset({finding, found_notice, found_party, review, assignment, publication, finding_note})
_SEEN = "findings_changed"


class ChangeRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def number(self) -> int:
        """Rises with each transaction that changed a finding, its verdicts, or what is kept beside it."""
        return int(self._connection.execute(select(finding_changes.c.number)).scalar_one())


def watch_changes(engine: Engine) -> None:
    """From now on each connection remembers whether its transaction changed a finding."""
    event.listen(engine, "after_execute", _note)


@contextmanager
def counted_changes(connection: Connection) -> Iterator[None]:
    """Counts the transaction within, if it changed a finding.

    The count is the last that it writes: who waits for the row keeps nobody waiting, and the numbers come in the
    order in which the transactions end.
    """
    connection.info.pop(_SEEN, None)
    yield
    if connection.info.pop(_SEEN, False):
        connection.execute(update(finding_changes).values(number=finding_changes.c.number + 1))


def _note(connection: Connection, statement: object, *told: object) -> None:
    result = told[-1]
    assert isinstance(result, CursorResult)
    if isinstance(statement, Insert | Update | Delete) and statement.table in _TABLES and result.rowcount != 0:
        connection.info[_SEEN] = True
