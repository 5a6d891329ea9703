"""How to walk government portals that publish static pages: numbered lists, newest first, until a page is not there.

Facts (2026): 北京 {list}index_{N}.htm, 湖北 {list}/index_{N}.html, both from 1.
"""

from typing import ClassVar
from urllib.parse import urljoin

from notices.notice import Notice
from spiders.columns import ColumnSpider
from spiders.pages import static as pages
from spiders.pages.article import Asked
from spiders.pages.listed import ListPage


class StaticSpider(ColumnSpider):
    """`channels`: a list's path before its page number → the site's word for what it lists; `ending` comes after."""

    family = "static"
    ending: ClassVar[str]
    layout: ClassVar[pages.Layout]

    def column_page(self, channel: str, number: int) -> str:
        return urljoin(self.url, f"{channel}{number}{self.ending}")

    def read_column(self, page: bytes, url: str, content_type: str) -> ListPage:
        return pages.read_list(page, url, self.layout, content_type)

    def read_article(self, page: bytes, asked: Asked, content_type: str) -> Notice:
        return pages.read_notice(page, self.layout, asked, content_type)
