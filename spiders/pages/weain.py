"""Reads the public lists of 全军武器装备采购信息网 (www.weain.mil.cn): titles and times, no bodies."""

from typing import Any
from urllib.parse import urljoin

from spiders.pages.answer import at, moment, number, read_answer, rows_at, text, title
from spiders.pages.record import Listing, Record, listing


def read_list(body: bytes, url: str) -> Listing:
    """A page of a list; UnreadablePageError if it is none."""
    answer = read_answer(body, url)
    rows = rows_at(answer, url, "list", "contentList")
    return listing((_record(row, url) for row in rows), number(at(answer, "list", "totalNum")))


def _record(row: dict[str, Any], url: str) -> Record:
    return Record(
        id=text(row, "ID"),
        url=urljoin(url, text(row, "pcUrl")),
        title=title(row, "nonSecretTitle"),
        published=moment(row, "publishTime"),
        buyer=text(row, "publicUnit"),
        method=text(row, "purchaseType"),
    )
