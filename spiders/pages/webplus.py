"""Reads the pages of Sudy webplus sites: column lists and articles."""

import re
from urllib.parse import urlsplit

from notices.encoding import decode
from notices.errors import UnreadablePageError
from notices.notice import Notice
from spiders.pages.article import Asked, Template, read_article
from spiders.pages.challenge import refusal_in
from spiders.pages.dom import first, has_class, parse, text_of
from spiders.pages.listed import ListPage, next_address, read_rows

_ADDRESS = re.compile(r"/(c\d+a\d+)/page\.(?:htm|psp)$")

TEMPLATE = Template(
    body=(f"//*[{has_class('wp_articlecontent')}]",),
    title=(
        f"//h1[{has_class('arti_title')}]",
        f"//*[{has_class('arti_title')}]",
        "//meta[@name='ArticleTitle']/@content",
    ),
    published=(f"//*[{has_class('arti_update')}]", "//meta[translate(@name, 'PUBDATE', 'pubdate')='pubdate']/@content"),
    files=(f"//*[{has_class('wp_articlecontent')}]/following-sibling::*[.//a[contains(@href, '/_upload/')]]",),
)


def notice_id(url: str) -> str | None:
    """c{column}a{article} of an article's address (/2026/1120/c1291a98765/page.htm); None if it is no article's."""
    found = _ADDRESS.search(urlsplit(url).path)
    return found[1] if found else None


def read_list(page: bytes, url: str, content_type: str | None = None) -> ListPage:
    """The rows of a column (ul.wp_article_list). It may be empty; none at all is UnreadablePageError."""
    root = parse(decode(page, content_type))
    listed = first(root, f"//ul[{has_class('wp_article_list')}]", f"//*[{has_class('wp_article_list')}]")
    if listed is None:
        reason = refusal_in(page, 200) or "the layout may have changed"
        raise UnreadablePageError(f"{url}: no list (ul.wp_article_list) on the page; {reason}")
    items = listed.xpath(f".//*[{has_class('list_item')}]") or list(listed.iter("li"))
    stated = text_of(first(root, f"//*[{has_class('all_pages')}]"))
    pages = int(stated) if stated.isdecimal() else None
    here = text_of(first(root, f"//*[{has_class('curr_page')}]"))
    following = next_address(root, url)
    is_last = following is None and (pages is None or not here.isdecimal() or int(here) >= pages)
    return ListPage(read_rows(items, url, notice_id), pages, following=following, is_last=is_last)


def read_notice(page: bytes, asked: Asked, content_type: str | None = None) -> Notice:
    """The notice of an article page."""
    return read_article(page, TEMPLATE, asked, content_type)
