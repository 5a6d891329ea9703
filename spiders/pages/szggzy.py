"""Reads the answers of 深圳公共资源交易中心 (www.szggzy.com): lists, and a notice's body with its attributes."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode, urljoin

from notices.errors import UnreadablePageError
from spiders.pages.answer import at, markup, moment, number, read_answer, rows_at, text, title, words_of
from spiders.pages.record import Listing, Record, by_name, completed, listing

SERVICE = "/cms/api/v1/trade/content/"


def read_list(body: bytes, base: str, branch: str) -> Listing:
    """A page of a list; `branch` is the channelId that its notices are shown under."""
    answer = read_answer(body, base)
    rows = rows_at(answer, base, "data", "content")
    return listing((_record(row, base, branch) for row in rows), number(at(answer, "data", "totalElements")))


def read_detail(body: bytes, record: Record) -> Record:
    """The record with its body and attributes; UnreadablePageError if the answer is no notice."""
    answer = read_answer(body, record.url)
    data = at(answer, "data")
    if not isinstance(data, dict) or not (data.get("title") or data.get("txt")):
        raise UnreadablePageError(f"no notice at data; the site says {words_of(answer)!r}")
    attributes = data.get("attrs")
    stated = (
        by_name([each for each in attributes if isinstance(each, dict)], "attrName", "attrValue")
        if isinstance(attributes, list)
        else {}
    )
    full = completed(
        record,
        title=title(data, "title"),
        published=moment(data, "releaseTime"),
        buyer=text(stated, "jygg_cgr"),
        project_code=text(stated, "jygg_xmbh"),
    )
    return replace(full, html=markup(data, "txt") + _linked(stated.get("jygg_fjzy", "")))


def detail_address(base: str, identity: str) -> str:
    """Where a notice's body is."""
    return urljoin(base, f"{SERVICE}detail?" + urlencode({"contentId": identity}))


def _linked(files: str) -> str:
    """The attribute 附件, if it is markup with links: it is shown under the body."""
    return files if "<a" in files else ""


def _record(row: dict[str, Any], base: str, branch: str) -> Record:
    identity = text(row, "contentId")
    return Record(
        id=identity,
        url=urljoin(base, "/jygg/details.html?" + urlencode({"contentId": identity, "channelId": branch})),
        title=title(row, "title"),
        published=moment(row, "releaseTime"),
        label=text(row, "appNoticeTypeName"),
        detail=detail_address(base, identity),
        buyer=text(row, "purchaseMan"),
        agency=text(row, "proxyComName"),
        supplier=text(row, "winnerName"),
        project_code=text(row, "projectCode"),
    )
