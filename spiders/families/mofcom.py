"""How to walk 机电产品招标投标电子交易平台: POST bulletinInfoList by kind, newest first, then each bulletin's page.

Facts (2026): `typeCode` names the kind; `timeType` 5 is a year, shorter ones now and then answer with an empty page; it
takes no days of one's own.
"""

from urllib.parse import parse_qs, urljoin

from scrapy.http import Response

from notices.notice import Notice
from spiders.base import content_type_of
from spiders.pages import mofcom as pages
from spiders.pages.record import Listing, Record
from spiders.questions import Question, post_form
from spiders.slices import Slice
from spiders.windows import WindowSpider

A_YEAR = "5"


class MofcomSpider(WindowSpider):
    """`channels`: typeCode → the site's word for it."""

    family = "mofcom"
    is_dated = False
    dates_only = True

    def question(self, piece: Slice, number: int) -> Question:
        asked = {
            "pageNumber": number, "keyWord": "", "timeType": A_YEAR, "rangeCode": "", "typeCode": piece.channel,
            "capitalSourceCode": "", "industryCode": "", "provinceCode": "",
        }  # fmt: skip
        return post_form(
            urljoin(self.url, "/zbwcms/front/bidding/bulletinInfoList"),
            asked,
            Referer=self.url,
            X_Requested_With="XMLHttpRequest",
        )

    def channel_asked(self, url: str, posted: bytes) -> str | None:  # noqa: ARG002
        """Its kinds are mere digits, which stand in every question for something else too."""
        return parse_qs(posted.decode("utf-8", errors="replace")).get("typeCode", [None])[0]

    def read_list(self, response: Response, piece: Slice) -> Listing:  # noqa: ARG002
        return pages.read_list(response.body, self.url)

    def read_detail(self, response: Response, record: Record) -> Record:
        return pages.read_detail(response.body, record, content_type_of(response))

    def detail_of(self, notice: Notice) -> str:
        return notice.url if pages.PAGES in notice.url else ""
