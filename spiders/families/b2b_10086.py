"""How to walk 中国移动采购与招标网: POST a JSON question by kind and days. Only the list is read, which has no bodies.

Facts (2026-08): pages count from 1; the host asks for TLS renegotiation of the old kind, which Scrapy's client allows.
"""

from collections.abc import Mapping
from typing import ClassVar
from urllib.parse import urljoin

from scrapy.http import Response

from spiders.listed_again import ListedSpider
from spiders.pages import b2b_10086 as pages
from spiders.pages.record import Listing
from spiders.questions import Question, post_json
from spiders.slices import Slice

PAGE = 20
SERVICE = "/api-b2b/api-sync-es/white_list_api/b2b/publish/queryList"


class B2bSpider(ListedSpider):
    """`branches`: for each channel (publishOneType) the publishType that it belongs to."""

    family = "b2b_10086"
    branches: ClassVar[Mapping[str, str]]

    def question(self, piece: Slice, number: int) -> Question:
        return post_json(
            urljoin(self.url, SERVICE),
            {
                "name": "",
                "publishType": self.branches[piece.channel],
                "publishOneType": piece.channel,
                "purchaseType": "",
                "companyType": "",
                "size": PAGE,
                "current": number,
                "creationDateStart": piece.since.isoformat(),
                "creationDateEnd": piece.until.isoformat(),
                "sfactApplColumn5": "PC",
            },
            Referer=self.url,
        )

    def read_list(self, response: Response, piece: Slice) -> Listing:  # noqa: ARG002
        return pages.read_list(response.body, self.url)
