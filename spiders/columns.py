"""A site whose channels are columns with an address of their own: HTML lists that lead to article pages."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urljoin

from scrapy import Request
from scrapy.http import Response

from notices.notice import Notice
from spiders.base import content_type_of
from spiders.channels import ChannelSpider
from spiders.items import LIST
from spiders.pages.article import Asked, is_withheld
from spiders.pages.listed import ListPage
from spiders.walk import Row, Walk


class ColumnSpider(ChannelSpider):
    """`channels`: a column's path (or whole address) → the site's word for what it lists."""

    def read_column(self, page: bytes, url: str, content_type: str) -> ListPage:
        """The family's reader of a column's page."""
        raise NotImplementedError

    def read_article(self, page: bytes, asked: Asked, content_type: str) -> Notice:
        """The family's reader of an article's page."""
        raise NotImplementedError

    def column_page(self, channel: str, number: int) -> str:
        """The address of page `number`, where the page before it names none."""
        if number > 1:
            raise NotImplementedError
        return urljoin(self.url, channel)

    def ask_list(self, walk: Walk, number: int, address: str | None = None) -> Request:
        url = address or self.column_page(walk.channel, number)
        return self.ask(LIST, url, self.parse_list, walk=walk, number=number)

    def read_list(self, response: Response, url: str) -> ListPage:
        page = self.read_column(response.body, url, content_type_of(response))
        following = self.canonical(page.following) if page.following else None
        rows = tuple(replace(row, url=self.canonical(row.url)) for row in page.rows)
        return replace(page, rows=rows, following=following)

    def parse_notice(self, response: Response, row: Row, label: str) -> Iterator[Any]:
        if self.is_withheld(response):
            yield from self.by_title(row, label, response)
        else:
            yield from super().parse_notice(response, row, label)

    def is_withheld(self, response: Response) -> bool:
        return is_withheld(response.body, content_type_of(response))

    def read_page(self, response: Response, url: str, label: str) -> Notice:
        row: Row = response.cb_kwargs["row"]
        asked = Asked(self.name, row.id, url, label, row.title)
        return self.read_article(response.body, asked, content_type_of(response))
