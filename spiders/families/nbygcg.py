"""How to walk 宁波市阳光采购服务平台: POST GetBulletinList, newest first, bodies included; it takes no days.

Facts (2026-02): 100 rows a page; a row's publishDate has no hour.
"""

from urllib.parse import urljoin

from scrapy.http import Response

from spiders.listed_again import ListedSpider
from spiders.pages import nbygcg as pages
from spiders.pages.record import Listing
from spiders.questions import Question, post_json
from spiders.slices import Slice

PAGE = 100


class NbygcgSpider(ListedSpider):
    """The channels are the site's classID."""

    family = "nbygcg"
    is_dated = False
    dates_only = True

    def question(self, piece: Slice, number: int) -> Question:
        asked = {"pageIndex": number, "pageSize": PAGE, "classID": piece.channel}
        return post_json(urljoin(self.url, "/api/Portal/GetBulletinList"), asked, Referer=self.url)

    def read_list(self, response: Response, piece: Slice) -> Listing:  # noqa: ARG002
        return pages.read_list(response.body, self.url)
