"""How to walk a site on GPCMS: GET selectInfoForIndex by kind and days, then getInfoById where the list has no body.

Facts (2026): at most 20 rows a page, the total stated. A site that asks for verifyCode or signed headers is not walked.
The page of a notice opens only by a click inside the site (403 otherwise), so a notice goes by its getInfoById.
"""

from dataclasses import replace
from typing import ClassVar
from urllib.parse import quote, urljoin

from scrapy.http import Response

from notices.notice import Notice
from spiders.listed_again import ListedSpider
from spiders.pages import freecms as pages
from spiders.pages.record import Listing, Record
from spiders.questions import Question, get
from spiders.slices import Slice

PAGE = 20
SERVICE = "/gpcms/rest/web/v2/info/"


class GpcmsSpider(ListedSpider):
    """`site_id`, `channel` and `region_code` name the branch of notices."""

    family = "gpcms"
    site_id: ClassVar[str]
    channel: ClassVar[str]
    region_code: ClassVar[str] = ""
    channels = pages.KINDS

    def question(self, piece: Slice, number: int) -> Question:
        values = {
            "siteId": self.site_id,
            "channel": self.channel,
            "currPage": number,
            "pageSize": PAGE,
            "noticeType": piece.channel,
            "regionCode": self.region_code,
            "searchKey": "",
            "purchaser": "",
            "agency": "",
            "purchaseManner": "",
            "operationStartTime": f"{piece.since} 00:00:00",
            "operationEndTime": f"{piece.until} 23:59:59",
            "selectTimeName": "noticeTime",
        }
        return get(urljoin(self.url, f"{SERVICE}selectInfoForIndex"), values, Referer=self.url)

    def read_list(self, response: Response, piece: Slice) -> Listing:  # noqa: ARG002
        found = pages.read_list(response.body, self.url)
        return replace(found, rows=tuple(self._addressed(row) for row in found.rows))

    def read_detail(self, response: Response, record: Record) -> Record:
        return pages.read_detail(response.body, record)

    def detail_of(self, notice: Notice) -> str:
        return self._address(notice.id)

    def _address(self, identity: str) -> str:
        return urljoin(self.url, f"{SERVICE}getInfoById?id={quote(identity)}")

    def _addressed(self, row: Record) -> Record:
        address = self._address(row.id)
        shown = address if row.url == self.url else row.url
        return replace(row, url=shown, detail="" if row.html else address)
