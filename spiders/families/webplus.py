"""How to walk campus sites built with Sudy webplus: columns of numbered pages.

Facts (2026): /{column}/list.htm, list2.htm …; articles /YYYY/MMDD/c{column}a{article}/page.htm.
"""

from urllib.parse import urljoin

from notices.notice import Notice
from spiders.columns import ColumnSpider
from spiders.pages import webplus as pages
from spiders.pages.article import Asked
from spiders.pages.listed import ListPage


class WebplusSpider(ColumnSpider):
    """`channels`: a column's folder ("/1291/") → the site's word for what it lists."""

    family = "webplus"

    def column_page(self, channel: str, number: int) -> str:
        return urljoin(self.url, f"{channel.rstrip('/')}/list{'' if number == 1 else number}.htm")

    def read_column(self, page: bytes, url: str, content_type: str) -> ListPage:
        return pages.read_list(page, url, content_type)

    def read_article(self, page: bytes, asked: Asked, content_type: str) -> Notice:
        return pages.read_notice(page, asked, content_type)
