"""How to walk a portal behind a TRS WAS search: GET /was5/web/search by section and days, then static pages.

Facts (河北, 2026-06): 50 rows a page; `lanmu` names the section; a window of more than a year is refused; an empty
`admindivcode` asks for the whole province.
"""

from typing import ClassVar
from urllib.parse import urljoin

from scrapy.http import Response

from notices.notice import Notice
from spiders.base import content_type_of
from spiders.pages import was5 as pages
from spiders.pages.record import Listing, Record
from spiders.questions import Question, get
from spiders.slices import Slice
from spiders.windows import WindowSpider

ROWS = 50


class Was5Spider(WindowSpider):
    """`channels`: section (`lanmu`) → the site's word for it. `channel_id`: the number of the search."""

    family = "was5"
    channel_id: ClassVar[str]
    slice_days = 31

    def question(self, piece: Slice, number: int) -> Question:
        asked = {"channelid": self.channel_id, "lanmu": piece.channel, "admindivcode": "", "perpage": ROWS}
        asked |= {"page": number, "fstarttime": piece.since.isoformat(), "fendtime": piece.until.isoformat()}
        return get(urljoin(self.url, "/was5/web/search"), asked, Referer=self.url)

    def read_list(self, response: Response, piece: Slice) -> Listing:  # noqa: ARG002
        return pages.read_list(response.body, self.url)

    def read_detail(self, response: Response, record: Record) -> Record:
        return pages.read_detail(response.body, record, content_type_of(response))

    def detail_of(self, notice: Notice) -> str:
        return notice.url
