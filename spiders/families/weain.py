"""How to walk 全军武器装备采购信息网: GET its public lists by days; the pages of notices are never asked for.

Facts (2026-10): 20 rows a page, the total stated; a notice's page needs a login (it redirects to /nologin.html).
"""

from typing import ClassVar
from urllib.parse import urljoin

from scrapy.http import Response

from spiders.listed_again import ListedSpider
from spiders.pages import weain as pages
from spiders.pages.record import Listing
from spiders.questions import Question, get
from spiders.slices import Slice


class WeainSpider(ListedSpider):
    """`lists` is the part of the address that the lists lie under (cggg 采购公告, cgxq 采购需求)."""

    family = "weain"
    lists: ClassVar[str]

    def question(self, piece: Slice, number: int) -> Question:
        values = {
            "LMID": piece.channel,
            "pageNo": number,
            "keyword": "",
            "startTime": piece.since,
            "endTime": piece.until,
        }
        return get(urljoin(self.url, f"/api/front/list/{self.lists}/list"), values, Referer=self.url)

    def read_list(self, response: Response, piece: Slice) -> Listing:  # noqa: ARG002
        return pages.read_list(response.body, self.url)
