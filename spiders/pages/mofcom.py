"""Reads 机电产品招标投标电子交易平台 of the 商务部: lists of bulletins in JSON, and their pages."""

from typing import Any
from urllib.parse import urljoin

from lxml import html

from notices.encoding import decode
from notices.errors import UnreadablePageError
from spiders.pages.answer import moment, read_answer, rows_at, text, title
from spiders.pages.challenge import refusal_in
from spiders.pages.dom import first, has_class, parse
from spiders.pages.record import Listing, Record, completed, listing

PAGES = "/bidDetail/"


def read_list(body: bytes, base: str) -> Listing:
    """A page of bulletins; it states no total that is known of."""
    answer = read_answer(body, base)
    return listing(_record(row, base) for row in rows_at(answer, base, "rows"))


def read_detail(page: bytes, record: Record, content_type: str | None = None) -> Record:
    """The record with the body of its page (div.article); UnreadablePageError if there is none."""
    root = parse(decode(page, content_type))
    content = first(root, f"//div[{has_class('article')}]")
    if content is None:
        reason = refusal_in(page, 200) or "the layout may have changed"
        raise UnreadablePageError(f"{record.url}: no body (div.article) on the page; {reason}")
    return completed(record, html=html.tostring(content, encoding="unicode", with_tail=False))


def _record(row: dict[str, Any], base: str) -> Record:
    path = text(row, "filePath").lstrip("/")
    address = urljoin(base, f"{PAGES}{path}") if path else ""
    return Record(
        id=text(row, "fdid"),
        url=address or base,
        title=title(row, "name"),
        published=moment(row, "publishTime"),
        detail=address,
        region=text(row, "areaName"),
    )
