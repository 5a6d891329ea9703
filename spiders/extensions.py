"""The run of one source: its record in the store, its captures, its issues, and how it ended."""

import asyncio
import json
import logging
import sys
from collections import Counter
from collections.abc import Collection, Coroutine, Iterable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from notices.document import FAILED as LOST
from notices.errors import StoreError, TenderwatchError
from notices.run import FAILED, FAILURE_MARK, INTERRUPTED, LAYOUT, OVER_BUDGET, PARTIAL, RUNNING, SUCCEEDED, Issue
from spiders.captures import CaptureFile, served
from spiders.environment import Environment
from spiders.hosts import HostQueue
from spiders.items import LIST, Kept
from spiders.loss import ABSENT, CLASSES, CLOSED, FORBIDDEN, GONE, TOLD, UNREACHED, Loss
from spiders.revisiting import Revisits
from spiders.walk import Walk

if TYPE_CHECKING:
    from storage import Store

# So many failures in a row, with no page between them, and the site is left alone for this run.
FAILURES_IN_A_ROW = 5
AHEAD = timedelta(days=1)
# How often a run that is under way writes down its counts: what they were is known even if it dies.
NOTED_EVERY = timedelta(seconds=5)
# What every run states, zero or not.
COUNTS = ("requests", "pages", "notices", "new", "changed", "known", "documents", "captures", "bytes", "missing")

logger = logging.getLogger(__name__)


def _open_store(environment: Environment) -> "Store":
    # Imported here, because `scrapy sources` imports every spider and needs no database.
    from storage import open_store

    return open_store(environment.database_url)


def now() -> datetime:
    return datetime.now(UTC)


