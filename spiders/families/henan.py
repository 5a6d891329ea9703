"""How to walk 河南省政府采购网: the list without a captcha (list2), then each notice's frame and the body it loads.

Facts (2026): bz=1 the province, bz=2 its cities and counties; 16 rows a page. The search (ggcx) wants a code from a
picture and is never asked.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode, urljoin

from scrapy.http import Response

from notices.notice import Notice
from spiders.base import content_type_of
from spiders.columns import ColumnSpider
from spiders.items import NOTICE
from spiders.pages import henan as pages
from spiders.pages.article import Asked
from spiders.pages.listed import ListedNotice, ListPage

ROWS = 16


class HenanSpider(ColumnSpider):
    """`channels`: a value of `bz` → the site's word for what it lists."""

    family = "henan"

    def column_page(self, channel: str, number: int) -> str:
        asked = {"channelCode": "0101", "bz": channel, "pageNo": number, "pageSize": ROWS, "gglx": 0}
        return urljoin(self.url, f"/henan/list2?{urlencode(asked)}")

    def read_column(self, page: bytes, url: str, content_type: str) -> ListPage:
        return pages.read_list(page, url, content_type)

    def read_article(self, page: bytes, asked: Asked, content_type: str) -> Notice:
        return pages.read_notice(page, asked, content_type)

    def parse_notice(self, response: Response, row: ListedNotice, label: str) -> Iterator[Any]:  # type: ignore[override]
        """The frame leads on to the body; the notice goes by the frame's address, which a person opens."""
        content_type, url = content_type_of(response), response.meta["url"]
        address = pages.body_address(response.body, url, content_type)
        if address is None or "frame" in response.meta:
            yield from super().parse_notice(response, row, label)
            return
        whole = replace(row, published=pages.published_in(response.body, content_type) or row.published)
        request = self.ask(NOTICE, self.canonical(address), self.parse_notice, first=True, row=whole, label=label)
        yield request.replace(meta=request.meta | {"url": url, "frame": True})
