"""How to walk 中国政府采购网: static channel lists, newest first, until what is known or where the site's memory ends.

Facts (2026-09): page 1 is the directory, page N is index_{N-1}.htm, 20 notices each; a channel keeps some 25 pages and
answers 404 beyond; there is no filter by day.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from urllib.parse import urljoin

from scrapy import Request
from scrapy.http import Response

from notices.errors import UnreadablePageError
from notices.notice import Notice
from spiders.base import NoticeSpider
from spiders.items import LIST
from spiders.loss import ABSENT, GONE, Loss
from spiders.pages import ccgp as pages
from spiders.walk import Row, Walk

CHANNELS = {
    "gkzb": "公开招标公告",
    "yqzbgg": "邀请招标公告",
    "jzxcs": "竞争性磋商公告",
    "jzxtpgg": "竞争性谈判公告",
    "xjgg": "询价公告",
    "zgysgg": "资格预审公告",
    "dylygg": "单一来源公告",
    "zbgg": "中标公告",
    "cjgg": "成交公告",
    "gzgg": "更正公告",
    "fblbgg": "终止公告",
    "qtgg": "其他公告",
}
# Seen in addresses of notices only: its list may not exist.
UNPROVEN = {"qtgg"}


@dataclass(frozen=True, slots=True)
class ListedNotice:
    """A row of a channel list; `url` is the site's own address."""

    id: str
    url: str
    title: str
    published: datetime | None


class CcgpSpider(NoticeSpider):
    """One half of the portal: `half` is zygg (central) or dfgg (local)."""

    family = "ccgp"
    half: ClassVar[str]

    def first_requests(self) -> Iterator[Request]:
        for channel in CHANNELS:
            mark = None if self.replayed else self.run.watermark(channel)
            walk = Walk(channel, self.window, mark)
            self.run.walks.append(walk)
            yield self._ask_list(walk, 1)

    def parse_list(self, response: Response, walk: Walk, number: int) -> Iterator[Request]:
        url = response.meta["url"]
        try:
            rows = self._rows(response, url, walk)
        except UnreadablePageError as error:
            yield from self._unreadable(response, walk, number, str(error))
            return
        self.run.counts["pages"] += 1
        self.run.tell("page", channel=walk.channel, number=number, rows=len(rows))
        step = walk.read(rows, self.run.known(row.id for row in rows))
        if step.broken:
            walk.cut_short = True
            self.run.issue("gap", step.broken, url)
        self.run.counts["known"] += len(step.known)
        if self.replayed:
            yield from self.resume_documents({row.id for row in step.known})
        yield from self._ask_notices(walk, step.fetch)
        if not rows:
            self._end(walk, url)
        elif step.go_on and not self.is_satisfied:
            yield self._ask_list(walk, number + 1)

    def list_lost(self, request: Request, loss: Loss) -> None:
        walk, number, url = request.cb_kwargs["walk"], request.cb_kwargs["number"], request.meta["url"]
        beyond = walk.pages is not None and number > walk.pages
        if number > 1 and (loss.kind == GONE or (loss.kind == ABSENT and beyond)):
            self._end(walk, url)
            return
        walk.cut_short = True
        if loss.kind == ABSENT or (loss.kind == GONE and walk.channel in UNPROVEN):
            self.run.counts["missing_lists"] += 1
            self.run.absent.append(url)
        else:
            self.run.lost(loss, LIST, url)

    def read_page(self, response: Response, url: str, label: str) -> Notice:
        content_type = (response.headers.get("Content-Type") or b"").decode("latin-1")
        return pages.read_notice(response.body, url, label, self.name, content_type)

    def _ask_list(self, walk: Walk, number: int) -> Request:
        page = "" if number == 1 else f"index_{number - 1}.htm"
        url = urljoin(self.url, f"/cggg/{self.half}/{walk.channel}/{page}")
        return self.ask(LIST, url, self.parse_list, walk=walk, number=number)

    def _ask_notices(self, walk: Walk, rows: tuple[Row, ...]) -> Iterator[Request]:
        chosen = self.take(rows)
        walk.cut_short = walk.cut_short or len(chosen) < len(rows)
        for row in chosen:
            yield self.ask_notice(row, CHANNELS[walk.channel])

    def _rows(self, response: Response, url: str, walk: Walk) -> tuple[ListedNotice, ...]:
        content_type = (response.headers.get("Content-Type") or b"").decode("latin-1")
        rows = []
        page = pages.read_list(response.body, url, content_type)
        walk.pages = page.pages
        for row in page.rows:
            address = self.canonical(row.url)
            identity = pages.notice_id(address)
            if identity is None:
                self.run.issue("unmapped", f"{url} lists {address}, which is no notice's address", address)
            else:
                rows.append(ListedNotice(identity, address, row.title, row.published))
        return tuple(rows)

    def _unreadable(self, response: Response, walk: Walk, number: int, reason: str) -> Iterator[Request]:
        """A list page without its list: asked once more, then the channel cannot be judged."""
        if self.replayed or "again" in response.meta:
            walk.cut_short = True
            self.run.issue("unreadable", f"{reason}: this is no proof of zero notices", response.meta["url"])
            return
        again = self._ask_list(walk, number)
        yield again.replace(dont_filter=True, meta=again.meta | {"again": True, "pause": True})

    def _end(self, walk: Walk, url: str) -> None:
        gap = walk.end()
        if gap:
            self.run.issue("gap", gap, url)
