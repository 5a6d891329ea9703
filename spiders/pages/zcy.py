"""Reads the answers of portals run on 政采云: lists of articles, and an article's body."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from html import escape
from typing import Any
from urllib.parse import urlencode

from notices.errors import UnreadablePageError
from spiders.pages.answer import at, markup, moment, number, read_answer, rows_at, text, title, words_of
from spiders.pages.record import Listing, Record, completed, listing

# What a category's code lists; all codes begin with ZcyAnnouncement (2026).
CATEGORIES = {
    "ZcyAnnouncement3001": "公开招标公告",
    "ZcyAnnouncement3002": "竞争性谈判公告",
    "ZcyAnnouncement3003": "询价公告",
    "ZcyAnnouncement3011": "竞争性磋商公告",
    "ZcyAnnouncement3020": "邀请招标公告",
    "ZcyAnnouncement2001": "公开招标资格预审公告",
    "ZcyAnnouncement3008": "邀请招标资格预审公告",
    "ZcyAnnouncement3009": "入围公告",
    "ZcyAnnouncement3004": "中标（成交）结果公告",
    "ZcyAnnouncement4005": "中标公告",
    "ZcyAnnouncement4006": "成交公告",
    "ZcyAnnouncement3007": "废标公告",
    "ZcyAnnouncement3015": "终止公告",
    "ZcyAnnouncement3005": "更正公告",
    "ZcyAnnouncement3006": "澄清公告",
    "ZcyAnnouncement3017": "结果变更公告",
    "ZcyAnnouncement3018": "中止公告",
    "ZcyAnnouncement3012": "单一来源公示",
    "ZcyAnnouncement3014": "采购文件需求公示",
    "ZcyAnnouncement3013": "进口产品公示",
    "ZcyAnnouncement3010": "合同公告",
    "ZcyAnnouncement3016": "履约验收公告",
    "ZcyAnnouncement10016": "采购意向",
}

# Kinds that are the exception in a procurement, or stand beside another category: asked for once a day.
RARE = frozenset(
    f"ZcyAnnouncement{code}" for code in (2001, 3008, 3009, 3020, 4005, 4006, 3006, 3017, 3018, 3014, 3013)
)


def read_list(body: bytes, base: str, category: str, parent: str | None) -> Listing:
    """A page of a category; `parent` is the site's id of the branch that its pages are shown under, None for none."""
    answer = read_answer(body, base)
    rows = rows_at(answer, base, "result", "data", "data")
    return listing(
        (_record(row, base, category, parent) for row in rows), number(at(answer, "result", "data", "total"))
    )


def detail_address(base: str, identity: str, parent: str | None, published: datetime | None) -> str:
    """Where an article's body is. The portal's own script sends the time of the click; the same article is always asked
    for in the same words here.
    """
    stamp = int(published.timestamp() * 1000) if published else 0
    branch = {"parentId": parent} if parent else {}
    return f"{base}/portal/detail?" + urlencode({"articleId": identity} | branch | {"timestamp": stamp})


def read_detail(body: bytes, record: Record) -> Record:
    """The record with an article's body and fields; UnreadablePageError if the answer is no article."""
    answer = read_answer(body, record.url)
    data = at(answer, "result", "data")
    if not isinstance(data, dict) or not (data.get("title") or data.get("content")):
        raise UnreadablePageError(f"no article at result.data; the site says {words_of(answer)!r}")
    content = markup(data, "content")
    attached = list(_attached(data))
    return replace(
        completed(
            record,
            title=title(data, "title"),
            published=moment(data, "publishDate"),
            project_code=text(data, "projectCode"),
        ),
        html=content,
        note="".join(f"<p>附件：{escape(name)}</p>" for _, name in attached if name not in content),
        files=tuple((address, name) for address, name in attached if address),
        withheld=tuple(name for address, name in attached if not address),
    )


def _record(row: dict[str, Any], base: str, category: str, parent: str | None) -> Record:
    identity = text(row, "articleId")
    published = moment(row, "publishDate")
    shown = urlencode({"parentId": parent} if parent else {"categoryCode": category}) + "&"
    shown += urlencode({"articleId": identity})
    return Record(
        id=identity,
        url=f"{base}/site/detail?{shown}" if parent else f"{base}/luban/detail?{shown}",
        title=title(row, "title"),
        published=published,
        label=text(row, "pathName"),
        detail=detail_address(base, identity, parent, published),
        buyer=text(row, "purchaseName"),
        supplier=text(row, "supplierName"),
        project_code=text(row, "projectCode"),
        method=text(row, "procurementMethod"),
        region=text(row, "districtName"),
        category=text(row, "gpCatalogName"),
    )


def _attached(data: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Address and name of the attachments that the article lists; the address is empty where the portal keeps it."""
    for listed in (at(data, "attachmentVO", "attachments"), data.get("attachmentList")):
        for each in listed if isinstance(listed, list) else []:
            if not isinstance(each, dict):
                continue
            stated = [value for value in each.values() if isinstance(value, str)]
            address = next((value for value in stated if value.startswith(("https://", "http://"))), "")
            name = next(filter(None, (text(each, key) for key in ("name", "fileName", "title"))), "")
            if name or address:
                yield address, name or address.rpartition("/")[2]
