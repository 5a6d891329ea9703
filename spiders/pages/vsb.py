"""Reads the pages of 博达 VSB sites: lists as links or as a script's data, articles, downloads."""

import re
from urllib.parse import parse_qs, urljoin, urlsplit

from lxml import html

from notices.dates import find_moment
from notices.encoding import decode
from notices.errors import UnreadablePageError
from notices.notice import Notice
from spiders.pages.article import Asked, Template, read_article
from spiders.pages.challenge import refusal_in
from spiders.pages.dom import has_class, parse
from spiders.pages.listed import ListedNotice, ListPage, next_address, read_rows

_ADDRESS = re.compile(r"/info/(\d+)/(\d+)\.html?$")
# 深圳大学 fills its lists from: var datanews = [{date, showTitle, tipsTitle, url: {asString}, …}];
_DATA = re.compile(r"\bdatanews\s*=\s*\[(.*?)\](?=\s*(?:;|</script))", re.DOTALL)
_RECORD = re.compile(r"\{(?:[^{}]|\{[^{}]*\})*\}")
_VALUE = re.compile(r"""(['"]?)(\w+)\1\s*:\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')""")
_NOTHING = re.compile(r"共\s*0\s*条|暂无|没有(?:相关|任何)?(?:数据|信息|内容|记录)")

TEMPLATE = Template(
    body=(
        f"//*[@id='vsb_content' or starts-with(@id, 'vsb_content_')]//*[{has_class('v_news_content')}]",
        f"//*[{has_class('v_news_content')}]",
        "//*[@id='vsb_content' or starts-with(@id, 'vsb_content_')]",
        "//form[@name='_newscontent_fromname']",
    ),
    title=(
        "//form[@name='_newscontent_fromname']//h1",
        "//form[@name='_newscontent_fromname']//h2",
        "//form[@name='_newscontent_fromname']//h3",
        "//meta[@name='pageTitle' or @name='ArticleTitle']/@content",
    ),
    published=(
        "//meta[translate(@name, 'PUBDATE', 'pubdate')='pubdate']/@content",
        "//form[@name='_newscontent_fromname']//*[not(*)][contains(., '时间') or contains(., '日期')]",
    ),
    files=("//form[@name='_newscontent_fromname']",),
)


def notice_id(url: str) -> str | None:
    """category/article of an article's address (/info/1029/24696.htm, content.jsp?…); None if it is no article's."""
    parts = urlsplit(url)
    found = _ADDRESS.search(parts.path)
    if found:
        return f"{found[1]}/{found[2]}"
    asked = parse_qs(parts.query)
    if parts.path.endswith("content.jsp") and "wbnewsid" in asked:
        return f"{asked.get('wbtreeid', ['0'])[0]}/{asked['wbnewsid'][0]}"
    return None


def read_list(page: bytes, url: str, content_type: str | None = None, items: str = "") -> ListPage:
    """The rows of a column's page; `items` is an XPath to them where a template needs one.

    A page that has no link to an article, and does not say that there is nothing, is an UnreadablePageError.
    """
    text = decode(page, content_type)
    root = parse(text)
    data = _DATA.search(text)
    rows = (
        _from_script(data[1], url) if data else read_rows(root.xpath(items) if items else _items(root), url, notice_id)
    )
    if not rows and not (data and not data[1].strip()) and not _NOTHING.search(text):
        reason = refusal_in(page, 200) or "the layout may have changed"
        raise UnreadablePageError(f"{url}: no list of articles (/info/…/….htm) on the page; {reason}")
    following = next_address(root, url)
    return ListPage(rows, following=following, is_last=following is None)


def read_notice(page: bytes, asked: Asked, content_type: str | None = None) -> Notice:
    """The notice of an article page."""
    return read_article(page, TEMPLATE, asked, content_type)


def _items(root: html.HtmlElement) -> list[html.HtmlElement]:
    """The rows of the page's largest list of articles: side columns with links to articles are smaller."""
    groups: dict[html.HtmlElement, list[html.HtmlElement]] = {}
    for anchor in root.iter("a"):
        if notice_id((anchor.get("href") or "").strip()):
            row = next((node for node in anchor.iterancestors("li", "tr", "dd")), anchor)
            parent = row.getparent()
            if parent is not None and row not in groups.setdefault(parent, []):
                groups[parent].append(row)
    chosen = max(groups, key=lambda parent: len(groups[parent]), default=None)
    if chosen is None:
        return []
    kind = groups[chosen][0].tag
    return list(chosen.iterchildren(kind)) if kind != "a" else groups[chosen]


def _from_script(data: str, url: str) -> tuple[ListedNotice, ...]:
    rows: dict[str, ListedNotice] = {}
    for record in _RECORD.finditer(data):
        stated = {found[2]: _unescaped(found[3] or found[4] or "") for found in _VALUE.finditer(record[0])}
        address = urljoin(url, stated.get("asString", "") or stated.get("url", ""))
        title = " ".join((stated.get("tipsTitle") or stated.get("showTitle") or "").split())
        identity = notice_id(address) or (address if urlsplit(address).netloc != urlsplit(url).netloc else None)
        if identity and title:
            moment = find_moment(stated.get("date", "")) or find_moment(stated.get("showDate", ""))
            rows.setdefault(identity, ListedNotice(identity, address, title, moment))
    return tuple(rows.values())


def _unescaped(text: str) -> str:
    text = re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), text)
    return re.sub(r"\\(.)", r"\1", text)
