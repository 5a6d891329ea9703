"""Reads the answers of portals built with 新点 Epoint WebBuilder: the full-text search's records, and article pages."""

import json
import re
from typing import Any
from urllib.parse import urljoin

from lxml import html

from notices.encoding import decode
from notices.errors import UnreadablePageError
from spiders.pages.answer import at, moment, number, read_answer, rows_at, text, title
from spiders.pages.article import Template, files_in, moment_in, title_in
from spiders.pages.challenge import refusal_in
from spiders.pages.dom import first, has_class, parse
from spiders.pages.record import Listing, Record, completed, listing

# Where a stamp is to be put: words in a letter size that nobody sees (江苏, 2026-05).
_STAMPS = re.compile(r"(?:&amp;){3}[^&<>]{1,40}(?:&amp;){3}")
# 四川 has #newsText, 江苏 .ewb-trade-right (2026); the rest are the system's own templates.
_BODY = (
    "//*[@id='newsText']",
    f"//*[{has_class('ewb-trade-right')}]",
    f"//*[{has_class('ewb-article-info')}]",
    "//*[@id='mainContent']",
    f"//*[{has_class('article-info')}]",
    f"//*[{has_class('news_content')}]",
)
TEMPLATE = Template(
    body=_BODY,
    title=(
        f"//*[{has_class('ewb-trade-h')}]",
        f"//*[{has_class('ewb-article-tt')}]",
        "//meta[@name='ArticleTitle']/@content",
    ),
    # 江苏's meta PubDate counts twelve hours; what the page shows is right (2026-05).
    published=(
        f"//*[{has_class('ewb-trade-info')} or {has_class('ewb-article-sources')}]",
        "//meta[translate(@name, 'PUBDATE', 'pubdate')='pubdate']/@content",
    ),
    files=("//*[@id='attach']", "//*[@id='attachmentlist']"),
)


def read_list(body: bytes, base: str, date_field: str) -> Listing:
    """A page of a search; some installations put the answer as a string into another (`content`)."""
    answer = read_answer(body, base)
    inner = answer.get("content")
    if "result" not in answer and isinstance(inner, str):
        try:
            unwrapped = json.loads(inner)
        except ValueError as error:
            raise UnreadablePageError(
                f"{base}: the answer's content is no JSON; the interface may have changed"
            ) from error
        answer = unwrapped if isinstance(unwrapped, dict) else {}
    rows = rows_at(answer, base, "result", "records")
    return listing((_record(row, base, date_field) for row in rows), number(at(answer, "result", "totalcount")))


def read_detail(page: bytes, record: Record, content_type: str | None = None) -> Record:
    """The record with the body of its page; UnreadablePageError if the page has none."""
    root = parse(decode(page, content_type))
    content = first(root, *TEMPLATE.body)
    if content is None:
        reason = refusal_in(page, 200) or "the layout may have changed"
        raise UnreadablePageError(f"{record.url}: the page has no body (#newsText, .ewb-…); {reason}")
    markup = _STAMPS.sub("", html.tostring(content, encoding="unicode", with_tail=False))
    files = tuple((document.url, document.title) for document in files_in(root, content, TEMPLATE.files, record.url))
    return completed(
        record,
        title=title_in(root, TEMPLATE.title, record.title),
        published=record.published or moment_in(root, TEMPLATE.published),
        html=markup,
        files=files,
    )


def _record(row: dict[str, Any], base: str, date_field: str) -> Record:
    identity, category, link = text(row, "infoid", "id"), text(row, "categorynum"), text(row, "linkurl")
    address = urljoin(base, link) if link else base
    return Record(
        # The same infoid can stand under two categories.
        id=f"{identity}_{category}" if identity else "",
        url=address,
        title=title(row, "titlenew", "title"),
        published=moment(row, date_field, "webdate", "infodate", "infodatepx"),
        label=text(row, "categoryname"),
        detail=address if link else "",
        html="" if link else text(row, "content"),
    )
