"""How to walk a portal run on 政采云: POST /portal/category by category and days, then GET /portal/detail per article.

Facts (2026-06): a body in JSON, at most 100 rows a page, times in milliseconds; GET is answered 416. A site that wants
another body than the family's declares it in `asked_with`.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from scrapy.http import Response

from notices.dates import find_moment
from notices.notice import Notice
from spiders.pages import zcy as pages
from spiders.pages.record import Listing, Record
from spiders.questions import Question, post_json
from spiders.slices import Slice
from spiders.windows import WindowSpider

PAGE = 100


class ZcySpider(WindowSpider):
    """`base` is the site's address without a path, `parent` the id of its branch of notices."""

    family = "zcy"
    base: ClassVar[str]
    parent: ClassVar[str | None] = None
    asked_with: ClassVar[Mapping[str, Any]] = {}
    channels = pages.CATEGORIES
    rare = pages.RARE

    def question(self, piece: Slice, number: int) -> Question:
        last = find_moment(piece.until.isoformat())
        return post_json(
            f"{self.base}/portal/category",
            {
                "pageNo": number,
                "pageSize": PAGE,
                "categoryCode": piece.channel,
                **self.asked_with,
                "publishDateBegin": piece.since.isoformat(),
                "publishDateEnd": piece.until.isoformat(),
                "_t": int(last.timestamp() * 1000) if last else 0,
            },
            Referer=self.url,
        )

    def read_list(self, response: Response, piece: Slice) -> Listing:
        return pages.read_list(response.body, self.base, piece.channel, self.parent)

    def read_detail(self, response: Response, record: Record) -> Record:
        return pages.read_detail(response.body, record)

    def detail_of(self, notice: Notice) -> str:
        return pages.detail_address(self.base, notice.id, self.parent, notice.published)
