"""How to walk campus sites of the .chtml system: /{column}/index.chtml, and from there where 下一页 leads.

Facts (2026): dd[cid] rows with a titled link and a date. How article pages are built is not known: their body is taken
from where the words are.
"""

from urllib.parse import urljoin

from notices.notice import Notice
from spiders.columns import ColumnSpider
from spiders.pages import chtml as pages
from spiders.pages.article import Asked
from spiders.pages.listed import ListPage


class ChtmlSpider(ColumnSpider):
    """`channels`: a column's folder ("/cgxxhw/") → the site's word for what it lists."""

    family = "chtml"

    def column_page(self, channel: str, number: int) -> str:
        return urljoin(self.url, f"{channel.rstrip('/')}/index.chtml" if number == 1 else channel)

    def read_column(self, page: bytes, url: str, content_type: str) -> ListPage:
        return pages.read_list(page, url, content_type)

    def read_article(self, page: bytes, asked: Asked, content_type: str) -> Notice:
        return pages.read_notice(page, asked, content_type)
