"""How to walk 中国政府采购网: static channel lists, newest first, until what is known or where the site's memory ends.

Facts (2026-09): page 1 is the directory, page N is index_{N-1}.htm, 20 notices each; a channel keeps some 25 pages and
answers 404 beyond; there is no filter by day.
"""

from typing import ClassVar
from urllib.parse import urljoin

from scrapy import Request
from scrapy.http import Response

from notices.notice import Notice
from spiders.channels import ChannelSpider
from spiders.items import LIST
from spiders.pages import ccgp as pages
from spiders.pages.listed import ListedNotice, ListPage
from spiders.walk import Walk

CHANNELS = {
    "gkzb": "公开招标公告",
    "yqzbgg": "邀请招标公告",
    "jzxcs": "竞争性磋商公告",
    "jzxtpgg": "竞争性谈判公告",
    "xjgg": "询价公告",
    "zgysgg": "资格预审公告",
    "dylygg": "单一来源公告",
    "zbgg": "中标公告",
    "cjgg": "成交公告",
    "gzgg": "更正公告",
    "fblbgg": "终止公告",
    "qtgg": "其他公告",
}


class CcgpSpider(ChannelSpider):
    """One half of the portal: `half` is zygg (central) or dfgg (local)."""

    family = "ccgp"
    half: ClassVar[str]
    channels = CHANNELS
    unproven = frozenset({"qtgg"})  # seen in addresses of notices only
    first_pages = None
    is_ordered = True

    def ask_list(self, walk: Walk, number: int, address: str | None = None) -> Request:
        page = "" if number == 1 else f"index_{number - 1}.htm"
        url = address or urljoin(self.url, f"/cggg/{self.half}/{walk.channel}/{page}")
        return self.ask(LIST, url, self.parse_list, walk=walk, number=number)

    def read_list(self, response: Response, url: str) -> ListPage:
        content_type = (response.headers.get("Content-Type") or b"").decode("latin-1")
        rows = []
        page = pages.read_list(response.body, url, content_type)
        for row in page.rows:
            address = self.canonical(row.url)
            identity = pages.notice_id(address)
            if identity is None:
                self.run.issue("unmapped", f"{url} lists {address}, which is no notice's address", address)
            else:
                rows.append(ListedNotice(identity, address, row.title, row.published))
        return ListPage(tuple(rows), page.pages)

    def read_page(self, response: Response, url: str, label: str) -> Notice:
        content_type = (response.headers.get("Content-Type") or b"").decode("latin-1")
        return pages.read_notice(response.body, url, label, self.name, content_type)
