"""Reads the answers of a TRS WAS search (/was5/web/search): records of notices, and the static pages they lead to."""

import re
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml import html

from notices.encoding import decode
from notices.errors import UnreadablePageError
from spiders.pages.answer import moment, read_answer, rows_at, text, title
from spiders.pages.article import densest, moment_in, title_in
from spiders.pages.challenge import refusal_in
from spiders.pages.dom import parse
from spiders.pages.record import Listing, Record, completed, listing

_PUBLISHED = ("//meta[translate(@name, 'PUBDATE', 'pubdate')='pubdate']/@content",)
_NAME = re.compile(r"([^/]*\d[^/]*)\.html?$")


def read_list(body: bytes, base: str) -> Listing:
    """A page of a search; it states no total."""
    answer = read_answer(body, base)
    return listing(_record(row, base) for row in rows_at(answer, base, "data"))


def read_detail(page: bytes, record: Record, content_type: str | None = None) -> Record:
    """The record with the body of its page, found by where the words are; UnreadablePageError if there are few."""
    root = parse(decode(page, content_type))
    content = densest(root)
    if content is None:
        reason = refusal_in(page, 200) or "the layout may have changed"
        raise UnreadablePageError(f"{record.url}: no body was found on the page; {reason}")
    return completed(
        record,
        title=record.title or title_in(root, ("//h1", "//h2"), ""),
        published=record.published or moment_in(root, _PUBLISHED),
        html=html.tostring(content, encoding="unicode", with_tail=False),
    )


def _record(row: dict[str, Any], base: str) -> Record:
    address = urljoin(base, text(row, "docPubUrl", "docpuburl"))
    named = _NAME.search(urlsplit(address).path)
    return Record(
        id=named[1] if named else urlsplit(address).path.strip("/"),
        url=address,
        title=title(row, "docTitle", "doctitle"),
        published=moment(row, "docRelTime", "docreltime"),
        detail=address,
        buyer=text(row, "purchaserName", "PurchaserName"),
        agency=text(row, "agencyFullName", "agencyfullname"),
    )
