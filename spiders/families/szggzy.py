"""How to walk 深圳公共资源交易中心: POST a JSON question by kind and days, then GET the notice's content.

Facts (2026): pages count from 0, at most 100 rows; no captcha and no login seen. The kinds are the site's own words.
"""

from typing import ClassVar
from urllib.parse import urljoin

from scrapy.http import Response

from notices.notice import Notice
from spiders.pages import szggzy as pages
from spiders.pages.record import Listing, Record
from spiders.questions import Question, post_json
from spiders.slices import Slice
from spiders.windows import WindowSpider

PAGE = 100
MODEL = 1378


class SzggzySpider(WindowSpider):
    """`branch` is the channelId of a kind of trade, `trade` the site's word for it; channels are kinds of notices."""

    family = "szggzy"
    branch: ClassVar[int]
    trade: ClassVar[str]

    def question(self, piece: Slice, number: int) -> Question:
        return post_json(
            urljoin(self.url, f"{pages.SERVICE}page"),
            {
                "channelId": self.branch,
                "siteId": 1,
                "parentBusinessType": self.trade,
                "modelId": MODEL,
                "fields": [{"fieldName": "jygg_gglxmc_rank1", "fieldValue": piece.channel}],
                "title": "",
                "releaseTimeBegin": f"{piece.since} 00:00:00",
                "releaseTimeEnd": f"{piece.until} 23:59:59",
                "page": number - 1,
                "size": PAGE,
            },
            Referer=urljoin(self.url, "/jygg/list.html"),
        )

    def read_list(self, response: Response, piece: Slice) -> Listing:  # noqa: ARG002
        return pages.read_list(response.body, self.url, str(self.branch))

    def read_detail(self, response: Response, record: Record) -> Record:
        return pages.read_detail(response.body, record)

    def detail_of(self, notice: Notice) -> str:
        return pages.detail_address(self.url, notice.id)