class RunExtension:
    """One per crawl. Everything that must outlive the process goes through it or through the pipeline."""

    def __init__(self, crawler: Crawler, environment: Environment) -> None:
        if crawler.spider is None:
            raise TenderwatchError("a run is the run of a source")
        self.environment = environment
        self.source = crawler.spider.name
        self.store: Store = _open_store(environment)
        self.hosts = HostQueue(environment.home / "hosts")
        self.counts: Counter[str] = Counter()
        self.outcome = RUNNING
        self.stopped: str | None = None
        self.absent: list[str] = []
        self.walks: list[Walk] = []
        self._crawler = crawler
        self._replayed = bool(crawler.settings.getlist("REPLAY"))
        self.counts["replayed"] = int(self._replayed)
        self._broken = False
        self._is_listened_to = environment.progress
        self._troubled = False
        self._failures = 0
        self._told: set[tuple[str, str]] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._noted_at = now()
        self._keeping = asyncio.Lock()
        self._under_way: set[asyncio.Task[Kept]] = set()
        self.run_id = self._start(getattr(crawler.spider, "run_id", None))
        self.revisits = Revisits(self.store, self.source, self.run_id, now, self.count)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(crawler, crawler.settings["ENVIRONMENT"])
        crawler.signals.connect(extension._close, signals.spider_closed)
        crawler.signals.connect(extension._spider_failed, signals.spider_error)
        crawler.signals.connect(extension._item_failed, signals.item_error)
        return extension

    @classmethod
    def of(cls, crawler: Crawler) -> "RunExtension":
        found = crawler.get_extension(RunExtension)
        if found is None:
            raise TenderwatchError("spiders.extensions.RunExtension must be among Scrapy's EXTENSIONS")
        return found

    @property
    def is_over(self) -> bool:
        """Whether nothing more may be sent: the source was stopped, or the process was told to end."""
        return self.stopped is not None or not self._crawler.crawling

    def count(self, what: str) -> None:
        self.counts[what] += 1

    def issue(self, kind: str, message: str, url: str | None = None, failure: str | None = None) -> None:
        """Records something that needs a person; the same message is recorded once per run and only counted after.

        `failure` is the class of a request that failed; without one the kind of the issue says it, "" is none.
        """
        self.counts[f"issues_{kind}"] += 1
        self.count_failure(CLASSES.get(kind, "") if failure is None else failure)
        self._troubled = True
        if (kind, message) in self._told:
            return
        self._told.add((kind, message))
        logger.warning("%s: %s %s", kind, message, url or "")
        self.tell("issue", kind=kind, message=message, url=url)
        with self.store.begin() as unit:
            unit.runs.add_issue(Issue(self.source, kind, message, url), now(), self.run_id)

    def count_failure(self, failure: str) -> None:
        """Counts a request that failed under its class; "" counts nothing."""
        if failure:
            self.counts[FAILURE_MARK + failure] += 1

    def fail(self, message: str) -> None:
        """Ends the run as failed: this machine, not the site, is at fault (a full disk, a lost database)."""
        self._broken = True
        logger.error(message)
        try:
            self.issue("failed", message)
        except StoreError as error:
            logger.error("the issue could not be stored either: %s", error)  # noqa: TRY400
            sys.stderr.write(f"tenderwatch: {self.source}: {message}\n")
        self.stop(message)

    def stop(self, reason: str) -> None:
        """Sends nothing more to the source in this run; what is already here is still stored."""
        if self.stopped is None:
            self.stopped = reason
            task = asyncio.ensure_future(self._crawler.engine.close_spider_async(reason="stopped"))
            self._tasks.add(task)

    def failure(self, message: str, url: str) -> None:
        """Records that a page could not be fetched; a row of such failures stops the source."""
        self.issue("failed", message, url)
        self._failures += 1
        if self._failures >= FAILURES_IN_A_ROW:
            self.issue("failed", f"{self._failures} requests failed in a row: the site is left alone for this run", url)
            self.stop("failures in a row")

    def success(self) -> None:
        self._failures = 0

    def lost(self, loss: Loss, kind: str, url: str) -> None:
        """Records that a page did not come. A list that is gone has moved: that is a change of the site's layout."""
        self.count_failure(LAYOUT if loss.kind == GONE and kind == LIST else loss.failure)
        if loss.kind in {TOLD, CLOSED}:
            self.counts["not_fetched"] += 1
        elif loss.kind in {GONE, ABSENT}:
            self.counts["missing"] += 1
            listed = f"the {kind} is listed, but " if kind != LIST else ""
            self.issue("missing", f"{url}: {listed}{loss.reason}", url)
        elif loss.kind == FORBIDDEN:
            host = urlsplit(url).hostname
            self.issue("refused", f"the robots.txt of {host} does not allow some addresses: they were not fetched", url)
        elif loss.kind == UNREACHED:
            self.failure(f"{url}: {loss.reason}", url)
        else:
            self.issue("failed", f"{url}: {loss.reason}", url)

    # What the store knows.

    def known(self, ids: Iterable[str]) -> set[str]:
        with self.store.read() as unit:
            return unit.notices.known(self.source, ids)

    def watermark(self, channel: str) -> datetime | None:
        with self.store.read() as unit:
            return unit.runs.watermark(self.source, channel)

    def unfetched(self, notice_ids: set[str] | None) -> list[tuple[str, str]]:
        """(file URL, notice URL) of files that were never fetched nor given up; of some notices, or of all."""
        with self.store.read() as unit:
            due = [
                each
                for each in unit.documents.missing(self.source)
                if each.document.state != LOST and (notice_ids is None or each.notice in notice_ids)
            ]
            notices = {each.notice: unit.notices.get(self.source, each.notice) for each in due}
        return [(each.document.url, found.notice.url) for each in due if (found := notices[each.notice])]

    def kept_files(self, urls: Collection[str]) -> set[str]:
        """Those of these files that the store has already, for whichever of the source's notices."""
        with self.store.read() as unit:
            return set(unit.documents.kept(self.source, tuple(urls)))

    def settle(self, notice_id: str) -> None:
        """A listed notice is stored, or the site said that it has none: no channel waits for it any more."""
        for walk in self.walks:
            walk.settle(notice_id)

    def wait_for(self, keeping: Coroutine[None, None, Kept]) -> asyncio.Task[Kept]:
        """Begins with it; the run does not end before it is done."""
        task = asyncio.ensure_future(keeping)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return task

    async def keep(self, response: Response, fetched_at: datetime, posted: bytes = b"") -> Kept:
        """Puts a response (and what was posted for it) on the disk, then into the store.

        OSError if the disk takes no more.
        """
        headers = served(response.headers.items())
        what = (response.url, response.status, headers, response.body, fetched_at, posted)
        async with self._keeping:
            taken = await asyncio.to_thread(self._captures.keep, *what)
        self.counts["captures"] += 1
        self.counts["bytes"] += taken.size
        moment = now()
        with self.store.begin() as unit:
            if moment - self._noted_at > NOTED_EVERY:
                unit.runs.note(self.run_id, self._totals())
                self._noted_at = moment
            return Kept(unit.captures.add(taken, self.run_id), taken)

    def tell(self, event: str, **facts: object) -> None:
        """Prints a line of progress for whoever started the crawl, if they asked for it."""
        if not self._is_listened_to:
            return
        try:
            sys.stdout.write(json.dumps({"event": event, "source": self.source, **facts}) + "\n")
            sys.stdout.flush()
        except OSError:
            # Whoever started the crawl is gone; what it does stands in the store.
            self._is_listened_to = False

    def _start(self, given: int | None) -> int:
        started = now()
        software = self.environment.user_agent.split(" ")[0]
        self._captures = CaptureFile(self.environment.captures, self.source, started, software)
        with self.store.begin() as unit:
            run_id = given if given is not None else unit.runs.start("crawl", self.source, started)
        self.tell("start", run=run_id)
        return run_id

    async def _close(self, spider: Spider, reason: str) -> None:  # noqa: ARG002
        await asyncio.gather(*self._under_way, return_exceptions=True)
        try:
            if self.absent and not self.counts["pages"] and not self._troubled:
                self.issue("missing", "no list page of this source is there", self.absent[0])
            self.outcome = self._judge(reason)
            self._finish()
        except StoreError as error:
            self.outcome = FAILED
            sys.stderr.write(f"tenderwatch: {self.source}: {error}\n")
        if self.absent:
            logger.info("not in the archive: %s", ", ".join(self.absent))
        self.tell("end", outcome=self.outcome, counts=self._totals(), absent=self.absent)
        self.store.close()

    def _finish(self) -> None:
        """Writes how the run ended; only now do the channels that were walked whole move their watermarks."""
        with self.store.begin() as unit:
            for walk in self.walks:
                mark = walk.new_watermark
                if mark is not None and self.outcome != FAILED and not self._replayed:
                    # A notice that is dated ahead must not make all that follows look known.
                    unit.runs.set_watermark(self.source, walk.channel, min(mark, now() + AHEAD), now())
            unit.runs.finish(self.run_id, self.outcome, self._totals(), now())

    def _totals(self) -> dict[str, int]:
        return dict.fromkeys(COUNTS, 0) | {name: count for name, count in sorted(self.counts.items()) if count}

    def _judge(self, reason: str) -> str:
        nothing_read = not self.counts["pages"] and not self.counts["documents"]
        if self._broken or (self._troubled and nothing_read and self.stopped != OVER_BUDGET):
            return FAILED
        if reason not in {"finished", "stopped"}:
            return INTERRUPTED
        return PARTIAL if self._troubled or self.stopped else SUCCEEDED

    def _spider_failed(self, failure: Failure, response: Response, spider: Spider) -> None:  # noqa: ARG002
        if isinstance(failure.value, StoreError):
            self.fail(str(failure.value))
            return
        self.issue("unreadable", f"reading a page failed: {type(failure.value).__name__}", response.url)

    def _item_failed(self, item: object, response: Response, spider: Spider, failure: Failure) -> None:  # noqa: ARG002
        if isinstance(failure.value, StoreError):
            self.fail(str(failure.value))
        else:
            what = f"what was read could not be stored ({type(failure.value).__name__}: {failure.value})"
            self.issue("unreadable", f"{response.url}: {what}", response.url)
