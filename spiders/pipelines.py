"""Stores what a spider yields: one transaction per notice, and each file under every notice that links it."""

from collections import defaultdict
from typing import Self

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from notices.completeness import lacking
from notices.document import FAILED
from notices.run import LACKS_MARK, READ_MARK
from spiders.extensions import RunExtension, now
from spiders.items import FetchedDocument, Kept, LostDocument, ReadNotice
from spiders.unsent import NotSentError
from storage import Unit


async def _settled(item: ReadNotice) -> Kept:
    """The capture of the notice's page, once it is on the disk and in the store."""
    if isinstance(item.kept, Kept):
        return item.kept
    try:
        return await item.kept
    except NotSentError as error:
        raise DropItem(f"{item.notice.url}: its page could not be kept") from error


class StorePipeline:
    """Keeps which notices wait for which file: a file is asked for once per run, however often it is linked."""

    def __init__(self, crawler: Crawler) -> None:
        self._run = RunExtension.of(crawler)
        self._waiting: dict[str, set[int]] = defaultdict(set)
        self._arrived: dict[str, FetchedDocument | LostDocument] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def open_spider(self) -> None:
        with self._run.store.read() as unit:
            for each in unit.documents.missing(self._run.source):
                if each.document.state != FAILED:
                    self._waiting[each.document.url].add(each.notice_id)

    async def process_item(self, item: object) -> object:
        match item:
            case ReadNotice():
                self._store_notice(item, await _settled(item))
            case FetchedDocument() | LostDocument():
                self._arrived[item.url] = item
                self._store_document(item, self._waiting[item.url])
            case _:
                raise TypeError(f"nothing stores a {type(item).__name__}")
        return item

    def _store_notice(self, item: ReadNotice, kept: Kept) -> None:
        notice, moment = item.notice, now()
        urls = {document.url for document in notice.documents}
        with self._run.store.begin() as unit:
            saved = unit.notices.save(notice, moment, kept.id, item.related)
            unit.documents.share(saved.notice_id)
            conflicts = unit.runs.add_conflicts(notice, saved.change, moment, self._run.run_id)
            self._run.revisits.found(unit, notice.id, saved.change)
            for url in urls & self._arrived.keys():
                self._link(unit, self._arrived[url], saved.notice_id)
        for url in urls - self._arrived.keys():
            self._waiting[url].add(saved.notice_id)
        self._run.settle(notice.id)
        self._run.counts["notices"] += 1
        self._run.counts[saved.change] += 1
        self._run.counts[READ_MARK + notice.kind] += 1
        self._run.counts.update(f"{LACKS_MARK}{name}@{notice.kind}" for name in lacking(notice))
        self._run.counts["issues_conflict"] += conflicts
        self._run.tell("notice", id=notice.id, title=notice.title, change=saved.change)

    def _store_document(self, item: FetchedDocument | LostDocument, notice_ids: set[int]) -> None:
        with self._run.store.begin() as unit:
            for notice_id in notice_ids:
                self._link(unit, item, notice_id)
        self._run.counts["documents"] += isinstance(item, FetchedDocument)
        self._run.tell("document", url=item.url, fetched=isinstance(item, FetchedDocument))

    def _link(self, unit: Unit, item: FetchedDocument | LostDocument, notice_id: int) -> None:
        if isinstance(item, FetchedDocument):
            unit.documents.captured(notice_id, item.url, item.kept.id)
        elif item.for_good:
            unit.documents.failed(notice_id, item.url, item.reason)
        else:
            unit.documents.postponed(notice_id, item.url, item.reason)
