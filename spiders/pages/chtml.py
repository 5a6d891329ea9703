"""Reads the pages of campus sites of the .chtml system: lists of dd[cid], articles found by where their words are."""

import re
from urllib.parse import urljoin

from notices.encoding import decode
from notices.errors import UnreadablePageError
from notices.notice import Notice
from spiders.pages.article import Asked, Template, read_article
from spiders.pages.challenge import refusal_in
from spiders.pages.dom import first, parse, text_of
from spiders.pages.listed import ListedNotice, ListPage, next_address, row_date, title_of

_NOTHING = re.compile(r"共\s*0\s*条|暂无|没有(?:相关|任何)?(?:数据|信息|内容|记录)")
TEMPLATE = Template(
    body=(),
    title=("//meta[@name='ArticleTitle']/@content", "//h1", "//h2"),
    published=(
        "//meta[translate(@name, 'PUBDATE', 'pubdate')='pubdate']/@content",
        "//*[not(self::script) and not(*)][contains(., '发布') or contains(., '时间：')]",
    ),
    # Menus: blocks of nothing but links.
    without=(
        ".//nav",
        ".//header",
        ".//footer",
        ".//*[self::div or self::ul][.//a][not(.//text()[normalize-space()][not(ancestor::a)])]",
    ),
)


def read_list(page: bytes, url: str, content_type: str | None = None) -> ListPage:
    """The rows of a column: dd[cid] with a titled link and a date; `cid` is the site's own id of a notice."""
    text = decode(page, content_type)
    root = parse(text)
    rows: dict[str, ListedNotice] = {}
    for item in root.xpath("//dd[@cid]"):
        anchor = first(item, ".//a[@title][@href]", ".//a[@href]")
        identity = (item.get("cid") or "").strip()
        if anchor is not None and identity and title_of(anchor):
            address = urljoin(url, (anchor.get("href") or "").strip())
            rows.setdefault(identity, ListedNotice(identity, address, title_of(anchor), row_date(item, anchor)))
    if not rows and not _NOTHING.search(text_of(root)):
        reason = refusal_in(page, 200) or "the layout may have changed"
        raise UnreadablePageError(f"{url}: no list (dd[cid]) on the page; {reason}")
    following = next_address(root, url)
    return ListPage(tuple(rows.values()), following=following, is_last=following is None)


def read_notice(page: bytes, asked: Asked, content_type: str | None = None) -> Notice:
    """The notice of an article page."""
    return read_article(page, TEMPLATE, asked, content_type)
