"""Procedures: the notices of one procurement, in stage order, with the places that published each."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from notices.ocds import Place, Release
from notices.procedures import is_same_notice, traits_of
from storage.notices import NoticeRepository, StoredNotice
from storage.tables import notice


@dataclass(frozen=True, slots=True)
class Procedure:
    """One procurement. `again`: (procedure, whether it came before): the same purchase, tendered another time."""

    id: str
    releases: tuple[Release, ...]
    again: tuple[tuple[str, bool], ...] = ()


class ProcedureRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._notices = NoticeRepository(connection)

    def all(self, source: str | None = None, limit: int | None = None) -> Iterator[Procedure]:
        """Every procedure, or those that a source has published of; that with the newest notice first."""
        newest = func.max(notice.c.published)
        query = select(notice.c.procedure).group_by(notice.c.procedure)
        if source is not None:
            query = query.where(notice.c.source == source)
        query = query.order_by(newest.desc().nulls_last(), notice.c.procedure).limit(limit)
        for key in list(self._connection.execute(query).scalars()):
            yield self._procedure(key)

    def get(self, key: str) -> Procedure | None:
        """One procedure; None if no notice belongs to it."""
        return self._procedure(key) if self._notices.procedure(key) else None

    def _procedure(self, key: str) -> Procedure:
        return Procedure(key, tuple(_releases(self._notices.procedure(key))), tuple(self._again(key)))

    def _again(self, key: str) -> Iterator[tuple[str, bool]]:
        """The procedures of the same code or the same buyer and title that were tendered another time."""
        mine = self._connection.execute(
            select(notice.c.code_key, notice.c.title_key, notice.c.again).where(notice.c.procedure == key)
        ).all()
        times = max((row.again or 1 for row in mine), default=1)
        codes = {row.code_key for row in mine if row.code_key}
        titles = {row.title_key for row in mine if row.title_key}
        query = (
            select(notice.c.procedure, func.max(notice.c.again).label("times"))
            .where(notice.c.code_key.in_(codes) | notice.c.title_key.in_(titles), notice.c.procedure != key)
            .group_by(notice.c.procedure)
            .order_by(func.max(notice.c.again), notice.c.procedure)
        )
        for row in self._connection.execute(query):
            if row.times is not None and row.times != times:
                yield row.procedure, row.times < times


def _releases(stored: list[StoredNotice]) -> Iterator[Release]:
    """The notices, one that several portals published only once: as the place says it that says most."""
    groups: list[list[StoredNotice]] = []
    for each in stored:
        traits = traits_of(each.notice, each.id)
        same = (
            group for group in groups if all(is_same_notice(traits, traits_of(one.notice, one.id)) for one in group)
        )
        group = next(same, None)
        if group is None:
            groups.append([each])
        else:
            group.append(each)
    for group in groups:
        places = tuple(
            Place(each.notice.source, each.notice.id, each.notice.url, each.notice.published_on, each.revision)
            for each in group
        )
        yield Release(max(group, key=lambda each: (len(each.notice.items), len(each.notice.text))).notice, places)
