"""How to walk a site on the older FreeCMS: GET a list of notices with their bodies, narrowed by kind and days.

Facts (2026): 20 rows a page, the total stated; no login and no captcha for public notices. A site whose list is not
known to take days is walked back until what is known.
"""

from typing import ClassVar

from scrapy.http import Response

from spiders.listed_again import ListedSpider
from spiders.pages import freecms as pages
from spiders.pages.record import Listing
from spiders.questions import Question, get
from spiders.slices import Slice

PAGE = 20


class FreecmsSpider(ListedSpider):
    """`service` is the list's address; `site_id` and `channel` name the branch of notices.

    `page`: where a notice's page lies if its row does not say, a path with {year} and {id}.
    """

    family = "freecms"
    service: ClassVar[str]
    site_id: ClassVar[str]
    channel: ClassVar[str]
    page: ClassVar[str] = ""
    channels = pages.KINDS

    def question(self, piece: Slice, number: int) -> Question:
        narrowed = {
            "noticeType": piece.channel,
            "regionCode": "",
            "operationStartTime": f"{piece.since} 00:00:00",
            "operationEndTime": f"{piece.until} 23:59:59",
            "selectTimeName": "noticeTime",
        }
        values = {"siteId": self.site_id, "channel": self.channel, "currPage": number, "pageSize": PAGE}
        return get(self.service, values | (narrowed if self.is_dated else {"noticeType": ""}), Referer=self.url)

    def read_list(self, response: Response, piece: Slice) -> Listing:  # noqa: ARG002
        return pages.read_list(response.body, self.url, self.page)
