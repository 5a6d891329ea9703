"""How to walk 全国公共资源交易平台: POST getTradList by stage and day, parted by province where a day is over the cap.

Facts (2026-10): DEAL_TIME is required; 20 rows a page; the total is silently capped at 1,000; code 829 asks for a
captcha and 800 for patience, both of which end the run. Many bodies are missing: the notice is kept by its title.
"""

from collections.abc import Mapping
from typing import ClassVar
from urllib.parse import urljoin

from scrapy.http import Response

from notices.notice import Notice
from spiders.pages import ggzy as pages
from spiders.pages.record import Listing, Record
from spiders.questions import Question, post_form
from spiders.slices import Slice
from spiders.windows import WindowSpider

CUSTOM_TIME = "06"
PROVINCES = (
    "110000", "120000", "130000", "140000", "150000", "210000", "220000", "230000", "310000", "320000", "330000",
    "340000", "350000", "360000", "370000", "410000", "420000", "430000", "440000", "450000", "460000", "500000",
    "510000", "520000", "530000", "540000", "610000", "620000", "630000", "640000", "650000", "660000",
)  # fmt: skip


class GgzySpider(WindowSpider):
    """`classify` is the branch of trade (02 政府采购); the channels are its stages."""

    family = "ggzy"
    classify: ClassVar[str]
    channels: ClassVar[Mapping[str, str]]
    cap = 1000
    slice_days = 1
    first_days = 3
    bodies_missing = True
    # Whether its times have hours is not evidenced.
    dates_only = True

    def question(self, piece: Slice, number: int) -> Question:
        return post_form(
            urljoin(self.url, "/information/pubTradingInfo/getTradList"),
            {
                "SOURCE_TYPE": "1",
                "DEAL_TIME": CUSTOM_TIME,
                "TIMEBEGIN_SHOW": piece.since,
                "TIMEEND_SHOW": piece.until,
                "TIMEBEGIN": piece.since,
                "TIMEEND": piece.until,
                "DEAL_CLASSIFY": self.classify,
                "DEAL_STAGE": piece.channel,
                "DEAL_PROVINCE": piece.facet or "0",
                "DEAL_CITY": "0",
                "DEAL_PLATFORM": "0",
                "BID_PLATFORM": "0",
                "DEAL_TRADE": "0",
                "isShowAll": "1",
                "PAGENUMBER": number,
                "FINDTXT": "",
            },
            Referer=urljoin(self.url, "/deal/dealList.html"),
            X_Requested_With="XMLHttpRequest",
            X_Pass_Token="",
        )

    def facets(self, piece: Slice) -> tuple[str, ...]:  # noqa: ARG002
        return PROVINCES

    def read_list(self, response: Response, piece: Slice) -> Listing:  # noqa: ARG002
        return pages.read_list(response.body, self.url)

    def read_detail(self, response: Response, record: Record) -> Record:
        return pages.read_detail(response.body, record)

    def detail_of(self, notice: Notice) -> str:
        return pages.body_address(notice.url)
