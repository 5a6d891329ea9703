"""Reads the pages of 河南省政府采购网: lists (list2), a notice's frame, and the fragment that holds its body."""

import re
from datetime import datetime
from urllib.parse import parse_qs, urljoin, urlsplit

from notices.encoding import decode
from notices.errors import UnreadablePageError
from notices.notice import Notice
from spiders.pages.article import Asked, Template, moment_in, read_article
from spiders.pages.challenge import refusal_in
from spiders.pages.dom import first, has_class, parse
from spiders.pages.listed import ListPage, read_rows

_FRAGMENT = re.compile(r"""\$\.get\(\s*["']([^"']+\.html?)["']""")
_FRAME = (f"//*[{has_class('TxtCenter')}]",)
# The fragment alone: a page with the frame in it and no body to load is none that this reader knows.
_BODY = Template(body=("//body[not(.//*[contains(@class, 'TxtCenter')])]",), title=(), published=())


def notice_id(url: str) -> str | None:
    """The infoId of a notice's address; None if it is no notice's."""
    return parse_qs(urlsplit(url).query).get("infoId", [None])[0]


def read_list(page: bytes, url: str, content_type: str | None = None) -> ListPage:
    """The rows of a list (div.List2 ul). It may be empty; none at all is UnreadablePageError."""
    root = parse(decode(page, content_type))
    listed = first(root, f"//div[{has_class('List2')}]")
    if listed is None:
        reason = refusal_in(page, 200) or "the layout may have changed"
        raise UnreadablePageError(f"{url}: no list (div.List2) on the page; {reason}")
    return ListPage(read_rows(listed.iter("li"), url, notice_id))


def body_address(page: bytes, url: str, content_type: str | None = None) -> str | None:
    """Where the body of a notice lies, by the script that loads it into the frame; None if the page has it itself."""
    found = _FRAGMENT.search(decode(page, content_type))
    return urljoin(url, found[1]) if found else None


def published_in(page: bytes, content_type: str | None = None) -> datetime | None:
    """The moment that a notice's frame states (发布日期：…)."""
    return moment_in(parse(decode(page, content_type)), _FRAME)


def read_notice(fragment: bytes, asked: Asked, content_type: str | None = None) -> Notice:
    """The notice whose body is the fragment; its title is the list's."""
    return read_article(fragment, _BODY, asked, content_type)
