"""Reads government portals that publish static lists and pages; where their parts are, the source declares."""

import re
from dataclasses import dataclass

from notices.encoding import decode
from notices.errors import UnreadablePageError
from notices.notice import Notice
from spiders.pages.article import Asked, Template, read_article
from spiders.pages.challenge import refusal_in
from spiders.pages.dom import parse
from spiders.pages.listed import ListPage, next_address, read_rows


@dataclass(frozen=True, slots=True)
class Layout:
    """`lists`: XPath to a list, `items`: to its rows within it; `address`: a notice's, group 1 its id."""

    lists: str
    items: str
    address: str
    template: Template

    def identify(self, url: str) -> str | None:
        """The site's own id in a notice's address; None if it is no notice's."""
        found = re.search(self.address, url)
        return found[1] if found else None


def read_list(page: bytes, url: str, layout: Layout, content_type: str | None = None) -> ListPage:
    """The rows of a list page. The list may be empty; without it, UnreadablePageError."""
    root = parse(decode(page, content_type))
    lists = root.xpath(layout.lists)
    if not lists:
        reason = refusal_in(page, 200) or "the layout may have changed"
        raise UnreadablePageError(f"{url}: no list ({layout.lists}) on the page; {reason}")
    items = [item for each in lists for item in each.xpath(layout.items)]
    rows = tuple(row for row in read_rows(items, url, layout.identify))
    return ListPage(rows, following=next_address(root, url))


def read_notice(page: bytes, layout: Layout, asked: Asked, content_type: str | None = None) -> Notice:
    """The notice of an article's page."""
    return read_article(page, layout.template, asked, content_type)
