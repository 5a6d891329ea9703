"""Reads 全国公共资源交易平台 (www.ggzy.gov.cn): the trade list in JSON, and the page that holds a notice's body."""

from dataclasses import replace
from html import escape
from typing import Any
from urllib.parse import urljoin

from lxml import html

from notices.dates import find_moment
from notices.encoding import decode
from notices.errors import UnreadablePageError
from spiders.pages.answer import at, moment, number, read_answer, rows_at, text, title, words_of
from spiders.pages.challenge import refusal_in
from spiders.pages.dom import first, has_class, parse, text_of
from spiders.pages.record import Listing, Record, completed, listing

REFINE = 804  # "refine the query": more than the portal wants to list


def read_list(body: bytes, url: str) -> Listing:
    """A page of the list; the portal's word that a question asks too much is a listing that says so."""
    answer = read_answer(body, url)
    code = number(answer.get("code"))
    if code == REFINE:
        return Listing((), too_many=True)
    if code not in {None, 200}:
        raise UnreadablePageError(f"{url}: the site says {words_of(answer)!r}")
    rows = rows_at(answer, url, "data", "records")
    return listing((_record(row, url) for row in rows), number(at(answer, "data", "total")))


def read_detail(body: bytes, record: Record) -> Record:
    """The record with the body of its page (the one with /b/ in its address); as it was, if the page has no body."""
    root = parse(decode(body))
    heading = first(root, f"//h4[{has_class('h4_o')}]")
    content = first(root, "//*[@id='mycontent']", f"//*[{has_class('detail_content')}]")
    contract = first(root, f"//table[{has_class('detail_Table')}]")
    if heading is None and content is None and contract is None:
        reason = refusal_in(body, 200) or "the layout may have changed"
        raise UnreadablePageError(f"the page has neither a heading (h4.h4_o) nor a body (div#mycontent); {reason}")
    parts = [part for part in (content, contract) if part is not None and text_of(part)]
    if contract is not None and content is not None and content in contract.iterancestors():
        parts = [part for part in parts if part is content]
    stated = root.xpath(f"//p[{has_class('p_o')}]//span")
    published = next((found for node in stated if (found := find_moment(text_of(node)))), None)
    return replace(
        completed(record, published=record.published or published),
        html="".join(html.tostring(part, encoding="unicode", with_tail=False) for part in parts),
        note=_origin(root),
    )


def body_address(url: str) -> str:
    """Where the body of a notice's page lies; "" for a page that is no frame around one."""
    return url.replace("/html/a/", "/html/b/") if "/html/a/" in url else ""


def _origin(root: html.HtmlElement) -> str:
    """The page of the platform that the notice came from, as a line of its text."""
    said = "//*[contains(text(), '原文链接')]"
    link = first(root, f"({said}/descendant-or-self::a[@href] | {said}/following::a[@href])[1]")
    address = (link.get("href") or "").strip() if link is not None else ""
    return f"<p>原文链接：{escape(address)}</p>" if address.startswith("http") else ""


def _record(row: dict[str, Any], url: str) -> Record:
    path = text(row, "url")
    shown = urljoin(url, path)
    return Record(
        id=text(row, "id"),
        url=shown,
        title=title(row, "title"),
        published=moment(row, "publishTime"),
        label=text(row, "informationTypeText"),
        detail=body_address(shown),
        project_code=text(row, "tenderProjectCode"),
        region=text(row, "provinceText"),
    )
