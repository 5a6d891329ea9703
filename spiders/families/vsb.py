"""How to walk campus sites built with 博达 VSB: columns whose older pages count down, so only 下页 leads to them.

Facts (2026): /{path}.htm, then /{path}/{N}.htm with N falling; articles /info/{category}/{article}.htm.
"""

from typing import ClassVar

from scrapy.http import Response

from notices.notice import Notice
from spiders.columns import ColumnSpider
from spiders.pages import vsb as pages
from spiders.pages.article import Asked
from spiders.pages.gate import is_gate
from spiders.pages.listed import ListPage


class VsbSpider(ColumnSpider):
    """`items`: an XPath to a column's rows, for templates in which they are not its largest group of article links."""

    family = "vsb"
    items: ClassVar[str] = ""

    def read_column(self, page: bytes, url: str, content_type: str) -> ListPage:
        return pages.read_list(page, url, content_type, self.items)

    def read_article(self, page: bytes, asked: Asked, content_type: str) -> Notice:
        return pages.read_notice(page, asked, content_type)

    def is_gated_file(self, response: Response) -> bool:
        return is_gate(response.body)
